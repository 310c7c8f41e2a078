"""Minutes between communes, estimated by the service. Communes do not move: their positions are kept once read."""

from __future__ import annotations

from collections.abc import Iterable

from palier.gateways.trajet import Position, routing
from palier.territoires.models import Commune

_positions: dict[str, Position] = {}


def minutes_from(start: str, communes: Iterable[str]) -> dict[str, float]:
    """One way from a commune to each of these, in minutes; none when the start is unknown. At most one query."""
    wanted = [each for each in dict.fromkeys(communes) if each]
    missing = [each for each in (start, *wanted) if each and each not in _positions]
    if missing:
        rows = Commune.objects.filter(pk__in=missing).values_list("pk", "latitude", "longitude")
        _positions.update({code: (latitude, longitude) for code, latitude, longitude in rows})
    origin = _positions.get(start)
    if origin is None:
        return {}
    ways = routing()
    return {
        each: float(ways.trajet(origin, _positions[each]).minutes) for each in wanted if each in _positions
    }  # fmt: skip
