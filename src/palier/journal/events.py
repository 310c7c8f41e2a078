"""News travel upward by name: a task subscribes to a kind of event, the queue delivers after commit.

One job per (event, subscriber), written in the act's own transaction; delivery is at least once, so a
subscriber is idempotent. The job's id is the Message-ID of what it sends.
"""

from collections.abc import Callable, Sequence
from contextlib import suppress
from contextvars import ContextVar
from typing import Any
from uuid import UUID

import psycopg
from django.db import OperationalError
from procrastinate import JobContext, RetryStrategy
from procrastinate.contrib.django import app
from procrastinate.exceptions import ConnectorException

from palier.base import limits
from palier.journal.models import Event

Subscriber = Callable[[UUID], None]
QUEUE = "evenements"
_subscribers: dict[str, list[tuple[str, Any]]] = {}
_job: ContextVar[int | None] = ContextVar("journal_job", default=None)


def job_id() -> int | None:
    """The id of the job being delivered (the Message-ID of a mail), or None outside a delivery."""
    return _job.get()


def _delivery(function: Subscriber) -> Callable[..., None]:
    def deliver(context: JobContext | None = None, *, event_id: str) -> None:
        token = _job.set(context.job.id if context is not None and context.job else None)
        try:
            function(UUID(event_id))
        finally:
            _job.reset(token)

    return deliver


def on(*kinds: str) -> Callable[[Subscriber], Subscriber]:
    """Subscribe a task function `(event_id) -> None` to kinds of events, e.g. « candidature.deposee »."""

    def subscribe(function: Subscriber) -> Subscriber:
        name = f"{function.__module__.removeprefix('palier.')}.{function.__name__}"
        retry = RetryStrategy(max_attempts=limits.value("job_tries"), exponential_wait=4)
        task = app.task(name=name, queue=QUEUE, retry=retry, pass_context=True)(_delivery(function))
        for kind in kinds:
            _subscribers.setdefault(kind, []).append((name, task))
        return function

    return subscribe


def subscribers(kind: str) -> tuple[str, ...]:
    """The names of the tasks that listen to a kind of event."""
    return tuple(name for name, _ in _subscribers.get(kind, ()))


def catalogue() -> dict[str, tuple[str, ...]]:
    """Every kind somebody listens to, with the names of its tasks (for docs/events.md)."""
    return {kind: subscribers(kind) for kind in sorted(_subscribers)}


def dispatch(told: Sequence[Event]) -> None:
    """Write the jobs of these events in the current transaction, one statement per subscriber."""
    jobs: dict[str, list[dict[str, Any]]] = {}
    for event in told:
        for name, _ in _subscribers.get(event.kind, ()):
            jobs.setdefault(name, []).append({"event_id": str(event.id)})
    for name, arguments in jobs.items():
        try:
            app.configure_task(name, queue=QUEUE).batch_defer(*arguments)
        except ConnectorException as error:
            if not isinstance(error.__cause__, psycopg.OperationalError):
                raise
            # The queue wraps a lost race; the act, which retries it whole, must know it.
            raise OperationalError(str(error.__cause__)) from error.__cause__


def forget(function: Subscriber) -> None:
    """Remove a subscriber (tests that plant one)."""
    name = f"{function.__module__.removeprefix('palier.')}.{function.__name__}"
    for kind in list(_subscribers):
        _subscribers[kind] = [pair for pair in _subscribers[kind] if pair[0] != name]
    with suppress(KeyError):
        del app.tasks[name]
