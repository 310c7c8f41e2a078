"""Communes, their neighbours, the published grids of points, and the drafts of those to come."""

from __future__ import annotations

from datetime import date
from typing import ClassVar

from django.contrib.postgres.constraints import ExclusionConstraint
from django.contrib.postgres.fields import ArrayField, DateRangeField, RangeOperators
from django.contrib.postgres.indexes import GinIndex, OpClass
from django.db import models
from django.db.models import F, Func, Q, Value

from palier.base.actor import Actor
from palier.base.fields import folded
from palier.base.models import Entity


class Commune(models.Model):
    """A commune, or an arrondissement of Paris, Lyon, Marseille (`commune_parente` set; not counted twice).

    Position in decimal degrees (WGS84): the town hall, else a point inside. Population: inhabitants, 2023.
    """

    code = models.CharField(max_length=5, primary_key=True)
    nom = models.CharField(max_length=80)
    nom_fold = folded("nom")
    code_departement = models.CharField(max_length=3)
    code_region = models.CharField(max_length=2)
    siren_epci = models.CharField(max_length=9, blank=True, default="")
    nom_epci = models.CharField(max_length=160, blank=True, default="")
    codes_postaux = ArrayField(models.CharField(max_length=5), default=list)
    population = models.PositiveIntegerField()
    latitude = models.FloatField()
    longitude = models.FloatField()
    commune_parente = models.ForeignKey("self", on_delete=models.PROTECT, null=True, related_name="arrondissements")
    anciens_codes = ArrayField(models.CharField(max_length=5), default=list)

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            "code",
            "nom",
            "nom_fold",
            "code_departement",
            "code_region",
            "siren_epci",
            "nom_epci",
            "codes_postaux",
            "population",
            "latitude",
            "longitude",
            "commune_parente",
            "anciens_codes",
        ),
        "P0",
    )

    class Meta:
        indexes = [
            GinIndex(OpClass(F("nom_fold"), name="gin_trgm_ops"), name="commune_nom_trigram"),
            GinIndex(fields=["codes_postaux"], name="commune_codes_postaux"),
            models.Index(fields=["code_departement"], name="commune_departement"),
        ]

    def __str__(self) -> str:
        return self.nom

    @property
    def label(self) -> str:
        """The name with its département, « Nantes (44) »: what a plain form can send back."""
        return f"{self.nom} ({self.code_departement})"


class Voisinage(models.Model):
    """`voisine` shares a stretch of border with `commune`; each pair is kept in both directions.

    The loader checks every code in one query, so that 400 000 row triggers are spared at set-up.
    """

    pk = models.CompositePrimaryKey("commune_id", "voisine_id")
    commune = models.ForeignKey(
        Commune, on_delete=models.CASCADE, related_name="voisinages", db_constraint=False, db_index=False
    )
    voisine = models.ForeignKey(
        Commune, on_delete=models.CASCADE, related_name="+", db_constraint=False, db_index=False
    )

    field_classes: ClassVar[dict[str, str]] = {"pk": "P0", "commune": "P0", "voisine": "P0"}

    class Meta:
        constraints = [
            models.CheckConstraint(condition=~Q(commune=F("voisine")), name="voisinage_pas_avec_soi"),
        ]

    def __str__(self) -> str:
        return f"{self.commune_id} {self.voisine_id}"


class GrilleQuerySet(models.QuerySet["Grille"]):
    def public(self) -> GrilleQuerySet:
        """The grids that anyone may read: all of them, a row is written when a grid is published."""
        return self.filter(publiee_le__isnull=False)

    def in_force(self, au: date) -> GrilleQuerySet:
        """Those that apply on a day."""
        ends = Q(en_vigueur_jusqu_au__isnull=True) | Q(en_vigueur_jusqu_au__gte=au)
        return self.filter(ends, en_vigueur_depuis__lte=au)


