"""The aggregates by which a simulated territory is compared with what is published."""

from __future__ import annotations

import numpy as np

from palier.chances.journal import CAUSES, JOUR, TYPES
from palier.chances.simulateur.moteur import Deroulement
from palier.chances.simulateur.reglages import SECONDES_AN


def bilan(deroulement: Deroulement) -> dict[str, float]:
    """Return delays in days, candidatures an ad, rates of loss, of refusal, of non-attribution, and the stock.

    The age of those waiting is a mean over the anniversaries of the record. Loss: reached for, never presented.
    """
    jour = deroulement.journal
    compte = {nom: float((jour.evenements.type == code).sum()) for code, nom in enumerate(TYPES)}
    par_offre = np.bincount(jour.candidatures.offre_i, minlength=len(jour.offres.offre))
    deposee = np.zeros(len(jour.demandes.demande), dtype=np.int64)
    deposee[jour.demandes.demande_i] = jour.demandes.deposee
    sortie = np.full(len(deposee), np.iinfo(np.int64).max)
    sortie[jour.sorties.demande_i] = jour.sorties.sortie
    loges = jour.sorties.demande_i[jour.sorties.cause == CAUSES.index("loge_plateforme")]
    annees = (jour.parametres.fin - jour.parametres.debut) / SECONDES_AN
    ages, stocks = [], []
    for au in np.linspace(jour.parametres.debut, jour.parametres.fin, max(2, int(annees) + 1)).astype(np.int64):
        attend = (deposee < au) & (sortie >= au)
        ages.append(float((au - deposee[attend]).mean()) / JOUR)
        stocks.append(float(attend.sum()))
    examines = compte["attribue"] + compte["non_attribue"]
    return {
        "offres": float(len(par_offre)),
        "candidatures": float(par_offre.sum()),
        "candidats_mediane": float(np.median(par_offre)),
        "candidats_p90": float(np.percentile(par_offre, 90)),
        "delai_loges": float((sortie[loges] - deposee[loges]).mean()) / JOUR,
        "age_attente": float(np.mean(ages)),
        "perte": 1.0 - compte["presente"] / compte["contacte"],
        "refus": 1.0 - compte["accepte"] / compte["attribue"],
        "non_attribution": compte["non_attribue"] / examines,
        "attente_par_attribution": float(np.mean(stocks)) / (compte["accepte"] / annees),
    }
