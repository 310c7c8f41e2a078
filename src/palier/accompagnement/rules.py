"""What relation an adviser has with a demande, from rows alone: changing a row changes the right at that commit."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from palier.accompagnement.models import AccesUrgence, Assignation
    from palier.base.actor import Actor

OPENING = ("assigned", "break_glass")
"""Relations that open the sheet of a demande."""


def follows(by: Actor, assignation: Assignation | None) -> bool:
    """True for the adviser named on a running assignment, under the hat of the agency that gave it."""
    return (
        assignation is not None
        and assignation.fin_le is None
        and by.user_id is not None
        and (by.user_id, by.organisation_id) == (assignation.conseiller_id, assignation.organisation_id)
    )


def is_broken_open(by: Actor, urgence: AccesUrgence | None, at: datetime) -> bool:
    """True until the half hour of the adviser who gave a reason is over."""
    return (
        urgence is not None
        and by.user_id is not None
        and (by.user_id, by.organisation_id) == (urgence.conseiller_id, urgence.organisation_id)
        and urgence.ouvert_le <= at < urgence.expire_le
    )


def relation(
    by: Actor, *, assignation: Assignation | None, urgence: AccesUrgence | None, is_near: bool, at: datetime
) -> str:
    """`assigned`, `break_glass`, `same_agency` or `other_agency`; `none` for whoever is no adviser of an agency."""
    if by.role != "conseiller" or by.user_id is None or by.organisation_id is None:
        return "none"
    if follows(by, assignation):
        return "assigned"
    if not is_near:
        return "other_agency"
    return "break_glass" if is_broken_open(by, urgence, at) else "same_agency"
