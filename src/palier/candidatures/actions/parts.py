"""What the other adult of a demande changes counts at once in every candidature, as what its holder changes does."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime
from uuid import UUID

from palier.base.actor import Actor
from palier.candidatures.actions.changes import recote_demande
from palier.candidatures.actions.holding import hold_live
from palier.demandes.actions import save_part, separate_demande
from palier.demandes.models import Demande
from palier.journal.mover import act, lock


@act
def declare_part(
    *, demande_id: UUID, amounts: Mapping[str, int | None], version: int, by: Actor, at: datetime
) -> Demande:
    """Save the other adult's incomes and count the open candidatures again, in one commit."""
    demande = save_part(demande_id=demande_id, amounts=amounts, version=version, by=by, at=at)
    recote_demande(demande_id=demande_id, by=by, at=at)
    return demande


@act
def declare_separation(*, demande_id: UUID, by: Actor, at: datetime) -> Demande | None:
    """Separate the two adults and count the open candidatures again, in one commit; the draft of the one who leaves."""
    lock((Demande, demande_id))
    hold_live(demande_id=demande_id)
    draft = separate_demande(demande_id=demande_id, by=by, at=at)
    recote_demande(demande_id=demande_id, by=by, at=at)
    return draft
