"""Plane geometry of the maps: decoded TopoJSON rings, projection, simplification. No Django, no I/O."""

import math
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from itertools import pairwise
from typing import Any, Protocol

from palier.gateways.trajet import great_circle_km

Point = tuple[float, float]


class Place(Protocol):
    """Anything with a position in decimal degrees (WGS84)."""

    @property
    def latitude(self) -> float: ...

    @property
    def longitude(self) -> float: ...


def distance_km(a: Place, b: Place) -> float:
    """Great-circle distance in km between two places, town hall to town hall for communes."""
    return great_circle_km((a.latitude, a.longitude), (b.latitude, b.longitude))


@dataclass(frozen=True, slots=True)
class Frame:
    """Equirectangular projection on a canvas `width` px wide; degrees of longitude shrink with latitude."""

    west: float
    north: float
    scale: float
    shrink: float
    width: int
    height: int

    @classmethod
    def around(cls, points: Iterable[Point], width: int, margin: float = 0.04) -> "Frame":
        """The frame that holds all `points` (longitude, latitude), with a margin on each side (share of the width)."""
        listed = list(points)
        west, east = min(p[0] for p in listed), max(p[0] for p in listed)
        south, north = min(p[1] for p in listed), max(p[1] for p in listed)
        shrink = math.cos(math.radians((south + north) / 2))
        wide, high = max((east - west) * shrink, 1e-4), max(north - south, 1e-4)
        scale = width * (1 - 2 * margin) / wide
        edge = width * margin
        height = round(high * scale + 2 * edge)
        return cls(west - edge / scale / shrink, north + edge / scale, scale, shrink, width, height)

    def project(self, point: Point) -> Point:
        """Pixels (x to the right, y down) of a (longitude, latitude)."""
        return (point[0] - self.west) * self.shrink * self.scale, (self.north - point[1]) * self.scale


class Topology:
    """A decoded TopoJSON file: `rings(code)` gives the closed rings of a commune in (longitude, latitude)."""

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.arcs = [_absolute(arc, raw["transform"]) for arc in raw["arcs"]]
        self.names: dict[str, str] = {}
        self._rings: dict[str, list[list[int]]] = {}
        for collection in raw["objects"].values():
            for geometry in collection["geometries"]:
                code = geometry["properties"]["code"]
                self.names[code] = geometry["properties"]["nom"]
                self._rings[code] = _ring_arcs(geometry)

    def __contains__(self, code: str) -> bool:
        return code in self._rings

    def rings(self, code: str, arcs: Sequence[Sequence[Point]] | None = None) -> list[list[Point]]:
        """The rings of a commune, over `arcs` when given (the same arcs once projected and simplified)."""
        source = self.arcs if arcs is None else arcs
        return [_join(ring, source) for ring in self._rings[code]]

    def arcs_of(self, codes: Iterable[str]) -> set[int]:
        """The indexes of the arcs that these communes use."""
        return {arc if arc >= 0 else ~arc for code in codes for ring in self._rings[code] for arc in ring}


def _absolute(arc: Sequence[Sequence[int]], transform: Mapping[str, Sequence[float]]) -> list[Point]:
    (sx, sy), (tx, ty) = transform["scale"], transform["translate"]
    x = y = 0
    points = []
    for dx, dy in arc:
        x, y = x + dx, y + dy
        points.append((x * sx + tx, y * sy + ty))
    return points


def _ring_arcs(geometry: Mapping[str, Any]) -> list[list[int]]:
    if geometry["type"] == "Polygon":
        return list(geometry["arcs"])
    return [ring for polygon in geometry["arcs"] for ring in polygon]


def _join(ring: Sequence[int], arcs: Sequence[Sequence[Point]]) -> list[Point]:
    points: list[Point] = []
    for index in ring:
        arc = arcs[index] if index >= 0 else arcs[~index][::-1]
        points.extend(arc[1:] if points else arc)
    return points


def simplify(points: Sequence[Point], tolerance: float) -> list[Point]:
    """Douglas-Peucker: the fewest of `points`, ends included, that stay within `tolerance` of the line."""
    kept = {0, len(points) - 1}
    spans = [(0, len(points) - 1)]
    while spans:
        first, last = spans.pop()
        far, worst = 0.0, 0
        for index in range(first + 1, last):
            gap = _gap(points[index], points[first], points[last])
            if gap > far:
                far, worst = gap, index
        if far > tolerance:
            kept.add(worst)
            spans += [(first, worst), (worst, last)]
    return [points[index] for index in sorted(kept)]


def _gap(point: Point, start: Point, end: Point) -> float:
    dx, dy = end[0] - start[0], end[1] - start[1]
    length = dx * dx + dy * dy
    share = ((point[0] - start[0]) * dx + (point[1] - start[1]) * dy) / length if length else 0.0
    share = min(1.0, max(0.0, share))
    return math.hypot(point[0] - start[0] - share * dx, point[1] - start[1] - share * dy)


def svg_path(rings: Iterable[Sequence[Point]]) -> str:
    """The `d` attribute of the rings: rounded pixels, relative lines, without repeated points or tiny rings."""
    parts = []
    for ring in rings:
        dots = [(round(x), round(y)) for x, y in ring]
        dots = [dot for index, dot in enumerate(dots) if not index or dot != dots[index - 1]]
        if len(dots) > 1 and dots[0] == dots[-1]:
            dots.pop()
        if len(dots) < 3:
            continue
        steps = " ".join(f"{b[0] - a[0]} {b[1] - a[1]}" for a, b in pairwise(dots))
        parts.append(f"M{dots[0][0]} {dots[0][1]}l{steps}z")
    return "".join(parts).replace(" -", "-")


def centre(rings: Iterable[Sequence[Point]]) -> Point:
    """Centroid of the largest ring, where a name may be written."""
    ring = max(rings, key=lambda candidate: abs(_area(candidate)))
    area = _area(ring)
    if not area:
        return ring[0]
    x = y = 0.0
    for (ax, ay), (bx, by) in zip(ring, [*ring[1:], ring[0]], strict=True):
        cross = ax * by - bx * ay
        x += (ax + bx) * cross
        y += (ay + by) * cross
    return x / (6 * area), y / (6 * area)


def _area(ring: Sequence[Point]) -> float:
    pairs = zip(ring, [*ring[1:], ring[0]], strict=True)
    return sum(ax * by - bx * ay for (ax, ay), (bx, by) in pairs) / 2
