"""What a person is told of a demande that looks like theirs: that there is one, never whose."""

from __future__ import annotations

from collections.abc import Sequence
from uuid import UUID

from django.db.models import Q

from palier.demandes import facts
from palier.demandes.models import Demande, Doublon
from palier.droit.pieces import IDENTITE


def doublons_of(demande: Demande) -> list[Doublon]:
    """The living pairs of a demande, the one that waits for its holder's answer first."""
    if not getattr(demande, "ressemble", True):
        return []
    rows = Doublon.objects.filter(Q(ancienne=demande) | Q(recente=demande), state__in=Doublon.life.live)
    found = sorted(rows.order_by("signale_le", "pk"), key=lambda row: row.state != "fusion_proposee")
    if any(row.recente_id == demande.pk for row in found) and not _is_known(demande):
        return [row for row in found if row.recente_id != demande.pk]
    return found


def _is_known(demande: Demande) -> bool:
    """Whether an identity piece proves who holds it: a name alone is told nothing of another demande."""
    return demande.pieces.filter(code__in=IDENTITE, personne=None, state__in=facts.PROVING).exists()


def proposed_to(demande: Demande, doublon_id: UUID) -> Doublon | None:
    """The pair of this id, when an adviser proposed to the holder to join it."""
    return next((row for row in doublons_of(demande) if row.pk == doublon_id and row.state == "fusion_proposee"), None)


def duplicate_sentence(found: Sequence[Doublon]) -> str:
    """The label that both demandes of these pairs bear, "" when there is none."""
    if not found:
        return ""
    if found[0].state == "fusion_proposee":
        return "Un conseiller propose de réunir deux demandes à votre nom. Votre ancienneté est gardée."
    return "Une autre demande porte votre nom et votre date de naissance. Un conseiller les compare."
