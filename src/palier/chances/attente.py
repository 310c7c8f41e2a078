"""Waiting time: from the yearly hazards of a replay to the chance at each month, its quantiles, the lived outcome."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np
from numpy.typing import ArrayLike

from palier.chances.nombres import Reels, bornes, nombre

MOIS_MAX = 36
HORIZONS = (0.0, 6.0, 12.0, 24.0, 36.0)
"""Months ahead at which the yearly hazard is given; it is linear between."""
A, B, KAPPA0 = -0.32, 1.03, 1.1
"""Calibration learned on simulated territories only."""
_MOIS = np.arange(MOIS_MAX + 1.0)


def _entre_horizons() -> Reels:
    """(5, 36): the part of each horizon in the hazard of each mid-month."""
    return np.stack([np.interp(_MOIS[:-1] + 0.5, HORIZONS, row) for row in np.eye(len(HORIZONS))])


_PARTS = _entre_horizons()


def cumul(risques: ArrayLike, temps_mort: ArrayLike, mois: int = MOIS_MAX) -> Reels:
    """(N, mois): the hazard summed from 0 to max(t−d, 0), t = 1…mois, mid-month values, linear inside a month."""
    annuels = np.atleast_2d(bornes("risques_annuels", risques, 0.0))
    if annuels.shape[-1] != len(HORIZONS):
        raise ValueError("risques_annuels: five yearly hazards are expected")
    morts = np.broadcast_to(bornes("temps_mort", temps_mort, 0.0), annuels.shape[:1])
    sommes = np.zeros((annuels.shape[0], mois + 1))
    np.cumsum(annuels @ _PARTS[:, :mois] / 12, axis=1, out=sommes[:, 1:])
    vecus = np.maximum(_MOIS[1 : mois + 1] - morts[:, None], 0.0)
    bas = np.minimum(vecus.astype(np.int64), mois - 1)
    avant, apres = np.take_along_axis(sommes, bas, 1), np.take_along_axis(sommes, bas + 1, 1)
    return np.asarray(avant + (vecus - bas) * (apres - avant))


def courbes(
    risques: ArrayLike, temps_mort: ArrayLike, *, a: float = A, b: float = B, kappa0: float = KAPPA0,
    mois: int = MOIS_MAX,
) -> Reels:  # fmt: skip
    """(N, mois): F(1)…F(mois) of many demandes, five yearly hazards each; few events make a wide range (Lomax)."""
    echelle, puissance = np.exp(nombre("a", a)), nombre("b", b, 0.0, exclu=True)
    somme = cumul(risques, temps_mort, mois)
    kappa = nombre("kappa0", kappa0, 0.0, exclu=True) + np.atleast_2d(np.asarray(risques, dtype=np.float64))[:, :1]
    return np.asarray(-np.expm1(-kappa * np.log1p(echelle * somme**puissance / kappa)))


def courbe(
    risques_annuels: ArrayLike, temps_mort: float, *, a: float = A, b: float = B, kappa0: float = KAPPA0
) -> Reels:
    """F(1)…F(36) of one demande. `risques_annuels`: at 0, 6, 12, 24, 36 months; `temps_mort` in months."""
    if np.ndim(risques_annuels) != 1:
        raise ValueError("risques_annuels: five yearly hazards are expected")
    return np.asarray(courbes(risques_annuels, nombre("temps_mort", temps_mort, 0.0), a=a, b=b, kappa0=kappa0)[0])


def quantiles(f: ArrayLike, parts: Sequence[float]) -> Reels:
    """(N, parts): months at which each curve reaches each part, linear between months 0…36; infinite beyond."""
    annees = np.atleast_2d(bornes("f", f, 0.0, 1.0))
    pleines = np.concatenate([np.zeros((annees.shape[0], 1)), annees], axis=1)
    voulues = bornes("parts", parts, 0.0, 1.0)
    rangs = (pleines[:, :, None] < voulues).sum(axis=1)  # first month that reaches it
    dedans = np.clip(rangs, 1, pleines.shape[1] - 1)
    avant, apres = np.take_along_axis(pleines, dedans - 1, 1), np.take_along_axis(pleines, dedans, 1)
    pas = apres - avant
    atteints = dedans - 1 + (voulues - avant) / np.where(pas > 0, pas, 1.0)
    return np.asarray(np.where(rangs >= pleines.shape[1], np.inf, np.where(rangs == 0, 0.0, atteints)))


def vecues(f: ArrayLike, sorties: ArrayLike) -> tuple[Reels, Reels]:
    """Cumulative incidences (housed, left otherwise) of a net curve and of the monthly hazards of other exits.

    Both hazards are even inside a month, so that housed, left and still waiting always make one.
    """
    nettes = np.atleast_2d(bornes("f", f, 0.0, 1.0))
    autres = np.broadcast_to(bornes("sorties", sorties, 0.0), nettes.shape)
    reste_net = np.concatenate([np.ones((nettes.shape[0], 1)), np.clip(1 - nettes, 1e-12, 1.0)], axis=1)
    loge = -np.diff(np.log(reste_net), axis=1)
    total = loge + autres
    encore = np.exp(-np.cumsum(total, axis=1))
    avant = np.concatenate([np.ones((encore.shape[0], 1)), encore[:, :-1]], axis=1)
    partis = (avant - encore) / np.where(total > 0, total, 1.0)
    return np.cumsum(partis * loge, axis=1), np.cumsum(partis * autres, axis=1)
