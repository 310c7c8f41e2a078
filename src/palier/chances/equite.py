"""Is the selection fair? Two tests at equal points, and the smallest departure the data could have shown.

*ordre*: inside each commission, is a group ranked lower at equal points? Everything that a commission shares cancels.
*non_attribution*: among those examined, is a group refused more, at like effort, typologie and financement?

It reads groups that serve nothing else: no estimate ever sees them.
"""

from __future__ import annotations

from dataclasses import asdict, dataclass

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import gammaln, ndtr

from palier.chances.journal import FINS, TYPES, Journal, Mots, Vrais
from palier.chances.nombres import Entiers, Reels, bornes, memes_longueurs

EFFECTIF_MINIMAL = 11
"""A group of fewer persons is never shown."""
SEUIL_Z, DETECTABLE, Z_95 = 2.58, 2.576 + 0.842, 1.959963984540054
"""Two-sided 1 %; the same with a power of 80 %; two-sided 5 %."""
OR_ORDRE, OR_NON_ATTRIBUTION = 0.8, 1.25
TAUX_DECOUVERTES = 0.05
"""Share of false alerts accepted over the whole table (Benjamini-Hochberg)."""
_EFFORT = 0.38
_CASE_MINIMALE = 5
_TOURS, _BORNE, _INFIME = 60, 25.0, -600.0

Groupes = tuple[Mots, Mots, Mots]
"""Ids of demandes, variables, modalities: one row a demande and a variable."""


@dataclass(frozen=True)
class LigneAudit:
    """One test of one modality against the most frequent one. `commissions`: how many the test rests on."""

    variable: str
    modalite: str
    reference: str
    test: str
    commissions: int
    odds_ratio: float
    bas95: float
    haut95: float
    z: float
    alerte: bool
    or_detectable: float
    effectif: int
    p: float
    p_ajustee: float
    exact: bool

    def ligne(self) -> dict[str, object]:
        """The row as published; an infinite figure is None, and so is an odds ratio of 0: only its bounds say it."""
        publiees = dict(list(asdict(self).items())[:11])
        publiees["odds_ratio"] = self.odds_ratio or None
        return {k: None if isinstance(v, float) and not np.isfinite(v) else v for k, v in publiees.items()}


@dataclass(frozen=True)
class _Mesure:
    """What one test found: ln OR, its error, its p-value.

    `infini`: no odds ratio fits, the data push it to 0 or to infinity. ln OR and its error are then those of one step
    from no departure: their ratio is the score test, and they bound the odds ratio on the side of no departure.
    """

    log_or: float
    erreur: float
    p: float
    commissions: int
    exact: bool = False
    infini: bool = False
    effectif: int = 0

    @property
    def rapport(self) -> float:
        if self.infini:
            return 0.0 if self.log_or < 0 else np.inf
        return float(np.exp(self.log_or))

    @property
    def bornes95(self) -> tuple[float, float]:
        """0 and infinity where nothing bounds."""
        if not np.isfinite(self.erreur):
            return 0.0, np.inf
        marge = Z_95 * self.erreur
        bas, haut = _exp(self.log_or - marge), _exp(self.log_or + marge)
        return (bas, haut) if not self.infini else ((0.0, haut) if self.log_or < 0 else (bas, np.inf))

    @property
    def z(self) -> float:
        """How many errors away from none; 0 when the error is unknown."""
        return self.log_or / self.erreur if np.isfinite(self.erreur) and np.isfinite(self.log_or) else 0.0


def ordre(
    points: ArrayLike, groupe: ArrayLike, commission: ArrayLike, rang: ArrayLike
) -> tuple[float, float, int]:
    """(β, error, commissions) of the group in the exploded logit of decided orders: utility β₁·points/10 + β·group.

    Commissions of fewer than two are left out. When nothing tells the group apart, β is 0 and its error infinite.
    When no β is the best (a group always last), both are those of one step from 0: β / error is the score test.
    """
    return _ordre(points, groupe, commission, rang)[:3]


