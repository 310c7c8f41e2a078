"""The mails of a demande that two adults share: to its holder, when it is joined and when it is left."""

from __future__ import annotations

from uuid import UUID

from palier.demandes.tasks.mails import demande_of, send_mail
from palier.journal.events import on


@on("demande.partagee")
def send_shared(event_id: UUID) -> None:
    """The other adult has joined."""
    demande = demande_of(event_id)
    if demande is not None:
        send_mail(event_id, demande, "Votre demande est suivie à deux", "partagee", "demandeur:partage")


@on("demande.separee")
def send_separated(event_id: UUID) -> None:
    """The other adult has left: the household must be told again. The mail says neither who nor why."""
    demande = demande_of(event_id)
    if demande is not None:
        send_mail(event_id, demande, "Votre foyer est à mettre à jour", "separee", "demandeur:accueil")
