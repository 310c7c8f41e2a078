"""Who shares a demande with its holder, since when, and the invitation that waits."""

from __future__ import annotations

from datetime import datetime

from palier.accounts.models import User
from palier.demandes.enums import UsageLien
from palier.demandes.models import Demande, Lien, Personne
from palier.demandes.queries.current import current_demande_id

ADULTS = ("conjoint", "codemandeur")
"""Roles of a household whose person may share the demande."""


def other_adult(demande: Demande) -> Personne | None:
    """The adult who may share the demande with its holder: one at most, the spouse first."""
    found = [each for each in demande.personnes.all() if each.role in ADULTS]
    return min(found, key=lambda each: (ADULTS.index(each.role), each.position), default=None)


def is_shared_by(user: User) -> bool:
    """True when the demande that this person has now is one that they share with its holder."""
    current = current_demande_id(user)
    return current is not None and Demande.objects.filter(pk=current, codemandeur_id=user.pk).exists()


def shared_since(demande: Demande) -> datetime | None:
    """Since when the demande is shared, None while nobody accepted."""
    used = Lien.objects.filter(demande=demande, usage=UsageLien.CODEMANDEUR, utilise_le__isnull=False)
    return used.order_by("-utilise_le").values_list("utilise_le", flat=True).first()


def waiting_invitation(demande: Demande, at: datetime) -> Lien | None:
    """The invitation sent and not used yet."""
    rows = Lien.objects.filter(demande=demande, usage=UsageLien.CODEMANDEUR, utilise_le=None, expire_le__gt=at)
    return rows.order_by("-cree_le").first()
