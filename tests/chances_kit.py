"""What the tests of the estimates share: journals of simulated territories, and what they ask of them."""

from dataclasses import dataclass, fields, is_dataclass

import numpy as np
from scipy.optimize import isotonic_regression

from palier.chances.journal import JAMAIS, MOIS, TYPES, Journal, QuestionsChance, QuestionsDelai
from palier.chances.simulateur import (
    Deroulement,
    Menages,
    candidats_fantomes,
    clairvoyante,
    destin,
    fantomes,
    joindre,
    varier,
)
from palier.chances.simulateur.monde import PREMIERE

CODE = {name: code for code, name in enumerate(TYPES)}


def content(value: object) -> bytes:
    """Every byte of a tree of dataclasses and arrays."""
    if is_dataclass(value):
        return b"|".join(content(getattr(value, each.name)) for each in fields(value))
    return value.tobytes() if isinstance(value, np.ndarray) else repr(value).encode()


@dataclass(frozen=True)
class Cas:
    """Questions on candidatures of a simulated territory, and what only the simulation knows of them."""

    deroulement: Deroulement
    coupe: int
    questions: QuestionsChance
    outcome: np.ndarray  # would it have been offered, had it been available
    rank: np.ndarray
    size: np.ndarray

    def clairvoyant(self, draws: int = 1500, judged: int | None = None) -> np.ndarray:
        """The chance of who knows the final list, who left, and the true logement; of some only, NaN elsewhere."""
        rng = np.random.default_rng(len(self.outcome))
        rows = np.arange(len(self.outcome)) if judged is None else rng.permutation(len(self.outcome))[:judged]
        told = np.full(len(self.outcome), np.nan)
        told[rows] = clairvoyante(self.deroulement, self.questions.candidature_i[rows], rng, draws)
        return told


def at(deroulement: Deroulement, years: float) -> int:
    """The instant some years after the beginning of the record."""
    return deroulement.journal.parametres.debut + int(years * 12 * MOIS)


def candidature_cases(deroulement: Deroulement, first: int, last: int, n: int, seed: int = 1) -> Cas:
    """Ask for candidatures never withdrawn of offres published in [first, last[ and ended, before their closing.

    An offre is drawn, then one of its candidatures: the long lists do not crowd out the short ones.
    """
    journal, rng = deroulement.journal, np.random.default_rng(seed)
    cands, events, offres = journal.candidatures, journal.evenements, journal.offres
    ended = events.offre_i[np.isin(events.type, [CODE["accepte"], CODE["sans_suite"]])]
    good = np.isin(cands.offre_i, ended) & (offres.publiee[cands.offre_i] >= first)
    good &= (offres.publiee[cands.offre_i] < last) & (withdrawn(journal) == JAMAIS)
    rows = _offre_by_offre(np.flatnonzero(good), cands.offre_i, n, rng)
    low, high = cands.deposee[rows], offres.cloture[cands.offre_i[rows]]
    instants = low + 1 + ((high - low - 1) * rng.random(len(rows))).astype(np.int64)
    asked = QuestionsChance(np.array([f"Q{each}" for each in range(len(rows))]), rows, instants)
    rank, size = places(journal, rows, instants)
    return Cas(deroulement, first, asked, destin(deroulement, rows), rank, size)


def _offre_by_offre(rows: np.ndarray, offre_i: np.ndarray, n: int, rng: np.random.Generator) -> np.ndarray:
    """Draw n rows, as evenly as can be among the offres: a first one of each, a second one…"""
    rows = rng.permutation(rows)
    order = np.argsort(offre_i[rows], kind="stable")
    starts = np.r_[True, np.diff(offre_i[rows][order]) > 0]
    turn = np.arange(len(order)) - np.maximum.accumulate(np.where(starts, np.arange(len(order)), 0))
    return np.sort(rows[order][np.lexsort((rng.random(len(order)), turn))[:n]])


def withdrawn(journal: Journal) -> np.ndarray:
    """The instant at which each candidature was withdrawn before the closing, JAMAIS when it was not."""
    events = journal.evenements
    left = np.full(len(journal.candidatures.points), JAMAIS)
    early = (events.type == CODE["retire"]) & (events.instant < journal.offres.cloture[events.offre_i])
    left[events.candidature_i[early]] = events.instant[early]
    return left


def places(journal: Journal, rows: np.ndarray, instants: np.ndarray) -> tuple[np.ndarray, np.ndarray]:
    """The rank of each candidature and the length of its list, just before an instant; counted one by one."""
    cands, left = journal.candidatures, withdrawn(journal)
    older = np.zeros(len(journal.demandes.demande), dtype=np.int64)
    older[journal.demandes.demande_i] = journal.demandes.deposee
    order = np.argsort(cands.offre_i, kind="stable")
    starts = np.searchsorted(cands.offre_i[order], np.arange(len(journal.offres.offre) + 1))
    rank, size = np.zeros(len(rows)), np.zeros(len(rows))
    for k, (row, instant) in enumerate(zip(rows, instants, strict=True)):
        offre = cands.offre_i[row]
        there = order[starts[offre] : starts[offre + 1]]
        there = there[(cands.deposee[there] < instant) & (left[there] >= instant)]
        keys = list(zip(-cands.points[there], older[cands.demande_i[there]], cands.candidature[there], strict=True))
        mine = (-cands.points[row], older[cands.demande_i[row]], cands.candidature[row])
        rank[k], size[k] = 1 + sum(key < mine for key in keys), len(there)
    return rank, size


