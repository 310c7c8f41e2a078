"""What is told to the registration system, by the queue."""

from __future__ import annotations

from uuid import UUID

from palier.base import clock
from palier.base.actor import Actor
from palier.demandes.actions import record_number
from palier.journal.events import on
from palier.journal.models import Event


@on("demande.numero_attendu")
def ask_number_again(event_id: UUID) -> None:
    """The register was down: ask again; still down, the queue tries later."""
    event = Event.objects.get(pk=event_id)
    record_number(demande_id=event.aggregate_id, by=Actor.system(), at=clock.now())
