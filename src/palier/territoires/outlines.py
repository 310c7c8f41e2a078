"""Static SVG outlines of communes, from the TopoJSON of the package (IGN, ADMIN EXPRESS COG)."""

import gzip
import json
from collections.abc import Iterable
from dataclasses import dataclass
from functools import lru_cache
from importlib import resources

from palier.territoires.geometry import Frame, Point, Topology, centre, simplify, svg_path

TOLERANCE_PX = 0.8
LETTER_PX, LINE_PX = 8, 16


@dataclass(frozen=True, slots=True)
class Outline:
    """One commune on the canvas: `d` for an SVG path, (x, y) where its name may stand, `focus` when asked for.

    `named`: its name, at 14 px, fits on the canvas there.
    """

    code: str
    nom: str
    d: str
    x: int
    y: int
    focus: bool
    named: bool


@dataclass(frozen=True, slots=True)
class OutlineMap:
    """Outlines on a canvas of `width` × `height` px; `project` places a pin."""

    width: int
    height: int
    outlines: tuple[Outline, ...]
    frame: Frame

    def project(self, latitude: float, longitude: float) -> tuple[int, int]:
        """Pixels of a position in decimal degrees; may fall outside the canvas."""
        x, y = self.frame.project((longitude, latitude))
        return round(x), round(y)

    def holds(self, latitude: float, longitude: float) -> bool:
        """Whether the position falls on the canvas."""
        x, y = self.project(latitude, longitude)
        return 0 <= x <= self.width and 0 <= y <= self.height


def departement_of(code: str) -> str:
    """The département code of an INSEE commune code (`97411` → `974`, `2A004` → `2A`)."""
    return code[:3] if code.startswith("97") else code[:2]


def outline_paths(codes: Iterable[str], *, width: int = 500, around: Iterable[str] = ()) -> OutlineMap | None:
    """The map framed on `codes`; communes of `around` are drawn too, cut by the frame. Unknown codes are skipped.

    None when no code has an outline. Order of the outlines: `around` first (below), each sorted by code.
    """
    focus = tuple(sorted(set(codes)))
    return _outline_map(focus, tuple(sorted(set(around) - set(focus))), width)


@lru_cache(maxsize=64)
def _outline_map(focus: tuple[str, ...], around: tuple[str, ...], width: int) -> OutlineMap | None:
    tops = {number: topology(number) for number in sorted({departement_of(code) for code in focus + around})}
    known = [code for code in focus if code in tops[departement_of(code)]]
    if not known:
        return None
    rings = (ring for code in known for ring in tops[departement_of(code)].rings(code))
    frame = Frame.around((point for ring in rings for point in ring), width)
    others = [code for code in around if code in tops[departement_of(code)]]
    outlines: list[Outline] = []
    for drawn, is_focus in ((others, False), (known, True)):
        outlines += _draw(tops, drawn, frame, focus=is_focus)
    return OutlineMap(frame.width, frame.height, tuple(outlines), frame)


def _draw(tops: dict[str, Topology], codes: list[str], frame: Frame, *, focus: bool) -> list[Outline]:
    drawn = []
    for number, top in tops.items():
        mine = [code for code in codes if departement_of(code) == number]
        arcs = _projected(top, mine, frame)
        for code in mine:
            rings = top.rings(code, arcs)
            path = svg_path(rings)
            if path:
                x, y = centre(rings)
                drawn.append(
                    Outline(code, top.names[code], path, round(x), round(y), focus, _fits(top.names[code], x, y, frame))
                )
    return drawn


def _fits(name: str, x: float, y: float, frame: Frame) -> bool:
    half = len(name) * LETTER_PX / 2
    return half <= x <= frame.width - half and LINE_PX <= y <= frame.height - LINE_PX


def _projected(top: Topology, codes: list[str], frame: Frame) -> list[list[Point]]:
    """The arcs of these communes in pixels. An arc is simplified once, so neighbours keep the same border."""
    used = top.arcs_of(codes)
    return [
        simplify([frame.project(point) for point in arc], TOLERANCE_PX) if index in used else []
        for index, arc in enumerate(top.arcs)
    ]


@lru_cache(maxsize=12)
def topology(number: str) -> Topology:
    """The decoded outlines of one département; empty when the code has no file."""
    file = resources.files("palier.territoires.donnees").joinpath(f"contours/{number}.json.gz")
    if not number.isalnum() or not file.is_file():
        return Topology({"transform": {"scale": [1, 1], "translate": [0, 0]}, "arcs": [], "objects": {}})
    return Topology(json.loads(gzip.decompress(file.read_bytes())))
