"""How often we were right: scores of announced chances and of announced delays. No weight means equal weights."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike

from palier.chances.nombres import Entiers, Reels, bornes, entier, reels

_ROGNE = 1e-4
"""The log loss never reads a chance nearer to 0 or 1 than this."""


def _cas(p: ArrayLike, y: ArrayLike, poids: ArrayLike | None) -> tuple[Reels, Reels, Reels]:
    """Chances, outcomes, weights that sum to 1."""
    annonces, faits = bornes("p", p, 0.0, 1.0), bornes("y", y, 0.0, 1.0)
    lourds = np.ones_like(annonces) if poids is None else bornes("poids", poids, 0.0)
    if annonces.ndim != 1 or annonces.shape != faits.shape:
        raise ValueError("y: a flat list as long as p is expected")
    if lourds.shape != annonces.shape or not lourds.sum() > 0:
        raise ValueError("p: nothing to score" if poids is None else "poids: one a case, not all zero")
    return annonces, faits, lourds / lourds.sum()


def brier(p: ArrayLike, y: ArrayLike, *, poids: ArrayLike | None = None) -> float:
    """Mean squared gap between what was announced and what happened."""
    annonces, faits, w = _cas(p, y, poids)
    return float(w @ (annonces - faits) ** 2)


def log_perte(p: ArrayLike, y: ArrayLike, *, poids: ArrayLike | None = None) -> float:
    """Log loss."""
    annonces, faits, w = _cas(p, y, poids)
    q = np.clip(annonces, _ROGNE, 1 - _ROGNE)
    return float(-(w @ (faits * np.log(q) + (1 - faits) * np.log1p(-q))))


def _bacs(annonces: Reels, bacs: int) -> Entiers:
    """The equal-count bin of each case."""
    edges = np.quantile(annonces, np.linspace(0.0, 1.0, entier("bacs", bacs) + 1))
    return np.clip(np.searchsorted(edges, annonces, "right") - 1, 0, bacs - 1)


def tableau(
    p: ArrayLike, y: ArrayLike, bacs: int = 12, *, poids: ArrayLike | None = None
) -> tuple[Reels, Reels, Reels]:
    """(share, mean announced, mean happened) of each bin that holds somebody: the reliability diagram."""
    annonces, faits, w = _cas(p, y, poids)
    places = _bacs(annonces, bacs)
    parts = np.bincount(places, w, bacs)
    plein = parts > 0
    annonce, arrive = (np.bincount(places, w * x, bacs)[plein] / parts[plein] for x in (annonces, faits))
    return np.asarray(parts[plein], dtype=np.float64), annonce, arrive


def ece(p: ArrayLike, y: ArrayLike, bacs: int = 12, *, poids: ArrayLike | None = None) -> float:
    """Mean gap between announced and happened, bin by bin."""
    parts, annonce, arrive = tableau(p, y, bacs, poids=poids)
    return float(parts @ np.abs(annonce - arrive))


def murphy(
    p: ArrayLike, y: ArrayLike, bacs: int = 12, *, poids: ArrayLike | None = None
) -> tuple[float, float, float]:
    """(reliability, resolution, uncertainty), in the bins of `ece`."""
    parts, annonce, arrive = tableau(p, y, bacs, poids=poids)
    moyenne = float(parts @ arrive)
    incertitude = moyenne * (1 - moyenne)
    return float(parts @ (annonce - arrive) ** 2), float(parts @ (arrive - moyenne) ** 2), incertitude


def auc(p: ArrayLike, y: ArrayLike, *, poids: ArrayLike | None = None) -> float:
    """The probability that one who was served had been announced more than one who was not; ½ when it means nothing."""
    annonces, faits, w = _cas(p, y, poids)
    rangs = np.unique(annonces, return_inverse=True)[1]
    oui, non = np.bincount(rangs, w * faits), np.bincount(rangs, w * (1 - faits))
    paires = float(oui.sum() * non.sum())
    return float(oui @ (np.cumsum(non) - non / 2)) / paires if paires > 0 else 0.5


def recouvrement(bas: ArrayLike, haut: ArrayLike, valeurs: ArrayLike) -> float:
    """Share of the values inside their range; an upper bound that was left blank is infinite."""
    dessous, dessus, vus = reels("bas", bas), reels("haut", haut), reels("valeurs", valeurs)
    if not vus.size:
        raise ValueError("valeurs: nothing to score")
    return float(np.mean((dessous <= vus) & (vus <= dessus)))


def _attentes(f: ArrayLike, mois: ArrayLike) -> tuple[Reels, Reels]:
    """Curves (cases × months) and the month of each outcome, infinite when it never came."""
    courbes, instants = bornes("F", f, 0.0, 1.0), reels("mois", mois)
    if courbes.ndim != 2 or instants.shape != courbes.shape[:1] or not instants.size:
        raise ValueError("mois: one a row of F is expected")
    if instants.min() < 0:
        raise ValueError("mois: negative")
    return courbes, instants


def crps(F: ArrayLike, mois: ArrayLike, *, poids: ArrayLike | None = None) -> float:
    """Truncated CRPS, mean over cases: Σ over months of (F(m) − [happened by m])²."""
    courbes, instants = _attentes(F, mois)
    lourds = None if poids is None else bornes("poids", poids, 0.0)
    arrive = instants[:, None] <= np.arange(1, courbes.shape[1] + 1)
    return float(np.average(((courbes - arrive) ** 2).sum(axis=1), weights=lourds))


def d_calibration(F: ArrayLike, mois: ArrayLike) -> Reels:
    """Shares of F(T) in the ten deciles; a case beyond the last month is spread evenly over [F(last), 1]."""
    courbes, instants = _attentes(F, mois)
    horizon = courbes.shape[1]
    pleines = np.concatenate([np.zeros((len(courbes), 1)), courbes], axis=1)
    vus = instants <= horizon
    bas = np.minimum(instants[vus].astype(np.int64), horizon - 1)
    lignes = np.arange(len(bas))
    avant, apres = pleines[vus][lignes, bas], pleines[vus][lignes, bas + 1]
    atteints = avant + (instants[vus] - bas) * (apres - avant)
    parts = np.bincount(np.clip((atteints * 10).astype(np.int64), 0, 9), minlength=10).astype(np.float64)
    derniers = courbes[~vus, -1:]
    bords = np.linspace(0.0, 1.0, 11)
    large = np.clip(bords[1:] - np.maximum(bords[:-1], derniers), 0.0, None)
    reste = 1 - derniers
    etale = np.where(reste > 0, large / np.where(reste > 0, reste, 1.0), np.arange(10) == 9)
    return np.asarray((parts + etale.sum(axis=0)) / len(courbes))
