"""The pieces that prove a demande, and their sealed files."""

from __future__ import annotations

import uuid
from typing import ClassVar

from django.db import models
from django.db.models import Q

from palier.base.models import Entity
from palier.coffre.fields import SealedField
from palier.demandes import states
from palier.demandes.models.demande import Demande, Personne
from palier.journal.models import Stateful


class Piece(Entity, Stateful):
    """One piece: seen at a guichet on the person's one-time code, or added as files by the person."""

    life = states.PIECE

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="pieces")
    code = models.CharField(max_length=40)
    personne = models.ForeignKey(Personne, on_delete=models.SET_NULL, null=True, related_name="pieces")
    deposee_le = models.DateTimeField(null=True)
    datee_le = models.DateField(null=True)  # the day written on the document
    expire_le = models.DateField(null=True)
    vue_le = models.DateField(null=True)
    vue_par = models.UUIDField(null=True)
    organisation_id = models.UUIDField(null=True)
    # {"type", "pages", "deux_d_doc", "champs", "regles": [{"code", "resultat", "texte"}]}
    analyse = SealedField(null=True)
    explication = SealedField(null=True)  # {"texte"}: « expliquer ma situation »
    motif_refus = models.CharField(max_length=40, blank=True, default="")

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "state": "P5",
        "state_since": "P5",
        "demande": "P1",
        "code": "P5",
        "personne": "P1",
        "deposee_le": "P5",
        "datee_le": "P5",
        "expire_le": "P5",
        "vue_le": "P5",
        "vue_par": "P1",
        "organisation_id": "P1",
        "analyse": "P5",
        "explication": "P8",
        "motif_refus": "P8",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["demande", "code", "personne"],
                condition=Q(state="validee"),
                nulls_distinct=False,
                name="piece_une_valide_par_code",
            ),
            models.CheckConstraint(
                condition=Q(vue_le__isnull=False) | Q(deposee_le__isnull=False), name="piece_vue_ou_deposee"
            ),
        ]
        indexes = [
            models.Index(fields=["expire_le"], condition=Q(expire_le__isnull=False), name="piece_expiration"),
            models.Index(fields=["state", "state_since"], name="piece_etat"),
        ]

    def __str__(self) -> str:
        return self.code

    def person_id(self) -> uuid.UUID:
        return self.demande.titulaire_id


class Fichier(Entity):
    """One re-made PDF of a piece, sealed in the storage; `objet` is its name there, `cle` its wrapped key."""

    piece = models.ForeignKey(Piece, on_delete=models.CASCADE, related_name="fichiers")
    ordre = models.PositiveSmallIntegerField()
    objet = models.CharField(max_length=80, unique=True)
    cle = models.BinaryField()
    empreinte = models.CharField(max_length=64)  # SHA-256 of the sealed bytes
    version = models.PositiveSmallIntegerField(default=1)
    octets = models.PositiveIntegerField()
    pages = models.PositiveSmallIntegerField()
    recu_le = models.DateTimeField()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "piece": "P5",
        "ordre": "P5",
        "objet": "P7",
        "cle": "P7",
        "empreinte": "P7",
        "version": "P5",
        "octets": "P5",
        "pages": "P5",
        "recu_le": "P5",
    }

    class Meta:
        ordering = ["ordre"]
        constraints = [models.UniqueConstraint(fields=["piece", "ordre"], name="fichier_un_par_ordre")]

    def __str__(self) -> str:
        return f"fichier {self.ordre} de {self.piece_id}"

    def person_id(self) -> uuid.UUID:
        return self.piece.demande.titulaire_id
