"""Closed lists of a study. The stored value is an ASCII slug, never a label."""

from django.db import models


class TypeMenage(models.TextChoices):
    SEUL = "seul", "Personne seule"
    PARENT = "parent_seul", "Parent seul avec enfants"
    COUPLE = "couple", "Couple sans enfant"
    FAMILLE = "couple_enfants", "Couple avec enfants"
    AUTRE = "autre", "Autre ménage"


class Taille(models.TextChoices):
    """Persons of the household, adults and persons à charge."""

    UNE = "1", "1 personne"
    DEUX = "2", "2 personnes"
    TROIS = "3", "3 personnes"
    QUATRE = "4", "4 personnes"
    PLUS = "5", "5 personnes et plus"
    INCONNUE = "inconnue", "Taille inconnue"


class Priorite(models.TextChoices):
    """What is declared and proved on the day of the study (CCH L.441-1)."""

    DALO = "dalo", "Dalo reconnu"
    PUBLIC = "public", "Autre public prioritaire"
    AUCUNE = "aucune", "Sans priorité prouvée"


class Quartile(models.TextChoices):
    """Quarters of the studied demandes by income per consumption unit."""

    PREMIER = "q1", "Premier quart, les plus modestes"
    DEUXIEME = "q2", "Deuxième quart"
    TROISIEME = "q3", "Troisième quart"
    QUATRIEME = "q4", "Dernier quart"
    INCONNU = "inconnu", "Revenus inconnus"


class MotifEchec(models.TextChoices):
    GRILLE = "grille_illisible", "Une des deux grilles attend une autre sorte de fait."
    INTERNE = "panne", "Le calcul s'est interrompu. L'équipe technique est prévenue."
