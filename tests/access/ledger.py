"""What the database holds, as one digest a table: two readings say which tables an act touched."""

from __future__ import annotations

from functools import cache
from typing import Any

from django.apps import apps
from django.db import connection

QUIET = {"django_session", "palier_cache", "journal_accessline", "candidatures_rangvu", "candidatures_offrevue"}
"""What a look may write: the session's hour, the cache, who looked, the rank last seen, an offre seen with consent."""
LOADED = {"territoires_commune", "territoires_voisinage"}
"""The communes and their neighbours: loaded by a migration, written by no act, and nine tenths of the rows."""


@cache
def tables() -> list[str]:
    """Every table of the application, the queue included."""
    ours = {model._meta.db_table for model in apps.get_models(include_auto_created=True) if model._meta.managed}
    with connection.cursor() as cursor:
        cursor.execute("SELECT table_name FROM information_schema.tables WHERE table_schema = 'public'")
        known = {row[0] for row in cursor.fetchall()}
    return sorted(known & (ours | {"procrastinate_jobs"}) - QUIET - LOADED)


def read() -> dict[str, str]:
    """Table -> digest of its rows, in one query."""
    digest = "md5(string_agg(t::text, chr(10) ORDER BY t::text))"
    one = "SELECT '{0}', count(*) || ' ' || coalesce(" + digest + ", '') FROM \"{0}\" t"
    with connection.cursor() as cursor:
        cursor.execute(" UNION ALL ".join(one.format(name) for name in tables()))
        return dict(cursor.fetchall())


def changed(before: dict[str, str], after: dict[str, str]) -> list[str]:
    """The tables that differ."""
    return sorted(name for name in before if before[name] != after.get(name))


def holding(names: list[str], markers: tuple[str, ...]) -> list[str]:
    """Those of the tables where a marker is written in clear."""
    one = "SELECT '{0}' FROM \"{0}\" t WHERE t::text ~ %(any)s"
    if not names:
        return []
    with connection.cursor() as cursor:
        cursor.execute(" UNION ".join(one.format(name) for name in names), {"any": "|".join(markers)})
        return [row[0] for row in cursor.fetchall()]


def sealed_holding(marker: str, models: list[Any]) -> list[str]:
    """The sealed fields where a marker is written."""
    return [
        f"{model._meta.label}.{field.name}"
        for model in models
        for row in model._default_manager.all()
        for field in model._meta.concrete_fields
        if type(field).__name__ == "SealedField" and marker in str(getattr(row, field.name))
    ]
