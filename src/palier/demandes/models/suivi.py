"""What follows a demande: exchanges with the registration system, reminders sent, duplicates found."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models

from palier.base.models import Entity
from palier.coffre.fields import SealedField
from palier.demandes import states
from palier.demandes.enums import ObjetContestation, ObjetRappel, OperationRegistre
from palier.demandes.models.demande import Demande
from palier.journal.models import Stateful

if TYPE_CHECKING:
    from palier.base.actor import Actor


class Echange(Entity, Stateful):
    """One thing to tell the registration system, written with the act it follows; `reference` makes it told once."""

    life = states.ECHANGE

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="echanges")
    operation = models.CharField(max_length=16, choices=OperationRegistre)
    reference = models.CharField(max_length=80, unique=True)
    contenu = SealedField(null=True)
    cree_le = models.DateTimeField()
    essais = models.PositiveSmallIntegerField(default=0)
    prochain_essai_le = models.DateTimeField()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "state": "P1",
        "state_since": "P1",
        "demande": "P1",
        "operation": "P1",
        "reference": "P1",
        "contenu": "P3",
        "cree_le": "P1",
        "essais": "P1",
        "prochain_essai_le": "P1",
    }

    class Meta:
        indexes = [models.Index(fields=["state", "prochain_essai_le"], name="echange_a_envoyer")]

    def __str__(self) -> str:
        return self.reference

    def person_id(self) -> uuid.UUID:
        return self.demande.titulaire_id


class Rappel(Entity):
    """A reminder that was announced: once for each due date and number of days."""

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="rappels")
    objet = models.CharField(max_length=16, choices=ObjetRappel)
    objet_id = models.UUIDField(null=True)
    echeance = models.DateField()
    jours = models.PositiveSmallIntegerField()
    cree_le = models.DateTimeField()

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        ("id", "demande", "objet", "objet_id", "echeance", "jours", "cree_le"), "P1"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["demande", "objet", "objet_id", "echeance", "jours"],
                nulls_distinct=False,
                name="rappel_une_fois",
            )
        ]

    def __str__(self) -> str:
        return f"rappel {self.objet} à {self.jours} jours"


class Doublon(Entity, Stateful):
    """Two demandes that may be of the same person: labelled, looked at side by side, never deleted."""

    life = states.DOUBLON

    ancienne = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="doublons_recents")
    recente = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="doublons_anciens")
    indices = ArrayField(models.CharField(max_length=20), default=list)  # what made them look alike
    signale_le = models.DateTimeField()

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        ("id", "state", "state_since", "ancienne", "recente", "indices", "signale_le"), "P1"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["ancienne", "recente"], name="doublon_une_paire"),
            models.CheckConstraint(
                condition=~models.Q(ancienne=models.F("recente")), name="doublon_deux_demandes"
            ),
        ]

    def __str__(self) -> str:
        return f"doublon {self.ancienne_id} {self.recente_id}"

    def person_id(self) -> uuid.UUID:
        return self.recente.titulaire_id


class ContestationQuerySet(models.QuerySet["Contestation"]):
    def visible_to(self, actor: Actor) -> ContestationQuerySet:
        """Its author's own; all of them for who answers, the délégué à la protection des données."""
        if actor.role == "dpo" and actor.user_id is not None:
            return self.all()
        if actor.role in ("demandeur", "codemandeur") and actor.user_id is not None:
            return self.filter(auteur=actor.user_id)
        return self.none()


class Contestation(Entity, Stateful):
    """A line of points or a fact of the file that a person contests; answered within the legal delay."""

    life = states.CONTESTATION

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="contestations")
    auteur = models.UUIDField()
    objet = models.CharField(max_length=8, choices=ObjetContestation)
    candidature_id = models.UUIDField(null=True)  # whose line it is
    contenu = SealedField()  # {"cible": the line or the fact in words, "texte": what the person says}
    reponse = SealedField(null=True)  # {"texte"}
    deposee_le = models.DateTimeField()
    echeance = models.DateField()
    repondue_le = models.DateTimeField(null=True)

    objects = ContestationQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "state": "P1",
        "state_since": "P1",
        "demande": "P1",
        "auteur": "P1",
        "objet": "P1",
        "candidature_id": "P1",
        "contenu": "P8",
        "reponse": "P8",
        "deposee_le": "P1",
        "echeance": "P1",
        "repondue_le": "P1",
    }

    class Meta:
        indexes = [models.Index(fields=["state", "echeance"], name="contestation_a_repondre")]

    def __str__(self) -> str:
        return f"contestation {self.pk}"

    def person_id(self) -> uuid.UUID:
        return self.demande.titulaire_id
