"""Writing estimates: only what changed, what was shown never touched, nothing for whoever wants none."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Protocol
from uuid import UUID

from django.db import connection
from django.db.models import QuerySet

from palier.estimations.drafts import WRITTEN, Draft, Key
from palier.estimations.models import Estimation
from palier.estimations.queries.stored import of_erased, off_among
from palier.estimations.values import Trace
from palier.journal.mover import act

BATCH = 1_000


@act
def store(drafts: Sequence[Draft], *, cause: str, at: datetime) -> int:
    """Write the estimates whose inputs or value changed; how many.

    A row that was shown stays as it is and a new one takes its place; another is overwritten. `cause` is the kind of
    the event that asked for it. A row counted later than `at` is newer than these drafts: it stays.
    """
    hold_choices(alone=False)
    off = off_among({draft.demande_id for draft in drafts})
    wanted = {draft.key: draft for draft in drafts if draft.demande_id not in off}
    known = _known(wanted.values())
    changed = [
        draft
        for key, draft in wanted.items()
        if key not in known or (known[key].faite_le <= at and not draft.is_told_by(known[key]))
    ]
    stale = [known[draft.key] for draft in changed if draft.key in known]
    _retire([row for row in stale if row.montree_le is not None])
    _overwrite([row for row in stale if row.montree_le is None], wanted, cause=cause, at=at)
    fresh = [draft for draft in changed if draft.key not in known or known[draft.key].montree_le is not None]
    rows = [_row(draft, cause=cause, at=at) for draft in fresh]
    # Another worker may have written the same question a moment ago, from the same state: one of the two is enough.
    Estimation.objects.bulk_create(rows, batch_size=BATCH, ignore_conflicts=True)
    return len(changed)


def hold_choices(*, alone: bool) -> None:
    """Nobody switches estimates off while some are written, to the end of the act: `alone` is for who switches."""
    held = "pg_advisory_xact_lock" if alone else "pg_advisory_xact_lock_shared"
    with connection.cursor() as cursor:
        cursor.execute(f"select {held}(hashtext('estimations.choix'))")


def _known(drafts: Iterable[Draft]) -> dict[Key, Estimation]:
    """The current rows of these questions, held to the end of the act."""
    rows = Estimation.objects.current().select_for_update().order_by("pk")
    asked = list(drafts)
    genres = {draft.genre for draft in asked}
    by_candidature = [draft.candidature_id for draft in asked if draft.candidature_id is not None]
    by_demande = [draft.demande_id for draft in asked if draft.candidature_id is None]
    found: list[Estimation] = []
    if by_candidature:
        found += rows.filter(genre__in=genres, candidature_id__in=by_candidature)
    if by_demande:
        found += rows.filter(genre__in=genres, candidature=None, demande_id__in=by_demande)
    return {(row.genre, row.candidature_id or row.demande_id): row for row in found}


def _retire(rows: Sequence[Estimation]) -> None:
    if rows:
        Estimation.objects.filter(pk__in=[row.pk for row in rows]).update(courante=False)


def _overwrite(rows: Sequence[Estimation], wanted: dict[Key, Draft], *, cause: str, at: datetime) -> None:
    for row in rows:
        draft = wanted[row.genre, row.candidature_id or row.demande_id]
        for name, value in draft.written(cause=cause, at=at).items():
            setattr(row, name, value)
    # One INSERT … ON CONFLICT for the lot: an UPDATE of many rows costs ten times more to build.
    Estimation.objects.bulk_create(
        rows, batch_size=BATCH, update_conflicts=True, unique_fields=["id"], update_fields=WRITTEN
    )


def _row(draft: Draft, *, cause: str, at: datetime) -> Estimation:
    return Estimation(
        genre=draft.genre,
        demande_id=draft.demande_id,
        candidature_id=draft.candidature_id,
        **draft.written(cause=cause, at=at),
    )


class Traced(Protocol):
    """A value read from a stored row."""

    @property
    def trace(self) -> Trace | None: ...


def note_shown(values: Iterable[Traced], *, at: datetime) -> int:
    """Say that these values are shown now, for the first time: one statement, none when all of them already were.

    The date is part of the test: a row replaced since it was read is not the one that was shown.
    """
    traces = {value.trace for value in values if value.trace is not None}
    fresh = [trace for trace in traces if not trace.montree]
    if not fresh:
        return 0
    rows = Estimation.objects.filter(
        pk__in=[trace.id for trace in fresh], faite_le__in={trace.faite_le for trace in fresh}, montree_le=None
    )
    return rows.update(montree_le=at)


@act
def forget(rows: Sequence[UUID], *, at: datetime) -> int:
    """Retire estimates that nothing renews: shown ones stay to be scored, the others go. No query without any.

    One counted since `at` is somebody's who came meanwhile: it stays.
    """
    return drop(Estimation.objects.filter(pk__in=rows, faite_le__lte=at)) if rows else 0


@act
def forget_erased() -> int:
    """Nothing is left to read of those whose key was destroyed. What they were shown is no longer current: it serves
    our score alone, tied to a file that nobody can open. Two statements."""
    return drop(of_erased())


def drop(rows: QuerySet[Estimation]) -> int:
    """Delete what was never shown; keep the rest, no longer current. How many rows that was."""
    gone, _ = rows.filter(montree_le=None).delete()
    kept: int = rows.exclude(montree_le=None).update(courante=False)
    return gone + kept
