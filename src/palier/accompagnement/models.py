"""Agencies, who follows which demande, and the openings in an emergency."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import F, Q

from palier.base.models import Entity
from palier.coffre.fields import SealedField

if TYPE_CHECKING:
    from palier.base.actor import Actor


class Agence(Entity):
    """Where the advisers of an organisation work: the départements whose demandes are their agency's."""

    organisation = models.OneToOneField(
        "organisations.Organisation", on_delete=models.CASCADE, related_name="agence"
    )
    departements = ArrayField(models.CharField(max_length=3), default=list)

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(("id", "organisation", "departements"), "P0")

    def __str__(self) -> str:
        return f"agence de {self.organisation_id}"


class AssignationQuerySet(models.QuerySet["Assignation"]):
    def running(self) -> AssignationQuerySet:
        return self.filter(fin_le=None)

    def visible_to(self, actor: Actor) -> AssignationQuerySet:
        """The demandes that this adviser follows now, under this hat."""
        if actor.role != "conseiller" or actor.user_id is None or actor.organisation_id is None:
            return self.none()
        return self.running().filter(conseiller_id=actor.user_id, organisation_id=actor.organisation_id)


class Assignation(Entity):
    """An adviser follows a demande from a day to another: one at a time."""

    demande = models.ForeignKey("demandes.Demande", on_delete=models.CASCADE, related_name="assignations")
    conseiller = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    depuis = models.DateTimeField()
    fin_le = models.DateTimeField(null=True)

    objects = AssignationQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = {"id": "P0"} | dict.fromkeys(
        ("demande", "conseiller", "organisation", "depuis", "fin_le"), "P1"
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["demande"], condition=Q(fin_le=None), name="assignation_une_en_cours"),
        ]
        indexes = [
            models.Index(
                fields=["conseiller", "organisation"], condition=Q(fin_le=None), name="assignation_du_conseiller"
            ),
        ]

    def __str__(self) -> str:
        return f"assignation de la demande {self.demande_id}"

    def person_id(self) -> uuid.UUID:
        return self.demande.titulaire_id


class AccesUrgence(Entity):
    """A demande opened without being assigned, for a written reason, for a short time."""

    demande = models.ForeignKey("demandes.Demande", on_delete=models.CASCADE, related_name="acces_urgence")
    conseiller = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="+")
    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="+")
    motif = SealedField()  # {"texte"}: read by the person and by the data protection officer
    ouvert_le = models.DateTimeField()
    expire_le = models.DateTimeField()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "demande": "P1",
        "conseiller": "P1",
        "organisation": "P1",
        "motif": "P8",
        "ouvert_le": "P1",
        "expire_le": "P1",
    }

    class Meta:
        constraints = [
            models.CheckConstraint(condition=Q(expire_le__gt=F("ouvert_le")), name="acces_urgence_limite"),
        ]
        indexes = [models.Index(fields=["demande", "-ouvert_le"], name="acces_urgence_demande")]

    def __str__(self) -> str:
        return f"ouverture de la demande {self.demande_id}"

    def person_id(self) -> uuid.UUID:
        return self.demande.titulaire_id
