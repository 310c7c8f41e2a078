"""How far the announced chance may be from what a better informed person would announce, and its four reasons."""

from __future__ import annotations

import numpy as np
from scipy.special import expit

from palier.chances.nombres import Entiers, Reels, logit

BAS, HAUT = 0.1, 0.9
_BRUIT, _BRUIT_PAR_RANG = 0.16, 0.04
"""Variance, on the logit scale, of what nobody can know yet, at rank 1 and for each further rank."""
_NOEUDS, _POIDS = np.array([-np.sqrt(3), 0.0, np.sqrt(3)]), np.array([1, 4, 1]) / 6


def fourchettes(valeurs: Reels, poids: Reels, rang: Entiers, proba: Reels) -> tuple[Reels, Reels]:
    """The 10 % and 90 % quantiles of each mixture, noise added on the logit scale, widened to hold the chance itself.

    `valeurs`: (…, cases) chances; `poids`, as many, sum to 1 a case. Quantiles: values sorted, cumulated weight less
    half one's own, linear between. What weighs nothing is not there.
    """
    cas = valeurs.shape[-1]
    centre = logit(valeurs.reshape(-1, cas).T)
    ecart = np.sqrt(_BRUIT + _BRUIT_PAR_RANG * (np.asarray(rang) - 1.0))
    nuage = (centre[:, :, None] + ecart[:, None, None] * _NOEUDS).reshape(cas, -1)
    masses = (np.broadcast_to(poids, valeurs.shape).reshape(-1, cas).T[:, :, None] * _POIDS).reshape(cas, -1)
    ordre = np.argsort(nuage, axis=1, kind="stable")
    nuage, masses = np.take_along_axis(nuage, ordre, 1), np.take_along_axis(masses, ordre, 1)
    cumule = np.cumsum(masses, axis=1) - masses / 2
    bords = np.array([np.interp((BAS, HAUT), cumule[i, pese], nuage[i, pese]) for i, pese in enumerate(masses > 0)])
    bas, haut = expit(bords.reshape(cas, 2)).T
    return np.minimum(bas, proba), np.maximum(haut, proba)


def facteurs(places: Reels, devant: Reels, arrivees: Reels, proba: Reels) -> tuple[Reels, Reels, Reels, Reels]:
    """Four factors whose product is the chance: places × those ahead × arrivals × my file, from the four chances met.

    Each chance is divided by the one before. One that fell to nothing leaves no more to explain: factor 1.
    """
    return places, _part(devant, places), _part(arrivees, devant), _part(proba, arrivees)


def _part(apres: Reels, avant: Reels) -> Reels:
    return np.where(avant > 0, apres / np.where(avant > 0, avant, 1.0), 1.0)
