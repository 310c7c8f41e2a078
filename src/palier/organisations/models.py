"""Who works on the platform for whom: organisations, the memberships that give a hat, the tokens of programs."""

from __future__ import annotations

import hashlib
import secrets
from datetime import datetime
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from palier.base import limits
from palier.base.models import Entity

if TYPE_CHECKING:
    from palier.accounts.models import User


PREFIX = "palier_"


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


class Scope(models.TextChoices):
    DEMANDE = "demande", "Lire ma demande"
    CANDIDATURES = "candidatures", "Lire, déposer et retirer mes candidatures"
    PROPOSITIONS = "propositions", "Lire mes propositions et y répondre"
    OFFRES = "offres", "Publier et retirer les offres de mon organisation"


def digest(token: str) -> str:
    """SHA-256 of a token of 256 random bits: nothing to guess, so no slow hash is needed."""
    return hashlib.sha256(token.encode()).hexdigest()


class ApiTokenQuerySet(models.QuerySet["ApiToken"]):
    def usable(self, token: str, at: datetime) -> ApiTokenQuerySet:
        """The row of this token when it is neither expired nor revoked and its owner is active."""
        return self.filter(
            digest=digest(token), expires_at__gt=at, revoked_at__isnull=True, user__is_active=True
        ).select_related("user", "membership")


class ApiToken(Entity):
    """A bearer token: its owner, the hat it wears if any, its scopes, at most 90 days."""

    user = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="api_tokens")
    membership = models.ForeignKey(
        "organisations.Membership", on_delete=models.CASCADE, null=True, related_name="api_tokens"
    )
    label = models.CharField(max_length=60)
    digest = models.CharField(max_length=64, unique=True)
    scopes = ArrayField(models.CharField(max_length=20, choices=Scope))
    created_at = models.DateTimeField()
    expires_at = models.DateTimeField()
    revoked_at = models.DateTimeField(null=True)

    objects = ApiTokenQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "user": "P1",
        "membership": "P1",
        "label": "P1",
        "digest": "P7",
        "scopes": "P1",
        "created_at": "P1",
        "expires_at": "P1",
        "revoked_at": "P1",
    }

    class Meta:
        verbose_name = "jeton d'API"
        constraints = [
            models.CheckConstraint(
                condition=models.Q(expires_at__gt=models.F("created_at")), name="api_token_expire_apres_creation"
            )
        ]

    def __str__(self) -> str:
        return self.label

    @classmethod
    def mint(
        cls, *, user: User, scopes: list[str], label: str, at: datetime, membership: Membership | None = None
    ) -> tuple[ApiToken, str]:
        """A new unsaved row and the only sight of its token. It lives as long as `api_token` of base/limits.toml."""
        token = PREFIX + secrets.token_urlsafe(32)
        row = cls(
            user=user,
            membership=membership,
            label=label,
            digest=digest(token),
            scopes=scopes,
            created_at=at,
            expires_at=at + limits.duration("api_token"),
        )
        return row, token
