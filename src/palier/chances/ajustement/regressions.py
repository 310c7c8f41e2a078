"""Logits of being available, of accepting, of being attributed: ridge regressions, then one offset a typologie.

Too few rows for a regression: averages drawn towards written hypotheses, which are hypotheses and nothing else.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np
from scipy.special import expit, logit

from palier.chances.ajustement.covariables import NOMS
from palier.chances.arrivees import decalage
from palier.chances.journal import TYPOLOGIES, Entiers, Reels

POIDS_MOYENNE = 20.0
LIGNES_MINIMUM = 100
ISSUES_MINIMUM = 10
BORNE_ECARTS = 5.0
"""A covariate counts at most this many standard deviations: the fits only saw the top of the lists."""
TAU2_DEFAUT, TAU2_MINIMUM = 0.02, 0.01
INFORMATION_MINIMUM = 3.0
EFFORT = NOMS.index("effort_fort")
Lignes = tuple[Reels, Reels, Entiers]
"""Covariates, outcomes, typologies of the rows of one territory."""


@dataclass(frozen=True)
class Logistique:
    """logit = ordonnee + Σ beta·(x − moyenne)/ecart + decalage of the typologie."""

    moyennes: Reels
    ecarts: Reels
    beta: Reels
    ordonnee: float
    decalages: Reels  # by place in TYPOLOGIES

    def logits(self, x: Reels, typologie: Entiers) -> Reels:
        """Return the logits of rows of covariates. An unknown figure counts as the mean."""
        return self.ordonnee + normalisees(x, self.moyennes, self.ecarts) @ self.beta + self.decalages[typologie]


def normalisees(x: Reels, moyennes: Reels, ecarts: Reels) -> Reels:
    z = (x - moyennes) / ecarts
    return np.clip(np.where(np.isnan(z), 0.0, z), -BORNE_ECARTS, BORNE_ECARTS)


def ridge(x: Reels, y: Reels, poids: Reels | None = None, depart: Reels | None = None) -> tuple[Reels, float]:
    """Return (beta, intercept) of the logistic regression with penalty ½‖beta‖², the intercept free.

    `depart`: logits that are taken as they are, before what the regression adds.
    """
    poids = np.ones(y.size) if poids is None else poids
    depart = np.zeros(y.size) if depart is None else depart
    avec = np.column_stack([np.ones(y.size), x])
    penalite = np.diag([0.0] + [1.0] * x.shape[1])
    moyenne = np.clip(np.average(y, weights=poids), 1e-6, 1 - 1e-6)
    theta = np.concatenate([[0.0 if depart.any() else logit(moyenne)], np.zeros(x.shape[1])])
    perte = _perte(avec, y, poids, theta, depart)
    for _ in range(100):
        p = expit(avec @ theta + depart)
        pente = avec.T @ (poids * (y - p)) - penalite @ theta
        courbure = (avec * (poids * p * (1 - p))[:, None]).T @ avec + penalite + 1e-9 * np.eye(theta.size)
        pas = np.linalg.solve(courbure, pente)
        while (nouvelle := _perte(avec, y, poids, theta + pas, depart)) > perte + 1e-9 and np.abs(pas).max() > 1e-9:
            pas = pas / 2
        theta, perte = theta + pas, nouvelle
        if np.abs(pas).max() < 1e-9:
            break
    return theta[1:], float(theta[0])


def _perte(avec: Reels, y: Reels, poids: Reels, theta: Reels, depart: Reels) -> float:
    eta = avec @ theta + depart
    return float(poids @ (np.logaddexp(0.0, eta) - y * eta) + 0.5 * theta[1:] @ theta[1:])


def variance_des_decalages(y: Reels, p: Reels, groupe: Entiers, groupes: int) -> float:
    """Return τ², by moments, over the groups whose information is large enough."""
    information = np.bincount(groupe, weights=p * (1 - p), minlength=groupes)
    assez = information > INFORMATION_MINIMUM
    if not assez.any():
        return TAU2_DEFAUT
    variance = 1 / information[assez]
    d = np.bincount(groupe, weights=y - p, minlength=groupes)[assez] * variance
    return max(TAU2_MINIMUM, float(np.average(d**2 - variance, weights=1 / (variance + 0.02))))


def decalages_par_groupe(y: Reels, eta: Reels, groupe: Entiers, groupes: int, *, part: float = 1.0) -> Reels:
    """Return the offset of each group, drawn to zero by τ² (times `part`)."""
    tau2 = part * variance_des_decalages(y, expit(eta), groupe, groupes)
    resultat = np.zeros(groupes)
    for g in np.unique(groupe):
        ici = groupe == g
        resultat[g] = decalage(y[ici], eta[ici], tau2)
    return resultat


def assez(y: Reels) -> bool:
    """Tell whether a regression may be fitted on these outcomes."""
    return y.size >= LIGNES_MINIMUM and min(y.sum(), y.size - y.sum()) >= ISSUES_MINIMUM


def communes_a_tous(x: Reels, y: Reels) -> Logistique:
    """Return the regression alone, its offsets at zero."""
    connues = ~np.isnan(x)
    combien = np.maximum(connues.sum(axis=0), 1)
    moyennes = np.where(connues, x, 0.0).sum(axis=0) / combien
    ecarts = np.sqrt(np.where(connues, (x - moyennes) ** 2, 0.0).sum(axis=0) / combien)
    ecarts = np.where(ecarts > 1e-9, ecarts, 1.0)
    beta, ordonnee = ridge(normalisees(x, moyennes, ecarts), y)
    return Logistique(moyennes, ecarts, beta, ordonnee, np.zeros(len(TYPOLOGIES)))


def logistique(x: Reels, y: Reels, typologie: Entiers, a_priori: tuple[float, float]) -> Logistique:
    """Fit one of the three logits; `a_priori` is the hypothesis under and over the strong effort."""
    if not assez(y):
        return sans_covariables(x[:, EFFORT], y, typologie, a_priori)
    commune = communes_a_tous(x, y)
    decalages = decalages_par_groupe(y, commune.logits(x, typologie), typologie, len(TYPOLOGIES))
    return replace(commune, decalages=decalages)


def logistiques(lots: Sequence[Lignes], a_priori: tuple[float, float]) -> list[Logistique]:
    """Fit one of the three logits of several territories: a regression of all, offsets by territory, then typologie."""
    x, y, typologie = (np.concatenate(colonne) for colonne in zip(*lots, strict=True))
    if len(lots) == 1 or not assez(y):
        return [logistique(*lot, a_priori) for lot in lots]
    commune = communes_a_tous(x, y)
    eta = commune.logits(x, typologie)
    territoire = np.repeat(np.arange(len(lots)), [lot[1].size for lot in lots])
    du_territoire = decalages_par_groupe(y, eta, territoire, len(lots))
    cellule, cellules = territoire * len(TYPOLOGIES) + typologie, len(lots) * len(TYPOLOGIES)
    de_cellule = decalages_par_groupe(y, eta + du_territoire[territoire], cellule, cellules, part=0.5)
    decalages = du_territoire[:, None] + de_cellule.reshape(len(lots), len(TYPOLOGIES))
    return [replace(commune, decalages=ligne) for ligne in decalages]


def sans_covariables(fort: Reels, y: Reels, typologie: Entiers, a_priori: tuple[float, float]) -> Logistique:
    """Return averages by typologie; only a hypothesis that tells efforts apart keeps telling them apart."""
    faible_, forte_ = a_priori
    if faible_ == forte_:
        faible_ = forte_ = moyenne(y, faible_)
    else:
        faible_, forte_ = moyenne(y[fort != 1.0], faible_), moyenne(y[fort == 1.0], forte_)
    beta = np.zeros(len(NOMS))
    beta[EFFORT] = logit(forte_) - logit(faible_)
    tous = moyenne(y, faible_)
    decalages = logit(moyennes_par_typologie(y, typologie, tous)) - logit(tous)
    return Logistique(np.zeros(len(NOMS)), np.ones(len(NOMS)), beta, float(logit(faible_)), decalages)


def moyenne(y: Reels, a_priori: float) -> float:
    """Return an average drawn towards a hypothesis, as twenty rows would draw it."""
    return float((y.sum() + POIDS_MOYENNE * a_priori) / (y.size + POIDS_MOYENNE))


def moyennes_par_typologie(y: Reels, typologie: Entiers, tous: float) -> Reels:
    """Return the average of each typologie, drawn towards that of all."""
    n = np.bincount(typologie, minlength=len(TYPOLOGIES))
    succes = np.bincount(typologie, weights=y, minlength=len(TYPOLOGIES))
    return (succes + POIDS_MOYENNE * tous) / (n + POIDS_MOYENNE)
