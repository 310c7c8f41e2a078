"""What a draft changes in a grid, line by line, and what a point is worth in months of waiting."""

from __future__ import annotations

from decimal import Decimal
from typing import Any

from palier.droit.cotation import Critere, Grille, Rubrique
from palier.droit.mots import INSECABLE, nombre, pluriel

SENIORITY = "anciennete_mois"
Line = tuple[Rubrique, Critere]


def mois_par_point(grille: Grille) -> Decimal | None:
    """Months of waiting that bring one point on the grid's scale of seniority; None without such a scale."""
    scales = [critere.points_par for rubrique in grille.rubriques for critere in rubrique.criteres]
    found = next((each for each in scales if each and each.fait == SENIORITY and each.points > 0), None)
    return None if found is None else found.pas / found.points


def differences(actuelle: Grille, projet: Grille) -> list[dict[str, Any]]:
    """The lines that the draft adds, removes or changes: label, words for before and after (None = no line).

    `mois` is what the change of a line of fixed points is worth in months of waiting, each grid at its own price.
    """
    before, after = _lines(actuelle), _lines(projet)
    keys = [*after, *(key for key in before if key not in after)]
    return [
        {
            "libelle": (after.get(key) or before[key])[1].libelle,
            "avant": _words(before.get(key)),
            "apres": _words(after.get(key)),
            "mois": _months((actuelle, before.get(key)), (projet, after.get(key))),
        }
        for key in keys
        if _rule(before.get(key)) != _rule(after.get(key))
    ]


def _rule(line: Line | None) -> object:
    """What a line does: two lines of the same rule count the same."""
    return line and (line[0].cumul, line[1].si, line[1].piece, line[1].points, line[1].points_par)


def _months(*sides: tuple[Grille, Line | None]) -> float | None:
    """Months after less months before; None for a scale, or without a scale of seniority."""
    worth: list[Decimal] = []
    for grille, line in sides:
        price, points = mois_par_point(grille), 0 if line is None else line[1].points
        if price is None or points is None:
            return None
        worth.append(points * price)
    return float(worth[1] - worth[0])


def _lines(grille: Grille) -> dict[tuple[str, str], Line]:
    return {
        (rubrique.code, critere.code): (rubrique, critere)
        for rubrique in grille.rubriques
        for critere in rubrique.criteres
    }


def _words(line: Line | None) -> str | None:
    """« 12 points », « 1 point par 2, 48 au plus »."""
    if line is None:
        return None
    scale = line[1].points_par
    if scale is None:
        return pluriel(line[1].points or 0, "point")
    cap = "" if scale.plafond is None else f", {scale.plafond} au plus"
    unit = f"{INSECABLE}mois" if scale.fait == SENIORITY else ""
    return f"{pluriel(scale.points, 'point')} par {nombre(scale.pas)}{unit}{cap}"
