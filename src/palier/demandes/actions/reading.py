"""What the reading of a piece changes: begun, ended, in two short acts around a long work outside any transaction."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import date, datetime
from typing import Any
from uuid import UUID

from palier.base.actor import Actor
from palier.demandes import facts
from palier.demandes.actions.pieces import about
from palier.demandes.models import Demande, Fichier, Piece
from palier.demandes.queries.pieces import PASSED
from palier.journal.mover import act, lock, move

Reading = dict[str, Any]


@act
def begin_reading(*, piece_id: UUID, by: Actor, at: datetime) -> Piece | None:
    """`recue` -> `en_analyse`. The piece, also when an earlier reading was cut; None when there is nothing to read."""
    piece: Piece = lock((Piece, piece_id))[0]
    if piece.state == "recue":
        move(piece, "analyser", by=by, at=at, tell=False)
    return piece if piece.state == "en_analyse" else None


@act
def end_reading(
    *, piece_id: UUID, files: Sequence[UUID], reading: Reading, datee_le: date | None, expire_le: date | None,
    by: Actor, at: datetime,
) -> Piece | None:  # fmt: skip
    """`en_analyse` -> `conforme` when every rule passed, else `a_verifier`: a machine refuses nothing.

    None, and no effect, when pages came or went since it began, or when another reading ended first.
    """
    demande_id = Piece.objects.filter(pk=piece_id).values_list("demande_id", flat=True).first()
    if demande_id is None:
        return None
    piece: Piece = lock((Demande, demande_id), (Piece, piece_id))[1]
    present = list(Fichier.objects.filter(piece=piece).values_list("pk", flat=True))
    if piece.state != "en_analyse" or present != list(files):
        return None
    changes = {"analyse": reading, "datee_le": datee_le, "expire_le": expire_le}
    rules = reading["regles"]
    if not rules or piece.explication or any(rule["resultat"] != PASSED for rule in rules):
        move(piece, "confier", by=by, at=at, changes=changes)
        return piece
    move(piece, "reconnaitre", by=by, at=at, changes=changes)
    _retire_former(piece, by, at)
    return piece


def _retire_former(piece: Piece, by: Actor, at: datetime) -> None:
    """The new one proves: the one that it replaces ends, unless a person saw it."""
    mine = about(piece.demande, piece.code, piece.personne_id)
    states = [state for state in (*facts.PROVING, "a_verifier", "refusee", "expiree") if state != "validee"]
    ids = mine.filter(state__in=states).exclude(pk=piece.pk).order_by("pk").values_list("pk", flat=True)
    for former in lock(*((Piece, pk) for pk in ids)):
        move(former, "retirer", by=by, at=at)