def _ordre(
    points: ArrayLike, groupe: ArrayLike, commission: ArrayLike, rang: ArrayLike
) -> tuple[float, float, int, bool]:
    """The same, and whether the group alone pushes its β beyond any bound."""
    x, g = bornes("points", points, -np.inf) / 10, bornes("groupe", groupe, 0.0, 1.0)
    rangs = bornes("rang", rang, -np.inf)
    quelles = np.asarray(commission)
    if quelles.dtype.kind == "f":
        bornes("commission", quelles, -np.inf)
    seances = np.unique(quelles, return_inverse=True)[1]
    memes_longueurs(("points", "groupe", "rang", "commission"), (x, g, rangs, seances.astype(np.float64)))
    cubes, presents = _par_seance(np.stack([x, g], axis=-1), seances, rangs)
    if not len(cubes):
        return 0.0, np.inf, 0, False
    beta, information, fini = _newton(cubes, presents)
    propre = _propre(information)
    if fini and np.abs(beta).max() < _BORNE and propre > 1e-10:
        return float(beta[1]), float(1 / np.sqrt(propre)), len(cubes), False
    un_pas, erreur = _score(cubes, presents)
    return un_pas, erreur, len(cubes), bool(abs(beta[1]) >= _BORNE and np.isfinite(erreur) and un_pas * beta[1] > 0)


def _par_seance(covariables: Reels, seances: Entiers, rangs: Reels) -> tuple[Reels, NDArray[np.bool_]]:
    """(commissions, places, covariates) in decided order, and which places are taken; those of at least two."""
    tri = np.lexsort((rangs, seances))
    tailles = np.bincount(seances)
    if ((np.diff(seances[tri]) == 0) & (np.diff(rangs[tri]) == 0)).any():
        raise ValueError("rang: two candidates of one commission have the same")
    place = np.arange(len(tri)) - np.repeat(np.cumsum(tailles) - tailles, tailles)
    cubes = np.zeros((len(tailles), int(tailles.max(initial=0)), covariables.shape[1]))
    presents = np.zeros(cubes.shape[:2], dtype=bool)
    cubes[seances[tri], place], presents[seances[tri], place] = covariables[tri], True
    return cubes[tailles >= 2], presents[tailles >= 2]


def _etapes(beta: Reels, cubes: Reels, presents: NDArray[np.bool_]) -> tuple[float, Reels, Reels]:
    """Log-likelihood, gradient, information: stage j chooses the j-th among those not yet chosen."""
    utilite = np.where(presents, cubes @ beta, -np.inf)
    utilite = utilite - utilite.max(axis=1, keepdims=True)
    vraisemblance, pente, information = 0.0, np.zeros(2), np.zeros((2, 2))
    for etape in range(cubes.shape[1] - 1):
        reste = presents[:, etape + 1]
        x = cubes[reste, etape:]
        restes = utilite[reste, etape:]
        hautes = restes.max(axis=1, keepdims=True)
        restes = np.where(hautes < _INFIME, restes - hautes, restes)  # far below the first: their exponentials are 0
        poids = np.exp(restes)
        somme = poids.sum(axis=1)
        parts = poids / somme[:, None]
        vraisemblance += float((restes[:, 0] - np.log(somme)).sum())
        moyenne = np.einsum("ij,ijk->ik", parts, x)
        pente += (x[:, 0] - moyenne).sum(axis=0)
        ecart = x - moyenne[:, None]
        information += np.einsum("ij,ijk,ijl->kl", parts, ecart, ecart)
    return vraisemblance, pente, information


def _newton(cubes: Reels, presents: NDArray[np.bool_]) -> tuple[Reels, Reels, bool]:
    """Both β, the information there, and whether they are the best. A step that does not climb is halved."""
    beta, fini = np.zeros(2), False
    valeur, pente, information = _etapes(beta, cubes, presents)
    for _ in range(_TOURS):
        pas = np.linalg.pinv(information, hermitian=True) @ pente
        suivant = np.clip(beta + pas, -_BORNE, _BORNE)
        essai = _etapes(suivant, cubes, presents)
        while essai[0] < valeur - 1e-12 * (1 + abs(valeur)) and np.abs(suivant - beta).max() > 1e-12:
            suivant = (suivant + beta) / 2
            essai = _etapes(suivant, cubes, presents)
        fini = bool(np.abs(suivant - beta).max() < 1e-10)
        beta, (valeur, pente, information) = suivant, essai
        if fini:
            break
    return beta, information, fini


