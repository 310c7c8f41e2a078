"""From the closed list to the keys: contacts, désignation, séance, décision, proposition, bail."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

import pgtrigger
from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from palier.attributions import rules, states
from palier.attributions.enums import MotifRefus, TypeContact
from palier.base.models import Entity
from palier.coffre.fields import SealedField
from palier.journal.models import Stateful

if TYPE_CHECKING:
    from datetime import datetime

    from palier.base.actor import Actor


class Contact(Entity):
    """One reach for a candidate in list order, or its answer. Never edited."""

    append_only: ClassVar[bool] = True

    offre = models.ForeignKey("parc.Offre", on_delete=models.PROTECT, related_name="contacts")
    candidature = models.ForeignKey("candidatures.Candidature", on_delete=models.PROTECT, related_name="contacts")
    type = models.CharField(max_length=16, choices=TypeContact)
    at = models.DateTimeField()
    par = models.UUIDField()

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(("id", "offre", "candidature", "type", "at", "par"), "P1")

    class Meta:
        ordering = ["at", "id"]
        triggers = [pgtrigger.Protect(name="contact_immuable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return self.type


class Designation(Entity):
    """The act of sending a candidature to the commission; `motif` is required when the order of the list is left."""

    offre = models.ForeignKey("parc.Offre", on_delete=models.PROTECT, related_name="designations")
    candidature = models.OneToOneField("candidatures.Candidature", on_delete=models.PROTECT, related_name="designation")
    rang_vu = models.PositiveIntegerField()
    hors_ordre = models.BooleanField(default=False)
    motif = SealedField(null=True)  # {"texte": …}, read by the person
    at = models.DateTimeField()
    par = models.UUIDField()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "offre": "P1",
        "candidature": "P1",
        "rang_vu": "P1",
        "hors_ordre": "P1",
        "motif": "P8",
        "at": "P1",
        "par": "P1",
    }

    def __str__(self) -> str:
        return f"désignation {self.pk}"

    def person_id(self) -> uuid.UUID:
        return self.candidature.demande.titulaire_id


class RangPasse(Entity):
    """A rank left out at the désignation, and the words that the person will read. Never edited."""

    append_only: ClassVar[bool] = True

    offre = models.ForeignKey("parc.Offre", on_delete=models.PROTECT, related_name="rangs_passes")
    candidature = models.OneToOneField("candidatures.Candidature", on_delete=models.PROTECT, related_name="rang_passe")
    rang_vu = models.PositiveIntegerField()
    motif = SealedField()  # {"texte": …}
    at = models.DateTimeField()
    par = models.UUIDField()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "offre": "P1",
        "candidature": "P1",
        "rang_vu": "P1",
        "motif": "P8",
        "at": "P1",
        "par": "P1",
    }

    class Meta:
        verbose_name_plural = "rangs passés"
        triggers = [pgtrigger.Protect(name="rang_passe_immuable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"rang passé {self.rang_vu}"

    def person_id(self) -> uuid.UUID:
        return self.candidature.demande.titulaire_id


class SeanceQuerySet(models.QuerySet["Seance"]):
    def visible_to(self, actor: Actor, *, at: datetime) -> SeanceQuerySet:
        """The bailleur's own séances; for a member, those of a seat, from the convocation to the end of the appeal."""
        if actor.role == "bailleur" and actor.organisation_id is not None:
            return self.filter(bailleur_id=actor.organisation_id)
        if actor.role == "membre_caleol" and actor.user_id is not None:
            over = Q(state__in=rules.ENDED_SEANCE, state_since__lte=rules.appeal_start(at))
            return self.filter(~Q(state="preparee"), ~over, membres__user_id=actor.user_id)
        return self.none()


class Seance(Entity, Stateful):
    """One sitting of the commission d'attribution of a bailleur (CCH L.441-2)."""

    life = states.SEANCE

    bailleur = models.ForeignKey("organisations.Organisation", on_delete=models.PROTECT, related_name="seances")
    prevue_le = models.DateTimeField()
    created_at = models.DateTimeField()

    objects = SeanceQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        ("id", "state", "state_since", "bailleur", "prevue_le", "created_at"), "P0"
    )

    def __str__(self) -> str:
        return f"séance {self.pk}"


class SeanceMembre(Entity):
    """A seat: one member on one séance."""

    seance = models.ForeignKey(Seance, on_delete=models.CASCADE, related_name="membres")
    user = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="seances")

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(("id", "seance", "user"), "P0")

    class Meta:
        constraints = [models.UniqueConstraint(fields=["seance", "user"], name="seance_un_siege")]

    def __str__(self) -> str:
        return f"siège {self.pk}"


