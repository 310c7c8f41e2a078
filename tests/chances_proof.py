"""Estimates against the truth of simulated territories; `python -m tests.chances_proof` writes docs/preuves/chances.md.

What it shows: the estimates are consistent with the process they suppose. It shows nothing of a real territory.
"""

from __future__ import annotations

import sys
from collections.abc import Sequence
from dataclasses import dataclass, field
from datetime import UTC, datetime
from pathlib import Path

import numpy as np

from palier.chances import simulateur
from palier.chances.delais import delais
from palier.chances.equite import auditer
from palier.chances.leviers import leviers
from palier.chances.mesures import brier, crps, d_calibration, ece, recouvrement
from palier.chances.predire import predire
from tests import chances_kit as kit

PAGE = Path(__file__).resolve().parents[1] / "docs" / "preuves" / "chances.md"
YEARS, CUT = 6.0, 3.0
"""Years of record, and how many of them the fits may read: three more let delays be followed for 36 months."""
QUESTIONS, PHANTOMS, CHANGED = 2500, 2000, 150
TERRITORIES = (("detendu", 71), ("metropole", 72), ("tendu", 73))
ROUGH = (
    ("detendu", 74, {"sigma_c": 25.0, "sigma_u": 1.6}),
    ("detendu", 75, {"presentes": 5, "commissions": 1, "retrait": 0.3}),
)


@dataclass(frozen=True)
class Chances:
    """Announced chances of one territory, what happened, and what simple rules of the past announced."""

    proba: np.ndarray
    outcome: np.ndarray
    rank: np.ndarray
    logistic: np.ndarray
    covered: np.ndarray  # of those announced at 2 in 100 or more

    @property
    def gain(self) -> float:
        """How much better than the rank alone."""
        return brier(self.rank, self.outcome) - brier(self.proba, self.outcome)


@dataclass(frozen=True)
class Waits:
    """Announced curves of one territory and the months drawn from the true ones."""

    curves: np.ndarray
    months: np.ndarray
    low: np.ndarray
    high: np.ndarray
    advised: float  # true gain of the first lever
    random: float  # true gain of a lever drawn at random


@dataclass(frozen=True)
class Territory:
    """All that is measured on one territory."""

    kind: str
    seed: int
    settings: dict[str, float] = field(default_factory=dict)

    def run(self) -> simulateur.Deroulement:
        return simulateur.simuler(self.kind, graine=self.seed, annees=YEARS, **self.settings)


def chances(run: simulateur.Deroulement, questions: int = QUESTIONS, *, ranges: bool = True) -> Chances:
    """Fits frozen at the cut; questions on the two years that follow, at a random instant of each window."""
    cut = kit.at(run, CUT)
    now = kit.candidature_cases(run, cut, kit.at(run, CUT + 2), questions, seed=1)
    past = kit.candidature_cases(run, kit.at(run, 0.2), kit.at(run, CUT - 0.2), 6 * questions, seed=2)
    said = predire(run.journal, now.questions)
    covered = np.zeros(0, dtype=bool)
    if ranges:
        clear = said.proba >= 0.02
        covered = ((said.bas80 <= (truth := now.clairvoyant())) & (truth <= said.haut80))[clear]
    outcome = now.outcome.astype(float)
    return Chances(said.proba, outcome, kit.isotonic(past, now), kit.logistic(past, now), covered)


def waits(run: simulateur.Deroulement, phantoms: int = PHANTOMS, changed: int = CHANGED) -> Waits:
    """Demandes that never were, followed for 36 months, and what each change would truly have brought to some."""
    instant = kit.at(run, CUT)
    case = kit.delay_cases(run, instant, phantoms)
    said = delais(run.journal, case.questions)
    few = kit.delay_cases(run, instant, changed, seed=2)
    gains = kit.true_gains(few)
    levers = leviers(run.journal, few.questions)
    first = levers.rang == 1
    advised = [
        gains[int(question[1:]), str(action)]
        for question, action in zip(levers.question[first], levers.action[first], strict=True)
    ]
    by_person: dict[int, list[float]] = {}
    for (person, _), gain in gains.items():
        by_person.setdefault(person, []).append(gain)
    anyhow = [float(np.mean(gain)) for gain in by_person.values()]
    high = np.where(np.isnan(said.q90), np.inf, said.q90)
    low = np.where(np.isnan(said.q10), 36.0, said.q10)
    return Waits(said.courbe, case.months, low, high, float(np.mean(advised)), float(np.mean(anyhow)))


def alerts(run: simulateur.Deroulement) -> list[str]:
    """The tests that raise an alert."""
    return [row.test for row in auditer(run.journal, simulateur.groupes(run)) if row.alerte]


@dataclass(frozen=True)
class Gate:
    """One promise, what was measured, and the bounds it must stay within."""

    promise: str
    value: float
    low: float
    high: float

    @property
    def kept(self) -> bool:
        return self.low <= self.value <= self.high

    def row(self) -> str:
        within = f"≥ {self.low:g}" if self.high == np.inf else f"≤ {self.high:g}" if self.low == -np.inf else ""
        within = within or f"{self.low:g} to {self.high:g}"
        return f"| {self.promise} | {self.value:.4f} | {within} | {'kept' if self.kept else 'MISSED'} |"


