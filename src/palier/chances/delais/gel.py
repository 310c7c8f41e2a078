"""What is learned once for many replays, frozen at an instant: habits, files, efforts, exits, and the curve."""

from __future__ import annotations

from dataclasses import asdict, dataclass
from typing import Any

import numpy as np
from scipy.special import expit, logit

from palier.chances.ajustement.commission import paires, sigma_commission
from palier.chances.ajustement.regressions import ridge
from palier.chances.delais.archives import CODE, Archives, versions_au
from palier.chances.delais.sorties import Departs, departs
from palier.chances.journal import MOIS, Entiers, Parametres, Reels, Vrais

AN = 12 * MOIS
HABITUDE = 0.5
"""Share of the offres of a perimeter that are applied to, while nobody has been seen applying. A hypothesis."""
HABITUDE_MAXIMUM = 0.9
POIDS_HABITUDE = 6.0
ATTRIBUE, ATTRIBUE_EFFORT, SEUIL_EFFORT = 0.94, 0.62, 0.38
EFFORT_LIBRE = 0.40
EXAMENS_MINIMUM, ISSUES_MINIMUM = 100, 10
POIDS_DOSSIER = 20.0
LOT = 4_096


@dataclass(frozen=True)
class Effort:
    """Chance of being attributed at a gross effort: logit = ordonnee + Σ beta·(x − moyenne)/ecart.

    x is the gross effort, what exceeds 0.4, the size of the menage. Without enough decisions: two written levels.
    """

    appris: bool
    moyennes: tuple[float, ...] = (0.0, 0.0, 0.0)
    ecarts: tuple[float, ...] = (1.0, 1.0, 1.0)
    beta: tuple[float, ...] = (0.0, 0.0, 0.0)
    ordonnee: float = 0.0

    def chance(self, loyer: Reels, revenu: Reels, taille: Entiers) -> Reels:
        """Return the chance by row; an unknown figure counts as the mean."""
        x = covariables(loyer, revenu, taille)
        if not self.appris:
            connu = np.where(np.isnan(x[:, 0]), 0.0, x[:, 0])
            return np.where(connu > SEUIL_EFFORT, ATTRIBUE_EFFORT, ATTRIBUE)
        z = (x - np.array(self.moyennes)) / np.array(self.ecarts)
        sortie: Reels = expit(self.ordonnee + np.nan_to_num(z, nan=0.0) @ np.array(self.beta))
        return sortie


def covariables(loyer: Reels, revenu: Reels, taille: Entiers) -> Reels:
    """Return rows (gross effort at most 1.5, what exceeds 0.4, size at most 8); NaN where unknown."""
    connu = ~np.isnan(loyer) & (np.nan_to_num(revenu) > 0)
    effort = np.where(connu, np.minimum(loyer / np.where(connu, revenu, 1.0), 1.5), np.nan)
    personnes = np.where(taille > 0, np.minimum(taille, 8), np.nan)
    return np.column_stack((effort, np.maximum(effort - EFFORT_LIBRE, 0.0), personnes))


@dataclass(frozen=True)
class Courbe:
    """From the yearly hazards of a replay to a chance: F = 1 − (1 + H/κ)^−κ, H = e^a·(∫h)^b, κ = kappa0 + h(0)."""

    a: float = -0.32
    b: float = 1.03
    kappa0: float = 1.1


@dataclass(frozen=True)
class Gel:
    """What was learned from rows strictly before `au`."""

    au: int
    debut: int
    fin: int
    sigma_c: float
    effort: Effort
    habitude: float  # share of the offres of their perimeter that people apply to
    dossier: float  # availability of incomplete files over that of complete ones
    departs: Departs
    points_par_mois: float
    plafond_mois: float
    points_lien_domicile: float
    points_lien_travail: float
    courbe: Courbe = Courbe()
    courbe_attente: Courbe = Courbe()
    """Of those who have been waiting and applying: learned again from them when the journal allows."""

    def to_dict(self) -> dict[str, Any]:
        """Return plain values."""
        return asdict(self)

    @classmethod
    def from_dict(cls, valeurs: dict[str, Any]) -> Gel:
        """Read back what `to_dict` gave, through JSON or not."""
        effort: dict[str, Any] = {n: tuple(v) if isinstance(v, list) else v for n, v in valeurs["effort"].items()}
        sorties: dict[str, Any] = {nom: tuple(v) for nom, v in valeurs["departs"].items()}
        lues: dict[str, Any] = {"effort": Effort(**effort), "departs": Departs(**sorties)}
        for nom in ("courbe", "courbe_attente"):
            lues[nom] = Courbe(**valeurs[nom])
        return cls(**{**valeurs, **lues})


def geler(archives: Archives, au: int) -> Gel:
    """Learn from what ended, left or applied strictly before `au`. The curves keep their defaults."""
    parametres: Parametres = archives.journal.parametres
    finies = np.zeros(len(archives.journal.offres.offre), dtype=bool)
    finies[archives.offres[archives.fins < au]] = True
    return Gel(
        au=au,
        debut=parametres.debut,
        fin=parametres.fin,
        sigma_c=sigma_commission(*paires(archives.journal, au, finies)),
        effort=_effort(archives, au, finies),
        habitude=_habitude(archives, au),
        dossier=_dossier(archives, au),
        departs=departs(archives, au),
        points_par_mois=parametres.points_par_mois,
        plafond_mois=parametres.plafond_mois,
        points_lien_domicile=parametres.points_lien_domicile,
        points_lien_travail=parametres.points_lien_travail,
    )


