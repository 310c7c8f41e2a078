"""How often the chances of candidatures were right, on what happened after a cut, beside simple rules of the past.

The weights of the cases are those of `tirage`.
"""

from __future__ import annotations

from dataclasses import dataclass, field

import numpy as np
from scipy.optimize import isotonic_regression
from scipy.special import expit

from palier.chances.ajustement import Ajustement
from palier.chances.ajustement.covariables import covariables
from palier.chances.ajustement.matiere import matiere
from palier.chances.ajustement.regressions import ridge
from palier.chances.cas import disponible
from palier.chances.journal import JAMAIS, Entiers, Journal, Mots, QuestionsChance, Reels
from palier.chances.listes import listes, ordonner
from palier.chances.mesures import auc, brier, ece, log_perte, recouvrement
from palier.chances.questions import blocs, reponses
from palier.chances.recalage import apprendre
from palier.chances.tirage import Tirage, tirer

SEUILS = (5, 50)
"""What the guides say: up to the fifth it looks good, beyond the fiftieth it does not."""
PROBA_COUVERTE = 0.02
COUVERTURE_MAXIMUM = 2_000


@dataclass(frozen=True)
class EvaluationCandidatures:
    """Scores of the model and of each simple rule, `n` cases of which `n_poids` count."""

    candidatures: dict[str, dict[str, float]]
    brute: dict[str, float]
    n: int
    n_poids: int
    couverture: float | None  # share of the chances recomputed at closing that fall in the range, π >= 2 in 100
    n_couverture: int
    tirage: Tirage = field(repr=False)
    proba: Reels = field(repr=False)
    poids: Reels = field(repr=False)

    def json(self) -> dict[str, object]:
        """Return the part of the command's JSON that speaks of candidatures."""
        return {
            "candidatures": self.candidatures,
            "brute": self.brute,
            "couverture": {"part": self.couverture, "n": self.n_couverture},
            "n": self.n,
        }


def evaluer_candidatures(journal: Journal, coupe: int, rng: np.random.Generator) -> EvaluationCandidatures:
    """Fit before `coupe`, draw one instant a candidature of the offres published from it on and finished, and score."""
    avant, apres = matiere(journal, coupe), matiere(journal, JAMAIS)
    futur = tirer(journal, apres, apres.finies & (journal.offres.publiee >= coupe), rng.random)
    passe = tirer(journal, avant, avant.finies, rng.random)
    if not (passe.comptent() and futur.comptent()):
        cote = "after" if passe.comptent() else "before"
        raise ValueError(f"coupe: no finished offre with a known outcome {cote} it")
    ajustement = apprendre(journal, coupe)
    question = np.full(futur.y.size, "", dtype=np.str_)
    posees = QuestionsChance(question, futur.candidature_i, futur.instant)
    dites = reponses(journal, posees, ajustement, details=False)
    regles = Regles(*_rangs(journal, passe), passe.y, passe.poids(_p_moi(journal, ajustement, passe)))
    poids = futur.poids(dites.p_moi)
    annonces = {"modele": dites.proba, **regles.annoncer(dites.rang, dites.candidatures)}
    couverture, combien = couvertures(journal, ajustement, posees, dites.proba, rng)
    return EvaluationCandidatures(
        candidatures={nom: scores(p, futur.y, poids) for nom, p in annonces.items()},
        brute=scores(dites.brute, futur.y, np.ones(futur.y.size)),
        n=futur.y.size,
        n_poids=int((poids > 0).sum()),
        couverture=couverture,
        n_couverture=combien,
        tirage=futur,
        proba=dites.proba,
        poids=poids,
    )


def _rangs(journal: Journal, tirage: Tirage) -> tuple[Entiers, Entiers]:
    ordre = ordonner(journal, tirage.candidature_i, int(tirage.instant.max()))
    vues = [
        listes(journal, ordre, tirage.candidature_i[ici], tirage.instant[ici])
        for ici in blocs(journal, ordre, tirage.candidature_i)
    ]
    return np.concatenate([v.rang for v in vues]), np.concatenate([v.candidatures for v in vues])


def _p_moi(journal: Journal, ajustement: Ajustement, tirage: Tirage) -> Reels:
    qui = tirage.candidature_i
    typologie = journal.offres.typologie[journal.candidatures.offre_i[qui]]
    x = covariables(journal, qui, journal.candidatures.deposee[qui])
    return disponible(ajustement, ajustement.p.logits(x, typologie))