def _propre(information: Reels) -> float:
    """What is known of the group once the points are."""
    partagee = information[0, 1] ** 2 / information[0, 0] if information[0, 0] > 0 else 0.0
    return float(information[1, 1] - partagee)


def _score(cubes: Reels, presents: NDArray[np.bool_]) -> tuple[float, float]:
    """One step of the group from 0, points at their best without it, and the error there."""
    beta = _newton(cubes * np.array([1.0, 0.0]), presents)[0]
    _, pente, information = _etapes(beta, cubes, presents)
    propre = _propre(information)
    return (float(pente[1] / propre), float(1 / np.sqrt(propre))) if propre > 1e-10 else (0.0, np.inf)


def _tables(y: ArrayLike, groupe: ArrayLike, strate: ArrayLike) -> Reels:
    """(strata, 4): a and b of the group (event, none), c and d of the reference."""
    vus, membres = bornes("y", y, 0.0, 1.0), bornes("groupe", groupe, 0.0, 1.0)
    etages = np.asarray(strate)
    if etages.dtype.kind == "f":
        bornes("strate", etages, -np.inf)
    rangs = np.unique(etages, return_inverse=True)[1]
    memes_longueurs(("y", "groupe", "strate"), (vus, membres, rangs.astype(np.float64)))
    cases = rangs * 4 + 2 * (membres < 0.5) + (vus < 0.5)
    return np.bincount(cases, minlength=4 * (int(rangs.max(initial=-1)) + 1)).reshape(-1, 4).astype(np.float64)


def mantel_haenszel(y: ArrayLike, groupe: ArrayLike, strate: ArrayLike) -> tuple[float, float]:
    """(odds ratio, error of its logarithm) over strata, by Mantel-Haenszel and Robins, Breslow and Greenland.

    No pair to compare: odds ratio 1 and an infinite error.
    """
    a, b, c, d = _tables(y, groupe, strate).T
    n = np.maximum(a + b + c + d, 1.0)
    r, s = a * d / n, b * c / n
    haut, bas = float(r.sum()), float(s.sum())
    if haut == 0 or bas == 0:
        return (1.0, np.inf) if haut == bas else (np.inf if bas == 0 else 0.0, np.inf)
    p, q = (a + d) / n, (b + c) / n
    variance = (p @ r) / (2 * haut**2) + (p @ s + q @ r) / (2 * haut * bas) + (q @ s) / (2 * bas**2)
    return haut / bas, float(np.sqrt(variance))


def _un_pas(y: ArrayLike, groupe: ArrayLike, strate: ArrayLike) -> tuple[float, float]:
    """ln OR and its error at one step from no departure, margins of every stratum kept (Peto): z is Mantel-Haenszel's.

    No pair to compare: 0 and an infinite error.
    """
    a, b, c, d = _tables(y, groupe, strate).T
    n = a + b + c + d
    variance = (a + b) * (c + d) * (a + c) * (b + d) / np.maximum(n**2 * (n - 1), 1.0)
    ecart, information = float((a - (a + b) * (a + c) / np.maximum(n, 1.0)).sum()), float(variance.sum())
    return (ecart / information, information**-0.5) if information > 0 else (0.0, np.inf)


def _hypergeometrique(a: float, b: float, c: float, d: float) -> Reels:
    """Probabilities of every first cell that keeps the margins, from the lowest one up."""
    k = np.arange(max(0.0, a - d), min(a + b, a + c) + 1)
    logs = -sum(gammaln(x + 1) for x in (k, a + b - k, a + c - k, d - a + k))
    poids = np.exp(logs - logs.max())
    return np.asarray(poids / poids.sum())


