"""The reliability diagram: what was announced against what happened, as places to draw and rows to read. No HTML."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

SIDE, LEFT, TOP = 280, 46, 10
"""Side of the square, and the room that the figures of its axes take."""
SMALL, LARGE = 4.0, 11.0
"""Radius of a point that holds few cases, and of one that holds them all."""
MARKS = (0, 25, 50, 75, 100)


@dataclass(frozen=True)
class Point:
    """One group of cases: where it is drawn, and its three figures out of 100, as the table writes them."""

    x: float
    y: float
    rayon: float
    cas: int
    annonce: float
    arrive: float


@dataclass(frozen=True)
class Diagram:
    """The whole drawing; `code` makes its ids unique on a page."""

    code: str
    points: tuple[Point, ...]

    @property
    def reperes(self) -> list[tuple[int, float, float]]:
        """The marks of both axes: (figure, place across, place down)."""
        return [(mark, _across(mark), _down(mark)) for mark in MARKS]

    @property
    def texte(self) -> str:
        """What it shows, in words."""
        return ". ".join(f"annoncé {each.annonce:.0f} sur 100, arrivé {each.arrive:.0f}" for each in self.points)


def diagram(code: str, bins: Sequence[Sequence[float]]) -> Diagram:
    """From [share of the cases, mean announced, mean happened, cases], shares between 0 and 1."""
    return Diagram(code, tuple(_point(*each) for each in bins))


def _point(share: float, announced: float, happened: float, cases: float) -> Point:
    said, came = 100 * announced, 100 * happened
    radius = SMALL + (LARGE - SMALL) * share**0.5
    return Point(_across(said), _down(came), round(radius, 1), int(cases), said, came)


def _across(sur: float) -> float:
    return round(LEFT + SIDE * sur / 100, 1)


def _down(sur: float) -> float:
    return round(TOP + SIDE * (100 - sur) / 100, 1)
