"""The one writer of states (D5): table checked, row written, event chained, effects queued, one transaction.

It is also the one door for acts that change no state (`record`). Bulk variants live in `palier.journal.bulk`.
"""

from collections.abc import Mapping
from datetime import datetime
from typing import Any, TypeVar

from django.db.models import Model

from palier.base.actor import Actor
from palier.journal import rules
from palier.journal.bulk import Move, create_many, move_many
from palier.journal.idempotency import Answer, KeyBusy, KeyReused, once, recall
from palier.journal.locks import LOCK_ORDER, LockOrderError, Target, adopt, is_held, lock, share
from palier.journal.models import Event, Stateful, aggregate_of
from palier.journal.scope import Busy, Scope, act, current

__all__ = [
    "LOCK_ORDER",
    "Answer",
    "Busy",
    "KeyBusy",
    "KeyReused",
    "LockOrderError",
    "Move",
    "Target",
    "act",
    "create",
    "create_many",
    "lock",
    "move",
    "move_many",
    "once",
    "recall",
    "record",
    "share",
]
M = TypeVar("M", bound=Model)


def _scope() -> Scope:
    scope = current()
    if scope is None:
        raise LockOrderError("outside an act: decorate the action with @act")
    return scope


@act
def create(obj: Any, *, by: Actor, at: datetime, data: Mapping[str, Any] | None = None, tell: bool = True) -> Event:
    """INSERT `obj` in its initial state and append « <life>.<initial> »; the row counts as held by the act."""
    obj.state, obj.state_since = obj.life.initial, at
    kind = f"{aggregate_of(obj)}.{obj.state}"
    draft = rules.new_draft(obj, kind, by=by, at=at, states=("", obj.state), data=data, tell=tell)
    obj.save(force_insert=True)
    adopt(obj)
    _scope().pending.append(draft)
    return draft.event


def move(
    obj: Any,
    transition: str,
    *,
    by: Actor,
    at: datetime,
    reason: str = "",
    data: Mapping[str, Any] | None = None,
    changes: Mapping[str, Any] | None = None,
    tell: bool = True,
) -> Event:
    """Change the state of a row held by `lock` in this act, with `changes` to its fields, and append the event.

    The event's kind is « <life>.<target> ». `Refused` when the table does not list the change;
    LockOrderError when this very instance is not held.
    """
    scope = _scope()
    if not is_held(obj):
        raise LockOrderError(f"{obj._meta.label} {obj.pk}: lock the row in this act, and move the instance lock() gave")
    found = rules.find(obj, transition)
    rules.check(obj, found, by, reason)
    rules.check_changes(obj, changes or {})
    kind, before = f"{aggregate_of(obj)}.{found.target}", obj.state
    draft = rules.new_draft(obj, kind, by=by, at=at, states=(before, found.target), reason=reason, data=data, tell=tell)
    for name, value in (changes or {}).items():
        setattr(obj, name, value)
    obj.state, obj.state_since = found.target, at
    obj.save(update_fields=["state", "state_since", *(changes or {})])
    scope.pending.append(draft)
    return draft.event


@act
def record(
    kind: str, obj: Any, *, by: Actor, at: datetime, reason: str = "", data: Mapping[str, Any] | None = None,
    tell: bool = True,
) -> Event:  # fmt: skip
    """Append an act that changes no state, e.g. « piece.vue » or « consentement.donne »."""
    state = obj.state if isinstance(obj, Stateful) else ""
    draft = rules.new_draft(obj, kind, by=by, at=at, states=(state, state), reason=reason, data=data, tell=tell)
    _scope().pending.append(draft)
    return draft.event
