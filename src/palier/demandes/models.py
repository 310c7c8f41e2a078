"""A demande de logement: one household, its work, incomes, perimeter, situation and the pieces that prove it."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING, ClassVar

from django.contrib.postgres.fields import ArrayField
from django.db import models
from django.db.models import Q

from palier.base.models import Entity
from palier.coffre.fields import SealedField
from palier.demandes import states
from palier.demandes.enums import Contrat, Garde, MotifRadiation, RolePersonne, Secteur, Secteurs, Union
from palier.journal.models import Stateful

if TYPE_CHECKING:
    from palier.accounts.models import User


class DemandeQuerySet(models.QuerySet["Demande"]):
    def visible_to(self, user: User) -> DemandeQuerySet:
        """The demandes of which `user` is the holder. Staff reach a demande through a candidature, never here."""
        return self.filter(titulaire_id=user.pk) if user.is_authenticated else self.none()

    def open(self) -> DemandeQuerySet:
        return self.filter(state__in=states.DEMANDE.live)


class Demande(Entity, Stateful):
    """One demande de logement social (CCH L.441-2-1). `deposee_le` is the seniority: the date of the first filing."""

    life = states.DEMANDE

    titulaire = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="demandes")
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    numero = SealedField(null=True)  # {"numero_unique": "…18 characters…"}
    numero_index = models.CharField(max_length=64, blank=True, default="")
    deposee_le = models.DateField(null=True)
    renouveler_avant = models.DateField(null=True)
    importee = models.BooleanField(default=False)

    # {"telephone", "adresse", "code_postal", "ville"}
    contact = SealedField(null=True)
    commune_domicile = models.CharField(max_length=5, blank=True, default="")

    union = models.CharField(max_length=12, blank=True, default="", choices=Union)
    enfants_a_naitre = models.PositiveSmallIntegerField(default=0)

    siret = models.CharField(max_length=14, blank=True, default="")
    employeur = models.CharField(max_length=200, blank=True, default="")
    secteur = models.CharField(max_length=10, blank=True, default="", choices=Secteur)
    effectif = models.PositiveIntegerField(null=True)
    contrat = models.CharField(max_length=12, blank=True, default="", choices=Contrat)
    emploi_depuis = models.DateField(null=True)
    demandeur_emploi = models.BooleanField(default=False)
    commune_travail = models.CharField(max_length=5, blank=True, default="")

    typologies = ArrayField(models.CharField(max_length=5), default=list)
    budget_cents = models.PositiveIntegerField(null=True)

    # {"dalo": true, "taux_effort_actuel": 0.41, …}: keys of the dictionary `situation.*`
    situation = SealedField(null=True)
    etapes = ArrayField(models.CharField(max_length=20), default=list)
    vues_consenties = models.BooleanField(default=False)
    motif_radiation = models.CharField(max_length=20, blank=True, default="")

    objects = DemandeQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "state": "P1",
        "state_since": "P1",
        "titulaire": "P2",
        "created_at": "P1",
        "version": "P0",
        "numero": "P2",
        "numero_index": "P7",
        "deposee_le": "P1",
        "renouveler_avant": "P1",
        "importee": "P1",
        "contact": "P3",
        "commune_domicile": "P1",
        "union": "P1",
        "enfants_a_naitre": "P1",
        "siret": "P4",
        "employeur": "P4",
        "secteur": "P4",
        "effectif": "P4",
        "contrat": "P4",
        "emploi_depuis": "P4",
        "demandeur_emploi": "P4",
        "commune_travail": "P1",
        "typologies": "P1",
        "budget_cents": "P4",
        "situation": "P6",
        "etapes": "P1",
        "vues_consenties": "P1",
        "motif_radiation": "P1",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["titulaire"], condition=Q(state__in=states.DEMANDE.live), name="demande_une_par_titulaire"
            ),
            models.UniqueConstraint(
                fields=["numero_index"],
                condition=~Q(numero_index="") & Q(state__in=states.DEMANDE.live),
                name="demande_numero_unique",
            ),
            models.CheckConstraint(
                condition=Q(state__in=("brouillon", "deposee", "radiee")) | ~Q(numero_index=""),
                name="demande_active_a_un_numero",
            ),
            models.CheckConstraint(
                condition=Q(state="brouillon") | Q(state="radiee") | Q(deposee_le__isnull=False),
                name="demande_deposee_a_une_date",
            ),
        ]
        indexes = [models.Index(fields=["state", "renouveler_avant"], name="demande_renouvellement")]

    def __str__(self) -> str:
        return f"demande {self.pk}"

    def person_id(self) -> uuid.UUID:
        """Whose key seals the protected fields of the row."""
        return self.titulaire_id

    @property
    def motif_label(self) -> str:
        """Why the demande was removed, in words; "" while it lives."""
        return str(MotifRadiation(self.motif_radiation).label) if self.motif_radiation else ""


class Personne(Entity):
    """One person of the household. Each person's own incomes; `handicap` is the CMI « invalidité »."""

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="personnes")
    position = models.PositiveSmallIntegerField()
    role = models.CharField(max_length=12, choices=RolePersonne)
    identite = SealedField()  # {"prenom", "nom", "naissance": "AAAA-MM-JJ"}
    protege = SealedField(null=True)  # {"handicap": bool}
    a_charge = models.BooleanField(default=False)
    garde = models.CharField(max_length=12, blank=True, default="", choices=Garde)
    rfr_n2_cents = models.BigIntegerField(null=True)
    rfr_n1_cents = models.BigIntegerField(null=True)
    annee_n2 = models.PositiveSmallIntegerField(null=True)
    douze_mois_cents = models.BigIntegerField(null=True)
    net_mensuel_cents = models.BigIntegerField(null=True)

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "demande": "P1",
        "position": "P1",
        "role": "P1",
        "identite": "P2",
        "protege": "P6",
        "a_charge": "P1",
        "garde": "P1",
        "rfr_n2_cents": "P4",
        "rfr_n1_cents": "P4",
        "annee_n2": "P4",
        "douze_mois_cents": "P4",
        "net_mensuel_cents": "P4",
    }

    class Meta:
        ordering = ["position"]
        constraints = [
            models.UniqueConstraint(fields=["demande", "position"], name="personne_position"),
            models.UniqueConstraint(fields=["demande"], condition=Q(role="demandeur"), name="personne_un_demandeur"),
            models.UniqueConstraint(fields=["demande"], condition=Q(role="conjoint"), name="personne_un_conjoint"),
        ]

    def __str__(self) -> str:
        return f"{self.role} {self.position}"

    def person_id(self) -> uuid.UUID:
        return self.demande.titulaire_id


