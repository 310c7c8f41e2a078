"""Candidature, its order keys and their changes, and the immutable classement written at closing."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.db import models
from django.db.models import F, Q

from palier.base.models import Entity
from palier.candidatures import states
from palier.candidatures.enums import CauseRecotation
from palier.coffre.fields import SealedField
from palier.journal.models import Stateful

if TYPE_CHECKING:
    from palier.base.actor import Actor

PRESENTED = ("designee", "inscrite", "attribuee", "attribuee_sous_condition", "proposee", "acceptee", "logee")
GONE = Q(candidature__state="retiree") | Q(candidature__motif_fin="demande_radiee")
"""Lines of a frozen list whose candidature was withdrawn or radiated: they left every screen of others (V4)."""


class CandidatureQuerySet(models.QuerySet["Candidature"]):
    def visible_to(self, actor: Actor) -> CandidatureQuerySet:
        """A person's own; those of the offres of a bailleur or réservataire; those of a member's seats."""
        if actor.role == "demandeur" and actor.user_id is not None:
            return self.filter(demande__titulaire_id=actor.user_id)
        if actor.role == "codemandeur" and actor.user_id is not None:
            return self.filter(demande__codemandeur_id=actor.user_id)
        if actor.role == "bailleur" and actor.organisation_id is not None:
            return self.filter(offre__logement__programme__bailleur_id=actor.organisation_id)
        if actor.role == "membre_caleol" and actor.user_id is not None:
            seated = self.filter(dossier__seance__membres__user_id=actor.user_id)
            return seated.exclude(dossier__seance__state="preparee")
        if actor.role == "reservataire" and actor.organisation_id is not None:
            return self.filter(offre__logement__reservataire_id=actor.organisation_id)
        return self.none()

    def live(self) -> CandidatureQuerySet:
        return self.filter(state__in=states.LIVE)

    def presented(self) -> CandidatureQuerySet:
        """Those whose identity a bailleur or a commission may see."""
        return self.filter(state__in=PRESENTED)

    def in_order(self) -> CandidatureQuerySet:
        """Best first: more points, then the older demande, then the drawn tie key."""
        return self.order_by("points_ordre", "anciennete_le", "cle_egalite")


class Candidature(Entity, Stateful):
    """One demande on one offre. The rank is never stored: points, seniority and tie key give it by index."""

    life = states.CANDIDATURE

    demande = models.ForeignKey("demandes.Demande", on_delete=models.PROTECT, related_name="candidatures")
    offre = models.ForeignKey("parc.Offre", on_delete=models.PROTECT, related_name="candidatures")
    deposee_le = models.DateTimeField()
    points = models.IntegerField()
    points_ordre = models.GeneratedField(
        expression=F("points") * -1, output_field=models.IntegerField(), db_persist=True
    )
    anciennete_le = models.DateField()
    cle_egalite = models.CharField(max_length=64)
    pseudonyme = models.CharField(max_length=12)
    # the three parts of V11: seniority, the dwelling offered, everything else (shown as a band)
    points_anciennete = models.IntegerField()
    points_logement = models.IntegerField()
    # {"faits": …, "pieces": …, "au": "AAAA-MM-JJ", "grille": fingerprint}; the lines are counted again from them
    cotation = SealedField()
    cote_le = models.DateTimeField()
    taux_effort_brut = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    # aid deducted, as estimated on the closing day; empty while the law cannot tell
    taux_effort = models.DecimalField(max_digits=7, decimal_places=4, null=True)
    reste_a_payer_cents = models.PositiveIntegerField(null=True)
    # a day and a consumption unit; negative when the loyer exceeds the incomes
    reste_a_vivre_cents = models.IntegerField(null=True)
    trajet_minutes = models.PositiveIntegerField(null=True)
    motif_fin = models.CharField(max_length=24, blank=True, default="")
    # what was said to the person when the reason is typed by somebody: {"texte": …}
    explication = SealedField(null=True)
    ordre_decision = models.PositiveSmallIntegerField(null=True)

    objects = CandidatureQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "state": "P1",
        "state_since": "P1",
        "demande": "P1",
        "offre": "P1",
        "deposee_le": "P1",
        "points": "P1",
        "points_ordre": "P1",
        "anciennete_le": "P1",
        "cle_egalite": "P1",
        "pseudonyme": "P1",
        "points_anciennete": "P1",
        "points_logement": "P1",
        "cotation": "P6",
        "cote_le": "P1",
        "taux_effort_brut": "P4",
        "taux_effort": "P4",
        "reste_a_payer_cents": "P4",
        "reste_a_vivre_cents": "P4",
        "trajet_minutes": "P1",
        "motif_fin": "P1",
        "explication": "P8",
        "ordre_decision": "P1",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["demande", "offre"],
                condition=Q(state__in=states.LIVE),
                name="candidature_une_vivante_par_offre",
            ),
            models.UniqueConstraint(
                fields=["demande"], condition=Q(state="acceptee"), name="candidature_une_acceptee_par_demande"
            ),
            models.UniqueConstraint(
                fields=["offre"],
                condition=Q(state__in=("proposee", "acceptee", "logee")),
                name="candidature_une_proposee_par_offre",
            ),
            models.UniqueConstraint(
                fields=["offre", "ordre_decision"],
                condition=Q(ordre_decision__isnull=False),
                name="candidature_ordre_de_decision",
            ),
            models.UniqueConstraint(fields=["offre", "pseudonyme"], name="candidature_pseudonyme_par_offre"),
        ]
        indexes = [
            models.Index(
                fields=["offre", "points_ordre", "anciennete_le", "cle_egalite"],
                condition=Q(state__in=states.LIVE),
                name="candidature_rang",
            ),
            models.Index(fields=["demande", "-deposee_le"], name="candidature_par_demande"),
        ]

    def __str__(self) -> str:
        return f"candidature {self.pk}"

    def person_id(self) -> uuid.UUID:
        return self.demande.titulaire_id


class Classement(Entity):
    """The list frozen at closing: grid fingerprint, date of the count, order. Never changed (database trigger)."""

    append_only: ClassVar[bool] = True

    offre = models.OneToOneField("parc.Offre", on_delete=models.PROTECT, related_name="classement")
    fige_le = models.DateTimeField()
    au = models.DateField()
    grille_empreinte = models.CharField(max_length=64)
    effectif = models.PositiveIntegerField()
    empreinte = models.CharField(max_length=64)  # SHA-256 of the ordered (candidature, points, anciennete, tie key)

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        ("id", "offre", "fige_le", "au", "grille_empreinte", "effectif", "empreinte"), "P0"
    )

    class Meta:
        triggers = [
            pgtrigger.Protect(name="classement_immuable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"classement de l'offre {self.offre_id}"


class ClassementLigne(models.Model):
    """One place of a frozen classement, with the inputs that reproduce its points, sealed under the person's key."""

    append_only: ClassVar[bool] = True

    id = models.BigAutoField(primary_key=True)
    classement = models.ForeignKey(Classement, on_delete=models.PROTECT, related_name="lignes")
    candidature = models.OneToOneField(Candidature, on_delete=models.PROTECT, related_name="ligne")
    personne = models.UUIDField()
    rang = models.PositiveIntegerField()
    points = models.IntegerField()
    anciennete_le = models.DateField()
    cle_egalite = models.CharField(max_length=64)
    entrees = models.BinaryField()  # coffre.seal of {"faits", "pieces", "au"}

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "classement": "P1",
        "candidature": "P1",
        "personne": "P2",
        "rang": "P1",
        "points": "P1",
        "anciennete_le": "P1",
        "cle_egalite": "P1",
        "entrees": "P6",
    }

    class Meta:
        ordering = ["rang"]
        constraints = [models.UniqueConstraint(fields=["classement", "rang"], name="classement_rang_unique")]
        triggers = [
            pgtrigger.Protect(name="classement_ligne_immuable", operation=pgtrigger.Update | pgtrigger.Delete),
        ]

    def __str__(self) -> str:
        return f"{self.rang}"


