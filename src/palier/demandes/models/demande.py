"""A demande de logement: one household, its work, incomes, perimeter and situation."""

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
        """The demandes of which `user` is holder or codemandeur. Staff reach one by a candidature or an assignment."""
        if not user.is_authenticated:
            return self.none()
        return self.filter(Q(titulaire_id=user.pk) | Q(codemandeur_id=user.pk))

    def open(self) -> DemandeQuerySet:
        return self.filter(state__in=states.DEMANDE.live)


class Demande(Entity, Stateful):
    """One demande de logement social (CCH L.441-2-1). `deposee_le` is the seniority: the date of the first filing."""

    life = states.DEMANDE
    # The same row before one of its two adults had what is the other's hidden from them: the law counts on it.
    entiere: Demande | None = None

    titulaire = models.ForeignKey("accounts.User", on_delete=models.PROTECT, related_name="demandes")
    # Set while the other adult shares the demande with an account of their own; emptied by a separation.
    codemandeur = models.ForeignKey(
        "accounts.User", on_delete=models.PROTECT, null=True, related_name="demandes_partagees"
    )
    created_at = models.DateTimeField()
    version = models.PositiveIntegerField(default=1)

    numero = SealedField(null=True)  # {"numero_unique": "…18 characters…"}
    numero_index = models.CharField(max_length=64, blank=True, default="")
    deposee_le = models.DateField(null=True)
    renouvelee_le = models.DateField(null=True)  # the filing here, then each renewal: validity runs from it
    renouveler_avant = models.DateField(null=True)
    importee = models.BooleanField(default=False)
    identite_index = models.CharField(max_length=64, blank=True, default="")  # names and birth date, to find duplicates

    # {"telephone", "adresse", "code_postal", "ville", …}: keys of the form, pages 1 and 2
    contact = SealedField(null=True)
    telephone_confirme_le = models.DateTimeField(null=True)
    preferences = models.JSONField(default=dict)  # {"mail": bool, "sms": bool}: how the person wants to be told
    commune_domicile = models.CharField(max_length=5, blank=True, default="")

    union = models.CharField(max_length=12, blank=True, default="", choices=Union)
    enfants_a_naitre = models.PositiveSmallIntegerField(default=0)
    naissance_prevue = models.DateField(null=True)

    siret = models.CharField(max_length=14, blank=True, default="")
    employeur = models.CharField(max_length=200, blank=True, default="")
    secteur = models.CharField(max_length=10, blank=True, default="", choices=Secteur)
    effectif = models.PositiveIntegerField(null=True)
    contrat = models.CharField(max_length=12, blank=True, default="", choices=Contrat)
    emploi_depuis = models.DateField(null=True)
    demandeur_emploi = models.BooleanField(default=False)
    commune_travail = models.CharField(max_length=5, blank=True, default="")
    # What else the form asks of the holder's work: {"profession", "statut", …}
    travail = models.JSONField(default=dict)
    code_specifique = models.UUIDField(null=True)  # the employer's code that the person gave, once checked

    # Present home (form, page 8): {"statut", "loyer_cents", "surface", "personnes", "aide_cents", "motifs": […], …}
    logement_actuel = SealedField(null=True)

    typologies = ArrayField(models.CharField(max_length=5), default=list)
    budget_cents = models.PositiveIntegerField(null=True)
    recherche = models.JSONField(default=dict)  # {"etage_max", "ascenseur", "stationnement", "elargissement", …}

    # {"dalo": true, "taux_effort_actuel": 0.41, …}: keys of the dictionary `situation.*`
    situation = SealedField(null=True)
    precisions = SealedField(null=True)  # {"texte"}: box H1 of the form, read by nobody who ranks
    etapes = ArrayField(models.CharField(max_length=20), default=list)
    reponses = ArrayField(models.CharField(max_length=40), default=list)  # slugs of the questions answered
    vues_consenties = models.BooleanField(default=False)
    motif_radiation = models.CharField(max_length=20, blank=True, default="")

    objects = DemandeQuerySet.as_manager()

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "state": "P1",
        "state_since": "P1",
        "titulaire": "P2",
        "codemandeur": "P2",
        "created_at": "P1",
        "version": "P0",
        "numero": "P2",
        "numero_index": "P7",
        "deposee_le": "P1",
        "renouvelee_le": "P1",
        "renouveler_avant": "P1",
        "importee": "P1",
        "identite_index": "P7",
        "contact": "P3",
        "telephone_confirme_le": "P3",
        "preferences": "P3",
        "commune_domicile": "P1",
        "union": "P1",
        "enfants_a_naitre": "P1",
        "naissance_prevue": "P1",
        "siret": "P4",
        "employeur": "P4",
        "secteur": "P4",
        "effectif": "P4",
        "contrat": "P4",
        "emploi_depuis": "P4",
        "demandeur_emploi": "P4",
        "commune_travail": "P1",
        "travail": "P4",
        "code_specifique": "P4",
        "logement_actuel": "P4",
        "typologies": "P1",
        "budget_cents": "P4",
        "recherche": "P1",
        "situation": "P6",
        "precisions": "P6",
        "etapes": "P1",
        "reponses": "P1",
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
        indexes = [
            models.Index(fields=["state", "renouveler_avant"], name="demande_renouvellement"),
            models.Index(fields=["identite_index"], condition=~Q(identite_index=""), name="demande_identite"),
        ]

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
    compte = models.ForeignKey("accounts.User", on_delete=models.SET_NULL, null=True, related_name="+")
    identite = SealedField()  # {"prenom", "nom", "naissance": "AAAA-MM-JJ", "civilite", "nationalite", …}
    protege = SealedField(null=True)  # {"handicap": bool, "mdph": bool, …}
    a_charge = models.BooleanField(default=False)
    garde = models.CharField(max_length=12, blank=True, default="", choices=Garde)
    rfr_n2_cents = models.BigIntegerField(null=True)
    rfr_n1_cents = models.BigIntegerField(null=True)
    annee_n2 = models.PositiveSmallIntegerField(null=True)
    douze_mois_cents = models.BigIntegerField(null=True)
    net_mensuel_cents = models.BigIntegerField(null=True)
    ressources = models.JSONField(default=dict)  # monthly cents by code of the form: {"SAL": 172000, "PAV": 15000}
    travail = models.JSONField(default=dict)  # work of an adult other than the holder, under the names of the demande

    field_classes: ClassVar[dict[str, str]] = {
        "id": "P0",
        "demande": "P1",
        "position": "P1",
        "role": "P1",
        "compte": "P2",
        "identite": "P2",
        "protege": "P6",
        "a_charge": "P1",
        "garde": "P1",
        "rfr_n2_cents": "P4",
        "rfr_n1_cents": "P4",
        "annee_n2": "P4",
        "douze_mois_cents": "P4",
        "net_mensuel_cents": "P4",
        "ressources": "P4",
        "travail": "P4",
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