class Dossier(Entity):
    """A line of the agenda: one candidature of one offre before one séance."""

    seance = models.ForeignKey(Seance, on_delete=models.PROTECT, related_name="dossiers")
    candidature = models.OneToOneField("candidatures.Candidature", on_delete=models.PROTECT, related_name="dossier")
    offre = models.ForeignKey("parc.Offre", on_delete=models.PROTECT, related_name="dossiers")

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(("id", "seance", "candidature", "offre"), "P1")

    def __str__(self) -> str:
        return f"dossier {self.pk}"


class Decision(Entity):
    """What the commission decided on one dossier: letter a) to e) of CCH R.441-3, order, motive. Never edited."""

    append_only: ClassVar[bool] = True

    dossier = models.OneToOneField(Dossier, on_delete=models.PROTECT, related_name="decision")
    offre = models.ForeignKey("parc.Offre", on_delete=models.PROTECT, related_name="decisions")
    lettre = models.CharField(max_length=1)
    ordre = models.PositiveSmallIntegerField(null=True)
    motif = models.CharField(max_length=40)
    texte = SealedField(null=True)  # {"texte": …}: what the person reads
    condition_avant = models.DateField(null=True)
    decidee_le = models.DateTimeField()
    par = models.UUIDField()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "dossier": "P1",
        "offre": "P1",
        "lettre": "P1",
        "ordre": "P1",
        "motif": "P8",
        "texte": "P8",
        "condition_avant": "P1",
        "decidee_le": "P1",
        "par": "P1",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["offre", "ordre"], condition=Q(ordre__isnull=False), name="decision_ordre_unique"
            ),
            models.CheckConstraint(condition=Q(lettre__in="abcde"), name="decision_lettre"),
            models.CheckConstraint(
                condition=Q(lettre__in="abc", ordre__isnull=False) | Q(lettre__in="de", ordre__isnull=True),
                name="decision_ordre_selon_lettre",
            ),
            models.CheckConstraint(
                condition=~Q(lettre="c") | Q(condition_avant__isnull=False), name="decision_condition_datee"
            ),
        ]
        triggers = [pgtrigger.Protect(name="decision_immuable", operation=pgtrigger.Update | pgtrigger.Delete)]

    def __str__(self) -> str:
        return f"décision {self.lettre}"

    def person_id(self) -> uuid.UUID:
        return self.dossier.candidature.demande.titulaire_id


class PropositionQuerySet(models.QuerySet["Proposition"]):
    def visible_to(self, actor: Actor) -> PropositionQuerySet:
        if actor.role == "demandeur" and actor.user_id is not None:
            return self.filter(candidature__demande__titulaire_id=actor.user_id)
        if actor.role == "bailleur" and actor.organisation_id is not None:
            return self.filter(offre__logement__programme__bailleur_id=actor.organisation_id)
        return self.none()


class Proposition(Entity, Stateful):
    """The dwelling offered to one person, at least ten days to answer; silence is a refusal (CCH R.441-10)."""

    life = states.PROPOSITION

    candidature = models.OneToOneField("candidatures.Candidature", on_delete=models.PROTECT, related_name="proposition")
    offre = models.ForeignKey("parc.Offre", on_delete=models.PROTECT, related_name="propositions")
    envoyee_le = models.DateTimeField()
    limite_le = models.DateTimeField()
    motif_refus = models.CharField(max_length=24, blank=True, default="", choices=MotifRefus)
    rappels = ArrayField(models.PositiveSmallIntegerField(), default=list)  # days before the limit already reminded

    objects = PropositionQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "state": "P1",
        "state_since": "P1",
        "candidature": "P1",
        "offre": "P1",
        "envoyee_le": "P1",
        "limite_le": "P1",
        "motif_refus": "P8",
        "rappels": "P1",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["offre"],
                condition=Q(state__in=states.PROPOSITION.live),
                name="proposition_une_vivante_par_offre",
            )
        ]
        indexes = [models.Index(fields=["limite_le"], condition=Q(state="envoyee"), name="proposition_limite")]

    def __str__(self) -> str:
        return f"proposition {self.pk}"

    def person_id(self) -> uuid.UUID:
        return self.candidature.demande.titulaire_id


class BailQuerySet(models.QuerySet["Bail"]):
    def visible_to(self, actor: Actor) -> BailQuerySet:
        if actor.role == "demandeur" and actor.user_id is not None:
            return self.filter(demande__titulaire_id=actor.user_id)
        if actor.role == "bailleur" and actor.organisation_id is not None:
            return self.filter(logement__programme__bailleur_id=actor.organisation_id)
        return self.none()


