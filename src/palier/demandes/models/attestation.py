"""What an employer attested through a one-time link: about an account, with or without a demande."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q

from palier.base.models import Entity
from palier.coffre.fields import SealedField
from palier.demandes.enums import Contrat
from palier.demandes.models.counter import Lien

if TYPE_CHECKING:
    from palier.base.actor import Actor


class AttestationEmployeurQuerySet(models.QuerySet["AttestationEmployeur"]):
    def visible_to(self, actor: Actor) -> AttestationEmployeurQuerySet:
        """The attestations about this very person; an employer reads none again."""
        if actor.user_id is None or actor.role not in ("demandeur", "codemandeur"):
            return self.none()
        return self.filter(titulaire_id=actor.user_id)


class AttestationEmployeur(Entity):
    """One attestation, signed once: the employee, the contract, its days, a transfer, or the end of the job.

    It is a fact told by whoever held the link, not a piece: a person of the guichet or an adviser looks at it.
    """

    titulaire = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="attestations")
    lien = models.OneToOneField(Lien, on_delete=models.CASCADE, related_name="attestation")
    siret = models.CharField(max_length=14)
    present = models.BooleanField()  # False: « n'est plus salarié »
    contrat = models.CharField(max_length=12, blank=True, default="", choices=Contrat)
    depuis = models.DateField(null=True)
    fin = models.DateField(null=True)
    mobilite_le = models.DateField(null=True)  # the day of a transfer, when there is one
    signataire = SealedField()  # {"nom", "fonction"}
    signee_le = models.DateTimeField()

    objects = AttestationEmployeurQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "titulaire": "P2",
        "lien": "P1",
        "siret": "P4",
        "present": "P4",
        "contrat": "P4",
        "depuis": "P4",
        "fin": "P4",
        "mobilite_le": "P4",
        "signataire": "P2",
        "signee_le": "P4",
    }

    class Meta:
        verbose_name = "attestation de l'employeur"
        constraints = [
            models.CheckConstraint(condition=Q(present=False) | ~Q(contrat=""), name="attestation_present_a_un_contrat")
        ]
        indexes = [models.Index(fields=["titulaire", "-signee_le"], name="attestation_par_personne")]

    def __str__(self) -> str:
        return f"attestation {self.pk}"

    def person_id(self) -> uuid.UUID:
        return self.titulaire_id
