"""The estimates against the truth of simulated territories: `python -m tests.chances_acceptation` writes the figures.

Three territories, one of each kind, then two that break what the estimator supposes. The seeds are fixed here and
were not chosen; the estimator was not fitted to them. The figures prove nothing about a real territory.
"""

from __future__ import annotations

import sys
from dataclasses import dataclass
from pathlib import Path

import numpy as np

from palier.chances import mesures, simulateur
from palier.chances.delais import delais
from palier.chances.equite import auditer
from palier.chances.leviers import leviers
from palier.chances.predire import predire
from palier.chances.simulateur import Deroulement
from tests import chances_kit as kit

PAGE = Path(__file__).resolve().parents[1] / "docs" / "preuves" / "chances.md"
TERRITORIES = (("detendu", 31), ("metropole", 32), ("tendu", 33))
ROBUST: tuple[tuple[str, int, dict[str, object]], ...] = (
    ("sigma_c = 25, sigma_u = 1.6", 51, {"sigma_c": 25.0, "sigma_u": 1.6}),
    ("m = 5, B = 1, far more withdrawals", 52, {"presentes": 5, "commissions": 1, "retrait": 0.25, "disponible": -0.5}),
)
AUDITED = ({}, {"biais_ordre": -4.0})
SEEN = 0.02
"""A chance below this has no range worth judging."""
NEVER = 1e9
"""Months of who was never offered anything."""

HEAD = """# Estimates against simulated territories

Written by `python -m tests.chances_acceptation`. Simulator and estimator share their structure: a real territory will
be less well told, and nothing here is a performance. The seeds are those of the command, the first that were tried.

{n} candidatures and {n} demandes a territory; the levers of {advised}; 1 500 draws a clairvoyant chance.

| promise | found | asked | |
|---|---|---|---|
"""


@dataclass(frozen=True)
class Line:
    """One promise, what was found, and what was asked."""

    what: str
    found: float
    low: float
    high: float

    @property
    def kept(self) -> bool:
        return self.low <= self.found <= self.high

    def row(self) -> str:
        asked = f"≥ {self.low:g}" if self.high == np.inf else f"< {self.high:g}"
        asked = f"{self.low:g} to {self.high:g}" if np.isfinite([self.low, self.high]).all() else asked
        return f"| {self.what} | {self.found:.4f} | {asked} | {'kept' if self.kept else '**missed**'} |"


@dataclass(frozen=True)
class Chances:
    """The answers on the candidatures of one territory, the truth, and two rules fitted on its past."""

    said: np.ndarray
    low: np.ndarray
    high: np.ndarray
    outcome: np.ndarray
    clairvoyant: np.ndarray
    isotonic: np.ndarray
    logistic: np.ndarray

    def brier(self, p: np.ndarray) -> float:
        return mesures.brier(p, self.outcome)

    def inside(self) -> np.ndarray:
        """Is the clairvoyant chance within the range, where the chance can be seen."""
        kept = (self.said >= SEEN) & np.isfinite(self.clairvoyant)
        return ((self.clairvoyant >= self.low) & (self.clairvoyant <= self.high))[kept]


@dataclass(frozen=True)
class Delays:
    """The answers on phantoms, the months they drew, and what a change was said and found to give."""

    curves: np.ndarray
    covered: np.ndarray
    deciles: np.ndarray
    crps: float
    best: float
    advised: float
    chance: float


def chances_of(deroulement: Deroulement, n: int, draws: int = 1500, judged: int | None = None) -> Chances:
    """Ask for candidatures of the third year; the two rules of comparison learn on those before."""
    past = kit.candidature_cases(deroulement, kit.at(deroulement, 0.5), kit.at(deroulement, 1.8), n, 1)
    now = kit.candidature_cases(deroulement, kit.at(deroulement, 2), kit.at(deroulement, 3), n, 2)
    told = predire(deroulement.journal, now.questions)
    return Chances(
        told.proba, told.bas80, told.haut80, now.outcome.astype(np.float64), now.clairvoyant(draws, judged),
        kit.isotonic(past, now), kit.logistic(past, now),
    )  # fmt: skip


def delays_of(deroulement: Deroulement, n: int, advised: int) -> Delays:
    """Ask for phantoms at the middle of the third year, and for the levers of some of them."""
    instant = kit.at(deroulement, 2.5)
    case = kit.delay_cases(deroulement, instant, n, 3)
    told = delais(deroulement.journal, case.questions)
    low = np.where(np.isnan(told.q10), 36.0, told.q10)
    high = np.where(np.isnan(told.q90), np.inf, told.q90)
    months = np.where(np.isfinite(case.months), case.months, NEVER)
    few = kit.delay_cases(deroulement, instant, advised, 4)
    found, mean, best = _advised(deroulement, few)
    return Delays(
        told.courbe, (months >= low) & (months <= high), mesures.d_calibration(told.courbe, months),
        mesures.crps(told.courbe, months), best, found, mean,
    )  # fmt: skip


