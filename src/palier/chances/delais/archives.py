"""A journal laid out for replays: offres in the order in which they ended, each with its real final list.

Whatever is asked "before an instant" is then a slice: the rows of an offre that ended are all older than its end.
"""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property

import numpy as np
from numpy.typing import NDArray

from palier.chances.delais.atteinte import Listes
from palier.chances.journal import FINS, JAMAIS, PERTES, TYPES, Demandes, Entiers, Journal, Vrais

CODE = {nom: place for place, nom in enumerate(TYPES)}


@dataclass(frozen=True)
class Perimetres:
    """What each row looks for: row × commune of the offres, row × typologie, row × financement."""

    communes: Vrais
    typologies: Vrais
    financements: Vrais

    def lignes(self, quelles: Entiers) -> Perimetres:
        """Return some of the rows."""
        return Perimetres(self.communes[quelles], self.typologies[quelles], self.financements[quelles])

    def convient(self, commune: Entiers, typologie: Entiers, financement: Entiers) -> Vrais:
        """Return row × offre: whether the offre lies in the perimeter."""
        trouve: Vrais = self.communes[:, commune] & self.typologies[:, typologie] & self.financements[:, financement]
        return trouve


def perimetres(
    places: dict[str, int], communes: tuple[tuple[str, ...], ...], typologies: tuple[tuple[int, ...], ...],
    financements: tuple[tuple[int, ...], ...],
) -> Perimetres:  # fmt: skip
    """Return the masks of lists; a commune without any offre is left out: it brings none."""
    connues = tuple(tuple(places[c] for c in liste if c in places) for liste in communes)
    return Perimetres(_masque(connues, len(places)), _masque(typologies, 6), _masque(financements, 4))


def _masque(listes: tuple[tuple[int, ...], ...], largeur: int) -> Vrais:
    """Return row × place, true where the row lists the place."""
    masque = np.zeros((len(listes), largeur), dtype=bool)
    lignes = np.repeat(np.arange(len(listes)), [len(liste) for liste in listes])
    masque[lignes, np.fromiter((place for liste in listes for place in liste), dtype=np.int64)] = True
    return masque


def versions_au(demandes: Demandes, qui: Entiers, instant: Entiers, *, compris: bool = False) -> Entiers:
    """Return the row of the last version dated strictly before (`compris`: at) each instant; -1 when there is none."""
    cles = demandes.demande_i + 1j * demandes.version_du
    place = np.searchsorted(cles, qui + 1j * instant, side="right" if compris else "left") - 1
    bonne = (place >= 0) & (demandes.demande_i[np.maximum(place, 0)] == qui)
    return np.where(bonne, place, -1)


@dataclass(frozen=True)
class Archives:
    """One journal, its finished offres sorted by end: `offres[k]` is the row of the k-th; the counts follow."""

    journal: Journal
    offres: Entiers
    fins: Entiers
    listes: Listes
    contactes: Entiers
    presentes: Entiers
    examines: Entiers
    acceptes: Entiers
    contactes_complets: Entiers
    presentes_complets: Entiers

    @cached_property
    def communes(self) -> dict[str, int]:
        """Place of each commune that had an offre, in the order of the codes."""
        return {str(code): place for place, code in enumerate(np.unique(self.journal.offres.commune))}

    @cached_property
    def commune(self) -> Entiers:
        """Place of the commune of each offre of the journal."""
        return np.array([self.communes[str(code)] for code in self.journal.offres.commune], dtype=np.int64)

    @cached_property
    def perimetres(self) -> Perimetres:
        """The perimeter of each version of a demande."""
        demandes = self.journal.demandes
        return perimetres(self.communes, demandes.communes, demandes.typologies, demandes.financements)

    @cached_property
    def sortie(self) -> tuple[Entiers, Entiers]:
        """Instant (JAMAIS when still there) and cause (-1) of the first exit of each demande."""
        sorties, n = self.journal.sorties, len(self.journal.demandes.demande)
        quand, cause = np.full(n, JAMAIS), np.full(n, -1)
        tard = np.argsort(-sorties.sortie, kind="stable")
        quand[sorties.demande_i[tard]] = sorties.sortie[tard]
        cause[sorties.demande_i[tard]] = sorties.cause[tard]
        return quand, cause

    @cached_property
    def depots(self) -> NDArray[np.complex128]:
        """Sorted keys demande + i·instant of the candidatures: a count between two instants is two searches."""
        candidatures = self.journal.candidatures
        return np.sort(candidatures.demande_i + 1j * candidatures.deposee)

    @cached_property
    def premiere(self) -> tuple[Entiers, Entiers]:
        """Instant at which each demande is first known, and its deposit; JAMAIS without any version of it."""
        demandes, n = self.journal.demandes, len(self.journal.demandes.demande)
        qui, lignes = np.unique(demandes.demande_i, return_index=True)
        connue, deposee = np.full(n, JAMAIS), np.full(n, JAMAIS)
        connue[qui], deposee[qui] = demandes.version_du[lignes], demandes.deposee[lignes]
        return connue, deposee

    def actives(self, au: int) -> Entiers:
        """Return the demandes known before an instant and not gone before it, in the order of their ids."""
        dedans = np.flatnonzero((self.premiere[0] < au) & (self.sortie[0] >= au))
        return dedans[np.argsort(self.journal.demandes.demande[dedans], kind="stable")]


