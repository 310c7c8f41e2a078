"""Copy the tree, check that the named tests are green there, then plant one fault at a time and want them red."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from palier.base import postgres
from tests.plants.faults import PLANTS, Plant

ROOT = Path(__file__).resolve().parents[2]
COPIED = ("src", "tests", "pyproject.toml")
FAILED = 1
"""The exit status of pytest when tests ran and failed; anything else is not « red »."""


@contextmanager
def copy() -> Iterator[Path]:
    """The tree in a folder of its own, with a server of its own, both gone at the end."""
    root = Path(tempfile.mkdtemp(prefix="palier-fautes-"))
    root.chmod(0o755)
    for name in COPIED:
        source = ROOT / name
        if source.is_dir():
            shutil.copytree(source, root / name, ignore=shutil.ignore_patterns("__pycache__", "var"))
        else:
            shutil.copy(source, root / name)
    cluster = postgres.Cluster(root / "var" / "pg-essai", extra=postgres.FAST | {"max_connections": "200"})
    try:
        cluster.ready()
        yield root
    finally:
        cluster.leave()
        cluster.stop()
        shutil.rmtree(root, ignore_errors=True)


def run(root: Path, tests: tuple[str, ...], only: str = "") -> subprocess.CompletedProcess[str]:
    """The tests in the copy."""
    env = {name: os.environ[name] for name in ("PATH", "HOME", "LANG") if name in os.environ}
    env |= {"PYTHONPATH": f"{root / 'src'}:{root}", "PYTHONDONTWRITEBYTECODE": "1", "PALIER_MATRICE": only}
    command = [sys.executable, "-m", "pytest", "--show-capture=no", "--tb=line", *tests]
    return subprocess.run(command, cwd=root, env=env, capture_output=True, text=True, timeout=170, check=False)


def green(root: Path) -> str:
    """ "" when every named test passes in the copy as it is."""
    tests = tuple(dict.fromkeys(test for plant in PLANTS for test in plant.tests))
    done = run(root, tests, ",".join(plant.only for plant in PLANTS if plant.only))
    return f"not green without a fault:\n{done.stdout[-3000:]}" if done.returncode else ""


def judge(root: Path, plant: Plant) -> str:
    """ "" when the fault turns its tests red (failed, not broken); else what happened."""
    before = [(change, change.apply(root)) for change in plant.changes]
    try:
        red = run(root, plant.tests, plant.only)
    finally:
        for change, text in before:
            (root / change.path).write_text(text, encoding="utf-8")
    last = red.stdout.strip().rpartition("\n")[2]
    if red.returncode != FAILED or "failed" not in last or "error" in last:
        return f"pytest ended with {red.returncode}, {FAILED} was wanted:\n{red.stdout[-2000:]}"
    return ""


def main() -> int:
    """One line a plant; 1 when a fault was not seen."""
    unseen, began = 0, time.monotonic()
    with copy() as root:
        if wrong := green(root):
            sys.stdout.write(wrong)
            return 1
        for plant in PLANTS:
            start = time.monotonic()
            wrong = judge(root, plant)
            unseen += bool(wrong)
            seconds = time.monotonic() - start
            sys.stdout.write(f"{'NOT SEEN' if wrong else 'seen    '} {seconds:5.1f} s  {plant.name}\n{wrong}")
            sys.stdout.flush()
    total = len(PLANTS)
    sys.stdout.write(f"Plants: {total - unseen} of {total} seen, {time.monotonic() - began:.0f} s\n")
    return 1 if unseen else 0


if __name__ == "__main__":
    raise SystemExit(main())