class Grille(Entity):
    """A published grid of points: its TOML text, its fingerprint, and the days it is in force (last day included).

    `perimetre` lists where it applies: SIREN of EPCI (9 digits, what a real EPCI writes: its own) and département
    codes (2 or 3 characters) for a grid that the EPCI of a département share. For a commune the grid of its EPCI
    outranks that of its département. A published text is never edited: a change is a new version.
    """

    code = models.SlugField(max_length=60)
    version = models.PositiveSmallIntegerField()
    libelle = models.CharField(max_length=160)
    texte = models.TextField()
    empreinte = models.CharField(max_length=64)
    perimetre = ArrayField(models.CharField(max_length=9))
    en_vigueur_depuis = models.DateField()
    en_vigueur_jusqu_au = models.DateField(null=True)
    publiee_le = models.DateTimeField()
    deliberation = models.CharField(max_length=200)
    fictif = models.BooleanField(default=False)

    objects = GrilleQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            "id",
            "code",
            "version",
            "libelle",
            "texte",
            "empreinte",
            "perimetre",
            "en_vigueur_depuis",
            "en_vigueur_jusqu_au",
            "publiee_le",
            "deliberation",
            "fictif",
        ),
        "P0",
    )

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["code", "version"], name="grille_version"),
            models.CheckConstraint(
                condition=Q(en_vigueur_jusqu_au__isnull=True) | Q(en_vigueur_jusqu_au__gte=F("en_vigueur_depuis")),
                name="grille_fin_apres_debut",
            ),
            models.CheckConstraint(condition=~Q(perimetre=[]), name="grille_perimetre"),
            ExclusionConstraint(
                name="grille_sans_chevauchement",
                expressions=[
                    ("code", RangeOperators.EQUAL),
                    (
                        Func(
                            F("en_vigueur_depuis"),
                            F("en_vigueur_jusqu_au"),
                            Value("[]"),
                            function="daterange",
                            output_field=DateRangeField(),
                        ),
                        RangeOperators.OVERLAPS,
                    ),
                ],
            ),
        ]

    def __str__(self) -> str:
        return f"{self.libelle}, version {self.version}"

    def moment(self, au: date) -> str:
        """Where the grid stands on a day: « en vigueur », « à venir » or « passée »."""
        if self.en_vigueur_depuis > au:
            return "à venir"
        over = self.en_vigueur_jusqu_au is not None and self.en_vigueur_jusqu_au < au
        return "passée" if over else "en vigueur"


class BrouillonGrilleQuerySet(models.QuerySet["BrouillonGrille"]):
    def visible_to(self, actor: Actor) -> BrouillonGrilleQuerySet:
        """The drafts of the actor's collectivité; nobody else reads a grid before it is voted."""
        if actor.role != "collectivite" or actor.organisation_id is None:
            return self.none()
        return self.filter(organisation_id=actor.organisation_id)

    def open(self) -> BrouillonGrilleQuerySet:
        """Those neither published nor set aside, the last written first."""
        return self.filter(clos_le=None).order_by("-updated_at", "id")


class BrouillonGrille(Entity):
    """A grid being written: TOML text that may still be wrong, owned by an organisation (opaque id, kept above).

    `version` counts the saves: a save names the one it read, so that two agents never overwrite each other.
    `perimetre` is that of the organisation. Published or set aside, `clos_le` is set and nothing changes any more.
    """

    organisation_id = models.UUIDField()
    libelle = models.CharField(max_length=160)
    texte = models.TextField()
    perimetre = ArrayField(models.CharField(max_length=9))
    version = models.PositiveIntegerField(default=1)
    created_at = models.DateTimeField()
    updated_at = models.DateTimeField()
    clos_le = models.DateTimeField(null=True)

    objects = BrouillonGrilleQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            "id",
            "organisation_id",
            "libelle",
            "texte",
            "perimetre",
            "version",
            "created_at",
            "updated_at",
            "clos_le",
        ),
        "P0",
    )

    class Meta:
        indexes = [models.Index(fields=["organisation_id", "-updated_at"], name="brouillon_organisation")]

    def __str__(self) -> str:
        return self.libelle