def archiver(journal: Journal) -> Archives:
    """Return the archives of a journal."""
    fin = _fins(journal)
    offres = np.flatnonzero(fin < JAMAIS)
    offres = offres[np.argsort(fin[offres], kind="stable")]
    comptes = (colonne[offres] for colonne in _comptes(journal, fin))
    return Archives(journal, offres, fin[offres], _listes(journal, offres, fin), *comptes)


def _fins(journal: Journal) -> Entiers:
    """Return the instant at which each offre ended (its first end), JAMAIS when it has not."""
    evenements = journal.evenements
    fin = np.full(len(journal.offres.offre), JAMAIS)
    termine = np.isin(evenements.type, [CODE[nom] for nom in FINS])
    np.minimum.at(fin, evenements.offre_i[termine], evenements.instant[termine])
    return fin


def _listes(journal: Journal, offres: Entiers, fin: Entiers) -> Listes:
    """Return the final list of each offre: who applied and had not withdrawn at closing, best first."""
    candidatures, evenements = journal.candidatures, journal.evenements
    cloture = np.minimum(journal.offres.cloture, fin)
    restees = candidatures.deposee <= cloture[candidatures.offre_i]
    partis = (evenements.type == CODE["retire"]) & (evenements.candidature_i >= 0)
    qui, quand = evenements.candidature_i[partis], evenements.instant[partis]
    restees[qui[quand < cloture[candidatures.offre_i[qui]]]] = False
    place = np.full(len(fin), -1)
    place[offres] = np.arange(len(offres))
    rang = place[candidatures.offre_i]
    lignes = np.flatnonzero(restees & (rang >= 0))
    version = versions_au(journal.demandes, candidatures.demande_i[lignes], candidatures.deposee[lignes], compris=True)
    deposee = np.where(version >= 0, journal.demandes.deposee[version], candidatures.deposee[lignes])
    points = np.nan_to_num(candidatures.points[lignes], nan=-1e9)
    ordre = np.lexsort((candidatures.candidature[lignes], deposee, -points, rang[lignes]))
    bornes = np.concatenate(([0], np.cumsum(np.bincount(rang[lignes], minlength=len(offres)))))
    return Listes(
        bornes=bornes.astype(np.int64),
        points=points[ordre],
        deposees=deposee[ordre],
        demandes=candidatures.demande_i[lignes][ordre],
        typologies=journal.offres.typologie[offres],
        presentes=journal.offres.presentes[offres],
        commissions=journal.offres.commissions[offres],
    )


def _comptes(journal: Journal, fin: Entiers) -> tuple[Entiers, ...]:
    """Return by offre: reached for, presented, examined, accepted, then the first two with a complete file."""
    evenements, n = journal.evenements, len(fin)
    utiles = (evenements.candidature_i >= 0) & (evenements.instant <= fin[evenements.offre_i])
    complet = np.append(journal.candidatures.complet, False)[evenements.candidature_i]

    def compter(noms: tuple[str, ...], encore: Vrais | None = None) -> Entiers:
        choisis = utiles & np.isin(evenements.type, [CODE[nom] for nom in noms])
        if encore is not None:
            choisis &= encore
        return np.bincount(evenements.offre_i[choisis], minlength=n).astype(np.int64)

    # A withdrawal before closing is no answer to a contact.
    repondu = evenements.instant >= np.minimum(journal.offres.cloture, fin)[evenements.offre_i]
    return (
        compter(("presente", *PERTES), repondu),
        compter(("presente",), repondu),
        compter(("non_attribue", "attribue")),
        compter(("accepte",)),
        compter(("presente", *PERTES), repondu & complet),
        compter(("presente",), repondu & complet),
    )

