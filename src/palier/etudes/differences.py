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
    """The lines that the draft adds, removes or changes: label, and words for before and after (None = no line)."""
    before, after = _lines(actuelle), _lines(projet)
    keys = [*after, *(key for key in before if key not in after)]
    return [
        {"libelle": (after.get(key) or before[key])[1].libelle, "avant": _words(before.get(key)), "apres": words}
        for key in keys
        if (words := _words(after.get(key))) != _words(before.get(key)) or not _same(before[key], after[key])
    ]


def _lines(grille: Grille) -> dict[tuple[str, str], Line]:
    return {
        (rubrique.code, critere.code): (rubrique, critere)
        for rubrique in grille.rubriques
        for critere in rubrique.criteres
    }


def _same(before: Line, after: Line) -> bool:
    return (before[0].cumul, before[1].si, before[1].piece) == (after[0].cumul, after[1].si, after[1].piece)


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