def gates(chance: Sequence[Chances], wait: Sequence[Waits]) -> list[Gate]:
    """The promises, on some territories pooled; better than the rank alone on each of them."""
    p, y = (np.concatenate([getattr(each, name) for each in chance]) for name in ("proba", "outcome"))
    covered = np.concatenate([each.covered for each in chance])
    curves, months, low, high = (
        np.concatenate([getattr(each, name) for each in wait]) for name in ("curves", "months", "low", "high")
    )
    advised, anyhow = (float(np.mean([getattr(each, name) for each in wait])) for name in ("advised", "random"))
    return [
        Gate("Brier under that of the rank, isotonic: worst territory", min(c.gain for c in chance), 0.005, np.inf),
        Gate("ECE of chances", ece(p, y), -np.inf, 0.02),
        Gate("mean chance against mean outcome, apart", abs(float(p.mean() - y.mean())), -np.inf, 0.015),
        Gate("clairvoyant chance inside the 80 % range, 2 in 100 and more", float(covered.mean()), 0.72, 0.88),
        Gate("months inside the 80 % interval", recouvrement(low, high, months), 0.72, 0.88),
        Gate("biggest gap of a decile of delays", kit.decile_gap(d_calibration(curves, months)), -np.inf, 0.03),
        Gate("true gain of the first lever, times that of one at random", advised / anyhow, 2.0, np.inf),
    ]


def _report(territory: Territory, found: Chances, waited: Waits, silent: list[str], biased: list[str]) -> str:
    cells = [
        f"{territory.kind} ({territory.seed})", f"{len(found.proba)}", f"{found.outcome.mean():.3f}",
        f"{brier(found.proba, found.outcome):.4f}", f"{brier(found.rank, found.outcome):.4f}",
        f"{brier(found.logistic, found.outcome):.4f}", f"{ece(found.proba, found.outcome):.4f}",
        f"{found.proba.mean() - found.outcome.mean():+.4f}", f"{found.covered.mean():.3f}",
        f"{len(waited.months)}", f"{crps(waited.curves, waited.months):.2f}",
        f"{recouvrement(waited.low, waited.high, waited.months):.3f}",
        f"{kit.decile_gap(d_calibration(waited.curves, waited.months)):.3f}",
        f"{100 * waited.advised:+.1f} / {100 * waited.random:+.1f}",
        f"{', '.join(silent) or 'none'} / {', '.join(biased) or 'none'}",
    ]  # fmt: skip
    return "| " + " | ".join(cells) + " |"


HEAD = (
    "kind (seed)", "questions", "base rate", "Brier", "rank", "logistic (k, n)", "ECE", "mean gap", "range covers",
    "demandes", "CRPS", "80 % covers", "decile gap", "lever / random, points", "alerts: none / −4 points planted",
)  # fmt: skip
ROUGH_HEAD = ("kind (seed)", "changed", "questions", "Brier", "logistic (k, n)", "rank", "ECE")


def _table(head: Sequence[str], rows: Sequence[str]) -> str:
    return "\n".join([f"| {' | '.join(head)} |", "|" + "---|" * len(head), *rows]) + "\n"


def measure_all() -> tuple[list[str], list[Gate]]:
    """One row a territory, and the promises."""
    measured, rows, audits = [], [], []
    for kind, seed in TERRITORIES:
        territory = Territory(kind, seed)
        run = territory.run()
        found, waited, silent = chances(run), waits(run), alerts(run)
        biased = alerts(Territory(kind, seed, {"biais_ordre": -4.0}).run())
        measured.append((found, waited))
        audits.append((silent, biased))
        rows.append(_report(territory, found, waited, silent, biased))
    false = sum(bool(silent) for silent, _ in audits)
    missed = sum("ordre" not in biased for _, biased in audits)
    return rows, [
        *gates([one for one, _ in measured], [two for _, two in measured]),
        Gate("territories without bias where the audit alerts", false, 0, 0),
        Gate("territories with four points less where it does not", missed, 0, 0),
    ]


def measure_rough() -> tuple[list[str], list[Gate]]:
    """Two territories unlike what the programme supposes: still better than rank and number."""
    rows, kept = [], []
    for kind, seed, settings in ROUGH:
        found = chances(Territory(kind, seed, settings).run(), ranges=False)
        scores = [brier(p, found.outcome) for p in (found.proba, found.logistic, found.rank)]
        changed = ", ".join(f"{name} {value:g}" for name, value in settings.items())
        cells = [f"{kind} ({seed})", changed, f"{len(found.proba)}", *(f"{score:.4f}" for score in scores)]
        rows.append(f"| {' | '.join([*cells, f'{ece(found.proba, found.outcome):.4f}'])} |")
        kept.append(Gate(f"Brier under the logistic: {changed}", scores[1] - scores[0], 0.0, np.inf))
    return rows, kept


def main() -> int:
    rows, promises = measure_all()
    rough, more = measure_rough()
    promises += more
    PAGE.write_text(
        f"# Estimates on simulated territories\n\n{datetime.now(UTC):%Y-%m-%d}, written by "
        "`python -m tests.chances_proof`. Simulator and model share their structure: this proves that the estimates\n"
        "are consistent, and nothing of a real territory, where errors will be larger.\n\n"
        f"{YEARS:g} years a territory, fits frozen after {CUT:g}. Questions: candidatures of the two years that "
        "follow, at a random instant\nof their window. Demandes: ones that never were, followed for 36 months.\n\n"
        f"{_table(HEAD, rows)}\n## Unlike what is supposed\n\n{_table(ROUGH_HEAD, rough)}\n## Promises, pooled\n\n"
        + _table(("promise", "measured", "bound", ""), [gate.row() for gate in promises]),
        encoding="utf-8",
    )
    missed = [gate.promise for gate in promises if not gate.kept]
    sys.stdout.write(f"chances: {len(promises) - len(missed)} promises kept of {len(promises)}\n")
    return 1 if missed else 0


if __name__ == "__main__":
    sys.exit(main())