class CommuneDemandee(Entity):
    """A commune of the perimeter, in its ring and in the person's order."""

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="communes")
    code = models.CharField(max_length=5)
    secteur = models.CharField(max_length=12, choices=Secteurs)
    ordre = models.PositiveSmallIntegerField()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "demande": "P1",
        "code": "P1",
        "secteur": "P1",
        "ordre": "P1",
    }

    class Meta:
        ordering = ["secteur", "ordre"]
        constraints = [models.UniqueConstraint(fields=["demande", "code"], name="commune_demandee_une_fois")]

    def __str__(self) -> str:
        return self.code


class Piece(Entity, Stateful):
    """A dated row: a piece seen at a guichet on the person's one-time code. No file yet."""

    life = states.PIECE

    demande = models.ForeignKey(Demande, on_delete=models.CASCADE, related_name="pieces")
    code = models.CharField(max_length=40)
    vue_le = models.DateField()
    expire_le = models.DateField(null=True)
    vue_par = models.UUIDField()
    organisation_id = models.UUIDField()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "state": "P5",
        "state_since": "P5",
        "demande": "P1",
        "code": "P5",
        "vue_le": "P5",
        "expire_le": "P5",
        "vue_par": "P1",
        "organisation_id": "P1",
    }

    class Meta:
        constraints = [
            models.UniqueConstraint(
                fields=["demande", "code"], condition=Q(state="validee"), name="piece_une_valide_par_code"
            )
        ]

    def __str__(self) -> str:
        return self.code

    def person_id(self) -> uuid.UUID:
        return self.demande.titulaire_id


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
