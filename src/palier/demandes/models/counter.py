"""Codes and links that are shown once: at a guichet, to an employer, to the other adult, to a telephone."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models

from palier.base.models import Entity
from palier.coffre.fields import SealedField
from palier.demandes.enums import UsageLien
from palier.demandes.models.demande import Demande


class CodeGuichet(Entity):
    """The one-time code that a person shows at a guichet; it opens `guichet.enregistrer` on one demande for 24 h."""

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="codes_guichet")
    code_index = models.CharField(max_length=64, unique=True)
    cree_le = models.DateTimeField()
    expire_le = models.DateTimeField()
    ouvert_par = models.UUIDField(null=True)
    ouvert_le = models.DateTimeField(null=True)

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "demande": "P1",
        "code_index": "P7",
        "cree_le": "P1",
        "expire_le": "P1",
        "ouvert_par": "P1",
        "ouvert_le": "P1",
    }

    def __str__(self) -> str:
        return f"code de la demande {self.demande_id}"


class Lien(Entity):
    """A one-time link or code that a person gives to somebody: only its blind index is kept.

    It belongs to an account, with or without a demande, so that whoever opens it learns nothing of one.
    """

    titulaire = models.ForeignKey("accounts.User", on_delete=models.CASCADE, related_name="liens")
    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, null=True, related_name="liens")
    usage = models.CharField(max_length=16, choices=UsageLien)
    code_index = models.CharField(max_length=64, unique=True)
    contenu = SealedField(null=True)  # what the link is about: a name, a telephone
    cree_le = models.DateTimeField()
    expire_le = models.DateTimeField()
    utilise_le = models.DateTimeField(null=True)
    essais = models.PositiveSmallIntegerField(default=0)

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "titulaire": "P2",
        "demande": "P1",
        "usage": "P1",
        "code_index": "P7",
        "contenu": "P2",
        "cree_le": "P1",
        "expire_le": "P1",
        "utilise_le": "P1",
        "essais": "P1",
    }

    class Meta:
        indexes = [models.Index(fields=["titulaire", "usage", "-cree_le"], name="lien_par_usage")]

    def __str__(self) -> str:
        return f"lien {self.usage} {self.pk}"

    def person_id(self) -> uuid.UUID:
        return self.titulaire_id
