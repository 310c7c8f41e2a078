"""The mails that follow from the life of a demande."""

from __future__ import annotations

from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse

from palier.accounts import links
from palier.demandes.models import Demande
from palier.gateways import mail
from palier.journal.events import on
from palier.journal.models import Event


def demande_of(event_id: UUID) -> Demande | None:
    """The demande that an event is about, None when it is gone."""
    event = Event.objects.get(pk=event_id)
    return Demande.objects.select_related("titulaire").filter(pk=event.aggregate_id).first()


def send_mail(
    event_id: UUID, demande: Demande, subject: str, template: str, page: str, **more: object
) -> None:
    """One mail to the holder, once an event; `template` is a pair of files of demandes/mail, `page` a named page."""
    context = {"demande": demande, "lien": links.absolute(reverse(page)), **more}
    parts = {end: render_to_string(f"demandes/mail/{template}.{end}", context) for end in ("txt", "html")}
    message = mail.Mail(demande.titulaire.email, subject, parts["txt"], parts["html"])
    mail.send(message, message_id=f"demande-{event_id}")


@on("demande.deposee")
def send_filed(event_id: UUID) -> None:
    """The filing is acknowledged, and what is needed for the number is said."""
    demande = demande_of(event_id)
    if demande is not None:
        send_mail(event_id, demande, "Votre demande de logement est déposée", "deposee", "demandeur:attestation")


@on("demande.active")
def send_number(event_id: UUID) -> None:
    """The number has come: the attestation can be printed. The number itself stays out of the mail.

    A demande becomes active in other ways (renewed, started again): those say nothing of a number.
    """
    demande = demande_of(event_id)
    if demande is not None and Event.objects.get(pk=event_id).from_state == "deposee":
        send_mail(event_id, demande, "Votre numéro unique est arrivé", "active", "demandeur:attestation")
