"""The 101 départements, from the package data (INSEE, COG 2026)."""

import csv
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class Departement:
    """One département with its région."""

    code: str
    nom: str
    code_region: str
    region: str


@lru_cache(maxsize=1)
def departements() -> dict[str, Departement]:
    """All départements by code, in the order of the codes."""
    text = resources.files("palier.territoires.donnees").joinpath("departements.csv").read_text(encoding="utf-8")
    rows = csv.DictReader(text.splitlines())
    return {row["code"]: Departement(row["code"], row["nom"], row["region_code"], row["region"]) for row in rows}


def departement(code: str) -> Departement | None:
    """The département of this code (`44`, `2A`, `974`), None when unknown."""
    return departements().get(code)
