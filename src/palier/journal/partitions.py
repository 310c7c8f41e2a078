"""Monthly partitions of the access lines: made ahead and dropped at their delay, by the owner role alone."""

from collections.abc import Iterator
from datetime import date

TABLE = "journal_accessline"
CREATE_TABLE = f"""
CREATE TABLE {TABLE} (
    id uuid NOT NULL, at timestamptz NOT NULL, actor_id uuid NULL, role varchar(20) NOT NULL,
    organisation_id uuid NULL, relation varchar(30) NOT NULL, purpose varchar(60) NOT NULL,
    aggregate varchar(40) NOT NULL, object_id uuid NOT NULL, person_id uuid NULL, classes varchar(40) NOT NULL,
    PRIMARY KEY (id, at)
) PARTITION BY RANGE (at);
CREATE TABLE {TABLE}_autres PARTITION OF {TABLE} DEFAULT;
CREATE INDEX accessline_person ON {TABLE} (person_id, at DESC);
"""
DROP_TABLE = f"DROP TABLE {TABLE}"


def next_month(first: date) -> date:
    """The first day of the following month."""
    return date(first.year + first.month // 12, first.month % 12 + 1, 1)


def months(start: date, count: int) -> Iterator[date]:
    """The first days of `count` months, from that of `start`."""
    current = start.replace(day=1)
    for _ in range(count):
        yield current
        current = next_month(current)


def name_of(first: date) -> str:
    """The table that holds a month."""
    return f"{TABLE}_{first:%Y_%m}"


def create_month(first: date) -> str:
    """The statement that makes the partition of one month, if it is missing (bounds in UTC)."""
    return (
        f"CREATE TABLE IF NOT EXISTS {name_of(first)} PARTITION OF {TABLE} "
        f"FOR VALUES FROM ('{first}T00:00:00Z') TO ('{next_month(first)}T00:00:00Z')"
    )
