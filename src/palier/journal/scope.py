"""The transaction of one act: what it holds, what it will append, and the retry of the whole when it loses a race."""

import functools
import secrets
import time
from collections.abc import Callable
from contextvars import ContextVar
from dataclasses import dataclass, field
from typing import Any, ParamSpec, TypeVar
from uuid import UUID

from django.db import IntegrityError, OperationalError, connection, transaction

from palier import coffre
from palier.base import limits
from palier.base.faults import fault
from palier.base.refusal import Refused, refusal_of_constraint
from palier.journal import chain

P = ParamSpec("P")
T = TypeVar("T")
RETRIED = ("40001", "40P01")
LOCK_NOT_AVAILABLE = "55P03"
Position = tuple[int, str, int]


class Busy(Refused):
    """Somebody else holds the object for longer than the wait allowed."""

    def __init__(self) -> None:
        super().__init__(
            "occupe",
            "Quelqu'un d'autre modifie cette fiche en ce moment.",
            mend="Rien n'a été changé. Réessayez dans quelques secondes.",
        )


@dataclass
class Scope:
    """The state of one outermost act. `held` maps (model label, id) to the fresh row locked for writing."""

    held: dict[tuple[str, UUID], Any] = field(default_factory=dict)
    shared: dict[tuple[str, UUID], Any] = field(default_factory=dict)
    last: Position = (-1, "", 0)
    pending: list[chain.Draft] = field(default_factory=list)


_current: ContextVar[Scope | None] = ContextVar("journal_scope", default=None)


def current() -> Scope | None:
    """The scope of the act in progress, or None."""
    return _current.get()


def sqlstate(error: BaseException) -> str:
    """The SQLSTATE behind a Django database error, or an empty string."""
    return str(getattr(error.__cause__, "sqlstate", "") or "")


def _constraint(error: IntegrityError) -> Refused | None:
    diagnosis = getattr(error.__cause__, "diag", None)
    return refusal_of_constraint(str(getattr(diagnosis, "constraint_name", "") or ""))


def _once(work: Callable[[], T]) -> T:
    scope = Scope()
    token = _current.set(scope)
    try:
        with transaction.atomic(), coffre.ring():
            result = work()
            chain.flush(scope.pending)
            fault("before_commit")
    finally:
        _current.reset(token)
    fault("after_commit")
    return result


def _translated(work: Callable[[], T]) -> T:
    try:
        return _once(work)
    except IntegrityError as error:
        refusal = _constraint(error)
        if refusal is None:
            raise
        raise refusal from error
    except OperationalError as error:
        if sqlstate(error) == LOCK_NOT_AVAILABLE:
            raise Busy from error
        raise


def pause(attempt: int) -> float:
    """Seconds to wait before try number `attempt` + 1: doubled each time, drawn between half and whole."""
    longest = limits.value("act_pause") << attempt
    return (longest / 2 + secrets.randbelow(longest) / 2) / 1000


def run(work: Callable[[], T]) -> T:
    """Run `work` as one act: joined to the act in progress, else in a transaction of its own, retried whole.

    A lost race (40001, 40P01) is retried only when no outer transaction would keep the failure alive.
    """
    if current() is not None:
        return work()
    tries = 1 if connection.in_atomic_block else limits.value("act_tries")
    for attempt in range(tries):
        try:
            return _translated(work)
        except OperationalError as error:
            if sqlstate(error) not in RETRIED or attempt + 1 == tries:
                raise
        time.sleep(pause(attempt))
    raise AssertionError("an act is tried at least once")


def act(function: Callable[P, T]) -> Callable[P, T]:
    """Make a domain action one act: one transaction, its journal, its effects, retried as a whole."""

    @functools.wraps(function)
    def wrapper(*args: P.args, **kwargs: P.kwargs) -> T:
        return run(lambda: function(*args, **kwargs))

    return wrapper