def isotonic(past: Cas, now: Cas) -> np.ndarray:
    """The chance by rank alone, isotonic, fitted on past cases."""
    order = np.argsort(past.rank, kind="stable")
    values, first = np.unique(past.rank[order], return_index=True)
    counts = np.diff(np.r_[first, len(order)]).astype(np.float64)
    means = np.add.reduceat(past.outcome[order].astype(np.float64), first) / counts
    fitted = isotonic_regression(means, weights=counts, increasing=False).x
    return np.interp(now.rank, values, fitted)


def logistic(past: Cas, now: Cas) -> np.ndarray:
    """The chance by rank and length of the list, logistic on their logarithms, fitted on past cases."""

    def columns(case: Cas) -> np.ndarray:
        return np.column_stack([np.ones(len(case.rank)), np.log(case.rank), np.log(case.size)])

    x, y, beta = columns(past), past.outcome.astype(np.float64), np.zeros(3)
    for _ in range(30):
        p = 1 / (1 + np.exp(-x @ beta))
        beta += np.linalg.solve(x.T @ (x * (p * (1 - p))[:, None]) + 1e-6 * np.eye(3), x.T @ (y - p))
    return 1 / (1 + np.exp(-columns(now) @ beta))


@dataclass(frozen=True)
class CasDelai:
    """Demandes that never were, asked for at one instant, with their exact curve and the months they drew."""

    deroulement: Deroulement
    menages: Menages
    instant: int
    questions: QuestionsDelai
    exact: np.ndarray  # (n, 36)
    months: np.ndarray


def delay_cases(deroulement: Deroulement, instant: int, n: int, seed: int = 1) -> CasDelai:
    """Phantoms of the ages of those who wait, with the candidatures of their last twelve months."""
    rng = np.random.default_rng(seed)
    men = candidats_fantomes(deroulement, n, instant, rng)
    phantoms = fantomes(deroulement, men, instant)
    made, seen = phantoms.douze_mois(rng)
    asked = delay_questions(deroulement, men, instant, made, seen)
    return CasDelai(deroulement, men, instant, asked, phantoms.F, phantoms.tirer(rng))


def delay_questions(
    deroulement: Deroulement, men: Menages, instant: int, made: np.ndarray, seen: np.ndarray
) -> QuestionsDelai:
    """Ask for households that no journal knows: every column is given."""
    codes, n = deroulement.scene.territoire.communes, len(men)

    def held(masks: np.ndarray) -> tuple[tuple[int, ...], ...]:
        return tuple(tuple(int(each) for each in np.flatnonzero(mask)) for mask in masks)

    return QuestionsDelai(
        question=np.array([f"Q{each}" for each in range(n)]),
        demande_i=np.full(n, -1, dtype=np.int64),
        instant=np.full(n, instant, dtype=np.int64),
        communes=tuple(tuple(str(codes[each]) for each in row) for row in held(men.communes)),
        typologies=held(men.typologies),
        financements=held(men.financements),
        points_hors_offre=men.points_hors_offre,
        points_perdus=men.points_perdus,
        deposee=men.deposee,
        taille=men.taille,
        revenu_mensuel=men.revenu_mensuel,
        commune_domicile=codes[men.domicile],
        commune_travail=codes[men.travail],
        complet=men.complet.astype(np.int64),
        candidatures_12m=made,
        offres_12m=seen,
        actions=tuple(actions(deroulement, men, each) for each in range(n)),
    )


def actions(deroulement: Deroulement, men: Menages, i: int) -> tuple[str, ...]:
    """Every change open to a household: a commune, a typologie within what its size allows, a proof, its file."""
    codes = deroulement.scene.territoire.communes
    found = [f"commune:{code}" for code in codes[~men.communes[i]]]
    fits = PREMIERE[int(men.taille[i]) - 1] > 0
    found += [f"typologie:T{each + 1}" for each in range(5) if fits[each] and not men.typologies[i, each]]
    found += ["justificatif"] if men.points_perdus[i] > 0 else []
    return (*found, "dossier_complet") if not men.complet[i] else tuple(found)


def true_gains(case: CasDelai) -> dict[tuple[int, str], float]:
    """What each change of each phantom truly gives at twelve months."""
    pairs = [(i, action) for i, each in enumerate(case.questions.actions) for action in each or ()]
    changed = joindre([varier(case.menages, i, each, case.deroulement.scene.territoire) for i, each in pairs])
    after = fantomes(case.deroulement, changed, case.instant).F[:, 11]
    return {pair: float(after[k] - case.exact[pair[0], 11]) for k, pair in enumerate(pairs)}


def decile_gap(exact: np.ndarray) -> float:
    """The biggest distance of a share to a tenth."""
    return float(np.abs(exact - 0.1).max())
