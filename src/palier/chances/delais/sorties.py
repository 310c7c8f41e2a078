"""Those who leave otherwise: a monthly hazard by month of age, since anniversaries count."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palier.chances.delais.archives import Archives
from palier.chances.journal import CAUSES, MOIS, Entiers, Reels, Vrais

AGES = 120
"""Months of age told apart; older demandes follow the month of their year."""
POIDS_AGE = 200.0
"""Months of exposure that the month of the year weighs against the month of age."""
POIDS_MOIS = 200.0
LOGE = CAUSES.index("loge_plateforme")


@dataclass(frozen=True)
class Departs:
    """Monthly hazard of leaving otherwise: by month of age below 120, then by month of the year of age."""

    par_age: tuple[float, ...]
    par_mois: tuple[float, ...]

    def risques(self, age: Reels, mois: int = 36) -> Reels:
        """Return row × month ahead: the hazard of each of the next months, from an age in months, whole or not."""
        table = np.concatenate((self.par_age, np.tile(self.par_mois, 60)))
        entier = np.floor(np.clip(age, 0.0, AGES + 600.0)).astype(np.int64)
        part = np.clip(age, 0.0, AGES + 600.0) - entier
        place = np.minimum(entier[:, None] + np.arange(mois)[None, :], len(table) - 2)
        sortie: Reels = (1 - part)[:, None] * table[place] + part[:, None] * table[place + 1]
        return sortie


def departs(archives: Archives, au: int) -> Departs:
    """Learn from the exits before `au`: each month of age drawn to its month of the year, that one to the mean."""
    exposition, _, partis = risques_par_age(archives, au, AGES)
    moyenne = partis.sum() / exposition.sum() if exposition.sum() > 0 else 0.0
    mois = np.arange(AGES) % 12
    par_mois = (np.bincount(mois, weights=partis, minlength=12) + POIDS_MOIS * moyenne) / (
        np.bincount(mois, weights=exposition, minlength=12) + POIDS_MOIS
    )
    par_age = (partis + POIDS_AGE * par_mois[mois]) / (exposition + POIDS_AGE)
    return Departs(tuple(par_age.tolist()), tuple(par_mois.tolist()))


def presence(archives: Archives, au: int) -> tuple[Entiers, Entiers, Entiers, Entiers]:
    """Return (entry in view, exit or `au`, deposit, cause or -1) of the demandes seen before `au`.

    Nobody is in view before the record starts: an older demande enters late, at the age it then has.
    """
    connue, deposee = archives.premiere
    quand, cause = archives.sortie
    entree = np.maximum(connue, archives.journal.parametres.debut)
    borne = min(au, archives.journal.parametres.fin)
    sorti = np.minimum(quand, borne)
    vus = np.flatnonzero((connue < au) & (entree < sorti))
    return entree[vus], sorti[vus], deposee[vus], np.where(quand[vus] < borne, cause[vus], -1)


def risques_par_age(archives: Archives, au: int, ages: int) -> tuple[Reels, Reels, Reels]:
    """Return by month of age: at risk at some time (person-months), housed here, left otherwise."""
    entree, sortie, deposee, cause = presence(archives, au)
    de, a = (entree - deposee) / MOIS, (sortie - deposee) / MOIS
    exposes = np.array([np.clip(np.minimum(a, age + 1) - np.maximum(de, age), 0, None).sum() for age in range(ages)])

    def compter(lesquels: Vrais) -> Reels:
        age: Entiers = np.floor(a[lesquels]).astype(np.int64)
        return np.bincount(age[age < ages], minlength=ages).astype(np.float64)

    return exposes, compter(cause == LOGE), compter((cause >= 0) & (cause != LOGE))
