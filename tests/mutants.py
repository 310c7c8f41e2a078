"""`make mutants`: does a test notice when the law is changed? A sample of mutants of the law, drawn with a seed.

cosmic-ray makes the mutants and runs the tests of the law on each, in a copy of the tree: nothing here is touched.
Mutants of type annotations are left out: no annotation is ever evaluated here, so none can change an answer.
Prints each survivor with its line. Exit 1 when fewer than 90 in 100 are killed.
"""

from __future__ import annotations

import argparse
import ast
import random
import shutil
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

from cosmic_ray.work_db import WorkDB, use_db
from cosmic_ray.work_item import TestOutcome, WorkerOutcome, WorkItem, WorkResult

ROOT = Path(__file__).resolve().parent.parent
LAW = Path("src/palier/droit")
MUTATED = ("cotation/calcul.py", "cotation/expression.py", "cotation/faits.py", "cotation/grille.py",
           "cotation/ordre.py", "cotation/vue.py", "plafonds.py", "ressources.py")  # fmt: skip
TESTS = ("cotation_cas", "droit_cas", "cotation_langage", "cotation_bornes", "cotation_vue", "droit_motifs",
         "droit_baremes", "droit_proprietes")  # fmt: skip
"""Those of the rooms that are mutated, and that need no database; the fastest to fail stand first."""
SETTINGS = "[pytest]\npythonpath = src .\naddopts = -q -x -p no:cacheprovider -p no:django -p no:xdist\n"
KILLED_IN_100 = 90


def configuration(place: Path) -> Path:
    """Write what cosmic-ray needs."""
    (place / "loi.ini").write_text(SETTINGS)
    files = [f"tests/test_{name}.py" for name in TESTS]
    command = " ".join([sys.executable, "-m pytest -c loi.ini --rootdir . --noconftest", *files])
    modules = ", ".join(f'"{LAW / name}"' for name in MUTATED)
    config = place / "mutants.toml"
    config.write_text(
        f'[cosmic-ray]\nmodule-path = [{modules}]\ntimeout = 60.0\nexcluded-modules = []\ntest-command = "{command}"\n'
        '[cosmic-ray.distributor]\nname = "local"\n'
    )
    return config


def annotations(source: str) -> Iterator[tuple[int, int, int, int]]:
    """The extents (first line, column, last line, column) of every annotation."""
    for node in ast.walk(ast.parse(source)):
        for name in ("annotation", "returns"):
            found = getattr(node, name, None)
            if isinstance(found, ast.expr):
                yield found.lineno, found.col_offset, found.end_lineno or 0, found.end_col_offset or 0


def changes_an_answer(item: WorkItem, place: Path) -> bool:
    """False for a mutant inside an annotation."""
    mutation = item.mutations[0]
    start = mutation.start_pos
    extents = annotations((place / mutation.module_path).read_text())
    return not any((first, left) <= start < (last, right) for first, left, last, right in extents)


def sample(database: WorkDB, place: Path, *, seed: int, count: int) -> list[WorkItem]:
    """Draw mutants; the others are marked as skipped so that cosmic-ray leaves them."""
    able = sorted((item for item in database.work_items if changes_an_answer(item, place)), key=_order)
    drawn = random.Random(seed).sample(able, min(count, len(able)))
    kept = {item.job_id for item in drawn}
    for item in database.work_items:
        if item.job_id not in kept:
            database.set_result(item.job_id, WorkResult(worker_outcome=WorkerOutcome.SKIPPED))
    return drawn


def _order(item: WorkItem) -> tuple[str, tuple[int, int], str, int]:
    """A stable order: job ids are random."""
    mutation = item.mutations[0]
    return str(mutation.module_path), mutation.start_pos, mutation.operator_name, mutation.occurrence


def line_of(item: WorkItem, diff: str) -> str:
    """One survivor: where it stands, what became of the line."""
    mutation = item.mutations[0]
    changed = [line for line in diff.splitlines() if line[:1] in "+-" and line[:3] not in ("+++", "---")]
    return f"{mutation.module_path}:{mutation.start_pos[0]} {mutation.operator_name}\n  " + "\n  ".join(changed)


def run(place: Path, *, seed: int, count: int) -> tuple[int, list[str]]:
    """Make, draw and try the mutants; return how many were tried and the survivors."""
    for name in ("src", "tests"):
        shutil.copytree(ROOT / name, place / name, ignore=shutil.ignore_patterns("__pycache__"))
    config = configuration(place)
    tool = [str(Path(sys.executable).parent / "cosmic-ray")]
    subprocess.run([*tool, "init", config.name, "session.sqlite"], cwd=place, check=True)
    subprocess.run([*tool, "baseline", config.name], cwd=place, check=True)
    with use_db(str(place / "session.sqlite"), WorkDB.Mode.open) as database:
        drawn = sample(database, place, seed=seed, count=count)
    subprocess.run([*tool, "exec", config.name, "session.sqlite"], cwd=place, check=True)
    with use_db(str(place / "session.sqlite"), WorkDB.Mode.open) as database:
        results = dict(database.results)
    lived = [item for item in drawn if results[item.job_id].test_outcome is TestOutcome.SURVIVED]
    return len(drawn), sorted(line_of(item, results[item.job_id].diff or "") for item in lived)


def main(words: list[str]) -> int:
    parser = argparse.ArgumentParser(prog="make mutants")
    parser.add_argument("--graine", type=int, default=2026)
    parser.add_argument("--nombre", type=int, default=300)
    options = parser.parse_args(words)
    with tempfile.TemporaryDirectory(prefix="palier-mutants-") as place:
        tried, survivors = run(Path(place), seed=options.graine, count=options.nombre)
    killed = tried - len(survivors)
    sys.stdout.write("\n".join([*survivors, f"{killed} mutants tués sur {tried}, graine {options.graine}."]) + "\n")
    return 0 if tried and killed * 100 >= KILLED_IN_100 * tried else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
