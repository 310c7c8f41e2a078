"""A chance in natural frequencies: every border of the rounding, of the words, of the range, of the drawing."""

from __future__ import annotations

import re

import pytest
from django.template import Context, Template

from palier.portals.ui import chances

NBSP = "\u00a0"
SQUARES = 160 * 160


def drawn(*args: float, code: str = "") -> str:
    return Template("{% load ui %}{% chance f 'Il reste 3 jours.' code=code %}").render(
        Context({"f": chances.figure(*args), "code": code})
    )


@pytest.mark.parametrize(
    ("proba", "shown"),
    [
        (0, 0), (0.0099, 0), (0.01, 1), (0.0149, 1), (0.015, 2), (0.0249, 2), (0.025, 3), (0.07, 7), (0.075, 8),
        (0.094, 9), (0.095, 10), (0.1, 10), (0.101, 10), (0.1249, 10), (0.125, 15), (0.174, 15), (0.175, 20),
        (0.29, 30), (0.4, 40), (0.424, 40), (0.425, 45), (0.575, 60), (0.974, 95), (0.975, 95), (1, 95),
    ],
)  # fmt: skip
def test_below_one_to_the_unit_up_to_ten_then_the_nearest_five(proba: float, shown: int) -> None:
    assert chances.figure(proba, proba, proba).sur == shown


@pytest.mark.parametrize(
    ("sur", "said"),
    [
        (0, "très faibles"), (1.99, "très faibles"), (2, "faibles"), (9.99, "faibles"), (10, "réelles"),
        (34.9, "réelles"), (35, "bonnes"), (65, "bonnes"), (65.1, "fortes"), (95, "fortes"),
    ],
)  # fmt: skip
def test_the_fixed_words_are_bound_to_their_limits(sur: float, said: str) -> None:
    assert chances.word(sur) == said


@pytest.mark.parametrize(
    ("proba", "sur", "said"),
    [(0.0151, 2, "très faibles"), (0.0951, 10, "faibles"), (0.326, 35, "réelles"), (0.67, 65, "fortes")],
)
def test_the_word_keeps_to_its_limits_before_the_figure_is_rounded(proba: float, sur: int, said: str) -> None:
    found = chances.figure(proba, proba, proba)
    assert (found.sur, found.mot) == (sur, said)


def test_the_figure_says_its_range_always() -> None:
    whole = chances.figure(0.41, 0.204, 0.611)
    assert whole.titre == f"Environ{NBSP}40 sur{NBSP}100"
    assert whole.fourchette == "entre 20 et 60"
    assert whole.phrase == f"{whole.titre}, entre 20 et 60. 60 fois sur{NBSP}100, il va à quelqu'un d'autre."
    assert chances.figure(0.02, 0.004, 0.06).fourchette == f"entre moins de{NBSP}1 et 6"
    assert chances.figure(0.4, 0.391, 0.409).fourchette == "entre 39 et 41"
    assert chances.figure(0.02, 0.019, 0.021).fourchette == "entre 1 et 3"


def test_under_one_in_a_hundred_there_are_words_and_no_array() -> None:
    low = chances.figure(0.004, 0.0001, 0.013)
    assert (low.titre, low.mot, low.fourchette) == (f"Moins de{NBSP}1 sur{NBSP}100", "très faibles", "au plus 1")
    assert chances.figure(0.0001, 0, 0.0002).fourchette == ""
    page = drawn(0.004, 0.0001, 0.013)
    assert "<svg" not in page
    assert "Moins de" in page


def test_nothing_is_ever_certain() -> None:
    top = chances.figure(0.99, 0.93, 1)
    assert top.titre == f"Plus de{NBSP}95 sur{NBSP}100"
    assert top.fourchette == "entre 95 et 100"
    assert top.autres == 5


@pytest.mark.parametrize("bad", [float("nan"), -0.01, 1.01, float("inf")])
def test_what_is_no_probability_is_refused(bad: float) -> None:
    for place in range(3):
        with pytest.raises(ValueError, match="between 0 and 1"):
            chances.figure(*(bad if each == place else 0.5 for each in range(3)))


@pytest.mark.parametrize(
    ("proba", "n"), [(0, 1), (0.004, 1), (0.01, 2), (0.029, 3), (0.0999, 10), (0.1, 15), (0.31, 35)]
)
def test_less_than_says_the_next_figure_above(proba: float, n: int) -> None:
    assert chances.less_than(proba) == n


def area(outline: str) -> float:
    """The surface of the rectangles of an outline, whatever their corners."""
    total = 0.0
    for move in re.findall(r"M[^z]*z", outline):
        x, y = map(float, re.match(r"M([\d.]+) ([\d.]+)", move).groups())  # type: ignore[union-attr]
        across = re.search(r"[hH]([\d.]+)", move)
        down = re.search(r"[vV]([\d.]+)", move)
        assert across
        assert down
        width = float(across[1]) - (x if across[0][0] == "H" else 0)
        height = float(down[1]) - (y if down[0][0] == "V" else 0)
        total += width * height
    return total


@pytest.mark.parametrize("sur", [1, 2, 9, 10, 15, 20, 45, 50, 65, 90, 95])
def test_as_many_squares_are_filled_as_the_figure_says(sur: int) -> None:
    f = chances.Figure(sur, max(sur - 1, 0), sur + 5)
    assert area(f.filled) == pytest.approx(SQUARES * sur / 100)
    assert area(f.empty) == pytest.approx(SQUARES * (100 - sur) / 100)


@pytest.mark.parametrize("bounds", [(0, 1, 3), (1, 2, 3), (90, 95, 100), (39, 40, 41), (20, 40, 60)])
def test_the_figures_of_the_bracket_stay_apart_and_inside(bounds: tuple[int, int, int]) -> None:
    low, sur, high = bounds
    (_, above), (_, below) = chances.Figure(sur, low, high).labels
    assert below - above >= 13
    assert above >= 6
    assert below <= 157


def test_the_drawing_is_small_and_said_in_words() -> None:
    page = drawn(0.453, 0.198, 0.612, code="7")
    svg = re.search(r"<svg.*?</svg>", page, re.DOTALL)
    assert svg
    assert len(svg[0].encode()) < 1_300
    assert svg[0].count("<pattern") == 2
    assert 'aria-label="Environ' in svg[0]
    assert set(re.findall(r'id="(\w+)"', page)) == {"on7", "off7"}
    for words in ("Chances bonnes", "entre 20 et 60", "<b>45</b> fois", "<b>55</b> fois", "8&nbsp;fois", "3 jours"):
        assert words in page
    assert "%" not in page
