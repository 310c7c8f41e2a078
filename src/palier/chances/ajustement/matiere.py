"""The past of a journal at an instant: who was reached, presented, ranked, chosen; which offres are over."""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palier.chances.journal import FINS, JAMAIS, PERTES, TYPES, Entiers, Journal, Vrais


@dataclass(frozen=True)
class Matiere:
    """One flag a candidature, one flag an offre, from rows dated strictly before `au` alone."""

    au: int
    finies: Vrais  # offre: an end was recorded
    closes: Vrais  # offre: closed to new candidatures
    connues: Vrais  # candidature: deposited
    contactees: Vrais
    perdues: Vrais
    presentees: Vrais
    ecartees: Vrais  # non_attribue
    attribuees: Vrais
    acceptees: Vrais
    refusees: Vrais  # refuse or sans_reponse
    parties: Vrais  # presented, not attributed, and gone by then: no decision of the commission, and no yes
    retiree: Entiers  # instant of the withdrawal, JAMAIS when there is none

    def jugees(self) -> Vrais:
        """Return who was reached for and is known to have been presented or lost."""
        return self.contactees & (self.presentees | self.perdues)

    def examinees(self) -> Vrais:
        return (self.ecartees & ~self.parties) | self.attribuees

    def repondues(self) -> Vrais:
        return (self.attribuees & (self.acceptees | self.refusees)) | self.parties


def codes(*noms: str) -> list[int]:
    return [TYPES.index(nom) for nom in noms]


def matiere(journal: Journal, au: int) -> Matiere:
    """Read what happened strictly before `au`."""
    offres, candidatures, evenements = journal.offres, journal.candidatures, journal.evenements
    vu = evenements.instant < au
    type_, qui = evenements.type[vu], evenements.candidature_i[vu]

    def marques(*noms: str) -> Vrais:
        marque = np.zeros(candidatures.offre_i.size, dtype=np.bool_)
        marque[qui[np.isin(type_, codes(*noms)) & (qui >= 0)]] = True
        return marque

    def parties() -> Vrais:
        demandes, sorties = candidatures.demande_i[qui], journal.sorties
        sortie = np.full(journal.demandes.demande.size, JAMAIS, dtype=np.int64)
        connues = sorties.sortie < au
        np.minimum.at(sortie, sorties.demande_i[connues], sorties.sortie[connues])
        marque = np.zeros(candidatures.offre_i.size, dtype=np.bool_)
        refus = (type_ == TYPES.index("non_attribue")) & (qui >= 0)
        marque[qui[refus & (sortie[demandes] <= evenements.instant[vu])]] = True
        return marque

    retiree = np.full(candidatures.offre_i.size, JAMAIS, dtype=np.int64)
    retraits = (type_ == TYPES.index("retire")) & (qui >= 0)
    np.minimum.at(retiree, qui[retraits], evenements.instant[vu][retraits])
    finies = np.zeros(offres.offre.size, dtype=np.bool_)
    terminees = evenements.offre_i[vu][np.isin(type_, codes(*FINS))]
    finies[terminees[terminees >= 0]] = True
    return Matiere(
        au=au,
        finies=finies & (offres.publiee < au),
        closes=(offres.publiee < au) & (offres.cloture < au),
        connues=(candidatures.deposee < au) & (offres.publiee[candidatures.offre_i] < au),
        contactees=marques("contacte"),
        perdues=marques(*PERTES),
        presentees=marques("presente"),
        ecartees=marques("non_attribue"),
        attribuees=marques("attribue"),
        acceptees=marques("accepte"),
        refusees=marques("refuse", "sans_reponse"),
        parties=parties(),
        retiree=retiree,
    )
