"""How far a commission departs from the points: the spread of its own opinion, in points."""

from __future__ import annotations

import numpy as np
from scipy.optimize import minimize_scalar
from scipy.special import log_ndtr

from palier.chances.journal import TYPES, Journal, Reels, Vrais

SIGMA_C = 6.0
Z_DEFAUT, Z_BORNES = 8.0, (1.0, 80.0)
PAIRES_MINIMUM = 20


def paires(journal: Journal, au: int, offres: Vrais) -> tuple[Reels, Vrais]:
    """Return, for neighbours by points inside a commission: the gap of points, and whether the better came first.

    Neighbours in the decided order would be a choice made by what is measured. Equal points say nothing: left out.
    """
    evenements, candidatures = journal.evenements, journal.candidatures
    garde = (evenements.type == TYPES.index("classe")) & (evenements.instant < au) & (evenements.candidature_i >= 0)
    garde &= evenements.ordre > 0
    garde[garde] = offres[candidatures.offre_i[evenements.candidature_i[garde]]]
    qui = evenements.candidature_i[garde]
    offre, commission, ordre = candidatures.offre_i[qui], evenements.commission[garde], evenements.ordre[garde]
    points = candidatures.points[qui]
    tri = np.lexsort((ordre, -points, commission, offre))
    offre, commission, ordre, points = offre[tri], commission[tri], ordre[tri], points[tri]
    ensemble = (offre[1:] == offre[:-1]) & (commission[1:] == commission[:-1])
    ecart = points[:-1] - points[1:]
    utile = ensemble & (ecart > 0)
    return ecart[utile], (ordre[:-1] < ordre[1:])[utile]


def sigma_commission(ecart: Reels, mieux_d_abord: Vrais) -> float:
    """Return σ_c by a probit without constant: P(better first) = Φ(gap/z), z = √2·σ_c."""
    if not ecart.size:
        return SIGMA_C
    if ecart.size < PAIRES_MINIMUM:
        return Z_DEFAUT / float(np.sqrt(2.0))
    signe = np.where(mieux_d_abord, ecart, -ecart)
    trouve = minimize_scalar(
        lambda log_z: -log_ndtr(signe * np.exp(-log_z)).sum(),
        bounds=tuple(np.log(Z_BORNES)), method="bounded", options={"xatol": 1e-10},
    )  # fmt: skip
    return float(np.exp(trouve.x) / np.sqrt(2.0))