def _effort(archives: Archives, au: int, finies: Vrais) -> Effort:
    """Fit attributed or not on the examined candidatures of the offres that ended."""
    journal = archives.journal
    evenements, candidatures, offres = journal.evenements, journal.candidatures, journal.offres
    examen = np.isin(evenements.type, (CODE["attribue"], CODE["non_attribue"])) & (evenements.candidature_i >= 0)
    examen &= (evenements.instant < au) & finies[evenements.offre_i]
    qui = evenements.candidature_i[examen]
    y = (evenements.type[examen] == CODE["attribue"]).astype(np.float64)
    if y.size < EXAMENS_MINIMUM or min(y.sum(), y.size - y.sum()) < ISSUES_MINIMUM:
        return Effort(appris=False)
    version = versions_au(journal.demandes, candidatures.demande_i[qui], candidatures.deposee[qui], compris=True)
    sure = version >= 0
    revenu = np.where(sure, journal.demandes.revenu_mensuel[version], np.nan)
    taille = np.where(sure, journal.demandes.taille[version], -1)
    x = covariables(offres.loyer_cc[candidatures.offre_i[qui]], revenu, taille)
    connues = ~np.isnan(x)
    combien = np.maximum(connues.sum(axis=0), 1)
    moyennes = np.where(connues, x, 0.0).sum(axis=0) / combien
    ecarts = np.sqrt(np.where(connues, (x - moyennes) ** 2, 0.0).sum(axis=0) / combien)
    ecarts = np.where(ecarts > 0, ecarts, 1.0)
    beta, ordonnee = ridge(np.nan_to_num((x - moyennes) / ecarts, nan=0.0), y)
    return Effort(True, tuple(moyennes.tolist()), tuple(ecarts.tolist()), tuple(beta.tolist()), ordonnee)


def _dossier(archives: Archives, au: int) -> float:
    """Return how much less often those with an incomplete file are available; both drawn to the mean by 20."""
    n = int(np.searchsorted(archives.fins, au, side="left"))
    vus, pris = archives.contactes[:n].sum(), archives.presentes[:n].sum()
    vus_complets, pris_complets = archives.contactes_complets[:n].sum(), archives.presentes_complets[:n].sum()
    if vus == 0:
        return float(expit(logit(0.45) - 1.0) / 0.45)
    moyenne = pris / vus
    complets = (pris_complets + POIDS_DOSSIER * moyenne) / (vus_complets + POIDS_DOSSIER)
    autres = (pris - pris_complets + POIDS_DOSSIER * moyenne) / (vus - vus_complets + POIDS_DOSSIER)
    return float(min(1.0, autres / complets)) if complets > 0 else 1.0


def _habitude(archives: Archives, au: int) -> float:
    """Return candidatures over offres of the perimeter, in the year before, of the demandes that applied in it."""
    recentes = candidatures_recentes(archives, au)
    qui = np.flatnonzero(recentes > 0)
    version = versions_au(archives.journal.demandes, qui, np.full(len(qui), au))
    qui, version = qui[version >= 0], version[version >= 0]
    vues = int(offres_du_perimetre(archives, qui, version, np.full(len(qui), au)).sum())
    return float(min(HABITUDE_MAXIMUM, recentes[qui].sum() / vues)) if vues else HABITUDE


def candidatures_recentes(archives: Archives, au: int) -> Entiers:
    """Return by demande its candidatures of the 12 months before."""
    candidatures = archives.journal.candidatures
    proches = (candidatures.deposee < au) & (candidatures.deposee >= au - AN)
    n = len(archives.journal.demandes.demande)
    return np.bincount(candidatures.demande_i[proches], minlength=n).astype(np.int64)


def offres_du_perimetre(archives: Archives, qui: Entiers, version: Entiers, au: Entiers) -> Entiers:
    """Return how many offres of its perimeter were published in the 12 months before, while each demande was there."""
    offres, compte = archives.journal.offres, np.zeros(len(qui), dtype=np.int64)
    if not len(qui):
        return compte
    debut = np.maximum(archives.premiere[1][qui], au - int(AN))
    fin = np.minimum(archives.sortie[0][qui], au)
    choisies = np.flatnonzero((offres.publiee >= au.min() - AN) & (offres.publiee < au.max()))
    publiee = offres.publiee[choisies]
    for lot in range(0, len(qui), LOT):
        ici = slice(lot, lot + LOT)
        convient = archives.perimetres.lignes(version[ici]).convient(
            archives.commune[choisies], offres.typologie[choisies], offres.financement[choisies]
        )
        convient &= (publiee >= debut[ici, None]) & (publiee < fin[ici, None])
        compte[ici] = convient.sum(axis=1)
    return compte
