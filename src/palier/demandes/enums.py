"""Closed lists of a demande. The stored value is an ASCII slug, never a label."""

from django.db import models


class RolePersonne(models.TextChoices):
    DEMANDEUR = "demandeur", "Demandeur"
    CONJOINT = "conjoint", "Conjoint"
    CODEMANDEUR = "codemandeur", "Codemandeur"
    ENFANT = "enfant", "Enfant"
    ASCENDANT = "ascendant", "Ascendant"
    AUTRE = "autre", "Autre personne"


class Garde(models.TextChoices):
    PRINCIPALE = "principale", "Garde principale"
    ALTERNEE = "alternee", "Garde alternée"
    VISITE = "visite", "Droit de visite"


class Union(models.TextChoices):
    MARIAGE = "mariage", "Mariage"
    PACS = "pacs", "Pacs"
    CONCUBINAGE = "concubinage", "Concubinage"


class Secteur(models.TextChoices):
    PRIVE = "prive", "Entreprise privée"
    AGRICOLE = "agricole", "Entreprise agricole"
    EPIC = "epic", "Établissement public industriel et commercial (EPIC)"
    PUBLIC = "public", "Administration publique"


class Contrat(models.TextChoices):
    CDI = "cdi", "CDI"
    CDD = "cdd", "CDD"
    INTERIM = "interim", "Intérim"
    ALTERNANCE = "alternance", "Alternance"


class Secteurs(models.TextChoices):
    """The two rings of a search perimeter."""

    PRIORITAIRE = "prioritaire", "Secteur prioritaire"
    SECONDAIRE = "secondaire", "Secteur secondaire"


class MotifRadiation(models.TextChoices):
    """Causes of removal, CCH R.441-2-8, a) to e)."""

    ATTRIBUTION = "attribution", "Un logement vous a été attribué"
    RENONCIATION = "renonciation", "Vous avez renoncé à votre demande"
    SANS_REPONSE = "sans_reponse", "Courrier resté sans réponse"
    IRRECEVABILITE = "irrecevabilite", "Demande irrecevable"
    NON_RENOUVELLEMENT = "non_renouvellement", "Demande non renouvelée"


class UsageLien(models.TextChoices):
    """What a one-time link or code opens."""

    EMPLOYEUR = "employeur", "Attestation de l'employeur"
    CODEMANDEUR = "codemandeur", "Partage de la demande"
    TELEPHONE = "telephone", "Confirmation du téléphone"
    CALENDRIER = "calendrier", "Dates dans un agenda"


class OperationRegistre(models.TextChoices):
    """What is told to the registration system."""

    CREATION = "creation", "Enregistrement de la demande"
    MODIFICATION = "modification", "Modification"
    RENOUVELLEMENT = "renouvellement", "Renouvellement"
    RADIATION = "radiation", "Radiation"


class ObjetRappel(models.TextChoices):
    """What a reminder is about."""

    PIECE = "piece", "Une pièce qui expire"
    RENOUVELLEMENT = "renouvellement", "Le renouvellement de la demande"


class ObjetContestation(models.TextChoices):
    """What a person contests."""

    LIGNE = "ligne", "Une ligne de mes points"
    FAIT = "fait", "Un fait de mon dossier"