def p_exacte(y: ArrayLike, groupe: ArrayLike, strate: ArrayLike) -> float:
    """Two-sided exact p-value of a common odds ratio of 1, margins of every stratum kept."""
    loi, vu = np.ones(1), 0
    for a, b, c, d in _tables(y, groupe, strate):
        loi = np.convolve(loi, _hypergeometrique(a, b, c, d))
        vu += int(a - max(0.0, a - d))
    return float(min(1.0, loi[loi <= loi[vu] * (1 + 1e-7)].sum()))


def p_ajustees(p: ArrayLike) -> Reels:
    """Benjamini-Hochberg: each p-value as it counts in the whole table."""
    brutes = bornes("p", p, 0.0, 1.0)
    tri = np.argsort(brutes)[::-1]
    ajustees = np.minimum.accumulate(brutes[tri] * len(brutes) / np.arange(len(brutes), 0, -1))
    sortie = np.empty_like(brutes)
    sortie[tri] = np.minimum(ajustees, 1.0)
    return sortie


def or_detectable(erreur: float, test: str) -> float:
    """The smallest departure that would have been seen 4 times in 5, at 1 %, with this error of ln OR."""
    return _exp(-DETECTABLE * erreur if test == "ordre" else DETECTABLE * erreur)


def _exp(x: float) -> float:
    """Infinite beyond the greatest number."""
    with np.errstate(over="ignore"):
        return float(np.exp(x))


class _Faits:
    """Decided orders and examinations of finished offres."""

    def __init__(self, journal: Journal) -> None:
        e, self.c, self.o = journal.evenements, journal.candidatures, journal.offres
        finies = np.zeros(len(self.o.offre), dtype=bool)
        finies[e.offre_i[np.isin(e.type, [TYPES.index(fin) for fin in FINS])]] = True
        utiles = finies[e.offre_i] & (e.candidature_i >= 0)
        classe, refus, attribue = (
            utiles & (e.type == TYPES.index(nom)) for nom in ("classe", "non_attribue", "attribue")
        )
        classe &= e.ordre > 0
        self.classes, self.rangs = e.candidature_i[classe], e.ordre[classe].astype(np.float64)
        self.seances = e.offre_i[classe] * 1000 + e.commission[classe]
        self.examines = e.candidature_i[refus | attribue]
        self.refuses = refus[refus | attribue].astype(np.float64)
        self.seances_examen = e.offre_i[refus | attribue] * 1000 + e.commission[refus | attribue]

    def ordre(self, modalite: Entiers, membre: int, reference: int) -> _Mesure:
        """Those of two modalities only: what an order says of some of its members does not depend on the others."""
        leur = modalite[self.c.demande_i[self.classes]]
        garde = ((leur == membre) | (leur == reference)) & np.isfinite(self.c.points[self.classes])
        qui = self.classes[garde]
        beta, erreur, combien, infini = _ordre(
            self.c.points[qui], (leur[garde] == membre).astype(np.float64), self.seances[garde], self.rangs[garde]
        )
        _, seance, combien_la = np.unique(self.seances[garde], return_inverse=True, return_counts=True)
        effectif = self._personnes(qui, (leur[garde] == membre) & (combien_la[seance] > 1))
        return _Mesure(beta, erreur, _p_normale(beta, erreur), combien, infini=infini, effectif=effectif)

    def _personnes(self, candidatures: Entiers, du_groupe: Vrais) -> int:
        """How many demandes of the group a test rests on."""
        return len(np.unique(self.c.demande_i[candidatures[du_groupe]]))

    def non_attribution(self, modalite: Entiers, membre: int, reference: int) -> _Mesure:
        leur = modalite[self.c.demande_i[self.examines]]
        garde = (leur == membre) | (leur == reference)
        qui, y = self.examines[garde], self.refuses[garde]
        groupe = (leur[garde] == membre).astype(np.float64)
        effort, offre = self.c.taux_effort[qui], self.c.offre_i[qui]
        lourd = np.where(np.isnan(effort), 2, effort > _EFFORT).astype(np.int64)
        strate = (lourd * 10 + self.o.typologie[offre]) * 10 + self.o.financement[offre]
        rapport, erreur = mantel_haenszel(y, groupe, strate)
        rare = bool(np.bincount((2 * groupe + y).astype(np.int64), minlength=4).min() < _CASE_MINIMALE)
        infini = rapport in (0.0, np.inf)
        if infini:
            log_or, erreur = _un_pas(y, groupe, strate)
        else:
            log_or = float(np.log(rapport))
        p = p_exacte(y, groupe, strate) if rare else _p_normale(log_or, erreur)
        combien, effectif = len(np.unique(self.seances_examen[garde])), self._personnes(qui, groupe > 0)
        return _Mesure(log_or, erreur, p, combien, rare, infini, effectif)


