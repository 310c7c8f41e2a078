"""Closed lists of a candidature: why it ended, why it was counted again. The label is what the person reads."""

from django.db import models


class MotifFin(models.TextChoices):
    """Reasons stored with `ecarter` and `clore`; each is said to the person in words, with what would change it."""

    RANG = "rang", "D'autres dossiers avaient plus de points et la commission lit un nombre limité de dossiers."
    INJOIGNABLE = "injoignable", "Nous n'avons pas réussi à vous joindre à temps."
    NE_SOUHAITE_PLUS = "ne_souhaite_plus", "Vous avez dit ne plus vouloir ce logement."
    DOSSIER_INVALIDE = "dossier_invalide", "Une information de votre dossier n'était plus valable."
    SANS_NUMERO = "sans_numero", "Votre demande n'avait pas encore de numéro unique à la désignation."
    LOGE_AILLEURS = "loge_ailleurs", "Vous avez obtenu un autre logement."
    LOGEMENT_POURVU = "logement_pourvu", "Le logement a été loué à un candidat mieux classé."
    OFFRE_RETIREE = "offre_retiree", "Le bailleur a retiré l'offre."
    SANS_SUITE = "sans_suite", "L'offre s'est terminée sans location."
    DEMANDE_RADIEE = "demande_radiee", "Votre demande n'est plus active."


class CauseRecotation(models.TextChoices):
    """What made the points of a live candidature be counted again; the label follows a date and a number of points."""

    PIECE = "piece", "une pièce"
    SITUATION = "situation", "un changement dans votre demande"
    CODE = "code", "le code de votre employeur"
    ANCIENNETE = "anciennete", "l'ancienneté de votre demande"
    GRILLE = "grille", "une nouvelle version de la grille"
