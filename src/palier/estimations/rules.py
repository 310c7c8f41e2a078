"""What is estimated for whom, and what a fit may be called. Predicates and numbers on typed rows."""

from __future__ import annotations

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
