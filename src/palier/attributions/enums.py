"""Closed lists of the attribution."""

from django.db import models


class TypeContact(models.TextChoices):
    """What was done and answered when a candidate was reached for, in list order."""

    CONTACTE = "contacte", "Contacté"
    PRESENTE = "presente", "Disponible, présenté"
    INJOIGNABLE = "injoignable", "Injoignable"
    RETIRE = "retire", "Ne souhaite plus ce logement"
    DOSSIER_INVALIDE = "dossier_invalide", "Dossier plus valable"
    LOGE_AILLEURS = "loge_ailleurs", "Logé ailleurs"


class MotifRefus(models.TextChoices):
    """Why a person refuses a proposition; `caleol.yaml` of the facts, usage."""

    LOCALISATION = "localisation", "L'emplacement"
    LOYER_CHARGES = "loyer_charges", "Le loyer ou les charges"
    TAILLE = "taille", "La taille du logement"
    ETAGE_ASCENSEUR = "etage_ascenseur", "L'étage ou l'ascenseur"
    ETAT = "etat", "L'état du logement"
    QUARTIER = "quartier", "Le quartier"
    TRANSPORTS = "transports", "Les transports"
    ACCESSIBILITE = "accessibilite", "L'accessibilité"
    CHANGEMENT_SITUATION = "changement_situation", "Ma situation a changé"
    RELOGE_AILLEURS = "reloge_ailleurs", "J'ai trouvé un autre logement"
    RAISON_PERSONNELLE = "raison_personnelle", "Une raison personnelle, que je garde pour moi"


class Reponse(models.TextChoices):
    """The two answers to a proposition; silence is not one, it is counted by the system."""

    ACCEPTER = "accepter", "J'accepte ce logement"
    REFUSER = "refuser", "Je refuse ce logement"


LOSSES: dict[str, str] = {
    "injoignable": "injoignable",
    "retire": "ne_souhaite_plus",
    "dossier_invalide": "dossier_invalide",
    "loge_ailleurs": "loge_ailleurs",
}
"""Contact that ends the reach -> `MotifFin` that the person reads."""


class MotifAnnulation(models.TextChoices):
    """Why a proposition or a lease to sign is annulled. The label is what the person reads."""

    DOSSIER_INEXACT = "dossier_inexact", "Une information de votre dossier n'était pas exacte."
    RENONCIATION = "renonciation", "Vous avez dit au bailleur que vous renoncez à ce logement."
    BAIL_NON_SIGNE = "bail_non_signe", "Vous n'êtes pas venu signer le bail à la date convenue."
    LOGEMENT_INDISPONIBLE = "logement_indisponible", "Le logement ne peut plus être loué."
    OFFRE_RETIREE = "offre_retiree", "Le bailleur a retiré l'offre."
    LOGE_AILLEURS = "loge_ailleurs", "Vous avez obtenu un autre logement."
    DEMANDE_RADIEE = "demande_radiee", "Votre demande n'est plus active."
