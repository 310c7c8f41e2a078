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
    from palier.base.actor import Actor


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
    EMPLOYEUR = "employeur", "Employeur"
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


class CodeSpecifiqueQuerySet(models.QuerySet["CodeSpecifique"]):
    def visible_to(self, actor: Actor) -> CodeSpecifiqueQuerySet:
        """The codes of the company whose hat is worn."""
        if actor.role != "employeur" or actor.organisation_id is None:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)

    def valid(self, at: datetime) -> CodeSpecifiqueQuerySet:
        """Those that work at this instant."""
        return self.filter(cree_le__lte=at, expire_le__gt=at).filter(
            models.Q(revoque_le=None) | models.Q(revoque_le__gt=at)
        )


class CodeSpecifique(Entity):
    """The code that an employer gives to one employee: it opens the dwellings that this employer reserves.

    Neither the code nor the name is kept: a blind index of each, and the end of the code to tell one from another.
    """

    organisation = models.ForeignKey(Organisation, on_delete=models.PROTECT, related_name="codes_specifiques")
    code_index = models.CharField(max_length=64, unique=True)
    fin = models.CharField(max_length=4)
    salarie_index = models.CharField(max_length=64)
    cree_le = models.DateTimeField()
    expire_le = models.DateTimeField()
    revoque_le = models.DateTimeField(null=True)

    objects = CodeSpecifiqueQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "organisation": "P4",
        "code_index": "P7",
        "fin": "P4",
        "salarie_index": "P7",
        "cree_le": "P4",
        "expire_le": "P4",
        "revoque_le": "P4",
    }

    class Meta:
        verbose_name = "code spécifique"
        constraints = [
            models.UniqueConstraint(
                fields=["organisation", "salarie_index"],
                condition=models.Q(revoque_le=None),
                name="code_specifique_un_par_salarie",
            ),
            models.CheckConstraint(
                condition=models.Q(expire_le__gt=models.F("cree_le")), name="code_specifique_expire_apres_creation"
            ),
        ]

    def __str__(self) -> str:
        return f"code …{self.fin}"


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
