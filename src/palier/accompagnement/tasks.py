"""The person is told at once that somebody follows their demande, or opened it in an emergency."""

from __future__ import annotations

from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse

from palier.accompagnement.models import AccesUrgence, Assignation
from palier.accounts import links
from palier.gateways import mail
from palier.journal.events import on
from palier.journal.models import Event


def _send(event_id: UUID, row: Assignation | AccesUrgence | None, subject: str, template: str) -> None:
    if row is None:
        return
    context = {"agence": row.organisation.nom, "lien": links.absolute(reverse("demandeur:regards"))}
    parts = {end: render_to_string(f"accompagnement/mail/{template}.{end}", context) for end in ("txt", "html")}
    message = mail.Mail(row.demande.titulaire.email, subject, parts["txt"], parts["html"])
    mail.send(message, message_id=f"accompagnement-{event_id}")


@on("assignation.ouverte")
def send_assigned(event_id: UUID) -> None:
    """An adviser follows the demande from now on."""
    event = Event.objects.get(pk=event_id)
    rows = Assignation.objects.select_related("organisation", "demande__titulaire")
    _send(event_id, rows.filter(pk=event.aggregate_id).first(), "Un conseiller suit votre demande", "suivie")


@on("urgence.ouverte")
def send_broken_open(event_id: UUID) -> None:
    """The demande was opened by somebody who does not follow it. The reason stays in the space."""
    event = Event.objects.get(pk=event_id)
    rows = AccesUrgence.objects.select_related("organisation", "demande__titulaire")
    _send(event_id, rows.filter(pk=event.aggregate_id).first(), "Votre dossier a été ouvert", "ouvert")
