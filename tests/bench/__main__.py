"""`make bench`: ratios against baselines measured in the same run. Exit 1 when a bound is missed.

Each part is a process of its own, on a durable embedded server of its own, under var/banc.
`--tailles 10000,100000` chooses the sizes of B1 and B10; `--seul rang` runs one part.
"""

from __future__ import annotations

import argparse
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

from tests.bench.measure import Row

HOME = Path(__file__).resolve().parents[2] / "var" / "banc"
PALIER = [sys.executable, "-m", "palier.config.cli"]
PARTS = ("demo", "rang", "etude", "pieces", "chances")


def _arguments(words: list[str]) -> argparse.Namespace:
    parser = argparse.ArgumentParser(prog="make bench")
    parser.add_argument("--tailles", default="10000,100000,1000000")
    parser.add_argument("--seul", choices=PARTS)
    return parser.parse_args(words)


def _run(part: str, sizes: str) -> list[Row]:
    place = HOME / part
    place.mkdir(parents=True)
    environment = os.environ | {"PALIER_VAR": str(place), "PALIER_MODE": "demo", "PALIER_ROLE": "owner"}
    if part == "rang":
        subprocess.run([*PALIER, "migrer"], check=True, env=environment)
    environment["DJANGO_SETTINGS_MODULE"] = "palier.config.settings"
    subprocess.run([sys.executable, "-m", f"tests.bench.{part}", str(place), sizes], check=True, env=environment)
    return [Row(**row) for row in json.loads((place / "resultats.json").read_text())]


def main(words: list[str]) -> int:
    options = _arguments(words)
    shutil.rmtree(HOME, ignore_errors=True)
    rows = [row for part in ([options.seul] if options.seul else PARTS) for row in _run(part, options.tailles)]
    sys.stdout.write("\n".join(row.line() for row in rows) + "\n")
    report = [{**row.json(), "kept": row.kept} for row in rows]
    (HOME / "resultats.json").write_text(json.dumps(report, ensure_ascii=False, indent=1) + "\n")
    return 0 if all(row.kept for row in rows) else 1


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