class Bail(Entity, Stateful):
    """The lease of an accepted proposition. One live lease per offre and per demande, one to sign per dwelling."""

    life = states.BAIL

    proposition = models.OneToOneField(Proposition, on_delete=models.PROTECT, related_name="bail")
    logement = models.ForeignKey("parc.Logement", on_delete=models.PROTECT, related_name="baux")
    demande = models.ForeignKey("demandes.Demande", on_delete=models.PROTECT, related_name="baux")
    offre = models.ForeignKey("parc.Offre", on_delete=models.PROTECT, related_name="baux")
    created_at = models.DateTimeField()
    signe_le = models.DateTimeField(null=True)

    objects = BailQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        ("id", "state", "state_since", "proposition", "logement", "demande", "offre", "created_at", "signe_le"), "P1"
    )

    class Meta:
        verbose_name_plural = "baux"
        constraints = [
            models.UniqueConstraint(
                fields=["demande"], condition=Q(state__in=states.BAIL.live), name="bail_un_vivant_par_demande"
            ),
            models.UniqueConstraint(
                fields=["offre"], condition=Q(state__in=states.BAIL.live), name="bail_un_vivant_par_offre"
            ),
            models.UniqueConstraint(
                fields=["logement"], condition=Q(state="a_signer"), name="bail_un_a_signer_par_logement"
            ),
            models.CheckConstraint(
                condition=~Q(state="signe") | Q(signe_le__isnull=False), name="bail_signe_a_une_date"
            ),
        ]

    def __str__(self) -> str:
        return f"bail {self.pk}"

    def person_id(self) -> uuid.UUID:
        return self.demande.titulaire_id


class ResultatOffre(models.Model):
    """What anyone may read of an offre that ended a month ago (trust V1, V2).

    Every one is written alike, from the list and its dates: nothing is of the person housed, and no silence speaks.
    """

    offre = models.OneToOneField("parc.Offre", on_delete=models.PROTECT, primary_key=True, related_name="resultat")
    publie_le = models.DateTimeField()
    candidatures = models.PositiveIntegerField()
    # [[band of ten points, presented there], …], best first; empty below five candidatures
    bandes = models.JSONField(default=list)
    jours_ouverte = models.PositiveSmallIntegerField(null=True)
    # whole weeks: no date finer than a week is said of a person
    semaines_decision = models.PositiveSmallIntegerField(null=True)
    semaines_reponse = models.PositiveSmallIntegerField(null=True)

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            "offre", "publie_le", "candidatures", "bandes", "jours_ouverte", "semaines_decision", "semaines_reponse",
        ),
        "P0",
    )  # fmt: skip

    def __str__(self) -> str:
        return f"résultat de l'offre {self.offre_id}"


class DelaiTerritoire(models.Model):
    """The middle half of the delays of those housed, on a commune, an EPCI or a type of commune, by typologie."""

    id = models.BigAutoField(primary_key=True)
    niveau = models.CharField(max_length=8)  # commune, epci or type
    code = models.CharField(max_length=9)  # INSEE, SIREN, or « detendu » and « metropole »
    typologie = models.CharField(max_length=5)
    effectif = models.PositiveIntegerField()
    # months from the filing of the demande to the lease: first quarter, middle, third quarter
    attente_bas = models.PositiveSmallIntegerField()
    attente = models.PositiveSmallIntegerField()
    attente_haut = models.PositiveSmallIntegerField()
    # days from the publication of the offre to the lease
    traitement_bas = models.PositiveSmallIntegerField()
    traitement = models.PositiveSmallIntegerField()
    traitement_haut = models.PositiveSmallIntegerField()
    # of ten dwellings let, those that went to the 1st of the decided order, (to the 2nd) and further; empty: too few
    ordre = ArrayField(models.PositiveSmallIntegerField(), default=list)
    calcule_le = models.DateTimeField()

    field_classes: ClassVar[dict[str, str]] = dict.fromkeys(
        (
            "id", "niveau", "code", "typologie", "effectif", "attente_bas", "attente", "attente_haut",
            "traitement_bas", "traitement", "traitement_haut", "ordre", "calcule_le",
        ),
        "P0",
    )  # fmt: skip

    class Meta:
        verbose_name_plural = "délais par territoire"
        constraints = [models.UniqueConstraint(fields=["niveau", "code", "typologie"], name="delai_territoire_unique")]

    def __str__(self) -> str:
        return f"{self.niveau} {self.code} {self.typologie}"
