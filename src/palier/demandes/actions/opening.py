"""A file that does not open is written in the journal before its reader is told (promises.md FI-5)."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime

from palier.base.actor import Actor
from palier.demandes.models import Fichier
from palier.demandes.queries.content import Damaged
from palier.journal.mover import act, record


@contextmanager
def journal_damage(*, by: Actor, at: datetime) -> Iterator[None]:
    """Around a reading, outside any transaction: what is refused stays refused, and is journaled."""
    try:
        yield
    except Damaged as damage:
        _report(damage.fichier, damage.cause, by=by, at=at)
        raise


@act
def _report(fichier: Fichier, cause: str, *, by: Actor, at: datetime) -> None:
    data = {"fichier": str(fichier.pk), "cause": cause}
    record("fichier.altere", fichier.piece, by=by, at=at, data=data, tell=False)
