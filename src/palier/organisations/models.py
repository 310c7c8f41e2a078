"""Who works on the platform for whom: organisations and the memberships that give a hat."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models

from palier.base.models import Entity
from palier.organisations.tokens import ApiToken, Scope

if TYPE_CHECKING:
    from palier.accounts.models import User


__all__ = ["ApiToken", "Kind", "Membership", "Organisation", "Role", "Scope"]


class Kind(models.TextChoices):
    BAILLEUR = "bailleur", "Bailleur"
    RESERVATAIRE = "reservataire", "Réservataire"
    EMPLOYEUR = "employeur", "Employeur"
    COLLECTIVITE = "collectivite", "Collectivité"
    PLATEFORME = "plateforme", "Plateforme"


class Role(models.TextChoices):
    """Hats that a membership can give; plain role names of the policy table."""

    BAILLEUR = "bailleur", "Bailleur"
    MEMBRE_CALEOL = "membre_caleol", "Membre de la commission"
    RESERVATAIRE = "reservataire", "Réservataire"
    CONSEILLER = "conseiller", "Conseiller"
    COLLECTIVITE = "collectivite", "Collectivité"
    AUDITEUR = "auditeur", "Auditeur"
    DPO = "dpo", "Délégué à la protection des données"
    ADMIN = "admin", "Administrateur"


class Organisation(Entity):
    """A bailleur, a réservataire, an employer or a collectivité."""

    kind = models.CharField(max_length=12, choices=Kind)
    nom = models.CharField(max_length=120, unique=True)
    siret = models.CharField(max_length=14, blank=True, default="")

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(("id", "kind", "nom", "siret"), "P0")

    def __str__(self) -> str:
        return self.nom


class MembershipQuerySet(models.QuerySet["Membership"]):
    def usable_by(self, user: User) -> MembershipQuerySet:
        """The hats that `user` may put on now."""
        return self.filter(user_id=user.pk, active=True).select_related("organisation")


class Membership(Entity):
    """One hat: a user acting for an organisation under one role. Several hats, one worn at a time."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="memberships")
    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="memberships")
    role = models.CharField(max_length=16, choices=Role)
    active = models.BooleanField(default=True)

    objects = MembershipQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(("id", "user", "organisation", "role", "active"), "P1")

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["user", "organisation", "role"], name="membership_un_chapeau"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.organisation_id}"
