"""How often a list that really was would have come down to me: the programme of a candidature, for many lists.

All who stand in a list share p (available) and alpha (attributed and accepts), as the typologie had them. Then what
lies before my commission needs a count only, and the programme keeps m numbers instead of m·B: `cumuls[k]` is the
weight of "mine starts after some of the first k", and whoever follows is either passed over or sits beside me.
"""

from __future__ import annotations

from dataclasses import dataclass
from math import sqrt

import numpy as np
from scipy.special import comb, ndtr

from palier.chances.journal import Entiers, Reels

DEVANT = 40
"""Further down than this a list never came: reach 0."""
DERRIERE = 10
"""Those just behind me who could sit in my commission."""
SANS_CANDIDATURE = 0.9
"""Reach of an offre to which nobody applied."""
SERIE = 16_384


@dataclass(frozen=True)
class Listes:
    """Final lists, one after the other, best first. `bornes[o]` to `bornes[o + 1]` are the rows of list o."""

    bornes: Entiers
    points: Reels
    deposees: Entiers  # deposit of the demande: the older goes first
    demandes: Entiers  # whose candidature; -1 when not known
    typologies: Entiers
    presentes: Entiers
    commissions: Entiers


def atteintes(
    listes: Listes, offre: Entiers, points: Reels, deposee: Entiers, soi: Entiers,
    *, p: Reels, alpha: Reels, sigma_c: float,
) -> tuple[Reels, Entiers]:  # fmt: skip
    """Return (reach, how many stand ahead) of pairs: list, my points, my deposit, my own row in that list (-1: none).

    `p` and `alpha` are given by typologie. My own row is left out: nobody competes with oneself.
    """
    devant = _devant(listes, offre, points, deposee)
    autres = listes.bornes[offre + 1] - listes.bornes[offre] - (soi >= 0)
    devant = devant - ((soi >= 0) & (soi < listes.bornes[offre] + devant))
    sortie = np.where(autres == 0, SANS_CANDIDATURE, 0.0)
    proches = np.flatnonzero((devant <= DEVANT) & (autres > 0))
    cles = np.vstack((soi[proches], devant[proches], points[proches], offre[proches]))
    ordre = np.lexsort(cles)
    proches, cles = proches[ordre], cles[:, ordre]
    neuf = np.ones(len(proches), dtype=bool)
    neuf[1:] = (cles[:, 1:] != cles[:, :-1]).any(axis=0)
    uniques = proches[neuf]
    valeurs = np.zeros(len(uniques))
    formes = listes.presentes[offre[uniques]] * 1_000 + listes.commissions[offre[uniques]]
    for forme in np.unique(formes):
        choisies = np.flatnonzero(formes == forme)
        for debut in range(0, len(choisies), SERIE):
            lot = choisies[debut : debut + SERIE]
            qui = uniques[lot]
            valeurs[lot] = _programme(
                listes, offre[qui], devant[qui], points[qui], soi[qui], p, alpha, sigma_c, divmod(int(forme), 1_000)
            )
    sortie[proches] = valeurs[np.cumsum(neuf) - 1]
    return sortie, devant


def _devant(listes: Listes, offre: Entiers, points: Reels, deposee: Entiers) -> Entiers:
    """Return how many of each list stand ahead of me: more points, or as many and a demande at least as old."""
    devant = np.zeros(len(offre), dtype=np.int64)
    mienne = -points + 1j * deposee
    ordre = np.argsort(offre, kind="stable")
    distinctes, debuts = np.unique(offre[ordre], return_index=True)
    for o, morceau in zip(distinctes, np.split(ordre, debuts)[1:], strict=True):
        rangs = slice(listes.bornes[o], listes.bornes[o + 1])
        liste = -listes.points[rangs] + 1j * listes.deposees[rangs]
        devant[morceau] = np.searchsorted(liste, mienne[morceau], side="right")
    return devant


def cumuls(p: Reels, alpha: Reels, presentes: int, commissions: int) -> Reels:
    """Return, by typologie and number ahead k, the weight of all ways in which my commission starts after some of k.

    It starts after nobody (weight 1) or after the last of q full commissions that failed, 0 < q < B; the factor
    (1 - p)^k of those not available is left to the caller.
    """
    table = np.zeros((len(p), DEVANT + 1))
    table[:, 0] = 1.0
    rangs = np.arange(1, DEVANT + 1)
    for q in range(1, commissions):
        pleines = q * presentes
        table[:, 1:] += comb(rangs - 1, pleines - 1)[None, :] * ((p * (1 - alpha) / (1 - p)) ** pleines)[:, None]
    return np.cumsum(table, axis=1)


def _programme(
    listes: Listes, offre: Entiers, devant: Entiers, points: Reels, soi: Entiers,
    p: Reels, alpha: Reels, sigma_c: float, forme: tuple[int, int],
) -> Reels:  # fmt: skip
    """Return the reach of pairs whose offres share m and B."""
    m, ecart = forme[0], sqrt(2) * sigma_c
    ordre = np.argsort(-devant, kind="stable")
    offre, devant, points, soi = offre[ordre], devant[ordre], points[ordre], soi[ordre]
    debut, fin, typologie = listes.bornes[offre], listes.bornes[offre + 1], listes.typologies[offre]
    ouverts = np.zeros((m, len(offre)))
    table, pris, alphas = cumuls(p, alpha, *forme), p[typologie], alpha[typologie]
    ouverts[0] = 1.0
    absent = np.where(soi >= 0, soi, fin)
    for j in range(int(devant.max(initial=0))):
        n = int(np.searchsorted(-devant, -j, side="left"))
        place = debut[:n] + j
        place += place >= absent[:n]
        echec = 1 - alphas[:n] * ndtr((listes.points[place] - points[:n]) / ecart)
        for r in range(m - 1, 0, -1):
            ouverts[r, :n] += echec * ouverts[r - 1, :n]
        ouverts[0, :n] = table[typologie[:n], j + 1]
    suites = _suites(listes, debut + devant, absent, fin, points, pris, alphas, m, ecart)
    poids = (pris / (1 - pris))[None, :] ** np.arange(m)[:, None]
    valeurs = np.empty(len(offre))
    valeurs[ordre] = (1 - pris) ** devant * (poids * suites[::-1] * ouverts).sum(axis=0)
    return valeurs


def _suites(
    listes: Listes, premier: Entiers, absent: Entiers, fin: Entiers, points: Reels,
    pris: Reels, alphas: Reels, m: int, ecart: float,
) -> Reels:  # fmt: skip
    """Return by number of seats left in my commission the weight of those behind me who fill them."""
    suites = np.ones((m, len(premier)))
    for b in range(DERRIERE - 1, -1, -1):
        place = premier + b
        place = place + (place >= absent)
        la = place < fin
        w = ndtr((listes.points[np.where(la, place, 0)] - points) / ecart)
        p = np.where(la, pris, 0.0)
        for s in range(m - 1, 0, -1):
            suites[s] = p * (1 - w * alphas) * suites[s - 1] + (1 - p) * suites[s]
    return suites
