"""Reads on demandes that are used twice."""

from palier.demandes.queries.calendar import (
    FILED,
    DueDate,
    announced_days,
    due_dates,
    may_renew,
    reactivation_until,
    validity,
)
from palier.demandes.queries.current import current_demande, current_demande_id, opened_counter
from palier.demandes.queries.sharing import is_shared_by, other_adult, shared_since, view_of, waiting_invitation
from palier.demandes.queries.steps import (
    ACTUEL,
    AMOUNTS,
    CONTACT_PLUS,
    IDENTITE_PLUS,
    PROTEGE,
    RECHERCHE,
    STEP_LABELS,
    STEPS,
    Missing,
    completeness,
    holder_of,
    saved_at,
    step_values,
)

__all__ = [
    "ACTUEL",
    "AMOUNTS",
    "CONTACT_PLUS",
    "FILED",
    "IDENTITE_PLUS",
    "PROTEGE",
    "RECHERCHE",
    "STEPS",
    "STEP_LABELS",
    "DueDate",
    "Missing",
    "announced_days",
    "completeness",
    "current_demande",
    "current_demande_id",
    "due_dates",
    "holder_of",
    "is_shared_by",
    "may_renew",
    "opened_counter",
    "other_adult",
    "reactivation_until",
    "saved_at",
    "shared_since",
    "step_values",
    "validity",
    "view_of",
    "waiting_invitation",
]
