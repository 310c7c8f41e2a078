"""Who stands before and behind whom at an instant: the list that a chance is computed on.

The order is that of the law of the list: more points, then the older demande, then the id of the candidature. At an
instant the list holds those deposited strictly before and not withdrawn strictly before; whoever asks is in it.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palier.chances.ajustement.covariables import depots_de_demande
from palier.chances.journal import JAMAIS, TYPES, Entiers, Journal

DERRIERE = 12
"""The nearest behind who may take a seat beside me."""


@dataclass(frozen=True)
class Listes:
    """For each question: those ahead (best first) and the nearest behind, flat, with where each begins.

    People are places in a table ordered list by list.
    """

    devant: Entiers
    debut_devant: Entiers  # one more than the questions
    derriere: Entiers
    debut_derriere: Entiers
    rang: Entiers
    candidatures: Entiers


@dataclass(frozen=True)
class Ordre:
    """Candidatures of some offres, offre by offre, best first."""

    rangees: Entiers  # rows of the table of candidatures
    debut: Entiers  # by offre of the journal: where its part begins
    fin: Entiers
    place: Entiers  # by candidature of the journal: its place in `rangees`, -1 when left out
    retiree: Entiers  # by candidature of the journal: instant of the withdrawal
    partie: Entiers  # by candidature of the journal: instant at which its demande left


def retraits(journal: Journal) -> Entiers:
    """Return the instant of each withdrawal, JAMAIS when there is none."""
    evenements = journal.evenements
    retiree = np.full(journal.candidatures.offre_i.size, JAMAIS, dtype=np.int64)
    garde = (evenements.type == TYPES.index("retire")) & (evenements.candidature_i >= 0)
    np.minimum.at(retiree, evenements.candidature_i[garde], evenements.instant[garde])
    return retiree


def departs(journal: Journal) -> Entiers:
    """Return the instant at which the demande of each candidature left, JAMAIS when it did not."""
    partie = np.full(journal.demandes.demande.size, JAMAIS, dtype=np.int64)
    np.minimum.at(partie, journal.sorties.demande_i, journal.sorties.sortie)
    return partie[journal.candidatures.demande_i]


def ordonner(journal: Journal, candidature_i: Entiers, avant: int) -> Ordre:
    """Order the candidatures of the offres of these ones, of those deposited before an instant and of these alone."""
    candidatures = journal.candidatures
    garde = np.zeros(journal.offres.offre.size, dtype=np.bool_)
    garde[candidatures.offre_i[candidature_i]] = True
    retenues = garde[candidatures.offre_i] & (candidatures.deposee < avant)
    retenues[candidature_i] = True
    rangees = np.flatnonzero(retenues)
    points = candidatures.points[rangees]
    if np.isnan(points).any():
        raise ValueError("points: NaN")
    depot = depots_de_demande(journal, candidatures.demande_i[rangees], candidatures.deposee[rangees])
    offre = candidatures.offre_i[rangees]
    rangees = rangees[np.lexsort((candidatures.candidature[rangees], depot, -points, offre))]
    combien = np.bincount(offre, minlength=journal.offres.offre.size)
    fin = np.cumsum(combien)
    place = np.full(candidatures.offre_i.size, -1, dtype=np.int64)
    place[rangees] = np.arange(rangees.size)
    return Ordre(rangees, fin - combien, fin, place, retraits(journal), departs(journal))


def etendre(debut: Entiers, fin: Entiers) -> tuple[Entiers, Entiers]:
    """Return (which interval, which integer) for every integer of every interval [debut, fin)."""
    taille = np.maximum(fin - debut, 0)
    lequel = np.repeat(np.arange(debut.size), taille)
    premier = np.cumsum(taille) - taille
    return lequel, np.arange(lequel.size) - premier[lequel] + debut[lequel]


def listes(journal: Journal, ordre: Ordre, candidature_i: Entiers, instants: Entiers) -> Listes:
    """Return the list of each question at its instant.

    Rank and number count whoever did not withdraw. One whose demande is known to have left takes no place any more.
    """
    candidatures = journal.candidatures
    offre, moi = candidatures.offre_i[candidature_i], ordre.place[candidature_i]
    lequel, place = etendre(ordre.debut[offre], ordre.fin[offre])
    qui, quand = ordre.rangees[place], instants[lequel]
    present = (candidatures.deposee[qui] < quand) & (ordre.retiree[qui] >= quand) & (place != moi[lequel])
    lequel, place = lequel[present], place[present]
    avant = place < moi[lequel]
    combien_devant = np.bincount(lequel[avant], minlength=offre.size)
    combien = np.bincount(lequel, minlength=offre.size)
    la = ordre.partie[ordre.rangees[place]] >= instants[lequel]
    proche = ~avant & la
    vus = np.cumsum(proche)
    premier = np.concatenate([[0], vus])[np.cumsum(combien) - combien]
    proche &= vus - premier[lequel] <= DERRIERE
    return Listes(
        devant=place[avant & la],
        debut_devant=_debuts(lequel[avant & la], offre.size),
        derriere=place[proche],
        debut_derriere=_debuts(lequel[proche], offre.size),
        rang=combien_devant + 1,
        candidatures=combien + 1,
    )


def _debuts(lequel: Entiers, combien: int) -> Entiers:
    """Return where each part begins in what is laid flat, and where the last ends."""
    return np.concatenate([[0], np.cumsum(np.bincount(lequel, minlength=combien))])
