"""Geometry of bar charts, drawn near 1:1 on a phone so that their text stays readable: places to draw, no HTML.

A figure that must stay hidden has no bar and says so; solid and hatched tell the two sides apart without colour.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import NamedTuple

WIDTH, MIDDLE = 340, 170
ARM, REACH = 108, 262
"""Longest bar: from the middle to one side, and from the left edge; the rest holds the figure beside it."""
HEAD, ROW, BAR = 24, 54, 18
GAP = 5


@dataclass(frozen=True)
class Bar:
    """One bar: left edge, top, width; its figure in words, where it stands and on which side it is anchored."""

    x: float
    y: int
    width: float
    text: str
    text_x: float
    anchor: str
    hatched: bool


@dataclass(frozen=True)
class Row:
    """One category: its name, the baseline of the name, its bars (none when the figures are hidden)."""

    label: str
    y: int
    bars: tuple[Bar, ...]
    hidden: str = ""

    @property
    def baseline(self) -> int:
        """Where the figures, or the word for hidden ones, are written."""
        return self.y + 21


@dataclass(frozen=True)
class Chart:
    """A whole drawing: `code` makes its ids unique on a page; `title` and `desc` say what it shows in words."""

    code: str
    title: str
    desc: str
    rows: tuple[Row, ...]
    sides: tuple[str, str] | None = None

    @property
    def height(self) -> int:
        """Height of the drawing, in the units of its width."""
        return self.top + ROW * len(self.rows)

    @property
    def top(self) -> int:
        """Where the rows begin."""
        return HEAD if self.sides else 0


class Share(NamedTuple):
    """A category of a diverging chart: two shares out of 100 (None = hidden) and their figures in words."""

    label: str
    left: float | None
    right: float | None
    left_text: str
    right_text: str


def diverging(code: str, title: str, desc: str, shares: Sequence[Share], sides: tuple[str, str], hidden: str) -> Chart:
    """Two opposite bars a category from one middle line, the left hatched; 100 fills an arm."""
    rows = tuple(_opposite(share, HEAD + ROW * place, hidden) for place, share in enumerate(shares))
    return Chart(code, title, desc, rows, sides)


def _opposite(share: Share, top: int, hidden: str) -> Row:
    left, right = (_size(value or 0, 100, ARM) for value in (share.left, share.right))
    said = [hidden if value is None else text for value, text in zip(share[1:3], share[3:], strict=True)]
    bars = (
        Bar(MIDDLE - left, top + 24, left, said[0], MIDDLE - left - GAP, "end", True),
        Bar(MIDDLE, top + 24, right, said[1], MIDDLE + right + GAP, "start", False),
    )
    return Row(share.label, top + 16, bars)


def simple(code: str, title: str, desc: str, values: Sequence[tuple[str, int | None, str]], hidden: str) -> Chart:
    """One bar a category (label, value or None when hidden, figure in words); the largest fills the width."""
    largest = max((value for _, value, _ in values if value is not None), default=0)
    return Chart(
        code, title, desc, tuple(_single(each, ROW * place, largest, hidden) for place, each in enumerate(values))
    )


def _single(each: tuple[str, int | None, str], top: int, largest: int, hidden: str) -> Row:
    label, value, text = each
    if value is None:
        return Row(label, top + 16, (), hidden)
    width = _size(value, largest, REACH)
    return Row(label, top + 16, (Bar(0, top + 24, width, text, width + GAP, "start", False),))


def _size(value: float, whole: float, length: int) -> float:
    """The length of a bar; a figure that is not zero is always seen."""
    if not value or not whole:
        return 0
    return round(max(1, length * value / whole), 1)
