"""A study: the grid in force against a draft, on the demandes of one territory. Aggregates only are kept."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import Q
from django.db.models.functions import Now

from palier.base.models import Entity
from palier.etudes import states
from palier.etudes.enums import MotifEchec
from palier.journal.models import Stateful

if TYPE_CHECKING:
    from palier.base.actor import Actor


class EtudeQuerySet(models.QuerySet["Etude"]):
    def visible_to(self, actor: Actor) -> EtudeQuerySet:
        """The studies of the actor's own collectivité."""
        if actor.role == "collectivite" and actor.organisation_id is not None:
            return self.filter(organisation_id=actor.organisation_id)
        return self.none()

    def running(self) -> EtudeQuerySet:
        return self.filter(state__in=states.RUNNING)


class Etude(Entity, Stateful):
    """One question to the whole population. The draft's text is frozen when the study is asked.

    `epci` is the SIREN of the territory; `au` the day on which points are counted; `lues` demandes of `total` were
    read; `battement` is the last sign of life of the calculation, on real time.
    """

    life = states.ETUDE

    organisation = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="etudes")
    epci = models.CharField(max_length=9)
    demandee_par = models.UUIDField()
    demandee_le = models.DateTimeField()
    au = models.DateField()
    grille = models.ForeignKey("territoires.Grille", on_delete=models.PROTECT, related_name="+")
    libelle = models.CharField(max_length=160)
    texte = models.TextField()
    empreinte = models.CharField(max_length=64)
    lues = models.PositiveIntegerField(default=0)
    total = models.PositiveIntegerField(default=0)
    battement = models.DateTimeField(db_default=Now())
    motif_echec = models.CharField(max_length=20, blank=True, default="", choices=MotifEchec)
    resultat = models.JSONField(null=True)

    objects = EtudeQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "state": "P0",
        "state_since": "P0",
        "organisation": "P0",
        "epci": "P0",
        "demandee_par": "P1",
        "demandee_le": "P0",
        "au": "P0",
        "grille": "P0",
        "libelle": "P0",
        "texte": "P0",
        "empreinte": "P0",
        "lues": "P0",
        "total": "P0",
        "battement": "P0",
        "motif_echec": "P0",
        "resultat": "P0",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["organisation"], condition=Q(state__in=states.RUNNING), name="etude_une_a_la_fois"
            ),
            models.CheckConstraint(
                condition=~Q(state="terminee") | Q(resultat__isnull=False), name="etude_terminee_a_un_resultat"
            ),
        ]
        indexes = [models.Index(fields=["organisation", "-demandee_le"], name="etude_par_organisation")]

    def __str__(self) -> str:
        return f"étude {self.pk}"

    @property
    def progres(self) -> int:
        """How much of the demandes was read, 0 to 100."""
        if self.state == "terminee":
            return 100
        return min(99, 100 * self.lues // self.total) if self.total else 0

    @property
    def echec_label(self) -> str:
        """Why the study failed, in words; "" otherwise."""
        return str(MotifEchec(self.motif_echec).label) if self.motif_echec else ""
