"""The mail that carries a link to an employer, and the word that an answer came."""

from __future__ import annotations

from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse

from palier.accounts import links
from palier.base import clock
from palier.demandes.models import AttestationEmployeur, Lien
from palier.gateways import mail
from palier.journal.events import on
from palier.journal.models import Event


@on("attestation.demandee")
def send_employeur_link(event_id: UUID) -> None:
    """The link, to the address that the person gave; once it was used, cancelled or has expired it leaves no more.

    The mail says no name: whoever receives it by mistake learns nothing of anybody.
    """
    lien = Lien.objects.filter(pk=Event.objects.get(pk=event_id).aggregate_id).first()
    said = (lien.contenu or {}) if lien else {}
    if lien is None or not said.get("email") or lien.utilise_le is not None or lien.expire_le <= clock.now():
        return
    context = {"lien": links.absolute(reverse("employeur:attestation", args=[said["jeton"]])), "expire": lien.expire_le}
    parts = {end: render_to_string(f"demandes/mail/employeur.{end}", context) for end in ("txt", "html")}
    message = mail.Mail(said["email"], "Une attestation d'emploi à signer", parts["txt"], parts["html"])
    mail.send(message, message_id=f"attestation-{event_id}")


@on("attestation.signee")
def tell_signed(event_id: UUID) -> None:
    """The person is told that an answer came, and reads it in their space."""
    row = AttestationEmployeur.objects.select_related("titulaire")
    found = row.filter(pk=Event.objects.get(pk=event_id).aggregate_id).first()
    if found is None:
        return
    context = {"lien": links.absolute(reverse("demandeur:employeur"))}
    parts = {end: render_to_string(f"demandes/mail/attestation.{end}", context) for end in ("txt", "html")}
    message = mail.Mail(found.titulaire.email, "Une réponse est arrivée dans votre espace", parts["txt"], parts["html"])
    mail.send(message, message_id=f"attestation-{event_id}")
