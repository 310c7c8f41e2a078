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