def _advised(deroulement: Deroulement, case: kit.CasDelai) -> tuple[float, float, float]:
    """The true gain of the change ranked first, of one drawn among all, of the best."""
    gains = kit.true_gains(case)
    told = leviers(deroulement.journal, case.questions, graine=1)
    first = told.rang == 1
    top = {str(q): str(a) for q, a in zip(told.question[first], told.action[first], strict=True)}
    kept = [i for i, name in enumerate(case.questions.question) if str(name) in top]
    every = [[gains[i, each] for each in case.questions.actions[i] or ()] for i in kept]
    found = [gains[i, top[str(case.questions.question[i])]] for i in kept]
    mean = float(np.mean([np.mean(each) for each in every]))
    return float(np.mean(found)), mean, float(np.mean([max(each) for each in every]))


def judge_chances(told: list[Chances]) -> list[Line]:
    """Hold the promises on candidatures, pooled over the territories but for the score, held in each."""
    said, outcome = (np.concatenate([getattr(each, name) for each in told]) for name in ("said", "outcome"))
    inside = np.concatenate([each.inside() for each in told])
    worst = min(each.brier(each.isotonic) - each.brier(each.said) for each in told)
    return [
        Line("Brier under that of the rank alone, the least of the territories", worst, 0.005, np.inf),
        Line("ECE, pooled", mesures.ece(said, outcome), 0.0, 0.02),
        Line("mean chance less mean outcome, pooled", abs(float(said.mean() - outcome.mean())), 0.0, 0.015),
        Line("clairvoyant chances within the range of 80 %, pooled", float(inside.mean()), 0.72, 0.88),
    ]


def judge_delays(told: list[Delays]) -> list[Line]:
    """Hold the promises on delays and levers, pooled over the territories but for the levers, held in each."""
    covered = np.concatenate([each.covered for each in told])
    gap = kit.decile_gap(np.mean([each.deciles for each in told], axis=0))
    worst = min(each.advised / each.chance for each in told)
    return [
        Line("months within the range of 80 %, pooled", float(covered.mean()), 0.72, 0.88),
        Line("biggest gap of a decile, pooled", gap, 0.0, 0.03),
        Line("true gain of the advised change over a random one, the least of the territories", worst, 2.0, np.inf),
    ]


def judge_audit(genre: str, seed: int, years: float = 3.0) -> list[Line]:
    """Hold the audit silent where nothing was done, and alert where four points were taken from a group."""
    lines = []
    for bias in AUDITED:
        played = simulateur.simuler(genre, graine=seed, annees=years, **bias)
        told = [row.ligne() for row in auditer(played.journal, simulateur.groupes(played))]
        alerts = {row["test"]: float(bool(row["alerte"])) for row in told}
        asked = float(bool(bias))
        lines.append(Line(f"{genre}, {bias or 'no bias'}: alert on the order", alerts["ordre"], asked, asked))
        lines.append(Line(f"{genre}, {bias or 'no bias'}: on rejection", alerts["non_attribution"], 0.0, 0.0))
    return lines


def judge_robust(name: str, told: Chances) -> Line:
    """Hold the chance better than a logistic of rank and length, where the estimator is wrong by construction."""
    better = told.brier(told.logistic) - told.brier(told.said)
    return Line(f"{name}: Brier under that of the logistic of k and n", better, 1e-9, np.inf)


def _by_territory(chances: list[Chances], waits: list[Delays]) -> str:
    head = (
        "| territory | seed | base | Brier | rank alone | logistic | clairvoyant | ECE | range | delays: F12 | range |"
        " CRPS | advised | random | best |\n|---|---|---|---|---|---|---|---|---|---|---|---|---|---|---|\n"
    )
    return head + "\n".join(
        f"| {genre} | {seed} | {c.outcome.mean():.3f} | {c.brier(c.said):.4f} | {c.brier(c.isotonic):.4f} |"
        f" {c.brier(c.logistic):.4f} | {c.brier(c.clairvoyant):.4f} | {mesures.ece(c.said, c.outcome):.4f} |"
        f" {c.inside().mean():.3f} | {d.curves[:, 11].mean():.3f} | {d.covered.mean():.3f} | {d.crps:.2f} |"
        f" {d.advised:.3f} | {d.chance:.3f} | {d.best:.3f} |"
        for (genre, seed), c, d in zip(TERRITORIES, chances, waits, strict=True)
    )


def page(n: int = 4000, advised: int = 300) -> tuple[str, bool]:
    """Play everything; return the page, and whether every promise was kept."""
    chances, waits = [], []
    for genre, seed in TERRITORIES:
        played = simulateur.simuler(genre, graine=seed)
        chances.append(chances_of(played, n))
        waits.append(delays_of(played, n, advised))
    lines = [*judge_chances(chances), *judge_delays(waits)]
    for name, seed, change in ROBUST:
        lines.append(judge_robust(name, chances_of(simulateur.simuler("metropole", graine=seed, **change), n, 2)))
    for genre, seed in TERRITORIES:
        lines += judge_audit(genre, seed)
    text = HEAD.format(n=n, advised=advised) + "\n".join(each.row() for each in lines)
    text += f"\n\n## Each territory\n\n{_by_territory(chances, waits)}\n"
    return text, all(each.kept for each in lines)


def main() -> int:
    text, kept = page()
    PAGE.write_text(text, encoding="utf-8")
    sys.stdout.write(text)
    return 0 if kept else 1


if __name__ == "__main__":
    sys.exit(main())
