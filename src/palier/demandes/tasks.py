"""What follows from a demande: two mails, and the number asked for again when the register was down."""

from __future__ import annotations

from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse

from palier.accounts import links
from palier.base import clock
from palier.base.actor import Actor
from palier.demandes.actions import record_number
from palier.demandes.models import Demande
from palier.gateways import mail
from palier.journal.events import on
from palier.journal.models import Event


def _demande(event_id: UUID) -> Demande | None:
    event = Event.objects.get(pk=event_id)
    return Demande.objects.select_related("titulaire").filter(pk=event.aggregate_id).first()


def _send(event_id: UUID, demande: Demande, subject: str, template: str, page: str) -> None:
    context = {"demande": demande, "lien": links.absolute(reverse(page))}
    parts = {end: render_to_string(f"demandes/mail/{template}.{end}", context) for end in ("txt", "html")}
    message = mail.Mail(demande.titulaire.email, subject, parts["txt"], parts["html"])
    mail.send(message, message_id=f"demande-{event_id}")


@on("demande.deposee")
def send_filed(event_id: UUID) -> None:
    """The filing is acknowledged, and what is needed for the number is said."""
    demande = _demande(event_id)
    if demande is not None:
        _send(event_id, demande, "Votre demande de logement est déposée", "deposee", "demandeur:attestation")


@on("demande.active")
def send_number(event_id: UUID) -> None:
    """The number has come: the attestation can be printed. The number itself stays out of the mail."""
    demande = _demande(event_id)
    if demande is not None:
        _send(event_id, demande, "Votre numéro unique est arrivé", "active", "demandeur:attestation")


@on("demande.numero_attendu")
def ask_number_again(event_id: UUID) -> None:
    """The register was down: ask again; still down, the queue tries later."""
    event = Event.objects.get(pk=event_id)
    record_number(demande_id=event.aggregate_id, by=Actor.system(), at=clock.now())
