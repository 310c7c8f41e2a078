"""Numbers of time and size as dated data (`limits.toml`, promises.md D15)."""

import tomllib
from dataclasses import dataclass
from datetime import date, timedelta
from importlib import resources

_DURATIONS = {"ms": "milliseconds", "seconds": "seconds", "minutes": "minutes", "hours": "hours", "days": "days"}


@dataclass(frozen=True, slots=True)
class Limit:
    """One number with its unit, its date and where it comes from."""

    name: str
    value: int
    unit: str
    since: date
    source: str

    @property
    def duration(self) -> timedelta:
        """The limit as a duration. ValueError when it does not measure time."""
        if self.unit not in _DURATIONS:
            raise ValueError(f"{self.name} is not a duration but {self.unit}")
        return timedelta(**{_DURATIONS[self.unit]: self.value})


def _load() -> dict[str, Limit]:
    raw = tomllib.loads(resources.files("palier.base").joinpath("limits.toml").read_text(encoding="utf-8"))
    return {name: Limit(name=name, **fields) for name, fields in raw.items()}


LIMITS = _load()


def limit(name: str) -> Limit:
    """The limit of this name. LookupError when the file has none."""
    if name not in LIMITS:
        raise LookupError(f"limits.toml has no {name!r}")
    return LIMITS[name]


def value(name: str) -> int:
    """The bare number, in the unit of the file."""
    return limit(name).value


def duration(name: str) -> timedelta:
    """The number as a duration."""
    return limit(name).duration
