"""The calendar of files, by the queue: what lapses, what is announced, and the messages that tell it."""

from __future__ import annotations

from datetime import date
from uuid import UUID

from django.urls import reverse
from procrastinate.contrib.django import app

from palier.accounts import links
from palier.base import clock
from palier.demandes import actions
from palier.demandes.models import Demande, Lien
from palier.demandes.tasks.mails import demande_of, send_mail
from palier.gateways import sms
from palier.journal.chain import payload_of
from palier.journal.events import on
from palier.journal.models import Event


@app.periodic(cron="7 * * * *")
@app.task(name="demandes.tasks.keep_calendar", queue="echeances", queueing_lock="demandes.keep_calendar")
def keep_calendar(timestamp: int) -> None:
    """Each hour of the platform's clock: lapse what is over, then announce what is near."""
    at = clock.now()
    actions.lapse_due(at=at)
    actions.remind_due(at=at)


@on("demande.rappel")
def send_reminder(event_id: UUID) -> None:
    """A date is near: when, never what. The space says what, once signed in."""
    demande = demande_of(event_id)
    if demande is None:
        return
    told = payload_of(Event.objects.get(pk=event_id))["dates"]
    days = sorted({date.fromisoformat(each["echeance"]) for each in told})
    subject = "Une date approche pour votre demande"
    send_mail(event_id, demande, subject, "rappel", "demandeur:accueil", dates=days)
    _text(event_id, demande, f"Palier : une date approche, le {days[0]:%d/%m/%Y}. Elle est dans votre espace : ")


@on("demande.a_renouveler")
def send_renewal(event_id: UUID) -> None:
    """The legal notice of renewal, in writing (CCH R.441-2-7)."""
    demande = demande_of(event_id)
    if demande is not None:
        send_mail(event_id, demande, "Votre demande est à renouveler", "a_renouveler", "demandeur:renouveler")
        _text(event_id, demande, "Palier : un geste vous attend dans votre espace : ")


@on("demande.active")
def send_renewed(event_id: UUID) -> None:
    """Renewed, or started again: the new date."""
    demande = demande_of(event_id)
    if demande is not None and Event.objects.get(pk=event_id).from_state != "deposee":
        send_mail(event_id, demande, "Votre demande continue", "renouvelee", "demandeur:accueil")


@on("demande.radiee")
def send_removed(event_id: UUID) -> None:
    """Removed because it was not renewed: until when it can be taken up again. Other causes have their own mails."""
    demande = demande_of(event_id)
    if demande is not None and demande.motif_radiation == "non_renouvellement":
        send_mail(event_id, demande, "Votre demande s'est arrêtée", "arretee", "demandeur:renouveler")


@on("piece.expiree")
def send_expired(event_id: UUID) -> None:
    """A piece no longer proves: which one is said in the space."""
    event = Event.objects.get(pk=event_id)
    demande = Demande.objects.select_related("titulaire").filter(pieces=event.aggregate_id).first()
    if demande is not None and demande.is_live:
        send_mail(event_id, demande, "Un document de votre dossier est à remplacer", "expiree", "demandeur:pieces")


@on("demande.telephone_code")
def send_code(event_id: UUID) -> None:
    """The code of a telephone; once it was used or replaced it leaves no more."""
    lien_id = payload_of(Event.objects.get(pk=event_id))["lien"]
    lien = Lien.objects.filter(pk=lien_id, utilise_le=None, expire_le__gt=clock.now()).first()
    if lien is not None and lien.contenu:
        text = f"Palier : votre code est {lien.contenu['code']}. Ne le donnez à personne."
        sms.send(sms.Sms(lien.contenu["telephone"], text), message_id=f"demande-{event_id}-sms")


def _text(event_id: UUID, demande: Demande, text: str) -> None:
    """The same by text, to those who asked for it and confirmed their telephone."""
    said = (demande.contact or {}).get("telephone", "")
    if demande.preferences.get("sms") and demande.telephone_confirme_le is not None:
        message = sms.Sms(actions.international(said), text + links.absolute(reverse("demandeur:accueil")))
        sms.send(message, message_id=f"demande-{event_id}-sms")
