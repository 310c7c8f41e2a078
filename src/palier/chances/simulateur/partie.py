"""A whole territory in one call."""

from __future__ import annotations

import numpy as np

from palier.chances.journal import Mots
from palier.chances.simulateur.monde import annonces, population, territoire
from palier.chances.simulateur.moteur import Deroulement, derouler
from palier.chances.simulateur.reglages import SECONDES_AN, tirer_reglages
from palier.chances.simulateur.scene import Scene

DEBUT = 1_546_300_800
"""1 January 2019, 0 h UTC."""


def simuler(
    genre: str, *, graine: int, annees: float = 6.0, debut: int = DEBUT, amorce: float = 1.0, **autres: object
) -> Deroulement:
    """Play a territory of a kind for some years, after years of which nothing is written (`amorce`)."""
    if not annees > 0 or not amorce >= 0 or graine < 0:
        raise ValueError(f"annees, amorce, graine: {annees}, {amorce}, {graine}")
    rng = np.random.default_rng([graine, *genre.encode()])
    reg = tirer_reglages(genre, rng, **autres)
    avant, fin = debut - int(amorce * SECONDES_AN), debut + int(annees * SECONDES_AN)
    ter = territoire(reg, rng)
    men = population(ter, reg, rng, debut=avant, fin=fin)
    ann = annonces(ter, reg, rng, debut=avant, fin=fin)
    return derouler(Scene(ter, men, ann, reg, debut, fin), rng)


def groupes(deroulement: Deroulement) -> tuple[Mots, Mots, Mots]:
    """Return the group of each demande of the journal, for the fairness audit and nothing else."""
    ids = deroulement.journal.demandes.demande
    tous = dict(zip(deroulement.scene.menages.demande, deroulement.scene.menages.groupe, strict=True))
    modalite = np.array(["B" if tous[each] else "A" for each in ids], dtype=np.str_)
    return ids, np.full(len(ids), "groupe"), modalite