def _p_normale(log_or: float, erreur: float) -> float:
    return float(2 * ndtr(-abs(log_or) / erreur)) if np.isfinite(erreur) else 1.0


def _codes(journal: Journal, groupes: Groupes, variable: str) -> tuple[list[str], Entiers]:
    """The modalities of a variable, and the code of each demande (-1: unknown)."""
    ids, variables, modalites = (np.asarray(colonne) for colonne in groupes)
    dits = variables == variable
    noms, codes = np.unique(modalites[dits], return_inverse=True)
    connues, rang = np.unique(journal.demandes.demande, return_inverse=True)
    sortie = np.full(len(connues), -1, dtype=np.int64)
    place = np.searchsorted(connues, ids[dits]).clip(max=max(len(connues) - 1, 0))
    trouve = connues[place] == ids[dits] if len(connues) else np.zeros(len(place), dtype=bool)
    sortie[place[trouve]] = codes[trouve]
    return [str(nom) for nom in noms], sortie[rang]


def auditer(journal: Journal, groupes: Groupes, variable: str | None = None) -> list[LigneAudit]:
    """Both tests of every modality of one variable, or of all. A test on fewer than 11 of a group is left out."""
    faits, trouves = _Faits(journal), []
    for une in [variable] if variable is not None else [str(v) for v in np.unique(groupes[1])]:
        noms, codes = _codes(journal, groupes, une)
        presentes = np.unique(journal.candidatures.demande_i[np.union1d(faits.classes, faits.examines)])
        effectifs = np.bincount(codes[presentes][codes[presentes] >= 0], minlength=len(noms))
        if not effectifs.sum():
            continue
        reference = int(effectifs.argmax())
        for membre, effectif in enumerate(effectifs):
            if membre != reference and effectif >= EFFECTIF_MINIMAL:
                qui = (une, noms[membre], noms[reference])
                mesures = (
                    ("ordre", faits.ordre(codes, membre, reference)),
                    ("non_attribution", faits.non_attribution(codes, membre, reference)),
                )
                trouves += [(*qui, test, mesure) for test, mesure in mesures if mesure.effectif >= EFFECTIF_MINIMAL]
    ajustees = p_ajustees([mesure.p for *_, mesure in trouves])
    return [_ligne(*trouve, float(q)) for trouve, q in zip(trouves, ajustees, strict=True)]


def _ligne(
    variable: str, modalite: str, reference: str, test: str, mesure: _Mesure, p_ajustee: float
) -> LigneAudit:
    """An alert needs a clear sign, a departure that matters, and to stand in the whole table."""
    rapport, (bas, haut) = mesure.rapport, mesure.bornes95
    loin = rapport < OR_ORDRE if test == "ordre" else rapport > OR_NON_ATTRIBUTION
    net = mesure.p < 2 * float(ndtr(-SEUIL_Z)) if mesure.exact else abs(mesure.z) > SEUIL_Z
    return LigneAudit(
        variable=variable, modalite=modalite, reference=reference, test=test, commissions=mesure.commissions,
        odds_ratio=rapport, bas95=bas, haut95=haut, z=mesure.z,
        alerte=bool(net and loin and p_ajustee < TAUX_DECOUVERTES), or_detectable=or_detectable(mesure.erreur, test),
        effectif=mesure.effectif, p=mesure.p, p_ajustee=p_ajustee, exact=mesure.exact,
    )  # fmt: skip
