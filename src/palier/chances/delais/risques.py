"""Somebody inserted in every list of the last 12 months: the yearly hazard now and later, as seniority grows."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palier.chances.attente import HORIZONS
from palier.chances.delais.atteinte import atteintes
from palier.chances.delais.profils import Profils
from palier.chances.delais.rejeu import Rejeu
from palier.chances.journal import Entiers, Mots, Reels

Q_MAXIMUM = 0.99
LOT = 2_048


@dataclass(frozen=True)
class Rejoue:
    """What a replay says of each person. `toutes`: as if every offre of the perimeter had been applied to."""

    risques: Reels  # (n, 5) yearly hazard at 0, 6, 12, 24 and 36 months ahead
    toutes: Reels
    offres: Entiers  # replayed: those of the perimeter that ended
    servies: Reels  # expected number that would have come down to the person, at the points of today
    premiers: Entiers  # where the person would have stood among the m first
    temps_mort: Reels  # months from publication to end, median


@dataclass(frozen=True)
class Insertions:
    """One row a pair: person `i`, offre `o`. `atteinte` by horizon; `chance`: attributed at that effort and file."""

    i: Entiers
    o: Entiers
    atteinte: Reels  # (5, pairs)
    devant: Entiers  # who stands ahead today
    chance: Reels

    def logs(self, rythme: Reels) -> Reels:
        """Return −ln(1 − q) by horizon and pair, at a rhythm by pair."""
        sortie: Reels = -np.log1p(-np.minimum(self.atteinte * (self.chance * rythme), Q_MAXIMUM))
        return sortie


def inserer(rejeu: Rejeu, profils: Profils) -> Insertions:
    """Insert each person in the lists of the offres of its perimeter, at its points now and later."""
    gel, listes = rejeu.gel, rejeu.listes
    masques = rejeu.perimetres(profils.communes, profils.typologies, profils.financements)
    i, o = np.nonzero(masques.convient(rejeu.commune, rejeu.typologie, rejeu.financement))
    fixes = profils.points_hors_offre[i] + liens(rejeu, profils, i, o)
    ages = np.minimum(profils.mois[None, :] + np.array(HORIZONS)[:, None], gel.plafond_mois)
    points = fixes[None, :] + gel.points_par_mois * ages[:, i]
    soi = rejeu.lignes_de(profils.places[i], o)
    n = len(HORIZONS)
    atteinte, devant = atteintes(
        listes, np.tile(o, n), points.ravel(), np.tile(profils.deposee[i], n), np.tile(soi, n),
        p=rejeu.p, alpha=rejeu.alpha, sigma_c=gel.sigma_c,
    )  # fmt: skip
    chance = gel.effort.chance(rejeu.loyer[o], profils.revenu[i], profils.taille[i])
    chance = chance * np.where(profils.complet[i], 1.0, gel.dossier)
    return Insertions(i, o, atteinte.reshape(n, -1), devant[: len(i)], chance)


def liens(rejeu: Rejeu, profils: Profils, i: Entiers, o: Entiers) -> Reels:
    """Return the points of the links of persons to the communes of offres: where they live, where they work."""

    def place(mots: Mots) -> Entiers:
        rangs = {nom: rang for rang, nom in enumerate(rejeu.communes)}
        return np.array([rangs.get(str(mot), -1) for mot in mots], dtype=np.int64)

    gel, commune = rejeu.gel, rejeu.commune[o]
    chez_soi, au_travail = place(profils.domicile)[i] == commune, place(profils.travail)[i] == commune
    points: Reels = gel.points_lien_domicile * chez_soi + gel.points_lien_travail * au_travail
    return points


def rejouer(rejeu: Rejeu, profils: Profils) -> Rejoue:
    """Return what the last 12 months say of many persons."""
    lots = [_rejouer(rejeu, profils.lignes(slice(de, de + LOT))) for de in range(0, max(len(profils), 1), LOT)]
    return Rejoue(
        risques=np.concatenate([lot.risques for lot in lots]),
        toutes=np.concatenate([lot.toutes for lot in lots]),
        offres=np.concatenate([lot.offres for lot in lots]),
        servies=np.concatenate([lot.servies for lot in lots]),
        premiers=np.concatenate([lot.premiers for lot in lots]),
        temps_mort=np.concatenate([lot.temps_mort for lot in lots]),
    )


def _rejouer(rejeu: Rejeu, profils: Profils) -> Rejoue:
    """Return what the last 12 months say of a few persons."""
    n, paires = len(profils), inserer(rejeu, profils)

    def sommes(logs: Reels) -> Reels:
        par_horizon = [np.bincount(paires.i, weights=ligne, minlength=n) for ligne in logs]
        return np.stack(par_horizon, axis=1) / rejeu.couverture

    parmi = paires.devant < rejeu.listes.presentes[paires.o]
    return Rejoue(
        risques=sommes(paires.logs(profils.rythme[paires.i])),
        toutes=sommes(paires.logs(np.ones(len(paires.i)))),
        offres=np.bincount(paires.i, minlength=n),
        servies=np.bincount(paires.i, weights=paires.atteinte[0], minlength=n).astype(np.float64),
        premiers=np.bincount(paires.i[parmi], minlength=n),
        temps_mort=temps_morts(rejeu, paires.i, paires.o, n),
    )


def temps_morts(rejeu: Rejeu, i: Entiers, o: Entiers, n: int) -> Reels:
    """Return the median months from publication to end of the offres of each person, of all when it has none."""
    sortie = np.full(n, rejeu.temps_mort)
    durees = rejeu.durees[o]
    durees = durees[np.lexsort((durees, i))]
    combien = np.bincount(i, minlength=n)
    debut, la = np.cumsum(combien) - combien, combien > 0
    bas, haut = (debut + (combien - 1) // 2)[la], (debut + combien // 2)[la]
    sortie[la] = (durees[bas] + durees[haut]) / 2
    return sortie
