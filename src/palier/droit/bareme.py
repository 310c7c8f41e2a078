"""Read the package's own data once: TOML values and CSV tables."""

from __future__ import annotations

import csv
import tomllib
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from functools import cache
from importlib.resources import files
from typing import Any

PREMIER_JOUR = date(2017, 1, 1)


def texte_donnees(chemin: str) -> str:
    """Return the text of a data file of this package, by path from `palier/droit`."""
    return files("palier.droit").joinpath(chemin).read_text(encoding="utf-8")


@cache
def bareme(nom: str) -> Mapping[str, Any]:
    """Return the parsed `baremes/<nom>.toml`; a number with a comma is an exact `Decimal`."""
    return tomllib.loads(texte_donnees(f"baremes/{nom}.toml"), parse_float=Decimal)


@cache
def table(nom: str) -> tuple[Mapping[str, str], ...]:
    """Return the rows of `donnees/<nom>.csv`, every cell as text."""
    return tuple(csv.DictReader(texte_donnees(f"donnees/{nom}.csv").splitlines()))


@cache
def dictionnaire(nom: str) -> Mapping[str, Any]:
    """Return the parsed `donnees/<nom>.toml`."""
    return tomllib.loads(texte_donnees(f"donnees/{nom}.toml"))


def version(versions: Iterable[Mapping[str, Any]], au: date) -> Mapping[str, Any] | None:
    """Return the version in force on `au` (latest `depuis` not after it), None when none is."""
    en_vigueur = [ligne for ligne in versions if ligne["depuis"] <= au]
    return max(en_vigueur, key=lambda ligne: ligne["depuis"]) if en_vigueur else None
