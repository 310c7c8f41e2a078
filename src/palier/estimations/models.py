"""Fits of a territory, estimates that a person may read, the choice to have none, our score, the audit."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.db import models
from django.db.models import Q

from palier.base.models import Entity
from palier.estimations.enums import Genre, Origine, Source, Statut

if TYPE_CHECKING:
    from palier.base.actor import Actor


_SHOWN_CHANGES = (
    "OLD.montree_le IS NOT NULL AND (to_jsonb(OLD) - 'courante') IS DISTINCT FROM (to_jsonb(NEW) - 'courante')"
)


class Ajustement(Entity):
    """What was learned from the journal of one territory before `coupe_le`. Never changed: an estimate names its fit.

    `territoire` is the code of a published grid: its perimeter. `parametres` is what `chances` writes of a fit.
    """

    append_only: ClassVar[bool] = True

    territoire = models.CharField(max_length=60)
    coupe_le = models.DateTimeField()
    fait_le = models.DateTimeField()
    origine = models.CharField(max_length=14, choices=Origine)
    offres_finies = models.PositiveIntegerField()
    contactees = models.PositiveIntegerField()
    decisions = models.PositiveIntegerField()
    parametres = models.JSONField()
    empreinte = models.CharField(max_length=64)

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "territoire": "P0",
        "coupe_le": "P0",
        "fait_le": "P0",
        "origine": "P0",
        "offres_finies": "P0",
        "contactees": "P0",
        "decisions": "P0",
        "parametres": "P9",
        "empreinte": "P0",
    }

    class Meta:
        indexes = [models.Index(fields=["territoire", "-fait_le"], name="ajustement_territoire")]
        triggers = [pgtrigger.Protect(name="ajustement_immuable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"ajustement {self.territoire} {self.coupe_le:%Y-%m-%d}"

    @property
    def demonstration(self) -> bool:
        return self.origine == Origine.DEMONSTRATION


class Rejeu(models.Model):
    """The last 12 months of a territory, ready to be replayed for anybody: one row a territory, the latest only.

    `acheve_le`: when every estimate of the territory had been made again from it; None while that runs.
    """

    territoire = models.CharField(max_length=60, primary_key=True)
    ajustement = models.ForeignKey(Ajustement, on_delete=models.PROTECT, related_name="+")
    fait_le = models.DateTimeField()
    tables = models.JSONField()
    # the three delays, and what became of demandes: {"loges": [months, n], "attente": [months, n], "stock_flux",
    # "stock", "flux", "un_an", "devenir", "arretes_le": the last day they count}
    reperes = models.JSONField(default=dict)
    acheve_le = models.DateTimeField(null=True)

    field_classes: ClassVar[dict[str, str]] = {
        "territoire": "P0",
        "ajustement": "P0",
        "fait_le": "P0",
        "tables": "P9",
        "reperes": "P0",
        "acheve_le": "P0",
    }

    def __str__(self) -> str:
        return f"rejeu {self.territoire}"


class EstimationQuerySet(models.QuerySet["Estimation"]):
    def visible_to(self, actor: Actor) -> EstimationQuerySet:
        """A person's own, under the hat of the holder. Nobody else ever reads one."""
        if actor.role == "demandeur" and actor.user_id is not None:
            return self.filter(demande__titulaire_id=actor.user_id)
        return self.none()

    def current(self) -> EstimationQuerySet:
        return self.filter(courante=True)

    def shown(self) -> EstimationQuerySet:
        """Those that a person was shown: what our score is computed on."""
        return self.filter(montree_le__isnull=False)


class Estimation(Entity):
    """One estimate: value, range, digest of its inputs, date, and when it was first shown.

    What was shown is never changed nor removed, so that it can be scored later. What was never shown is replaced by
    the next value in place: a hundred arrivals on an offre leave one row each candidature, not a hundred.
    """

    genre = models.CharField(max_length=8, choices=Genre)
    demande = models.ForeignKey("demandes.Demande", on_delete=models.PROTECT, related_name="+")
    candidature = models.ForeignKey("candidatures.Candidature", on_delete=models.PROTECT, null=True, related_name="+")
    ajustement = models.ForeignKey(Ajustement, on_delete=models.PROTECT, null=True, related_name="+")
    faite_le = models.DateTimeField()
    cause = models.CharField(max_length=60)  # kind of the event, or « nuit »
    empreinte = models.CharField(max_length=64)  # SHA-256 of the inputs
    proba = models.FloatField(null=True)
    bas = models.FloatField(null=True)
    haut = models.FloatField(null=True)
    statut = models.CharField(max_length=12, choices=Statut)
    detail = models.JSONField(default=dict)
    montree_le = models.DateTimeField(null=True)
    courante = models.BooleanField(default=True)

    objects = EstimationQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "genre": "P9",
        "demande": "P1",
        "candidature": "P1",
        "ajustement": "P0",
        "faite_le": "P9",
        "cause": "P9",
        "empreinte": "P9",
        "proba": "P9",
        "bas": "P9",
        "haut": "P9",
        "statut": "P9",
        "detail": "P9",
        "montree_le": "P9",
        "courante": "P9",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["candidature", "genre"],
                condition=Q(courante=True, candidature__isnull=False),
                name="estimation_une_par_candidature",
            ),
            models.UniqueConstraint(
                fields=["demande", "genre"],
                condition=Q(courante=True, candidature__isnull=True),
                name="estimation_une_par_demande",
            ),
            models.CheckConstraint(
                condition=Q(proba__isnull=True) | Q(proba__gte=0, proba__lte=1), name="estimation_proba"
            ),
            models.CheckConstraint(
                condition=Q(proba__isnull=True) | Q(bas__isnull=False, haut__isnull=False),
                name="estimation_a_sa_fourchette",
            ),
        ]
        indexes = [
            models.Index(fields=["genre", "montree_le"], condition=Q(montree_le__isnull=False), name="estimation_notee")
        ]
        triggers = [
            pgtrigger.Protect(
                name="estimation_montree_gardee",
                operation=pgtrigger.Delete,
                condition=pgtrigger.Q(old__montree_le__isnull=False),
            ),
            pgtrigger.Protect(
                name="estimation_montree_figee",
                operation=pgtrigger.Update,
                condition=pgtrigger.Condition(_SHOWN_CHANGES),
            ),
        ]

    def __str__(self) -> str:
        return f"{self.genre} {self.pk}"

    def person_id(self) -> uuid.UUID:
        return self.demande.titulaire_id


