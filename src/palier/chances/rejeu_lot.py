"""Replay of ended offres: had I stood in this final list with my points, would my turn have come?

One (offre, points) pair a column; many at once, since a night asks for every demande and five horizons.
"""

from __future__ import annotations

import math
from dataclasses import dataclass

import numpy as np
from numpy.typing import ArrayLike
from scipy.special import ndtr

from palier.chances.lots import paquets
from palier.chances.nombres import Entiers, Reels, bornes, memes_longueurs, nombre, probas
from palier.chances.programme import parcourir, sieges, valeur

DEVANT_MAX, DERRIERE = 40, 10
"""More ahead than this are never all passed; the nearest behind that count."""
SEUL = 0.9
"""The reach of an offre to which nobody applied."""
_COLONNES = 512


@dataclass(frozen=True)
class Finales:
    """Final lists: points best first in each offre, one offre after another, `debut` telling where each starts (O + 1).

    `p`, `alpha`: of each offre's typologie. `sigma_c`: how far commissions depart from points.
    """

    points: Reels
    debut: Entiers
    p: Reels
    alpha: Reels
    presentes: Entiers
    commissions: Entiers
    sigma_c: float

    def __post_init__(self) -> None:
        bornes("points", self.points, -np.inf)
        memes_longueurs(("p", "alpha"), (probas("p", self.p), probas("alpha", self.alpha)))
        bornes("presentes", self.presentes, 1)
        bornes("commissions", self.commissions, 1)
        nombre("sigma_c", self.sigma_c, 0.0, exclu=True)
        if len(self.debut) != len(self.p) + 1 or self.debut[-1] != len(self.points):
            raise ValueError("debut: one start an offre, then the number of points")

    def devant(self, offre_i: Entiers, mes_points: Reels) -> Entiers:
        """How many of each final list have at least my points: whoever equals them is older than a newcomer."""
        devant = np.zeros(len(offre_i), dtype=np.int64)
        ordre = np.argsort(offre_i, kind="stable")
        bouts = np.searchsorted(offre_i[ordre], np.arange(len(self.p) + 1))
        for offre in np.flatnonzero(np.diff(bouts)):
            quelles = ordre[bouts[offre] : bouts[offre + 1]]
            montants = self.points[self.debut[offre] : self.debut[offre + 1]][::-1]
            devant[quelles] = len(montants) - np.searchsorted(montants, mes_points[quelles], "left")
        return devant


def _atteintes(finales: Finales, offre_i: Entiers, mes_points: Reels, devant: Entiers) -> Reels:
    """Pairs of like commissions and lengths, none beyond `DEVANT_MAX`."""
    total = np.diff(finales.debut)[offre_i]
    derriere = np.minimum(total - devant, DERRIERE)
    premier = finales.debut[offre_i]

    def liste(debut: Entiers, combien: Entiers) -> tuple[Reels, Reels, Reels]:
        rangs = np.arange(int(combien.max(initial=0)))[:, None]
        dedans = rangs < combien
        points = finales.points[np.where(dedans, debut + rangs, 0)]
        w = ndtr((points - mes_points) / (math.sqrt(2) * finales.sigma_c))
        return finales.p[offre_i] * dedans, np.broadcast_to(finales.alpha[offre_i], w.shape), w

    m, b = int(finales.presentes[offre_i[0]]), int(finales.commissions[offre_i[0]])
    etats = parcourir(*liste(premier, devant), m, b)
    return valeur(etats, sieges(*liste(premier + devant, derriere), m))


def atteintes_lot(
    finales: Finales, offre_i: Entiers, mes_points: ArrayLike, *, devant: Entiers | None = None
) -> Reels:
    """The reach of each pair: the programme without arrivals, me inserted at my points; my own attribution is left out.

    `devant`: how many stand ahead of me, when the caller settles ties; whoever has my points is ahead otherwise.
    """
    miens = bornes("mes_points", mes_points, -np.inf)
    rangs = finales.devant(offre_i, miens) if devant is None else devant
    total = np.diff(finales.debut)[offre_i]
    atteint = np.where(total == 0, SEUL, 0.0)
    faits = np.flatnonzero((total > 0) & (rangs <= DEVANT_MAX))
    cle = (finales.presentes * 1000 + finales.commissions)[offre_i[faits]]
    for quelles in paquets(cle, rangs[faits], _COLONNES):
        paires = faits[quelles]
        atteint[paires] = _atteintes(finales, offre_i[paires], miens[paires], rangs[paires])
    return atteint


def atteintes_table(finales: Finales, points: ArrayLike) -> Reels:
    """(offres, points): the reach of each offre for each number of points."""
    grille, offres = bornes("points", points, -np.inf), len(finales.p)
    atteint = atteintes_lot(finales, np.repeat(np.arange(offres), len(grille)), np.tile(grille, offres))
    return atteint.reshape(offres, len(grille))
