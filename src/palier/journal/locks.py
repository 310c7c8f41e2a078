"""Row locks in one declared order, so that two acts never wait for each other (promises.md D6)."""

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Model

from palier.base.refusal import NotVisible
from palier.journal.models import aggregate_of
from palier.journal.scope import Position, Scope, current

LOCK_ORDER = ("logement", "offre", "seance", "demande", "candidature", "proposition", "bail")


class LockOrderError(RuntimeError):
    """A lock was asked for outside an act, or against the declared order."""


@dataclass(frozen=True)
class Target:
    """One row to lock: FOR SHARE when `shared`, else for writing."""

    model: type[Model]
    pk: UUID
    shared: bool = False

    @property
    def label(self) -> str:
        """The key of the row's model in a scope."""
        return self.model._meta.label_lower

    @property
    def position(self) -> Position:
        """Where the row stands in the order: kind, then name of the kind, then id."""
        name = aggregate_of(self.model)
        rank = LOCK_ORDER.index(name) if name in LOCK_ORDER else len(LOCK_ORDER)
        return rank, name, self.pk.int


def share(model: type[Model], pk: UUID | str) -> Target:
    """A target locked FOR SHARE: it may be read and relied upon, not moved."""
    return Target(model, _uuid(pk), shared=True)


def _uuid(value: UUID | str) -> UUID:
    try:
        return value if isinstance(value, UUID) else UUID(str(value))
    except ValueError as error:
        raise NotVisible from error


def _target(asked: Target | tuple[type[Model], UUID | str]) -> Target:
    return asked if isinstance(asked, Target) else Target(asked[0], _uuid(asked[1]))


def _scope() -> Scope:
    scope = current()
    if scope is None:
        raise LockOrderError("lock() outside an act: decorate the action with @act")
    return scope


def _select(model: type[Model], pks: list[UUID], *, shared: bool) -> dict[UUID, Any]:
    name = connection.ops.quote_name
    table, key = name(model._meta.db_table), name(str(model._meta.pk.column))
    strength = "SHARE" if shared else "NO KEY UPDATE"
    statement = f"SELECT * FROM {table} WHERE {key} = ANY(%s) ORDER BY {key} FOR {strength}"  # noqa: S608 - quoted names
    return {row.pk: row for row in model._base_manager.raw(statement, [pks])}


def _missing(scope: Scope, targets: Iterable[Target]) -> list[Target]:
    wanted: dict[tuple[str, UUID], Target] = {}
    for target in targets:
        where = (target.label, target.pk)
        if where in scope.held or (target.shared and where in scope.shared):
            continue
        if where in scope.shared:
            raise LockOrderError(f"{where} is held FOR SHARE: ask for the stronger lock first")
        known = wanted.get(where)
        if known is None or known.shared:
            wanted[where] = target
    return sorted(wanted.values(), key=lambda target: target.position)


def _take(scope: Scope, targets: list[Target]) -> None:
    while targets:
        first = targets[0]
        same = [t for t in targets if (t.label, t.shared) == (first.label, first.shared)]
        run = targets[: len(same)]
        batch = same if run == same else [first]
        rows = _select(first.model, [t.pk for t in batch], shared=first.shared)
        if len(rows) != len(batch):
            raise NotVisible
        into = scope.shared if first.shared else scope.held
        into.update({(t.label, t.pk): rows[t.pk] for t in batch})
        scope.last = max(scope.last, batch[-1].position)
        targets = targets[len(batch) :]


def lock(*asked: Target | tuple[type[Model], UUID | str]) -> list[Any]:
    """Lock rows and return them fresh, in the order asked; rows already held come back as they are.

    One call takes its rows in the declared order. A later call that goes back in that order raises
    LockOrderError. NotVisible when a row does not exist.
    """
    scope = _scope()
    targets = [_target(each) for each in asked]
    missing = _missing(scope, targets)
    if missing and missing[0].position < scope.last:
        raise LockOrderError(f"{missing[0].position[1]} asked after {scope.last[1]}: lock in the order {LOCK_ORDER}")
    _take(scope, missing)
    return [scope.held.get((t.label, t.pk)) or scope.shared[t.label, t.pk] for t in targets]


def adopt(obj: Any) -> None:
    """Count a row made by this act as held."""
    _scope().held[obj._meta.label_lower, obj.pk] = obj


def is_held(obj: Any) -> bool:
    """True when this very instance was locked for writing by the act in progress."""
    scope = current()
    return scope is not None and scope.held.get((obj._meta.label_lower, obj.pk)) is obj
