"""Reads on demandes that are used twice."""

from palier.demandes.queries.current import current_demande, current_demande_id, opened_counter
from palier.demandes.queries.steps import (
    AMOUNTS,
    STEP_LABELS,
    STEPS,
    Missing,
    completeness,
    holder_of,
    step_values,
)

__all__ = [
    "AMOUNTS",
    "STEPS",
    "STEP_LABELS",
    "Missing",
    "completeness",
    "current_demande",
    "current_demande_id",
    "holder_of",
    "opened_counter",
    "step_values",
]
