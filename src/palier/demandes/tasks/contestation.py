"""The mail that follows an answer to what a person contested."""

from __future__ import annotations

from uuid import UUID

from palier.demandes.models import Contestation
from palier.demandes.tasks.mails import send_mail
from palier.journal.events import on
from palier.journal.models import Event


@on("contestation.repondue")
def send_answer(event_id: UUID) -> None:
    """An answer was written: it is read in the space, never in the mail."""
    event = Event.objects.get(pk=event_id)
    row = Contestation.objects.select_related("demande__titulaire").filter(pk=event.aggregate_id).first()
    if row is not None:
        send_mail(event_id, row.demande, "Une réponse vous attend sur Palier", "repondue", "demandeur:contestations")
