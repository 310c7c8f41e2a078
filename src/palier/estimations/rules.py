"""What is estimated for whom, and what a fit may be called. Predicates and numbers on typed rows."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Any

from palier.base import limits
from palier.estimations.enums import Origine

COMMISSIONS = 1
"""The platform holds one commission an offre: once its order is over, the offre ends."""
WAITING = ("deposee", "designee", "inscrite")
"""States of a candidature whose chance is still open."""
RETAINED = ("attribuee", "attribuee_sous_condition")
"""States of those who wait in the order decided by the commission."""
PRESENTED = ("designee", "inscrite")
"""States of those who were reached for and stand before the commission."""
LEVERS_SHOWN = 3
FREE = ("justificatif", "dossier_complet")
"""Actions that ask for no concession: they always come first."""


def origin(decisions: int, *, fictif: bool) -> str:
    """A territory says « démonstration » while its grid is invented or too few decisions were taken for real."""
    real = not fictif and decisions >= limits.value("estimation_decisions")
    return Origine.REEL.value if real else Origine.DEMONSTRATION.value


AUDIT_ORDER, AUDIT_REFUSAL = 0.8, 1.25
"""Odds ratios from which a departure matters: ranked lower at equal points, refused more."""
AUDIT_LEAST = 11
"""Persons of a group under which nothing of it is shown."""
AUDIT_KEY = ("variable", "modalite", "test")
"""What makes two rows of two quarters speak of the same thing."""


def confirmed(row: Mapping[str, Any], before: Iterable[Mapping[str, Any]]) -> bool:
    """True when a departure shows on this quarter and showed on the one before: only then is it an alert."""
    same = (each for each in before if all(each[name] == row[name] for name in AUDIT_KEY))
    return bool(row["alerte"] and any(each["alerte"] for each in same))


def cannot_exclude(row: Mapping[str, Any]) -> bool:
    """True when the data are too few to have shown a departure that matters: silence then proves nothing."""
    seen = row["or_detectable"]
    if seen is None:
        return True
    return bool(seen < AUDIT_ORDER if row["test"] == "ordre" else seen > AUDIT_REFUSAL)
