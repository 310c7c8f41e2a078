"""How candidatures arrive: how many an advert receives, when in its window, with how many points."""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np

from palier.chances.journal import JOUR, TYPOLOGIES, Entiers, Journal, Mots, Reels

MOYENNE_DEFAUT = 20.0
POIDS_TYPOLOGIE = 3.0
POIDS_DEPOTS = 20.0
TEMPS_DE_DEPOT = 2.2  # days, while a territory has shown nothing
GRILLE = np.linspace(0.0, 1.0, 201)
POINTS_GARDES = 1001
"""Ordered points kept of a typologie: all of them, or as many spread evenly."""


@dataclass(frozen=True)
class Flux:
    """What offres closed before the fit received."""

    par_typologie: Reels  # mean candidatures by place in TYPOLOGIES
    par_commune: dict[str, Reels] = field(default_factory=dict)  # the same, drawn to it, in each commune seen
    depots: dict[int, Reels] = field(default_factory=dict)  # days of the window -> share deposited, on GRILLE
    points: tuple[Reels, ...] = ()  # by typologie: ordered points, empty when none was seen

    def attendues(self, commune: Mots, typologie: Entiers) -> Reels:
        """Return how many candidatures an advert of each cell usually receives."""
        cellules = {nom: self.par_commune.get(nom, self.par_typologie) for nom in np.unique(commune).tolist()}
        lues = [cellules[nom][t] for nom, t in zip(commune.tolist(), typologie.tolist(), strict=True)]
        return np.array(lues, dtype=np.float64)

    def part_deposee(self, ecoulee: Reels, jours: Reels) -> Reels:
        """Return the share of the usual flow deposited when this share of a window of `jours` days is over."""
        x = np.clip(ecoulee, 0.0, 1.0)
        part = supposee(x, jours)
        entiers = np.rint(jours)
        for j in np.unique(entiers):
            if (vue := self.depots.get(int(j))) is not None:
                part = np.where(entiers == j, np.interp(x, GRILLE, vue), part)
        return np.where(x >= 1.0, 1.0, part)

    def part_devant(self, points: Reels, typologie: Entiers) -> Reels:
        """Return the share of past candidatures of the typologie with as many points or more (½ when none is known)."""
        part = np.full(points.shape, 0.5)
        for t, connus in enumerate(self.points):
            if connus.size:
                plus = 1.0 - np.searchsorted(connus, points, "left") / connus.size
                part = np.where(typologie == t, plus, part)
        return part


def supposee(x: Reels, jours: Reels | float) -> Reels:
    """Return the share deposited at a share x of the window, as supposed when nothing was seen."""
    return 1.0 - (1.0 - x**2) * np.exp(-x * jours / TEMPS_DE_DEPOT)


def flux(journal: Journal, closes: Entiers, gardees: Entiers, deposees: Entiers) -> Flux:
    """Read the arrivals of the offres `closes`.

    `gardees`: candidatures still in the list at the closing; `deposees`: all that were deposited before it.
    """
    offres, candidatures = journal.offres, journal.candidatures
    combien = np.bincount(candidatures.offre_i[gardees], minlength=offres.offre.size)[closes].astype(np.float64)
    typologie = offres.typologie[closes]
    tous = combien.mean() if combien.size else MOYENNE_DEFAUT
    somme = np.bincount(typologie, weights=combien, minlength=len(TYPOLOGIES))
    n = np.bincount(typologie, minlength=len(TYPOLOGIES))
    par_typologie = np.where(n > 0, somme / np.maximum(n, 1), tous)
    return Flux(
        par_typologie=par_typologie,
        par_commune=_par_commune(offres.commune[closes], typologie, combien, par_typologie),
        depots=_depots(journal, deposees),
        points=_points(candidatures.points[gardees], offres.typologie[candidatures.offre_i[gardees]]),
    )


def _par_commune(commune: Mots, typologie: Entiers, combien: Reels, par_typologie: Reels) -> dict[str, Reels]:
    noms, place = np.unique(commune, return_inverse=True)
    cellule = place * len(TYPOLOGIES) + typologie
    taille = noms.size * len(TYPOLOGIES)
    somme = np.bincount(cellule, weights=combien, minlength=taille).reshape(noms.size, len(TYPOLOGIES))
    n = np.bincount(cellule, minlength=taille).reshape(noms.size, len(TYPOLOGIES))
    moyennes = (somme + POIDS_TYPOLOGIE * par_typologie) / (n + POIDS_TYPOLOGIE)
    return {str(nom): moyennes[i] for i, nom in enumerate(noms)}


def _depots(journal: Journal, deposees: Entiers) -> dict[int, Reels]:
    offres, candidatures = journal.offres, journal.candidatures
    ou = candidatures.offre_i[deposees]
    fenetre = offres.cloture[ou] - offres.publiee[ou]
    part = np.clip((candidatures.deposee[deposees] - offres.publiee[ou]) / np.maximum(fenetre, 1), 0.0, 1.0)
    jours = np.rint(fenetre / JOUR).astype(np.int64)
    resultat = {}
    for j in np.unique(jours):
        ordonnees = np.sort(part[jours == j])
        avant = np.searchsorted(ordonnees, GRILLE, "right")
        resultat[int(j)] = (avant + POIDS_DEPOTS * supposee(GRILLE, float(j))) / (ordonnees.size + POIDS_DEPOTS)
    return resultat


def _points(points: Reels, typologie: Entiers) -> tuple[Reels, ...]:
    resultat = []
    for t in range(len(TYPOLOGIES)):
        ici = np.sort(points[typologie == t])
        ici = ici[~np.isnan(ici)]
        if ici.size > POINTS_GARDES:
            ici = ici[((np.arange(POINTS_GARDES) + 0.5) / POINTS_GARDES * ici.size).astype(np.int64)]
        resultat.append(ici)
    return tuple(resultat)
