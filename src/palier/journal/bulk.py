"""Bulk variants of the mover for seeded histories: same table, same chain, no effect queued."""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db import connection

from palier import coffre
from palier.base.actor import Actor
from palier.coffre.fields import SealedField
from palier.journal import rules
from palier.journal.locks import LockOrderError, adopt, is_held, lock
from palier.journal.models import Event, aggregate_of, person_of
from palier.journal.scope import act, current

BATCH = 2_000


@dataclass(frozen=True)
class Move:
    """One change of a history: the object (rows made or locked in this act, or read just now), and how it moves."""

    obj: Any
    transition: str
    by: Actor
    at: datetime
    reason: str = ""
    data: Mapping[str, Any] | None = None
    changes: Mapping[str, Any] | None = None


@dataclass(frozen=True)
class Note:
    """One act without a change of state, in a history."""

    kind: str
    obj: Any
    by: Actor
    at: datetime
    reason: str = ""
    data: Mapping[str, Any] | None = None


def _drafts() -> list[Any]:
    scope = current()
    if scope is None:
        raise LockOrderError("outside an act: decorate the action with @act")
    return scope.pending


def _each(value: Any, count: int) -> Sequence[Any]:
    if isinstance(value, list | tuple):
        if len(value) != count:
            raise ValueError(f"{len(value)} values given for {count} objects")
        return value
    return [value] * count


def _by_model(objs: Iterable[Any]) -> dict[Any, list[Any]]:
    found: dict[Any, list[Any]] = {}
    for obj in objs:
        found.setdefault(type(obj), []).append(obj)
    return found


@act
def create_many(
    objs: Sequence[Any], *, at: Sequence[datetime] | datetime, by: Sequence[Actor] | Actor | None = None,
    data: Sequence[Mapping[str, Any] | None] | None = None,
) -> list[Event]:  # fmt: skip
    """INSERT objects in their initial state with their first event each; `at` and `by` are one or one per object."""
    instants = _each(at, len(objs))
    authors = _each(by or Actor.system(), len(objs))
    contents = _each(data, len(objs)) if data is not None else [None] * len(objs)
    pending, made = _drafts(), []
    for obj, instant, author, content in zip(objs, instants, authors, contents, strict=True):
        obj.state, obj.state_since = obj.life.initial, instant
        kind = f"{aggregate_of(obj)}.{obj.state}"
        made.append(rules.new_draft(obj, kind, by=author, at=instant, states=("", obj.state), data=content, tell=False))
        adopt(obj)
    coffre.ensure_keys({person for person in map(person_of, objs) if person is not None})
    for model, rows in _by_model(objs).items():
        model._base_manager.bulk_create(rows, batch_size=BATCH)
    pending.extend(made)
    return [draft.event for draft in made]


def _hold(objs: Iterable[Any]) -> None:
    """Lock rows read before this act; their state must still be the stored one."""
    free = {(type(obj), obj.pk): obj for obj in objs if not is_held(obj)}
    for (model, pk), fresh in zip(free, lock(*free), strict=True):
        given = free[model, pk]
        if given.state != fresh.state:
            raise LockOrderError(f"{model._meta.label} {pk} has moved since it was read")
        adopt(given)


def _apply(each: Move) -> tuple[Any, set[str]]:
    obj, changes = each.obj, dict(each.changes or {})
    found = rules.find(obj, each.transition)
    rules.check(obj, found, each.by, each.reason)
    rules.check_changes(obj, changes)
    if any(isinstance(obj._meta.get_field(name), SealedField) for name in changes):
        raise ValueError("a bulk move cannot change a sealed field: use move()")
    draft = rules.new_draft(
        obj, f"{aggregate_of(obj)}.{found.target}", by=each.by, at=each.at, states=(obj.state, found.target),
        reason=each.reason, data=each.data, tell=False,
    )  # fmt: skip
    for name, value in changes.items():
        setattr(obj, name, value)
    obj.state, obj.state_since = found.target, each.at
    return draft, set(changes)


def _write_states(model: Any, rows: list[Any]) -> None:
    quote = connection.ops.quote_name
    table, key = quote(model._meta.db_table), quote(model._meta.pk.column)
    statement = (
        f"UPDATE {table} AS own SET state = given.state, state_since = given.since "  # noqa: S608 - quoted names
        f"FROM unnest(%s::uuid[], %s::text[], %s::timestamptz[]) AS given(id, state, since) WHERE own.{key} = given.id"
    )
    with connection.cursor() as cursor:
        cursor.execute(statement, [[r.pk for r in rows], [r.state for r in rows], [r.state_since for r in rows]])


@act
def move_many(moves: Iterable[Move]) -> list[Event]:
    """Play changes in the order given (an object may move several times); each is checked by its table."""
    played = list(moves)
    touched = {(type(each.obj), each.obj.pk): each.obj for each in played}
    _hold(touched.values())
    pending, made = _drafts(), []
    changed: dict[Any, set[str]] = {}
    for each in played:
        if touched[type(each.obj), each.obj.pk] is not each.obj:
            raise LockOrderError("one row is given as two instances: use the same one in every move")
        draft, names = _apply(each)
        made.append(draft)
        changed.setdefault(type(each.obj), set()).update(names)
    for model, rows in _by_model(touched.values()).items():
        _write_states(model, rows)
        if changed[model]:
            model._base_manager.bulk_update(rows, sorted(changed[model]), batch_size=BATCH)
    pending.extend(made)
    return [draft.event for draft in made]


@act
def record_many(notes: Iterable[Note]) -> list[Event]:
    """Append many acts without a change of state, in the order given."""
    made = []
    for note in notes:
        state = getattr(note.obj, "state", "") if hasattr(note.obj, "life") else ""
        made.append(
            rules.new_draft(
                note.obj, note.kind, by=note.by, at=note.at, states=(state, state), reason=note.reason, data=note.data,
                tell=False,
            )
        )  # fmt: skip
    _drafts().extend(made)
    return [draft.event for draft in made]
