"""Recalibration: only when a territory's own decisions say that its chances are badly off.

What is looked at was announced with fits that had not seen it: those of `RECUL` months before. Nothing is drawn.
"""

from __future__ import annotations

from dataclasses import replace

import numpy as np
from scipy.special import logit

from palier.chances.ajustement import Ajustement, ajuster
from palier.chances.ajustement.matiere import matiere
from palier.chances.ajustement.regressions import ridge
from palier.chances.journal import MOIS, Journal, QuestionsChance, Reels
from palier.chances.mesures import ece
from palier.chances.questions import reponses
from palier.chances.tirage import tirer

ECART_MINIMUM = 0.03
DECISIONS_MINIMUM = 500
RECUL = 9
CAS_MAXIMUM = 5_000
LARGEUR = 0.2
"""How far the slope may leave 1, and the weight of the rank 0, before data must insist."""
NOMBRE_D_OR = 0.6180339887498949


def apprendre(journal: Journal, au: int) -> Ajustement:
    """Fit on the rows strictly before `au`, then recalibrate if the last months ask for it."""
    ajustement = ajuster(journal, au)
    return replace(ajustement, recalage=recalage(journal, au)) if ajustement.suffisant else ajustement


def recalage(journal: Journal, au: int) -> tuple[float, float, float] | None:
    """Return (constant, weight of logit π, weight of log rank), None when the chances are to be left alone."""
    ancien = ajuster(journal, au - round(RECUL * MOIS))
    if not ancien.suffisant:
        return None
    faits = matiere(journal, au)
    recentes = faits.finies & (journal.offres.publiee >= ancien.au)
    decisions = recentes[journal.candidatures.offre_i] & faits.connues & faits.examinees()
    if decisions.sum() < DECISIONS_MINIMUM:
        return None
    tirage = tirer(journal, faits, recentes, _reparties)
    tirage = tirage.une_sur(max(1, -(-tirage.y.size // CAS_MAXIMUM)))
    question = np.full(tirage.y.size, "", dtype=np.str_)
    posees = QuestionsChance(question, tirage.candidature_i, tirage.instant)
    dites = reponses(journal, posees, ancien, details=False)
    poids = tirage.poids(dites.p_moi)
    if ece(dites.proba, tirage.y, poids=poids) - bruit(dites.proba, poids) <= ECART_MINIMUM:
        return None
    annonce = logit(np.clip(dites.proba, 1e-6, 1 - 1e-6))
    x = LARGEUR * np.column_stack([annonce, np.log(dites.rang)])
    (pente, du_rang), constante = ridge(x, tirage.y, poids, annonce)
    return constante, float(1.0 + LARGEUR * pente), float(LARGEUR * du_rang)


def bruit(p: Reels, poids: Reels, bacs: int = 12) -> float:
    """Return the gap that chances which are right would show by luck alone, on these cases."""
    bords = np.quantile(p, np.linspace(0.0, 1.0, bacs + 1))
    bac = np.clip(np.searchsorted(bords, p, "right") - 1, 0, bacs - 1)
    variance = np.bincount(bac, weights=poids**2 * p * (1 - p), minlength=bacs)
    return float(np.sqrt(2 / np.pi * variance).sum() / poids.sum())


def _reparties(combien: int) -> Reels:
    """Return shares spread evenly over [0, 1) without chance."""
    return np.asarray(np.arange(1, combien + 1) * NOMBRE_D_OR % 1.0)
