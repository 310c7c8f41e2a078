"""The outlines of the maps: real communes, few bytes, shared borders."""

import re

import pytest

from palier.territoires.departements import departements
from palier.territoires.geometry import simplify, svg_path
from palier.territoires.outlines import departement_of, outline_paths, topology

AROUND = ["44162", "44143", "44114", "44190", "44035", "44020"]


def points(path):
    """The absolute points of a path of `svg_path`."""
    rings = []
    for start, steps in re.findall(r"M(-?\d+ ?-?\d+)l([^z]+)z", path):
        x, y = map(int, re.findall(r"-?\d+", start))
        ring = [(x, y)]
        numbers = list(map(int, re.findall(r"-?\d+", steps)))
        for dx, dy in zip(numbers[::2], numbers[1::2], strict=True):
            x, y = x + dx, y + dy
            ring.append((x, y))
        rings.append(ring)
    return rings


def test_a_map_is_framed_on_what_was_asked_and_stays_small():
    drawn = outline_paths(["44109"], width=500, around=AROUND)
    assert drawn is not None
    assert (drawn.width, {outline.code for outline in drawn.outlines}) == (500, {"44109", *AROUND})
    assert [outline.code for outline in drawn.outlines if outline.focus] == ["44109"]
    assert drawn.outlines[-1].nom == "Nantes"
    assert drawn.outlines[-1].named
    assert not all(outline.named for outline in drawn.outlines)
    assert sum(len(outline.d) for outline in drawn.outlines) < 8_000
    dots = [dot for ring in points(drawn.outlines[-1].d) for dot in ring]
    assert min(x for x, _ in dots) >= 0
    assert max(x for x, _ in dots) <= 500
    assert min(y for _, y in dots) >= 0
    assert max(y for _, y in dots) <= drawn.height


def test_neighbours_share_the_points_of_their_border():
    drawn = outline_paths(["44109", "44162"])
    nantes, herblain = ({dot for ring in points(outline.d) for dot in ring} for outline in drawn.outlines)
    assert len(nantes & herblain) > 5


def test_a_pin_falls_where_its_commune_is():
    drawn = outline_paths(["44109"], width=400)
    assert drawn.holds(47.21835, -1.55406)
    assert not drawn.holds(48.85, 2.35)
    x, y = drawn.project(47.21835, -1.55406)
    assert abs(x - drawn.outlines[0].x) < 120
    assert abs(y - drawn.outlines[0].y) < 120


def test_degrees_of_longitude_are_shorter_so_that_shapes_are_true():
    drawn = outline_paths(["44109"], width=500)
    a, b = drawn.project(47.2, -1.6), drawn.project(47.2, -1.5)
    c = drawn.project(47.3, -1.6)
    assert (b[0] - a[0]) / (a[1] - c[1]) == pytest.approx(0.679, abs=0.01)


@pytest.mark.parametrize("codes", [[], ["00000"], ["../../etc"], ["99999"]])
def test_without_a_known_commune_there_is_no_map(codes):
    assert outline_paths(codes) is None


def test_every_departement_has_its_outlines():
    assert all(topology(code).names for code in ("01", "2A", "44", "75", "971", "976"))
    assert len(departements()) == 101
    assert [departement_of(code) for code in ("44109", "2A004", "97411")] == ["44", "2A", "974"]


def test_simplify_keeps_ends_and_corners():
    line = [(0.0, 0.0), (1.0, 0.05), (2.0, 0.0), (2.0, 2.0)]
    assert simplify(line, 0.1) == [(0.0, 0.0), (2.0, 0.0), (2.0, 2.0)]
    assert simplify(line[:2], 9) == line[:2]


def test_a_ring_too_small_to_see_is_not_drawn():
    assert svg_path([[(0.1, 0.1), (0.2, 0.1), (0.2, 0.2)]]) == ""
    assert svg_path([[(0, 0), (4, 0), (4, -4)]]) == "M0 0l4 0 0-4z"
