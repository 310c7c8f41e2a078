"""Interleaved timings of two ways of doing one thing; medians and their ratio."""

from __future__ import annotations

import json
import statistics
import time
from collections.abc import Callable, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path

ROUNDS = 7


@dataclass
class Row:
    """One line of the table: what was measured, against what, and the bound it must keep."""

    code: str
    work: str
    value: float
    unit: str
    bound: float | None = None
    at_least: bool = False
    note: str = ""

    @property
    def kept(self) -> bool:
        if self.bound is None:
            return True
        return self.value >= self.bound if self.at_least else self.value <= self.bound

    def line(self) -> str:
        sign = "" if self.bound is None else f"{'>=' if self.at_least else '<='} {self.bound:g}"
        state = "" if self.bound is None else ("tenu" if self.kept else "MANQUE")
        return f"{self.code:4} {self.work:62} {self.value:10.3f} {self.unit:8} {sign:10} {state:7} {self.note}"

    def json(self) -> dict[str, object]:
        return asdict(self)


def seconds(work: Callable[[], object], repeat: int) -> float:
    """Seconds of one call, over `repeat` calls."""
    start = time.perf_counter()
    for _ in range(repeat):
        work()
    return (time.perf_counter() - start) / repeat


def pair(
    ours: Callable[[], object], base: Callable[[], object], *, repeat: int = 20, rounds: int = ROUNDS
) -> tuple[float, float]:
    """Median seconds of both, measured in turn over some rounds after a warm-up."""
    ours(), base()
    taken: Sequence[tuple[float, float]] = [(seconds(ours, repeat), seconds(base, repeat)) for _ in range(rounds)]
    return statistics.median(one for one, _ in taken), statistics.median(two for _, two in taken)


def keep(rows: Sequence[Row], place: Path) -> None:
    """Leave the rows for the process that prints them all."""
    (place / "resultats.json").write_text(json.dumps([row.json() for row in rows]))
