"""Who may still come before the closing, who of them would be ahead of me, how far a commission departs from points."""

from __future__ import annotations

import math

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import expit, ndtr

from palier.chances.nombres import Reels, bornes, nombre, reels

_TOURS = 200
_MOYENNE_MINIMALE = 0.5
"""A cell where almost nobody ever applied still expects half a candidature."""


def arrivees_restantes(
    observees: float, fraction: float, moyenne: float, *, r0: float = 1.5
) -> tuple[float, float]:
    """(λ, shape): arrivals expected until the closing, `observees` having come in a `fraction` of the usual flow."""
    n, vu = nombre("observees", observees, 0.0), nombre("fraction", fraction, 0.0, 1.0)
    usual, shape = nombre("moyenne", moyenne, 0.0), nombre("r0", r0, 0.0, exclu=True)
    return (shape + n) / (shape / max(usual, _MOYENNE_MINIMALE) + vu) * (1 - vu), shape + n


def part_devant(rang: float, observees: float, pi0: float, *, poids: float = 6.0) -> float:
    """Share of the arrivals that would be ahead of me; `observees` counts me."""
    k, n = nombre("rang", rang, 1.0), nombre("observees", observees, 0.0)
    prior, strength = nombre("pi0", pi0, 0.0, 1.0), nombre("poids", poids, 0.0)
    if n + strength == 0:
        raise ValueError("observees: nobody seen and no prior weight")
    return (k - 1 + strength * prior) / (n + strength)


def avant_moi(points: ArrayLike, mes_points: float, sigma_c: float) -> Reels:
    """The probability that a commission ranks each before me, from the gap of points. Equal points: one half."""
    ecart = bornes("points", points, -np.inf) - nombre("mes_points", mes_points)
    spread = nombre("sigma_c", sigma_c, 0.0)
    return np.asarray(ndtr(ecart / (math.sqrt(2) * spread)) if spread else (np.sign(ecart) + 1) / 2)


def decalage(y: ArrayLike, eta: ArrayLike, tau2: float) -> float:
    """The offset δ of one group: Σ(y−p) − δ/τ² = 0 with logit p = η + δ. Newton, held inside what encloses the root."""
    vus, lignes = bornes("y", y, 0.0, 1.0).ravel(), reels("eta", eta).ravel()
    spread = nombre("tau2", tau2, 0.0, exclu=True)
    if vus.shape != lignes.shape:
        raise ValueError("eta: as many rows as y are expected")
    bas, haut, delta, pas = -spread * vus.size, spread * vus.size, 0.0, np.inf
    for _ in range(_TOURS):
        p = expit(lignes + delta)
        ecart = float((vus - p).sum()) - delta / spread
        bas, haut = (delta, haut) if ecart > 0 else (bas, delta)
        suivant = delta + ecart / (float((p * (1 - p)).sum()) + 1 / spread)
        if not bas <= suivant <= haut or abs(suivant - delta) > pas / 2:
            suivant = (bas + haut) / 2
        pas, delta = abs(suivant - delta), suivant
        if pas <= 1e-15 * max(1.0, abs(delta)):
            break
    return delta
