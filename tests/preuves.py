"""`make preuves`: everything whole, and its figures kept in docs/preuves/dernier.md with the date and the commit."""

from __future__ import annotations

import json
import platform
import shutil
import subprocess
import sys
import time
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
PAGE = ROOT / "docs" / "preuves" / "dernier.md"
RUNS = (
    ("import contracts", ["lint-imports"]),
    ("tests without a browser", ["python", "-m", "pytest", "-m", "not browser and not kill", "-n", "2"]),
    ("tests in the browser", ["python", "-m", "pytest", "-m", "browser"]),
    ("plants: each fault turns a test red", ["python", "-m", "tests.plants"]),
    ("every branch of the law", ["make", "couverture"]),
    ("mutants of the law", ["make", "mutants"]),
    ("estimates on simulated territories", ["python", "-m", "tests.chances_proof"]),
    ("bench", ["python", "-m", "tests.bench"]),
)


@dataclass
class Run:
    """One command, how it ended, how long it took, its last line."""

    title: str
    command: str
    status: int
    seconds: float
    last: str

    def row(self) -> str:
        ended = "green" if self.status == 0 else f"red ({self.status})"
        return f"| {self.title} | {ended} | {self.seconds:.0f} s | {self.last.replace('|', '/')} |"


def _run(title: str, words: list[str]) -> Run:
    start = time.perf_counter()
    here = Path(sys.executable).parent / words[0]
    program = str(here if here.exists() else shutil.which(words[0]) or words[0])
    done = subprocess.run([program, *words[1:]], cwd=ROOT, capture_output=True, text=True, check=False)
    sys.stdout.write(done.stdout + done.stderr)
    lines = [line for line in done.stdout.splitlines() if line.strip()]
    return Run(title, " ".join(words), done.returncode, time.perf_counter() - start, lines[-1] if lines else "")


def _bench() -> str:
    place = ROOT / "var" / "banc" / "resultats.json"
    if not place.exists():
        return ""
    rows = json.loads(place.read_text())
    table = "\n".join(
        f"| {row['code']} | {row['work']} | {row['value']:.2f} {row['unit']} | "
        f"{'' if row['bound'] is None else ('≥ ' if row['at_least'] else '≤ ') + format(row['bound'], 'g')} | "
        f"{'' if row['bound'] is None else ('kept' if row['kept'] else 'missed')} | {row['note']} |"
        for row in rows
    )
    return f"\n## Bench\n\n| id | work | measured | bound | | note |\n|---|---|---|---|---|---|\n{table}\n"


def main() -> int:
    runs = [_run(title, words) for title, words in RUNS]
    commit = subprocess.run(
        ["git", "rev-parse", "--short", "HEAD"], cwd=ROOT, capture_output=True, text=True, check=True
    )
    head = f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC, commit {commit.stdout.strip()}, Python {platform.python_version()}"
    table = "\n".join(run.row() for run in runs)
    PAGE.parent.mkdir(parents=True, exist_ok=True)
    PAGE.write_text(
        f"# Last whole run\n\n{head}. Times are of one noisy machine of two cores: only ratios travel.\n\n"
        f"| what | ended | took | last line |\n|---|---|---|---|\n{table}\n{_bench()}",
        encoding="utf-8",
    )
    return max(run.status for run in runs)


if __name__ == "__main__":
    sys.exit(main())
