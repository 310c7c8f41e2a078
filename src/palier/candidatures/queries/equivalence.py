"""Points and months, exactly: what the scale of the grid gives, and when waiting alone would bring what is missing.

Nothing here is estimated: each answer is the grid counted again with another seniority, all other facts as stored.
"""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, timedelta
from typing import Any

from palier.candidatures.facts import count
from palier.candidatures.rules import full_months, number
from palier.droit.cotation import Grille, PointsPar
from palier.droit.dates import plus_mois

SENIORITY = "anciennete_mois"


@dataclass(frozen=True, slots=True)
class Scale:
    """What seniority brings on a grid: `points` every `pas` months, at most `plafond` points, `acquis` now."""

    points: int
    pas: int
    plafond: int | None
    acquis: int

    @property
    def au_plafond(self) -> bool:
        """True when waiting brings nothing more, to anybody who is there."""
        return self.plafond is not None and self.acquis >= self.plafond


@dataclass(frozen=True, slots=True)
class Wait:
    """More months of seniority, and the first day when they are complete."""

    mois: int
    le: date


def _points_par(grille: Grille) -> PointsPar | None:
    """The scale of seniority of a grid, None when it has none."""
    scales = (critere.points_par for rubrique in grille.rubriques for critere in rubrique.criteres)
    return next((each for each in scales if each and each.fait == SENIORITY and each.points > 0), None)


def scale_of(grille: Grille, *, held: int) -> Scale | None:
    """The scale of seniority for whoever holds `held` points of it."""
    found = _points_par(grille)
    return Scale(found.points, int(found.pas), found.plafond, held) if found is not None else None


def months_for(grille: Grille, points: int, *, held: int) -> int | None:
    """How many months of waiting are worth these points, to whoever holds `held` points of seniority.

    None when the grid has no such scale, or when its cap comes first: waiting would not bring them.
    """
    found = _points_par(grille)
    if found is None or (found.plafond is not None and held + points > found.plafond):
        return None
    return math.ceil(points / found.points) * int(found.pas)


def waiting(grille: Grille, frozen: Mapping[str, Any], since: date, target: int) -> Wait | None:
    """The least seniority that would reach `target` points with every other fact unchanged; None when none does."""
    held = frozen["faits"].get(SENIORITY)
    if held is None:
        return None
    low, high = int(held), int(held) + number("points_horizon")
    if _with_seniority(grille, frozen, high) < target:
        return None
    while low < high:
        middle = (low + high) // 2
        low, high = (low, middle) if _with_seniority(grille, frozen, middle) >= target else (middle + 1, high)
    return Wait(low - int(held), complete_on(since, low))


def _with_seniority(grille: Grille, frozen: Mapping[str, Any], months: int) -> int:
    return count(grille, {**frozen, "faits": {**frozen["faits"], SENIORITY: months}}).points


def complete_on(since: date, months: int) -> date:
    """The first day when `months` are complete: from 31 January, the first one is on 1 March."""
    day = plus_mois(since, months)
    return day if full_months(since, day) >= months else day + timedelta(days=1)
