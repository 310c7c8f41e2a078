"""The door for looking at people (promises.md D4): exactly the allowed fields, and one line per object looked at."""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Any
from uuid import UUID

from django.db import transaction

from palier import coffre
from palier.base.actor import Actor
from palier.base.policy import VERBS, allowed_classes
from palier.journal.models import AccessLine, aggregate_of, person_of

PUBLIC = "P0"


@dataclass(frozen=True)
class Sheet(Mapping[str, Any]):
    """The allowed fields of one object, frozen; a field that was not allowed is absent (KeyError)."""

    id: UUID
    values_: Mapping[str, Any]

    def __getitem__(self, name: str) -> Any:
        return self.values_[name]

    def __iter__(self) -> Iterator[str]:
        return iter(self.values_)

    def __len__(self) -> int:
        return len(self.values_)

    def __hash__(self) -> int:
        return hash(self.id)


def _allowed(obj: Any, fields: Sequence[str], classes: frozenset[str]) -> list[str]:
    unknown = [name for name in fields if name not in obj.field_classes]
    if unknown:
        raise LookupError(f"{obj._meta.label} has no classified field {unknown}")
    return [name for name in fields if obj.field_classes[name] in classes]


def _line(obj: Any, seen: set[str], by: Actor, relation: str, purpose: str, at: datetime) -> AccessLine:
    return AccessLine(
        at=at, actor_id=by.user_id, role=by.role, organisation_id=by.organisation_id, relation=relation,
        purpose=purpose, aggregate=aggregate_of(obj), object_id=obj.pk, person_id=person_of(obj),
        classes=" ".join(sorted(seen)),
    )  # fmt: skip


def read(
    objs: Iterable[Any], fields: Sequence[str], *, by: Actor, relation: str, purpose: str, at: datetime
) -> list[Sheet]:
    """Frozen sheets of `objs` with the fields that (by.role, relation) may read, and the access lines of the list.

    One INSERT and one key query for the whole list, in one transaction. Public fields alone leave no line.
    LookupError for a field that the model does not classify, or a relation that the table does not know.
    """
    rows = list(objs)
    classes = allowed_classes(by.role, relation, "read")
    persons = [person for person in map(person_of, rows) if person is not None]
    sheets, lines = [], []
    with transaction.atomic(), coffre.ring(persons):
        for obj in rows:
            names = _allowed(obj, fields, classes)
            seen = {obj.field_classes[name] for name in names} - {PUBLIC}
            sheets.append(Sheet(obj.pk, MappingProxyType({name: getattr(obj, name) for name in names})))
            if seen:
                lines.append(_line(obj, seen, by, relation, purpose, at))
        AccessLine.objects.bulk_create(lines)
    return sheets


def glance(
    objs: Iterable[Any], classes: Iterable[str], *, by: Actor, relation: str, purpose: str, at: datetime
) -> None:
    """Write the access lines of derived values about to be shown (a band, a pseudonym): one line per object.

    `classes` are those really shown, each opened to (by.role, relation) by some verb that shows; PermissionError
    otherwise. One INSERT for the whole list.
    """
    seen = set(classes) - {PUBLIC}
    opened = frozenset().union(*(allowed_classes(by.role, relation, verb) for verb in VERBS if verb != "write"))
    if seen - opened:
        raise PermissionError(f"{by.role}/{relation} is shown no {sorted(seen - opened)}")
    AccessLine.objects.bulk_create(_line(obj, seen, by, relation, purpose, at) for obj in objs)


def looked_at(person_id: UUID) -> list[AccessLine]:
    """Who looked at a person, latest first."""
    return list(AccessLine.objects.filter(person_id=person_id).order_by("-at", "-id"))
