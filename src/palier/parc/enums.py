"""Closed lists of the stock."""

from django.db import models


class Typologie(models.TextChoices):
    T1 = "T1", "T1"
    T1BIS = "T1bis", "T1 bis"
    T2 = "T2", "T2"
    T3 = "T3", "T3"
    T4 = "T4", "T4"
    T5 = "T5", "T5"
    T6 = "T6", "T6"
    T7 = "T7", "T7"


class Financement(models.TextChoices):
    PLAI = "PLAI", "très social (PLAI)"
    PLUS = "PLUS", "social (PLUS)"
    PLS = "PLS", "social, plafond haut (PLS)"
    PLI = "PLI", "intermédiaire (PLI)"


class MotifRetrait(models.TextChoices):
    TRAVAUX = "travaux", "Des travaux sont nécessaires"
    ERREUR = "erreur", "L'annonce contenait une erreur"
    RELOGEMENT = "relogement", "Le logement sert à un relogement prioritaire"
    VENTE = "vente", "Le logement est mis en vente"
    SINISTRE = "sinistre", "Le logement a subi un sinistre"
