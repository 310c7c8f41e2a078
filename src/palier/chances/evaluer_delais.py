"""How often announced delays were right: those who waited at a date, followed to the end of the record.

The outcome is the first proposition. Other exits and the end of the record hide it: a month that is known weighs for
those whose outcome is hidden (inverse probability of being still followed). Against three "delays" read as forecasts:
`publie`, the mean delay of those housed, as if everybody waited so long; `stock_flux`, everybody alike at the rate
housed a year over those waiting; `kaplan_meier`, the net curve given the age of each demande.
"""

from __future__ import annotations

import numpy as np

from palier.chances.attente import MOIS_MAX
from palier.chances.delais.apprentissage import geler_tout, premieres_propositions
from palier.chances.delais.archives import Archives, archiver
from palier.chances.delais.profils import profils_des_demandes
from palier.chances.delais.rejeu import rejeu_au
from palier.chances.delais.reperes import Reperes, reperes_des_archives
from palier.chances.delais.reponses import courbes_de
from palier.chances.delais.risques import rejouer
from palier.chances.delais.sorties import risques_par_age
from palier.chances.journal import MOIS, Entiers, Journal, Reels, Vrais

METHODES = ("modele", "publie", "stock_flux", "kaplan_meier")
AGES = 240
POIDS_AGE = 200.0
"""Months of exposure that the mean hazard weighs against that of one month of age."""
SUIVI_MINIMUM = 0.02
"""A probability of being still followed is never taken below this: one case must not weigh as fifty."""


def evaluer_delais(journal: Journal, coupe: int) -> dict[str, dict[str, float | None] | int | None]:
    """Return by method the CRPS (months 1 to the end of the record, 36 at most) and the Brier score at 12 months; n.

    A score that the record is too short to give is None. All is learned strictly before `coupe`.
    """
    archives = archiver(journal)
    horizon = int(min(MOIS_MAX, (journal.parametres.fin - coupe) // MOIS))
    qui = archives.actives(coupe)
    if horizon < 1 or not len(qui):
        return {**{nom: {"crps": None, "brier12": None} for nom in METHODES}, "n": len(qui), "mois": max(horizon, 0)}
    mois, issue = premieres_propositions(archives, qui, coupe, journal.parametres.fin, nouvelles=False)
    poids = poids_de_suivi(mois, issue, horizon)
    arrive = (issue & (mois <= horizon))[:, None] & (mois[:, None] <= np.arange(1, horizon + 1))
    notes: dict[str, dict[str, float | None] | int | None] = {}
    for nom, f in _annonces(archives, qui, coupe).items():
        erreurs = (poids * (f[:, :horizon] - arrive) ** 2).sum(axis=0) / np.maximum(poids.sum(axis=0), 1e-12)
        notes[nom] = {"crps": float(erreurs.sum()), "brier12": float(erreurs[11]) if horizon >= 12 else None}
    return {**notes, "n": len(qui), "mois": horizon}


def _annonces(archives: Archives, qui: Entiers, coupe: int) -> dict[str, Reels]:
    """Return by method the curve announced to each demande."""
    gel = geler_tout(archives, coupe)
    profils = profils_des_demandes(archives, gel, qui, np.full(len(qui), coupe))
    rejoue = rejouer(rejeu_au(archives, coupe, gel), profils)
    modele = courbes_de(gel, profils.attend, rejoue.risques, rejoue.temps_mort)
    publie, flux = _publies(reperes_des_archives(archives, coupe))
    egaux = np.ones((len(qui), 1))
    return {
        "modele": modele,
        "publie": egaux * publie,
        "stock_flux": egaux * flux,
        "kaplan_meier": _kaplan_meier(archives, coupe, profils.mois),
    }


def _publies(reperes: Reperes) -> tuple[Reels, Reels]:
    """Return the published mean delay as a step, and the curve of everybody alike at the rate of the flow."""
    mois = np.arange(1.0, MOIS_MAX + 1)
    delai = reperes.loges.mois
    marche = np.zeros(MOIS_MAX) if np.isnan(delai) else (mois >= delai).astype(np.float64)
    risque = 0.0 if np.isnan(reperes.stock_flux) else 1 / reperes.stock_flux
    return marche, -np.expm1(-risque * mois)


def _kaplan_meier(archives: Archives, coupe: int, age: Reels) -> Reels:
    """Return for each age the net chance of being housed within 1 to 36 more months."""
    exposes, loges, _ = risques_par_age(archives, coupe, AGES)
    moyen = loges.sum() / max(exposes.sum(), 1e-9)
    risques = (loges + POIDS_AGE * moyen) / (exposes + POIDS_AGE)
    cumul = np.concatenate(([0.0], np.cumsum(np.append(risques, np.full(MOIS_MAX + 1, moyen)))))
    debut = np.minimum(age, AGES)
    instants = debut[:, None] + np.arange(MOIS_MAX + 1)
    sommes = np.interp(instants, np.arange(len(cumul)), cumul)
    sortie: Reels = -np.expm1(-(sommes[:, 1:] - sommes[:, :1]))
    return sortie


def poids_de_suivi(mois: Reels, issue: Vrais, horizon: int) -> Reels:
    """Return by case and month the weight of what is known: 1/G at the outcome, or at the month when still followed.

    G is the chance of not having been lost by then (Kaplan-Meier of the losses); 0 once lost.
    """
    ordre = np.argsort(mois, kind="stable")
    reste = len(mois) - np.arange(len(mois))
    facteurs = np.where(issue[ordre], 1.0, 1 - 1 / np.maximum(reste, 1))
    survie = np.concatenate(([1.0], np.cumprod(facteurs)))

    def suivi(instants: Reels) -> Reels:
        """Chance of being followed up to just before each instant."""
        return np.maximum(survie[np.searchsorted(mois[ordre], instants, side="left")], SUIVI_MINIMUM)

    grille = np.arange(1.0, horizon + 1)
    connue = issue[:, None] & (mois[:, None] <= grille)
    encore = mois[:, None] > grille
    poids: Reels = np.where(connue, 1 / suivi(mois)[:, None], np.where(encore, 1 / suivi(grille)[None, :], 0.0))
    return poids
