"""What is told to the registration system, by the queue: at once, then each minute while it is silent."""

from __future__ import annotations

from contextlib import suppress
from uuid import UUID

from procrastinate.contrib.django import app

from palier.base import clock
from palier.demandes.actions import send_due, send_waiting
from palier.demandes.models import Echange
from palier.demandes.tasks.mails import demande_of, send_mail
from palier.gateways.outage import GatewayDown
from palier.journal.events import on
from palier.journal.models import Event


@on("echange.a_envoyer")
def send_exchange(event_id: UUID) -> None:
    """Send what was just written. A silence is no failure of this job: its next try is written for `send_each`."""
    row = Echange.objects.filter(pk=Event.objects.get(pk=event_id).aggregate_id).first()
    if row is not None:
        with suppress(GatewayDown):
            send_waiting(demande_id=row.demande_id, at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="demandes.tasks.send_each", queue="echeances", queueing_lock="demandes.send_each")
def send_each(timestamp: int) -> None:
    """Send what waits and whose try has come on the platform's clock; `timestamp` is the scheduler's."""
    send_due(at=clock.now())


@on("demande.deja_enregistree")
def send_existing(event_id: UUID) -> None:
    """The register knows another demande of this person: they are asked for its number, which keeps their seniority."""
    demande = demande_of(event_id)
    if demande is not None and demande.state == "deposee":
        send_mail(event_id, demande, "Votre demande attend une précision", "existante", "demandeur:numero_existant")
