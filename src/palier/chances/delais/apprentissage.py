"""The curve of those who wait, learned again from people who did: one look every 6 months, a year old at least.

Who still waits has been chosen by waiting: less lucky than the replay says for reasons that no file shows. So what is
learned from them serves them, not a visitor, for whom the defaults stand.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

import numpy as np
from scipy.optimize import minimize

from palier.chances.attente import KAPPA0, MOIS_MAX, A, B, cumul
from palier.chances.delais.archives import CODE, Archives
from palier.chances.delais.gel import AN, Courbe, Gel, geler
from palier.chances.delais.profils import profils_des_demandes
from palier.chances.delais.rejeu import rejeu_au
from palier.chances.delais.risques import rejouer
from palier.chances.journal import JAMAIS, MOIS, Entiers, Reels, Vrais

PAS = int(6 * MOIS)
PERSONNES = 1_500
"""At most so many demandes a look, evenly drawn from the ids in order."""
ISSUES_MINIMUM = 50
ISSUES_UTILES = 200.0
"""Those of one territory share their future: more outcomes than that add nothing to the weight against the priors."""
ECARTS = np.array([0.3, 0.15, 0.3])
"""Spread of the priors of a, b and log kappa0 about their defaults."""


@dataclass(frozen=True)
class Suivi:
    """Persons followed from a look: months to the first proposition (`issue`) or to the last news of them."""

    sommes: Reels  # (n, 36): hazard summed from the look
    kappa: Reels  # h(0)
    mois: Reels
    issue: Vrais


def geler_tout(archives: Archives, au: int) -> Gel:
    """Learn all that a replay needs, the curve of those who wait included, from rows strictly before `au`."""
    gel = geler(archives, au)
    return replace(gel, courbe_attente=apprendre(archives, gel))


def apprendre(archives: Archives, gel: Gel) -> Courbe:
    """Return (a, b, kappa0) by penalised likelihood on what happened before the freeze; the defaults when thin."""
    debut = archives.journal.parametres.debut
    looks = range(int(gel.au - AN), int(debut + AN), -PAS)
    suivis = [suivi for au in looks if (suivi := suivre(archives, gel, au)) is not None]
    if sum(int(suivi.issue.sum()) for suivi in suivis) < ISSUES_MINIMUM:
        return Courbe()
    ensemble = Suivi(
        np.concatenate([suivi.sommes for suivi in suivis]),
        np.concatenate([suivi.kappa for suivi in suivis]),
        np.concatenate([suivi.mois for suivi in suivis]),
        np.concatenate([suivi.issue for suivi in suivis]),
    )
    return ajuster_courbe(ensemble)


def ajuster_courbe(suivi: Suivi) -> Courbe:
    """Return the calibration nearest to what was followed, drawn to the defaults."""
    fin = np.minimum(np.ceil(suivi.mois).astype(np.int64), MOIS_MAX)
    vus = np.flatnonzero(suivi.issue & (suivi.mois <= MOIS_MAX))
    attendent = np.flatnonzero(~(suivi.issue & (suivi.mois <= MOIS_MAX)))
    sommes = np.concatenate((np.zeros((len(suivi.mois), 1)), suivi.sommes), axis=1)
    rang = np.maximum(fin[vus], 1)
    avant, apres = sommes[vus, rang - 1], sommes[vus, rang]
    possibles = apres > 0
    vus, avant, apres = vus[possibles], avant[possibles], apres[possibles]
    dernier = sommes[attendent, np.minimum(np.floor(suivi.mois[attendent]), MOIS_MAX).astype(np.int64)]
    defaut = np.array([A, B, np.log(KAPPA0)])
    poids = min(1.0, ISSUES_UTILES / max(len(vus), 1))

    def perte(x: Reels) -> float:
        def log_reste(somme: Reels, h0: Reels) -> Reels:
            kappa = np.exp(x[2]) + h0
            reste: Reels = -kappa * np.log1p(np.exp(x[0]) * somme ** x[1] / kappa)
            return reste

        h0 = suivi.kappa[vus]
        masse = np.exp(log_reste(avant, h0)) - np.exp(log_reste(apres, h0))
        gain = np.log(np.maximum(masse, 1e-12)).sum() + log_reste(dernier, suivi.kappa[attendent]).sum()
        return float(0.5 * (((x - defaut) / ECARTS) ** 2).sum() - poids * gain)

    bornes = [(A - 1.0, A + 1.0), (0.6, 1.5), (np.log(0.3), np.log(5.0))]
    trouve = minimize(perte, defaut, method="L-BFGS-B", bounds=bornes)
    return Courbe(float(trouve.x[0]), float(trouve.x[1]), float(np.exp(trouve.x[2])))


def suivre(archives: Archives, gel: Gel, au: int) -> Suivi | None:
    """Follow demandes active at a look until the freeze. None when nobody was active."""
    qui = archives.actives(au)
    if not len(qui):
        return None
    qui = qui[np.unique(np.linspace(0, len(qui) - 1, min(PERSONNES, len(qui))).round().astype(np.int64))]
    profils = profils_des_demandes(archives, gel, qui, np.full(len(qui), au))
    rejoue = rejouer(rejeu_au(archives, au, gel), profils)
    mois, issue = premieres_propositions(archives, qui, au, gel.au, nouvelles=True)
    return Suivi(cumul(rejoue.risques, rejoue.temps_mort), rejoue.risques[:, 0], mois, issue)


def premieres_propositions(
    archives: Archives, qui: Entiers, au: int, fin: int, *, nouvelles: bool
) -> tuple[Reels, Vrais]:
    """Return (months from `au`, whether a proposition came) of demandes, from rows before `fin`.

    The first attribution, or being housed here; else the months until the exit or `fin`. `nouvelles`: only offres
    published from `au` on count, the others end the watch if they house.
    """
    journal = archives.journal
    evenements, n = journal.evenements, len(journal.demandes.demande)
    proposee = (evenements.type == CODE["attribue"]) & (evenements.candidature_i >= 0)
    proposee &= (evenements.instant >= au) & (evenements.instant < fin)
    if nouvelles:
        proposee &= journal.offres.publiee[evenements.offre_i] >= au
    quand = np.full(n, JAMAIS)
    demandes = journal.candidatures.demande_i[evenements.candidature_i[proposee]]
    np.minimum.at(quand, demandes, evenements.instant[proposee])
    sortie = np.minimum(archives.sortie[0][qui], min(fin, journal.parametres.fin))
    if not nouvelles:
        loges = (archives.sortie[1][qui] == 0) & (archives.sortie[0][qui] < fin)
        quand[qui[loges]] = np.minimum(quand[qui[loges]], archives.sortie[0][qui[loges]])
    proposition = quand[qui]
    issue = proposition <= sortie
    return (np.where(issue, proposition, sortie) - au) / MOIS, issue