class OffreVue(models.Model):
    """An offre opened by a person who consented to it: lets estimates know what was seen and not applied to."""

    id = models.BigAutoField(primary_key=True)
    demande = models.ForeignKey("demandes.Demande", on_delete=models.CASCADE, related_name="+")
    offre = models.ForeignKey("parc.Offre", on_delete=models.CASCADE, related_name="+")
    vue_le = models.DateTimeField()

    field_classes: ClassVar[dict[str, str]] = {"id": "P0", "demande": "P1", "offre": "P1", "vue_le": "P1"}

    class Meta:
        constraints = [models.UniqueConstraint(fields=["demande", "offre"], name="offre_vue_une_fois")]

    def __str__(self) -> str:
        return f"{self.demande_id} {self.offre_id}"


class RangVu(models.Model):
    """The rank a person last saw, with the keys that gave it, so that the next visit can say how it moved and why.

    `avant_*` is the look that the day compares with: the last one of an earlier day, else the first of this one.
    """

    candidature = models.OneToOneField(Candidature, on_delete=models.CASCADE, primary_key=True, related_name="rang_vu")
    rang = models.PositiveIntegerField()
    effectif = models.PositiveIntegerField()
    points = models.IntegerField(null=True)
    anciennete_le = models.DateField(null=True)
    vu_le = models.DateTimeField()
    avant_rang = models.PositiveIntegerField(null=True)
    avant_effectif = models.PositiveIntegerField(null=True)
    avant_points = models.IntegerField(null=True)
    avant_anciennete_le = models.DateField(null=True)
    avant_vu_le = models.DateTimeField(null=True)

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            "candidature", "rang", "effectif", "points", "anciennete_le", "vu_le", "avant_rang", "avant_effectif",
            "avant_points", "avant_anciennete_le", "avant_vu_le",
        ),
        "P1",
    )  # fmt: skip

    def __str__(self) -> str:
        return f"{self.rang} sur {self.effectif}"


class Recotation(models.Model):
    """The order keys of a candidature before and after a count that changed them: what a movement is told from."""

    append_only: ClassVar[bool] = True

    id = models.BigAutoField(primary_key=True)
    offre = models.ForeignKey("parc.Offre", on_delete=models.PROTECT, related_name="+", db_index=False)
    candidature = models.ForeignKey(Candidature, on_delete=models.PROTECT, related_name="recotations")
    at = models.DateTimeField()
    cause = models.CharField(max_length=12, choices=CauseRecotation)
    points_avant = models.IntegerField()
    points_apres = models.IntegerField()
    anciennete_avant = models.DateField()
    anciennete_apres = models.DateField()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "offre": "P1",
        "candidature": "P1",
        "at": "P1",
        "cause": "P1",
        "points_avant": "P1",
        "points_apres": "P1",
        "anciennete_avant": "P1",
        "anciennete_apres": "P1",
    }

    class Meta:
        indexes = [models.Index(fields=["offre", "at"], name="recotation_par_offre")]
        triggers = [pgtrigger.Protect(name="recotation_immuable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"{self.points_avant} → {self.points_apres}"
