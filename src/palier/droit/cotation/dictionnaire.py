"""The closed dictionary of a published grid: `situation.*`, the household, the seniority, the offer. Nothing else."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import cache

from palier.droit.bareme import dictionnaire
from palier.droit.situation import BOOLEEN, NOMBRE, faits_situation

SITUATION_MAXIMUM = Decimal(100_000)


@dataclass(frozen=True)
class FaitGrille:
    """A fact that a published grid may read: path, type (`booleen`, `nombre`), meaning, unit, and what it can be."""

    chemin: str
    type: str
    sens: str
    unite: str = ""
    entier: bool = False
    minimum: Decimal = Decimal(0)
    maximum: Decimal = SITUATION_MAXIMUM


@cache
def faits_publiables() -> Mapping[str, FaitGrille]:
    """Return the closed dictionary by path (CCH L.441-1, L.441-2-8, R.441-2-10)."""
    autres = [
        FaitGrille(
            chemin=ligne["chemin"],
            type=NOMBRE,
            sens=ligne["sens"],
            unite=ligne.get("unite", ""),
            entier=ligne.get("entier", False),
            minimum=Decimal(ligne["minimum"]),
            maximum=Decimal(ligne["maximum"]),
        )
        for ligne in dictionnaire("faits_grille")["fait"]
    ]
    situation = [
        FaitGrille(fait.chemin, BOOLEEN if fait.type == BOOLEEN else NOMBRE, fait.sens, fait.unite)
        for fait in faits_situation().values()
    ]
    return {fait.chemin: fait for fait in (*situation, *autres)}