class Regles:
    """The simple rules, fitted on the past: base rate, rank, rank over number, thresholds of the guides, regression."""

    def __init__(self, rang: Entiers, n: Entiers, y: Reels, poids: Reels) -> None:
        self._base = float(np.average(y, weights=poids))
        self._par_rang = _isotone(rang.astype(np.float64), y, poids)
        self._par_part = _isotone(rang / n, y, poids)
        bande = np.digitize(rang, SEUILS, right=True)
        lourd = np.bincount(bande, weights=poids, minlength=3)
        self._bandes = np.where(
            lourd > 0, np.bincount(bande, weights=poids * y, minlength=3) / np.maximum(lourd, 1e-12), self._base
        )
        self._regression = ridge(_logs(rang, n), y, poids)

    def annoncer(self, rang: Entiers, n: Entiers) -> dict[str, Reels]:
        """Return what each rule announces."""
        beta, ordonnee = self._regression
        return {
            "base": np.full(rang.size, self._base),
            "rang": np.interp(rang, *self._par_rang),
            "part": np.interp(rang / n, *self._par_part),
            "seuils": self._bandes[np.digitize(rang, SEUILS, right=True)],
            "logistique": expit(ordonnee + _logs(rang, n) @ beta),
        }


def _logs(rang: Entiers, n: Entiers) -> Reels:
    k, tous = np.log(rang), np.log(n)
    return np.column_stack([k, tous, k * k, k * tous])


def _isotone(x: Reels, y: Reels, poids: Reels) -> tuple[Reels, Reels]:
    """Return the decreasing frequencies of each value of x."""
    valeurs, place = np.unique(x, return_inverse=True)
    lourd = np.bincount(place, weights=poids)
    garde = lourd > 0
    frequence = np.bincount(place, weights=poids * y)[garde] / lourd[garde]
    return valeurs[garde], isotonic_regression(frequence, weights=lourd[garde], increasing=False).x


def couvertures(
    journal: Journal, ajustement: Ajustement, posees: QuestionsChance, proba: Reels, rng: np.random.Generator
) -> tuple[float | None, int]:
    """Return how often the chance recomputed at closing falls in the range announced, and over how many."""
    retenues = np.flatnonzero(proba >= PROBA_COUVERTE)
    if retenues.size > COUVERTURE_MAXIMUM:
        retenues = np.sort(rng.choice(retenues, COUVERTURE_MAXIMUM, replace=False))
    if not retenues.size:
        return None, 0
    nom, qui = posees.question[retenues], posees.candidature_i[retenues]
    cloture = journal.offres.cloture[journal.candidatures.offre_i[qui]]
    dites = reponses(journal, QuestionsChance(nom, qui, posees.instant[retenues]), ajustement)
    alors = reponses(journal, QuestionsChance(nom, qui, cloture), ajustement, details=False).proba
    return recouvrement(dites.bas80, dites.haut80, alors), int(qui.size)


def scores(p: Reels, y: Reels, poids: Reels) -> dict[str, float]:
    """Return the four scores of what was announced."""
    return {
        "brier": brier(p, y, poids=poids),
        "log_perte": log_perte(p, y, poids=poids),
        "ece": ece(p, y, poids=poids),
        "auc": auc(p, y, poids=poids),
    }


@dataclass(frozen=True)
class LigneScore:
    """The score of one group: `n` cases that count, their base rate, the four scores."""

    groupe: str
    n: int
    base: float
    annonce: float  # mean of what was announced
    brier: float
    log_perte: float
    ece: float
    auc: float


def table_score(p: Reels, y: Reels, poids: Reels, groupes: Mots) -> list[LigneScore]:
    """Return one row a group, in the order of their names. Cases of no weight are left out."""
    lignes = []
    for groupe in np.unique(groupes[poids > 0]):
        ici = (groupes == groupe) & (poids > 0)
        lignes.append(
            LigneScore(
                groupe=str(groupe),
                n=int(ici.sum()),
                base=float(np.average(y[ici], weights=poids[ici])),
                annonce=float(np.average(p[ici], weights=poids[ici])),
                **scores(p[ici], y[ici], poids[ici]),
            )
        )
    return lignes