class Choix(Entity):
    """The person switched every estimate off since a day; None once they are on again."""

    demande = models.OneToOneField("demandes.Demande", on_delete=models.CASCADE, related_name="+")
    coupees_le = models.DateTimeField(null=True)

    field_classes: ClassVar[dict[str, str]] = {"id": "P0", "demande": "P1", "coupees_le": "P1"}

    class Meta:
        verbose_name_plural = "choix"

    def __str__(self) -> str:
        return f"choix {self.pk}"

    def person_id(self) -> uuid.UUID:
        return self.demande.titulaire_id


class Score(Entity):
    """How often our estimates were right on one quarter: a zone and a size, or all of them (""). Public, never changed.

    Figures are empty while fewer offres ended than make a figure; `offres` and `cas` then say how few.
    """

    append_only: ClassVar[bool] = True

    debut = models.DateField()
    fin = models.DateField()  # first day after the quarter
    source = models.CharField(max_length=8, choices=Source)
    origine = models.CharField(max_length=14, choices=Origine)
    zone = models.CharField(max_length=5, blank=True, default="")  # Abis, A, B1, B2, C
    typologie = models.CharField(max_length=5, blank=True, default="")
    offres = models.PositiveIntegerField()
    cas = models.PositiveIntegerField()
    base = models.FloatField(null=True)
    annonce = models.FloatField(null=True)
    brier = models.FloatField(null=True)
    log_perte = models.FloatField(null=True)
    ece = models.FloatField(null=True)
    couverture = models.FloatField(null=True)
    cas_couverture = models.PositiveIntegerField(default=0)
    # reliability: [[share of the cases, mean announced, mean happened, cases], …], lowest announced first
    bacs = models.JSONField(default=list)
    calcule_le = models.DateTimeField()

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            "id", "debut", "fin", "source", "origine", "zone", "typologie", "offres", "cas", "base", "annonce",
            "brier", "log_perte", "ece", "couverture", "cas_couverture", "bacs", "calcule_le",
        ),
        "P0",
    )  # fmt: skip

    class Meta:
        constraints = [
            models.UniqueConstraint(fields=["debut", "source", "zone", "typologie"], name="score_une_fois"),
        ]
        triggers = [pgtrigger.Protect(name="score_immuable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"score {self.debut} {self.source} {self.zone or 'toutes'} {self.typologie or 'toutes'}"


class AuditQuerySet(models.QuerySet["Audit"]):
    def visible_to(self, actor: Actor) -> AuditQuerySet:
        """The auditor alone, in aggregates."""
        return self.all() if actor.role == "auditeur" and actor.user_id is not None else self.none()


class Audit(Entity):
    """Whether a selection treated groups alike on one quarter of a territory. Aggregates only, never changed.

    It serves nothing else: no estimate, no grid and no order ever reads it. `lignes` are those of `chances.equite`,
    with `confirmee`: the alert of the quarter before was there already.
    """

    append_only: ClassVar[bool] = True

    territoire = models.CharField(max_length=60)
    debut = models.DateField()
    fin = models.DateField()
    offres = models.PositiveIntegerField()
    lignes = models.JSONField(default=list)
    variables = models.JSONField(default=list)  # of which something is known
    # [{"variable", "modalite", "effectif", "cas", "annonce", "arrive", "z"}, …]: our chances in each group
    calibration = models.JSONField(default=list)
    calcule_le = models.DateTimeField()

    objects = AuditQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "territoire": "P0",
        "debut": "P0",
        "fin": "P0",
        "offres": "P0",
        "lignes": "P1",
        "variables": "P0",
        "calibration": "P1",
        "calcule_le": "P0",
    }

    class Meta:
        constraints = [models.UniqueConstraint(fields=["territoire", "debut"], name="audit_une_fois")]
        triggers = [pgtrigger.Protect(name="audit_immuable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"audit {self.territoire} {self.debut}"
