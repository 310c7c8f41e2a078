"""Learn from the past of a journal."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

from palier.chances.ajustement.commission import paires, sigma_commission
from palier.chances.ajustement.covariables import covariables
from palier.chances.ajustement.flux import Flux, flux
from palier.chances.ajustement.fragilite import Observations, fragilite
from palier.chances.ajustement.matiere import Matiere, matiere
from palier.chances.ajustement.parametres import CONTACTS_MINIMUM, OFFRES_MINIMUM, Ajustement
from palier.chances.ajustement.regressions import (
    Lignes,
    Logistique,
    logistiques,
    moyenne,
    moyennes_par_typologie,
)
from palier.chances.journal import Entiers, Journal, Reels, Vrais
from palier.chances.lots import Fragilite

P_DEFAUT, A_DEFAUT, C_DEFAUT, C_EFFORT = 0.45, 0.45, 0.94, 0.62
"""Hypotheses of a territory that has shown nothing: available, accepts, attributed, attributed to a strong effort."""


def ajuster(journal: Journal, au: int) -> Ajustement:
    """Fit on the rows dated strictly before `au`: whatever comes later changes nothing."""
    return ajuster_ensemble([journal], au)[0]


def ajuster_ensemble(journaux: Sequence[Journal], au: int) -> list[Ajustement]:
    """Fit several territories: what covariates do is learned from all, the level from each as far as it shows one."""
    faits = [_Faits(journal, matiere(journal, au)) for journal in journaux]
    p = logistiques([f.lignes(f.jugees, f.passe.presentees) for f in faits], (P_DEFAUT, P_DEFAUT))
    a = logistiques([f.lignes(f.repondues, f.passe.acceptees) for f in faits], (A_DEFAUT, A_DEFAUT))
    c = logistiques([f.lignes(f.examinees, f.passe.attribuees) for f in faits], (C_DEFAUT, C_EFFORT))
    return [f.ajustement(*logits) for f, *logits in zip(faits, p, a, c, strict=True)]


class _Faits:
    """Candidatures that were reached for on offres that are over, with their covariates computed once."""

    def __init__(self, journal: Journal, passe: Matiere) -> None:
        finie = passe.finies[journal.candidatures.offre_i] & passe.connues
        self.journal, self.passe = journal, passe
        self.jugees = np.flatnonzero(passe.jugees() & finie)
        self.examinees = np.flatnonzero(passe.examinees() & finie)
        self.repondues = np.flatnonzero(passe.repondues() & finie)
        utiles = np.union1d(np.union1d(self.jugees, self.examinees), self.repondues)
        self._place = np.full(journal.candidatures.offre_i.size, -1, dtype=np.int64)
        self._place[utiles] = np.arange(utiles.size)
        self._x = covariables(journal, utiles, journal.candidatures.deposee[utiles])
        self._offre = journal.candidatures.offre_i
        self._typologie = journal.offres.typologie[self._offre]

    def lignes(self, qui: Entiers, succes: Vrais) -> Lignes:
        return self._x[self._place[qui]], succes[qui].astype(np.float64), self._typologie[qui]

    def ajustement(self, p: Logistique, a: Logistique, c: Logistique) -> Ajustement:
        """Add to the logits what a territory alone says."""
        journal, passe = self.journal, self.passe
        offres_finies, contactees = int(passe.finies.sum()), self.jugees.size
        assez = offres_finies >= OFFRES_MINIMUM and contactees >= CONTACTS_MINIMUM
        return Ajustement(
            territoire=journal.parametres.territoire,
            au=passe.au,
            debut=journal.parametres.debut,
            p=p,
            a=a,
            c=c,
            p_moyen=self.moyennes(self.jugees, passe.presentees, P_DEFAUT),
            alpha_moyen=self.moyennes(self.examinees, passe.acceptees, A_DEFAUT * C_DEFAUT),
            sigma_c=sigma_commission(*paires(journal, passe.au, passe.finies)),
            fragilite=self.fragilite(p, a) if assez else Fragilite(),
            flux=_flux(journal, passe),
            offres_finies=offres_finies,
            contactees=contactees,
            decisions=self.examinees.size,
        )

    def moyennes(self, qui: Entiers, succes: Vrais, a_priori: float) -> Reels:
        y = succes[qui].astype(np.float64)
        return moyennes_par_typologie(y, self._typologie[qui], moyenne(y, a_priori))

    def fragilite(self, p: Logistique, a: Logistique) -> Fragilite:
        offres, groupe = np.unique(self._offre[self.jugees], return_inverse=True)
        avec = self.repondues[np.isin(self._offre[self.repondues], offres)]
        return fragilite(
            self._observations(p, self.jugees, groupe, self.passe.presentees),
            self._observations(a, avec, np.searchsorted(offres, self._offre[avec]), self.passe.acceptees),
            offres.size,
        )

    def _observations(self, fit: Logistique, qui: Entiers, groupe: Entiers, succes: Vrais) -> Observations:
        eta = fit.logits(self._x[self._place[qui]], self._typologie[qui])
        return Observations(groupe, eta, succes[qui].astype(np.float64))


def _flux(journal: Journal, passe: Matiere) -> Flux:
    candidatures, offres = journal.candidatures, journal.offres
    cloture = offres.cloture[candidatures.offre_i]
    deposees = passe.connues & passe.closes[candidatures.offre_i] & (candidatures.deposee <= cloture)
    gardees = deposees & (passe.retiree >= cloture)
    return flux(journal, np.flatnonzero(passe.closes), np.flatnonzero(gardees), np.flatnonzero(deposees))
