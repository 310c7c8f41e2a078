"""What is known of a candidature when it is deposited: one function for the fits, the answers and the platform.

Nothing here is a protected criterion. The habits of a person count only what she did strictly before the instant.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palier.chances.journal import JOUR, MOIS, Demandes, Entiers, Journal, Reels, Vrais

NOMS = ("trajet_min", "taux_effort", "effort_fort", "rythme", "recentes", "complet", "qualite")
EFFORT_FORT = 0.38
FENETRE_RECENTE = 28 * JOUR
PLAFOND_RECENTES = 8.0
MOIS_MINIMUM = 0.5


@dataclass(frozen=True)
class Habitudes:
    """How a person applies: earlier candidatures, months over which they are counted, those of the last 28 days."""

    anterieures: Reels
    mois: Reels
    recentes: Reels


def colonnes(trajet_min: Reels, taux_effort: Reels, habitudes: Habitudes, complet: Vrais, qualite: Reels) -> Reels:
    """Return one row a candidature, one column a name of `NOMS`. An unknown figure stays NaN: a fit puts its mean."""
    fort = np.where(np.isnan(taux_effort), np.nan, taux_effort > EFFORT_FORT)
    rythme = np.log1p(habitudes.anterieures / np.maximum(habitudes.mois, MOIS_MINIMUM))
    recentes = np.minimum(habitudes.recentes, PLAFOND_RECENTES)
    return np.column_stack(
        [trajet_min, taux_effort, fort, rythme, recentes, np.asarray(complet, dtype=np.float64), qualite]
    ).astype(np.float64)


def version_connue(demandes: Demandes, demande_i: Entiers, instants: Entiers) -> Entiers:
    """Return the row of the last version strictly before each instant, -1 when there is none."""
    if not demandes.demande_i.size:
        return np.full(demande_i.shape, -1, dtype=np.int64)
    plancher = demandes.version_du.min()
    large = max(int(demandes.version_du.max() - plancher), 0) + 2
    cles = demandes.demande_i * large + (demandes.version_du - plancher)
    rang = np.searchsorted(cles, demande_i * large + np.clip(instants - plancher, 0, large - 1), "left") - 1
    connue = (rang >= 0) & (demandes.demande_i[np.maximum(rang, 0)] == demande_i)
    return np.where(connue, rang, -1)


def depots_de_demande(journal: Journal, demande_i: Entiers, instants: Entiers) -> Entiers:
    """Return since when each demande is deposited, as known at the instant (the instant itself when unknown)."""
    rang = version_connue(journal.demandes, demande_i, instants)
    if not journal.demandes.deposee.size:
        return instants
    return np.where(rang >= 0, journal.demandes.deposee[np.maximum(rang, 0)], instants)


def habitudes(journal: Journal, demande_i: Entiers, instants: Entiers) -> Habitudes:
    """Count, for each demande at its instant, the candidatures deposited strictly before."""
    candidatures = journal.candidatures
    ordre = np.lexsort((candidatures.deposee, candidatures.demande_i))
    qui, quand = candidatures.demande_i[ordre], candidatures.deposee[ordre]
    plancher = int(quand.min()) - FENETRE_RECENTE if quand.size else 0
    large = (int(quand.max()) - plancher + 2) if quand.size else 1
    cles = qui * large + (quand - plancher)

    def avant(limites: Entiers) -> Entiers:
        return np.searchsorted(cles, demande_i * large + np.clip(limites - plancher, 0, large - 1), "left")

    debut_de = np.searchsorted(cles, demande_i * large, "left")
    maintenant = avant(instants)
    depuis = np.maximum(depots_de_demande(journal, demande_i, instants), journal.parametres.debut)
    return Habitudes(
        anterieures=(maintenant - debut_de).astype(np.float64),
        mois=(instants - depuis) / MOIS,
        recentes=(maintenant - avant(instants - FENETRE_RECENTE)).astype(np.float64),
    )


def covariables(journal: Journal, candidature_i: Entiers, instants: Entiers) -> Reels:
    """Return the covariates of these candidatures, counting nothing that happened at the instant or later."""
    candidatures = journal.candidatures
    return colonnes(
        candidatures.trajet_min[candidature_i],
        candidatures.taux_effort[candidature_i],
        habitudes(journal, candidatures.demande_i[candidature_i], instants),
        candidatures.complet[candidature_i],
        journal.offres.qualite[candidatures.offre_i[candidature_i]],
    )
