"""What a perimeter holds, commune by commune, and what a neighbour adds: dwellings, offres of the last twelve months.

No chance is told here: these are counts of what was published, on the day that the page says.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any

from palier.base import limits
from palier.base.clock import local_day
from palier.demandes import facts
from palier.demandes.models import Demande
from palier.droit.menage import lire_cas
from palier.droit.occupation import typologies
from palier.parc.enums import Typologie
from palier.parc.queries import Stock, stock_of
from palier.territoires.geometry import distance_km
from palier.territoires.models import Commune
from palier.territoires.outlines import OutlineMap, outline_paths
from palier.territoires.queries import with_neighbours

WIDTH = 420
EDGE = 30
"""Pixels around the centre of the square that its name takes."""
NONE = Stock()


@dataclass(frozen=True, slots=True)
class Line:
    """One commune with what it holds."""

    code: str
    nom: str
    stock: Stock


@dataclass(frozen=True, slots=True)
class Effect:
    """All that the page tells of a perimeter; `tailles` are the sizes counted, chosen or usual for the household."""

    prioritaires: list[Line]
    secondaires: list[Line]
    voisines: list[Line]
    tailles: tuple[str, ...]
    choisies: bool
    carte: dict[str, Any] | None
    travail: str
    au: date

    @property
    def prioritaire(self) -> Stock:
        """The first ring together."""
        return _sum(self.prioritaires)

    @property
    def total(self) -> Stock:
        """Both rings together."""
        return _sum([*self.prioritaires, *self.secondaires])


def effect(demande: Demande, at: datetime) -> Effect:
    """The two rings of a demande with their counts. Two queries."""
    first, second = facts.perimetre(demande)
    mine = [*first, *second]
    places, near = with_neighbours(mine, [demande.commune_travail])
    sizes, chosen = _sizes(demande, local_day(at))
    stock = stock_of({*mine, *near}, sizes, at=at) if mine else {}
    return Effect(
        prioritaires=_lines(first, places, stock),
        secondaires=_lines(second, places, stock),
        voisines=_best(_lines(near, places, stock)),
        tailles=sizes,
        choisies=chosen,
        carte=_map(first, second, _closest(near, mine, places), places.get(demande.commune_travail)),
        travail=places[demande.commune_travail].label if demande.commune_travail in places else "",
        au=local_day(at),
    )


def _sum(lines: Iterable[Line]) -> Stock:
    return sum((line.stock for line in lines), NONE)


def _sizes(demande: Demande, au: date) -> tuple[tuple[str, ...], bool]:
    """The sizes asked for; before they are chosen, those usual for the household; none when it is not known."""
    if demande.typologies:
        return tuple(demande.typologies), True
    bounds = typologies(lire_cas(facts.cas(demande, au=au)))
    low, high = bounds["min"].valeur, bounds["max"].valeur
    if low is None or high is None:
        return (), False
    sizes = Typologie.values
    return tuple(sizes[sizes.index(low) : sizes.index(high) + 1]), False


def _lines(codes: Iterable[str], places: Mapping[str, Commune], stock: Mapping[str, Stock]) -> list[Line]:
    return [Line(code, places[code].label if code in places else code, stock.get(code, NONE)) for code in codes]


def _best(lines: list[Line]) -> list[Line]:
    """The neighbours that would add most, of the sizes first; never one that holds nothing."""
    useful = [(line.stock, line.nom, line) for line in lines if line.stock.logements]
    useful.sort(key=lambda each: (-each[0].offres_tailles, -each[0].logements_tailles, -each[0].offres, each[1]))
    return [line for _stock, _name, line in useful][: limits.value("perimetre_voisines")]


def _closest(near: Iterable[str], mine: Sequence[str], places: Mapping[str, Commune]) -> list[str]:
    """The neighbours that the map draws: those closest to the first commune, as many as a light page holds."""
    here = places.get(mine[0]) if mine else None
    if here is None:
        return []
    found = sorted(near, key=lambda code: (distance_km(here, places[code]), code))
    return found[: limits.value("perimetre_carte")]


def _map(
    first: Sequence[str], second: Sequence[str], near: Sequence[str], work: Commune | None
) -> dict[str, Any] | None:
    """The outlines by ring, the light neighbours below; None when no outline is known."""
    board = outline_paths([*first, *second], width=WIDTH, around=near)
    if board is None:
        return None
    rings = dict.fromkeys(second, "secondaire") | dict.fromkeys(first, "prioritaire")
    drawn = [(one, rings.get(one.code, "")) for one in board.outlines]
    return {"drawn": drawn, "width": board.width, "height": board.height, "travail": _work(board, work)}


def _work(board: OutlineMap, work: Commune | None) -> tuple[int, int] | None:
    """Where the square of the place of work and its name stand whole; None elsewhere: the page says it in words."""
    if work is None:
        return None
    x, y = board.project(work.latitude, work.longitude)
    whole = EDGE <= x <= board.width - EDGE and EDGE <= y <= board.height - EDGE
    return (x, y) if whole else None
