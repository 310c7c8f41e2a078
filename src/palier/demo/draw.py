"""The dice of the demonstration: one seed, ids and hours drawn from it, and the data of the territory."""

from __future__ import annotations

import random
import tomllib
from collections.abc import Mapping, Sequence
from datetime import UTC, date, datetime, time, timedelta
from functools import cache
from importlib import resources
from typing import Any, TypeVar
from uuid import UUID
from zoneinfo import ZoneInfo

T = TypeVar("T")
PARIS = ZoneInfo("Europe/Paris")
SEED = 4_416_200
NOW = datetime(2026, 11, 24, 9, 0, tzinfo=PARIS).astimezone(UTC)
"""The instant at which the demonstration begins, whatever the machine's date."""
OPENING = datetime(2025, 6, 2, 9, 0, tzinfo=PARIS).astimezone(UTC)
"""The day on which the demonstration platform opened: nothing of its history is older, seniority apart."""


@cache
def territory() -> Mapping[str, Any]:
    """The parsed `donnees/territoire.toml`."""
    text = resources.files("palier.demo").joinpath("donnees/territoire.toml").read_text(encoding="utf-8")
    return tomllib.loads(text)


class Draw(random.Random):
    """A seeded generator with what the demonstration draws."""

    def uid(self, at: datetime) -> UUID:
        """An id of version 7 whose time is `at`, its other bits drawn: the same seed gives the same ids."""
        stamp = int(at.timestamp() * 1000)
        return UUID(int=stamp << 80 | 0x7 << 76 | self.getrandbits(12) << 64 | 0b10 << 62 | self.getrandbits(62))

    def likely(self, percent: float) -> bool:
        """True `percent` times out of 100."""
        return self.random() * 100 < percent

    def weighted(self, choices: Mapping[T, float]) -> T:
        """One key, drawn by its weight."""
        return self.choices(list(choices), list(choices.values()))[0]

    def between(self, start: datetime, end: datetime) -> datetime:
        """An instant of the daytime between two others (or `start` when there is no room)."""
        seconds = max(0, int((end - start).total_seconds()))
        drawn = start + timedelta(seconds=self.randint(0, seconds))
        local = drawn.astimezone(PARIS)
        if local.hour < 7:
            drawn = local.replace(hour=self.randint(8, 21)).astimezone(UTC)
        return min(max(drawn, start), end)

    def few(self, items: Sequence[T], weights: Sequence[float], count: int) -> list[T]:
        """At most `count` different items, drawn by weight without replacement (exponential keys)."""
        keyed = [(self.expovariate(1) / weight, place) for place, weight in enumerate(weights) if weight > 0]
        return [items[place] for _, place in sorted(keyed)[:count]]


def at_hour(day: date, hour: int, minute: int = 0) -> datetime:
    """An instant of a Paris day, in UTC."""
    return datetime.combine(day, time(hour, minute), PARIS).astimezone(UTC)
