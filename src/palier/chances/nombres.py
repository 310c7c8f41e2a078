"""Numbers that come in: float64, of one length, never NaN; and the few functions of numbers that all share."""

from __future__ import annotations

from collections.abc import Sequence
from functools import cache

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import roots_hermitenorm

Reels = NDArray[np.float64]
Entiers = NDArray[np.int64]

PLANCHER = 1e-6
"""An estimated probability stays this far from 0 and from 1."""


def reels(nom: str, valeurs: ArrayLike) -> Reels:
    """The values as float64; a NaN is refused by the name of its argument."""
    given = np.asarray(valeurs, dtype=np.float64)
    if np.isnan(given).any():
        raise ValueError(f"{nom}: NaN")
    return given


def bornes(nom: str, valeurs: ArrayLike, bas: float, haut: float = np.inf) -> Reels:
    """The values as float64, all between two bounds; infinite ones are refused."""
    given = reels(nom, valeurs)
    if given.size and not (np.isfinite(given).all() and given.min() >= bas and given.max() <= haut):
        raise ValueError(f"{nom}: outside [{bas:g}, {haut:g}]")
    return given


def probas(nom: str, valeurs: ArrayLike) -> Reels:
    """Probabilities: 0 and 1 are accepted when given."""
    return bornes(nom, valeurs, 0.0, 1.0)


def nombre(nom: str, valeur: float, bas: float = -np.inf, haut: float = np.inf, *, exclu: bool = False) -> float:
    """One finite number between two bounds; `exclu`: the lower bound itself is refused."""
    given = float(bornes(nom, valeur, bas, haut))
    if exclu and given == bas:
        raise ValueError(f"{nom}: must be above {bas:g}")
    return given


def entier(nom: str, valeur: float, bas: int = 1) -> int:
    """One whole number."""
    given = nombre(nom, valeur, bas)
    if given != int(given):
        raise ValueError(f"{nom}: not a whole number")
    return int(given)


def memes_longueurs(noms: Sequence[str], colonnes: Sequence[Reels]) -> None:
    """Columns of one list have one length."""
    for nom, colonne in zip(noms, colonnes, strict=True):
        if colonne.ndim != 1 or colonne.shape != colonnes[0].shape:
            raise ValueError(f"{nom}: a flat list as long as {noms[0]} is expected")


def logit(p: ArrayLike) -> Reels:
    """Log odds, of a probability kept away from 0 and 1."""
    held = np.clip(np.asarray(p, dtype=np.float64), PLANCHER, 1 - PLANCHER)
    return np.log(held) - np.log1p(-held)


@cache
def noeuds_gauss(nombre_de_noeuds: int) -> tuple[Reels, Reels]:
    """Gauss-Hermite nodes of a standard normal and their weights, which sum to 1."""
    nodes, weights = roots_hermitenorm(nombre_de_noeuds)
    weights = weights / weights.sum()
    nodes.flags.writeable = weights.flags.writeable = False
    return nodes, weights
