"""What an employer said of a person, and the links that wait for one."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from palier import coffre
from palier.demandes.enums import UsageLien
from palier.demandes.models import AttestationEmployeur, Lien

EMPLOYEUR_SCOPE = "employeur"


def usable_employeur_link(token: str, at: datetime) -> Lien | None:
    """The link, when it exists, was not used and has not expired; None in every other case, which nobody can tell."""
    index = coffre.blind_index(token[:100], scope=EMPLOYEUR_SCOPE)
    rows = Lien.objects.filter(code_index=index, usage=UsageLien.EMPLOYEUR, utilise_le=None, expire_le__gt=at)
    return rows.first()


def waiting_employeur_links(user_id: UUID, at: datetime) -> list[Lien]:
    """The links of this person that an employer may still open, latest first."""
    rows = Lien.objects.filter(titulaire_id=user_id, usage=UsageLien.EMPLOYEUR, utilise_le=None, expire_le__gt=at)
    return list(rows.order_by("-cree_le"))


def attestations_of(user_id: UUID) -> list[AttestationEmployeur]:
    """What employers attested of this person, latest first."""
    return list(AttestationEmployeur.objects.filter(titulaire_id=user_id).order_by("-signee_le"))
