"""Travel time between two positions. Built in: an estimate, always labelled so."""

import math
from dataclasses import dataclass
from typing import Protocol

EARTH_KM = 6371.0088
BASE_MINUTES = 10.0
MINUTES_PER_KM = 2.2
ESTIMATION = "estimation"

Position = tuple[float, float]


@dataclass(frozen=True, slots=True)
class Trajet:
    """A travel time in whole minutes; `source` is « estimation » or the name of a routing service."""

    minutes: int
    source: str


class Routing(Protocol):
    """Whoever knows how long a way takes. Positions are (latitude, longitude) in decimal degrees."""

    def trajet(self, origin: Position, destination: Position) -> Trajet: ...


def great_circle_km(a: Position, b: Position) -> float:
    """Distance in km on the sphere (haversine, mean radius 6371.0088 km)."""
    lat_a, lat_b = math.radians(a[0]), math.radians(b[0])
    half_lat, half_lon = (lat_b - lat_a) / 2, math.radians(b[1] - a[1]) / 2
    chord = math.sin(half_lat) ** 2 + math.cos(lat_a) * math.cos(lat_b) * math.sin(half_lon) ** 2
    return 2 * EARTH_KM * math.asin(min(1.0, math.sqrt(chord)))


def estimate(km: float) -> Trajet:
    """10 minutes + 2.2 a km, half a minute rounded up. ValueError for a negative or endless distance."""
    if not math.isfinite(km) or km < 0:
        raise ValueError(f"not a distance: {km!r}")
    return Trajet(math.floor(BASE_MINUTES + MINUTES_PER_KM * km + 0.5), ESTIMATION)


class Estimate:
    """The built-in routing: it knows only the distance as the crow flies."""

    def trajet(self, origin: Position, destination: Position) -> Trajet:
        return estimate(great_circle_km(origin, destination))


def routing() -> Routing:
    """The routing in use: the built-in estimate, in every mode."""
    return Estimate()
