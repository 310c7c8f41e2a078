"""What a bailleur owns and offers: programme, logement, offre."""

from __future__ import annotations

from typing import TYPE_CHECKING, ClassVar

from django.db import models
from django.db.models import F, Q

from palier.base.models import Entity
from palier.journal.models import Stateful
from palier.parc import states
from palier.parc.enums import Financement, Typologie

if TYPE_CHECKING:
    from palier.base.actor import Actor


class Programme(Entity):
    """A building or estate of one bailleur, in one commune."""

    bailleur = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="programmes")
    nom = models.CharField(max_length=120)
    commune = models.ForeignKey("territoires.Commune", on_delete=models.PROTECT, related_name="+")
    quartier = models.CharField(max_length=120, blank=True, default="")
    adresse = models.CharField(max_length=200)

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        ("id", "bailleur", "nom", "commune", "quartier", "adresse"), "P0"
    )

    class Meta:
        constraints = [models.UniqueConstraint(fields=["bailleur", "nom"], name="programme_nom_par_bailleur")]

    def __str__(self) -> str:
        return self.nom


class Logement(Entity):
    """One dwelling. Rents in cents a month, area in m². `reservataire` null = the bailleur designates itself."""

    programme = models.ForeignKey(Programme, on_delete=models.PROTECT, related_name="logements")
    numero = models.CharField(max_length=20)
    typologie = models.CharField(max_length=5, choices=Typologie)
    surface = models.DecimalField(max_digits=6, decimal_places=2)
    etage = models.SmallIntegerField(default=0)
    ascenseur = models.BooleanField(default=False)
    adapte = models.BooleanField(default=False)
    financement = models.CharField(max_length=4, choices=Financement)
    loyer_hc_cents = models.PositiveIntegerField()
    charges_cents = models.PositiveIntegerField(default=0)
    dpe = models.CharField(max_length=1, blank=True, default="")
    reservataire = models.ForeignKey(
        "organisations.Organisation", on_delete=models.PROTECT, null=True, related_name="logements_reserves"
    )

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            "id",
            "programme",
            "numero",
            "typologie",
            "surface",
            "etage",
            "ascenseur",
            "adapte",
            "financement",
            "loyer_hc_cents",
            "charges_cents",
            "dpe",
            "reservataire",
        ),
        "P0",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["programme", "numero"], name="logement_numero_par_programme"),
            models.CheckConstraint(condition=Q(surface__gte=9), name="logement_surface_min"),
            models.CheckConstraint(condition=Q(loyer_hc_cents__gt=0), name="logement_loyer_positif"),
        ]

    def __str__(self) -> str:
        return f"{self.typologie} {self.numero}"

    @property
    def loyer_cc_cents(self) -> int:
        return self.loyer_hc_cents + self.charges_cents


class OffreQuerySet(models.QuerySet["Offre"]):
    def public(self) -> OffreQuerySet:
        """What anyone may read: published at least once. Drafts and programmed offres are the bailleur's alone."""
        return self.exclude(state__in=("brouillon", "programmee")).filter(publiee_le__isnull=False)

    def visible_to(self, actor: Actor) -> OffreQuerySet:
        """The offres on which `actor` works: own organisation as bailleur, own contingent as réservataire."""
        if actor.organisation_id is None:
            return self.public()
        if actor.role in ("bailleur", "membre_caleol"):
            return self.filter(logement__programme__bailleur_id=actor.organisation_id)
        if actor.role == "reservataire":
            return self.filter(logement__reservataire_id=actor.organisation_id).public()
        return self.none()

    def with_place(self) -> OffreQuerySet:
        """With all that a row shows and ranks on: dwelling, commune, bailleur, réservataire, grid without its text."""
        return self.select_related(
            "logement__programme__commune", "logement__programme__bailleur", "logement__reservataire", "grille"
        ).defer("grille__texte")


class Offre(Entity, Stateful):
    """A dwelling offered during a window. Points are counted at `cloture_le`, whatever the hour of arrival."""

    life = states.OFFRE

    logement = models.ForeignKey(Logement, on_delete=models.PROTECT, related_name="offres")
    grille = models.ForeignKey("territoires.Grille", on_delete=models.PROTECT, related_name="+")
    created_at = models.DateTimeField()
    publiee_le = models.DateTimeField(null=True)
    cloture_le = models.DateTimeField(null=True)
    disponible_le = models.DateField()
    description = models.CharField(max_length=1000, blank=True, default="")
    presentes = models.PositiveSmallIntegerField(default=3)
    motif_retrait = models.CharField(max_length=20, blank=True, default="")
    version = models.PositiveIntegerField(default=1)

    objects = OffreQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            "id",
            "state",
            "state_since",
            "logement",
            "grille",
            "created_at",
            "publiee_le",
            "cloture_le",
            "disponible_le",
            "description",
            "presentes",
            "motif_retrait",
            "version",
        ),
        "P0",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["logement"], condition=Q(state__in=states.OFFRE.live), name="offre_une_vivante_par_logement"
            ),
            models.CheckConstraint(
                condition=Q(state="brouillon")
                | Q(state="retiree")
                | Q(publiee_le__isnull=False, cloture_le__gt=F("publiee_le")),
                name="offre_fenetre",
            ),
            models.CheckConstraint(condition=Q(presentes__gte=1), name="offre_presentes"),
        ]
        indexes = [
            models.Index(fields=["cloture_le", "id"], condition=Q(state="publiee"), name="offre_ouverte"),
            models.Index(fields=["publiee_le"], condition=Q(state="programmee"), name="offre_programmee"),
        ]

    def __str__(self) -> str:
        return f"offre {self.pk}"
