"""The order of a list: points, then seniority, then a drawn but replayable tie key."""

from __future__ import annotations

import hashlib
from datetime import UTC, date, datetime


def cle_egalite(offre_id: str, demande_id: str) -> str:
    """Return the tie key: SHA-256 of « offer|demande ».

    Nobody chooses it, anyone can recompute it, and another offer gives another order.
    """
    return hashlib.sha256(f"{offre_id}|{demande_id}".encode()).hexdigest()


def cle_ordre(points: int, depot: date | datetime, id: str) -> tuple[int, str, str]:
    """Return the strict order key, smallest first: more points, older deposit, tie key `id` (see `cle_egalite`).

    A deposit with an hour is compared in UTC; one without an hour stands at the start of its day.
    """
    moment = depot if isinstance(depot, datetime) else datetime(depot.year, depot.month, depot.day, tzinfo=UTC)
    if moment.tzinfo is None:
        raise ValueError("a deposit with an hour needs its time zone")
    return (-points, moment.astimezone(UTC).isoformat(timespec="microseconds"), id)
