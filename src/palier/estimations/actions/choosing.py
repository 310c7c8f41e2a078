"""The person has estimates, or none at all: one act, in the journal, that can be undone."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from palier.base.actor import Actor
from palier.base.refusal import NotVisible
from palier.candidatures.rules import holds
from palier.demandes.models import Demande
from palier.estimations.actions.storing import drop, hold_choices
from palier.estimations.models import Choix, Estimation
from palier.journal.mover import act, lock, record

OFF, ON = "demande.estimations_coupees", "demande.estimations_remises"


@act
def switch(*, demande_id: UUID, off: bool, by: Actor, at: datetime) -> Choix:
    """Switch every estimate of a demande off, or on again; asking twice changes nothing.

    Off: what was never shown is deleted, what was shown is kept to be scored and shown no more, nothing is computed.
    On: the queue computes everything again.
    """
    demande: Demande = lock((Demande, demande_id))[0]
    if not holds(by, demande):
        raise NotVisible
    hold_choices(alone=True)
    choix, _ = Choix.objects.get_or_create(demande=demande)
    if off == (choix.coupees_le is not None):
        return choix
    choix.coupees_le = at if off else None
    choix.save(update_fields=["coupees_le"])
    if off:
        drop(Estimation.objects.filter(demande=demande))
    record(OFF if off else ON, demande, by=by, at=at)
    return choix
