"""Small conversions between rows of the database and columns of a journal."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time
from decimal import Decimal
from zoneinfo import ZoneInfo

import numpy as np

from palier.base.clock import PARIS
from palier.chances.journal import FINANCEMENTS, TYPOLOGIES, Entiers, Mots, Reels

CHUNK = 5_000
TIE = 16
"""How many signs of the tie key begin the id of a candidature."""
SAME_AS = {"T1bis": "T1", "T7": "T6", "T8": "T6"}


def seconds(at: datetime) -> int:
    """Whole seconds since 1970."""
    return int(at.timestamp())


def midnight(day: date) -> int:
    """The first second of a day where the dwellings are."""
    return seconds(datetime.combine(day, time(0), ZoneInfo(PARIS)))


def typologie(code: str) -> int:
    """The place of a size; a T1 bis counts as a T1, more than six rooms as a T6."""
    return TYPOLOGIES.index(SAME_AS.get(code, code))


def financement(code: str) -> int:
    """The place of a financement."""
    return FINANCEMENTS.index(code)


def real(value: float | int | Decimal | None) -> float:
    """A figure; NaN when it is unknown."""
    return float("nan") if value is None else float(value)


def euros(cents: int) -> float:
    """Cents as euros."""
    return cents / 100


def ints(values: Iterable[int]) -> Entiers:
    """A column of whole numbers."""
    return np.array(list(values), dtype=np.int64)


def reals(values: Iterable[float]) -> Reels:
    """A column of figures."""
    return np.array(list(values), dtype=np.float64)


def words(values: Iterable[str]) -> Mots:
    """A column of words."""
    return np.array(list(values), dtype=np.str_)
