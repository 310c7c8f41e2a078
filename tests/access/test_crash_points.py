"""NL-3: whatever statement of an act fails, all of it happened or none; sent again with its key, it happened once.

In one process: a statement that raises ends the transaction as a dropped connection would. On each push every act is
cut at two statements and around its commit; PALIER_ENTIER=1 cuts each one at every statement.
"""

from __future__ import annotations

import copy
import os
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import timedelta
from functools import partial
from typing import Any
from uuid import uuid4
from zlib import crc32

import psycopg
import pytest
from django.db import OperationalError, connection, transaction

from palier.attributions import actions as attributions
from palier.base import clock
from palier.base.faults import InjectedFault, armed
from palier.candidatures import actions as candidatures
from palier.demandes import actions as demandes
from palier.journal.mover import Busy
from palier.parc import actions as parc
from tests.access import ledger
from tests.access.calls import send, undone
from tests.access.routes import Row
from tests.access.test_forms import opened, writing
from tests.access.world import TODAY, Subject, World

pytestmark = pytest.mark.web
WHOLE = bool(os.environ.get("PALIER_ENTIER"))
ERRORS = (
    psycopg.errors.SerializationFailure,
    psycopg.errors.LockNotAvailable,
    psycopg.errors.DiskFull,
    psycopg.errors.AdminShutdown,
)
ACKNOWLEDGED = (200, 201, 303)
READING = ("SAVEPOINT", "RELEASE", "ROLLBACK")


@dataclass
class Cut:
    """Counts the statements of a block, and raises in place of number `at` (0: none)."""

    at: int = 0
    error: type[psycopg.Error] = psycopg.errors.AdminShutdown
    seen: int = field(default=0, init=False)

    def __call__(self, execute: Callable[..., Any], sql: Any, params: Any, many: bool, context: Any) -> Any:
        if not str(sql).startswith(READING):
            self.seen += 1
            if self.seen == self.at:
                raise OperationalError("cut by the test") from self.error("cut by the test")
        return execute(sql, params, many, context)


@dataclass(frozen=True)
class Known:
    """The act done without a cut: what was before, the rows it leaves, what it answers."""

    before: dict[str, str]
    counted: dict[str, str]
    done: Any
    alone: bool


@contextmanager
def rewound() -> Iterator[None]:
    """What is written inside is undone."""
    with transaction.atomic():
        try:
            yield
        finally:
            transaction.set_rollback(True)


def sizes() -> dict[str, str]:
    """Rows of each table: equal for one effect whatever its ids, different for two or for half."""
    return {name: digest.partition(" ")[0] for name, digest in ledger.read().items()}


def places(name: str, statements: int) -> list[int]:
    """Which statements to cut: on a push one drawn from the name of the act, and the last, nearest the answer."""
    if WHOLE:
        return list(range(1, statements + 1))
    return sorted({1 + crc32(name.encode()) % statements, statements})


def judge(name: str, act: Callable[[], Any], *, alone: bool = True) -> tuple[list[str], int]:
    """The faults found in one act, and how many times it was cut. Not `alone`: several acts, each whole by itself."""
    before = ledger.read()
    cut = Cut()
    with rewound():
        with connection.execute_wrapper(cut):
            done = act()
        whole, counted = ledger.read(), sizes()
    if not ledger.changed(before, whole):
        return [], 0
    faults, cuts, known = [], 0, Known(before, counted, done, alone)
    for place in places(name, cut.seen):
        with rewound():
            cut = Cut(place, ERRORS[place % len(ERRORS)])
            with connection.execute_wrapper(cut):
                said = _tried(act)
            faults += _after(f"{name} n° {place}", act, said, known)
        cuts += 1
    for point in ("before_commit", "after_commit"):
        with rewound():
            with armed(point):
                said = _tried(act)
            faults += _after(f"{name} {point}", act, said, known)
        cuts += 1
    return faults, cuts


def _tried(act: Callable[[], Any]) -> Any:
    """The answer of the act, or None when it broke: nobody was answered."""
    try:
        with transaction.atomic():
            return act()
    except (OperationalError, InjectedFault, Busy):
        return None


def _after(name: str, act: Callable[[], Any], said: Any, known: Known) -> list[str]:
    found = []
    touched = ledger.changed(known.before, ledger.read())
    if touched and known.alone and sizes() != known.counted:
        found.append(f"{name}: half an effect on {touched}")
    if _code(said) in ACKNOWLEDGED and not touched:
        found.append(f"{name}: answered {_code(said)} and nothing was kept")
    again = act()
    if sizes() != known.counted:
        differing = [table for table, rows in sizes().items() if rows != known.counted[table]]
        found.append(f"{name}: sent again, {differing} are not those of one effect")
    if _code(again) != _code(known.done) and not _signed_out(again):
        found.append(f"{name}: sent again, answered {_code(again)} instead of {_code(known.done)}")
    return found


def _signed_out(answer: Any) -> bool:
    """The cut fell in the session itself: the person signs in again, and loses nothing."""
    return _code(answer) == 302 and answer["Location"].startswith("/compte/login/")


def _code(answer: Any) -> Any:
    return getattr(answer, "status_code", None)


def _post(row: Row, subject: Subject, world: World, data: Any, key: str) -> Any:
    """The same form from the same browser: what a broken answer did to its cookies is forgotten."""
    headers = {"Idempotency-Key": key} if row.is_api else {}
    client = subject.client
    kept, client.raise_request_exception = copy.deepcopy(client.cookies), False
    try:
        return send(subject, "POST", row.path(world), data, **headers)
    finally:
        client.cookies, client.raise_request_exception = kept, True


@pytest.mark.parametrize("api", [False, True], ids=["pages", "api"])
def test_each_form_cut_anywhere_happens_once_or_not_at_all(
    world: World, api: bool, capsys: pytest.CaptureFixture[str]
):
    faults, cuts, acts = [], 0, 0
    for row, subject in writing(world, api=api):
        with undone(subject):
            data = opened(row, subject, world)
            found, cut = judge(row.key, partial(_post, row, subject, world, data, str(uuid4())))
        faults, cuts, acts = faults + found, cuts + cut, acts + bool(cut)
    with capsys.disabled():
        sys.stdout.write(f"\nCrash points: {acts} acts cut {cuts} times\n")
    assert not faults, "\n".join(faults)
    assert acts


DUE: dict[str, Callable[[], Any]] = {
    "close_due": lambda: candidatures.close_due(at=clock.now()),
    "expire_due": lambda: attributions.expire_due(at=clock.now()),
    "remind_answers": lambda: attributions.remind_due(at=clock.now()),
    "publish_due": lambda: parc.publish_due(at=clock.now()),
    "lapse_due": lambda: demandes.lapse_due(at=clock.now()),
    "remind_due": lambda: demandes.remind_due(at=clock.now()),
}
"""What the queue does by itself when a date passes; each may be run again at any time."""


@pytest.mark.parametrize("name", DUE)
@pytest.mark.parametrize("days", [30, 400])
def test_what_a_date_brings_is_done_once_whatever_breaks(world: World, name: str, days: int):
    with rewound():
        clock.set_now((TODAY + timedelta(days=days)).replace(hour=10))
        faults, _ = judge(f"{name} after {days} days", DUE[name], alone=False)
    assert faults == []
