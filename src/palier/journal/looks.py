"""Who looked at a person, as they read it: one look gathers the lines that one page wrote at one instant."""

from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.aggregates import ArrayAgg
from django.db.models import Count

from palier.journal.models import AccessLine

LOOK = ("at", "actor_id", "role", "organisation_id", "relation", "purpose")
SHOWN = tuple(name for name in LOOK if name != "actor_id")
"""An agent is never named: their organisation answers for them."""


@dataclass(frozen=True)
class Look:
    """One look: who, when, under which hat and relation, why, which classes, at which objects, in how many reads."""

    at: datetime
    role: str
    organisation_id: UUID | None
    relation: str
    purpose: str
    classes: tuple[str, ...]
    objets: frozenset[tuple[str, UUID]]
    lectures: int


@dataclass(frozen=True)
class Looks:
    """One page of looks, latest first; `suite` is where the next one begins, None on the last."""

    lignes: list[Look]
    suite: datetime | None


def looks_at(person_id: UUID, *, before: datetime | None = None, since: datetime | None = None, size: int) -> Looks:
    """The looks at a person before an instant: one query, by key, so a page never shifts while others look."""
    rows = AccessLine.objects.filter(person_id=person_id)
    rows = rows.filter(at__lt=before) if before else rows
    rows = rows.filter(at__gte=since) if since else rows
    grouped = rows.order_by().values(*LOOK).annotate(
        seen=ArrayAgg("classes", distinct=True),
        names=ArrayAgg("aggregate"),
        ids=ArrayAgg("object_id"),
        reads=Count("id"),
    )  # fmt: skip
    found = [_look(each) for each in grouped.order_by("-at", "role", "purpose")[: size + 1]]
    if len(found) <= size:
        return Looks(found, None)
    return Looks(found[:size], found[size - 1].at)


def _look(row: dict[str, Any]) -> Look:
    classes = sorted({each for said in row.pop("seen") for each in said.split()})
    objets = frozenset(zip(row.pop("names"), row.pop("ids"), strict=True))
    return Look(classes=tuple(classes), objets=objets, lectures=row.pop("reads"), **{name: row[name] for name in SHOWN})
