"""Closed lists of the estimates. The stored value is an ASCII slug, never a label."""

from django.db import models


class Genre(models.TextChoices):
    """Which question of the person an estimate answers."""

    CHANCE = "chance", "Chance d'une candidature"
    DELAI = "delai", "Perspective d'une demande"
    LEVIERS = "leviers", "Ce qui changerait le plus"
    ETAPE = "etape", "Point d'étape"
    ATTENDRE = "attendre", "Accepter ou attendre"
    SUITE = "suite", "Suite dans l'ordre de la commission"


class Statut(models.TextChoices):
    """Whether there are enough data for a number to be shown."""

    OK = "ok", "Chiffre fiable"
    INSUFFISANT = "insuffisant", "Trop peu de données"


class Origine(models.TextChoices):
    """What the fit was learned on: a territory says « démonstration » until it has decided enough for real."""

    DEMONSTRATION = "demonstration", "Démonstration"
    REEL = "reel", "Décisions réelles"


class Source(models.TextChoices):
    """What a score is computed on."""

    MONTREES = "montrees", "Chances affichées"
    REJOUEES = "rejouees", "Chances rejouées"
