"""A chance in natural frequencies: rounded, bounded, named and drawn. Numbers in, words and places to draw out."""

from __future__ import annotations

from dataclasses import dataclass
from math import ceil, floor

from palier.portals.ui.french import NBSP

WORDS = ((2, "très faibles"), (10, "faibles"), (35, "réelles"))
"""The fixed word of a chance under each limit; then « bonnes », up to and with `STRONG`, then « fortes »."""
STRONG = 65
UNITS, STEP, TOP = 10, 5, 95
"""To the unit up to 10, to the nearest 5 above; the figure itself never says 100: nothing is certain."""
SQUARE = 16
LABEL, TEXT = 14, 6
"""Side of a square of the array; room that one figure of the bracket needs, and half its height."""


def hundredths(proba: float) -> float:
    """Out of 100, without the noise of binary fractions. ValueError when it is not a probability."""
    if not 0 <= proba <= 1:
        raise ValueError(f"proba {proba!r} is not between 0 and 1")
    return round(100 * proba, 9)


def rounded(sur: float) -> int:
    """0 below 1, to the unit up to 10, the nearest 5 above; halves go up."""
    if sur < 1:
        return 0
    return floor(sur + 0.5) if sur <= UNITS else STEP * floor(sur / STEP + 0.5)


def less_than(proba: float) -> int:
    """The smallest figure that we would show above this chance: « moins de N sur 100 »."""
    sur = hundredths(proba)
    return floor(sur) + 1 if sur < UNITS else STEP * (floor(sur / STEP) + 1)


def word(sur: float) -> str:
    """The fixed word of a chance out of 100."""
    return next((said for limit, said in WORDS if sur < limit), "bonnes" if sur <= STRONG else "fortes")


def bound(sur: int) -> str:
    """A bound of a range in words."""
    return str(sur) if sur else f"moins de{NBSP}1"


@dataclass(frozen=True)
class Figure:
    """A chance and its range, out of 100 and rounded; `sur` 0 is « moins de 1 » and is not drawn."""

    sur: int
    bas: int
    haut: int
    plus: bool = False
    juste: float | None = None  # before it is rounded: its word keeps to the limits

    @property
    def titre(self) -> str:
        """« Environ 40 sur 100 »."""
        if not self.sur:
            return f"Moins de{NBSP}1 sur{NBSP}100"
        return f"{'Plus de' if self.plus else 'Environ'}{NBSP}{self.sur} sur{NBSP}100"

    @property
    def fourchette(self) -> str:
        """« entre 20 et 60 »; of a figure below 1, the upper bound alone, "" when it says no more."""
        if not self.sur:
            return f"au plus {self.haut}" if self.haut else ""
        return f"entre {bound(self.bas)} et {self.haut}"

    @property
    def mot(self) -> str:
        """« bonnes »."""
        return word(self.sur if self.juste is None else self.juste)

    @property
    def autres(self) -> int:
        """How many of 100 it is not offered to."""
        return 100 - self.sur

    @property
    def phrase(self) -> str:
        """What the picture shows, in one sentence for who does not see it."""
        return f"{self.titre}, {self.fourchette}. {self.autres} fois sur{NBSP}100, il va à quelqu'un d'autre."

    @property
    def filled(self) -> str:
        """The outline of the filled squares, from the top."""
        rows, rest = divmod(self.sur, 10)
        last = f"M0 {rows * SQUARE}h{rest * SQUARE}v{SQUARE}H0z" if rest else ""
        return (f"M0 0h160v{rows * SQUARE}H0z" if rows else "") + last

    @property
    def empty(self) -> str:
        """The outline of the others."""
        rows, rest = divmod(self.sur, 10)
        top = rows * SQUARE
        first = f"M{rest * SQUARE} {top}H160v{SQUARE}H{rest * SQUARE}z" if rest else ""
        return first + f"M0 {top + (SQUARE if rest else 0)}h160V160H0z"

    @property
    def bracket(self) -> str:
        """The bracket at the right, from the low bound to the high one."""
        return f"M166 {_y(self.bas)}h8V{_y(self.haut)}h-8"

    @property
    def labels(self) -> tuple[tuple[str, float], tuple[str, float]]:
        """The two bounds and where they are written: apart even when the range is narrow."""
        low, high = max(_y(self.bas), TEXT), min(_y(self.haut), 160 - TEXT)
        if high - low < LABEL:
            low = min(max((low + high - LABEL) / 2, TEXT), 160 - TEXT - LABEL)
            high = low + LABEL
        return (str(self.bas) if self.bas else "<1", low), (str(self.haut), high)


def _y(sur: int) -> float:
    return round(sur * 1.6, 1)


def figure(proba: float, bas: float, haut: float) -> Figure:
    """The figure of a chance and its 80 % range; a range is never one number. ValueError on what is no probability."""
    sur, low, high = hundredths(proba), hundredths(bas), hundredths(haut)
    shown, least, most = rounded(sur), rounded(low), rounded(high)
    if least == most and shown:
        least, most = floor(low), min(ceil(high), 100)
        least, most = (least, most) if least < most else (max(least - 1, 0), most)
    return Figure(min(shown, TOP), min(least, shown), max(most, shown), shown > TOP, sur)
