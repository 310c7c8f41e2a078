"""The mails of a demande that two adults share: to its holder when it is joined, to both when they part."""

from __future__ import annotations

from uuid import UUID

from django.template.loader import render_to_string
from django.urls import reverse

from palier.accounts import links
from palier.accounts.models import User
from palier.demandes.tasks.mails import demande_of, send_mail
from palier.gateways import mail
from palier.journal.events import on
from palier.journal.models import Event

JOINED = "demande.partagee"


@on(JOINED)
def send_shared(event_id: UUID) -> None:
    """The other adult has joined."""
    demande = demande_of(event_id)
    if demande is not None:
        send_mail(event_id, demande, "Votre demande est suivie à deux", "partagee", "demandeur:partage")


@on("demande.separee")
def send_separated(event_id: UUID) -> None:
    """Two adults have parted: each learns what they keep. The mails say neither who nor why."""
    demande = demande_of(event_id)
    if demande is not None:
        send_mail(event_id, demande, "Votre foyer est à mettre à jour", "separee", "demandeur:accueil")
    left = _who_left(event_id)
    if left is not None:
        context = {"lien": links.absolute(reverse("demandeur:entree"))}
        parts = {end: render_to_string(f"demandes/mail/separee_autre.{end}", context) for end in ("txt", "html")}
        message = mail.Mail(left.email, "Une demande à votre nom est à compléter", parts["txt"], parts["html"])
        mail.send(message, message_id=f"demande-{event_id}-autre")


def _who_left(event_id: UUID) -> User | None:
    """Whoever joined last before this separation: the demande no longer names them."""
    event = Event.objects.get(pk=event_id)
    joined = Event.objects.filter(aggregate="demande", aggregate_id=event.aggregate_id, kind=JOINED, n__lt=event.n)
    actor = joined.order_by("-n").values_list("actor_id", flat=True).first()
    return User.objects.filter(pk=actor, is_active=True).first() if actor is not None else None
