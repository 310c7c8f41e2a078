"""Exact arithmetic, without any model: what to keep in a perimeter, and who can still overtake me."""

from __future__ import annotations

import numpy as np
from numpy.typing import ArrayLike, NDArray

from palier.chances.nombres import bornes, memes_longueurs, nombre


def perimetre(h: ArrayLike, v: ArrayLike, rho: float) -> tuple[NDArray[np.bool_], float]:
    """The communes worth keeping and the value J of the search: h monthly rates, v utilities, rho = 1/horizon.

    Sorted by utility, the best set is a prefix; nobody loses by keeping a commune worth at least J.
    """
    taux, utilites = bornes("h", h, 0.0), bornes("v", v, -np.inf)
    memes_longueurs(("h", "v"), (taux, utilites))
    hate = nombre("rho", rho, 0.0, exclu=True)
    ordre = np.argsort(-utilites, kind="stable")
    valeurs = np.cumsum((taux * utilites)[ordre]) / (hate + np.cumsum(taux[ordre]))
    meilleur = max(0.0, float(valeurs.max())) if valeurs.size else 0.0
    garde = utilites >= meilleur
    if meilleur > 0:
        garde[ordre[: int(valeurs.argmax()) + 1]] = True
    return garde, meilleur


def depassements(
    lam: float, bases: ArrayLike, parts: ArrayLike, ma_base: float, mois: float, *, par_mois: float = 1.0,
    plafond: float = 48,
) -> float:  # fmt: skip
    """The rate of newcomers able to pass me after `mois` more months: λ·P(base > mine + what seniority gave me).

    `bases` and `parts`: points of newcomers without seniority and their shares. Two demandes already there never swap.
    """
    flux, des_bases, des_parts = nombre("lam", lam, 0.0), bornes("bases", bases, -np.inf), bornes("parts", parts, 0.0)
    memes_longueurs(("bases", "parts"), (des_bases, des_parts))
    if des_parts.sum() > 1 + 1e-6:
        raise ValueError("parts: shares sum to more than 1")
    gagne = nombre("par_mois", par_mois, 0.0) * min(nombre("mois", mois, 0.0), nombre("plafond", plafond, 0.0))
    return float(flux * des_parts[des_bases > nombre("ma_base", ma_base) + gagne].sum())
