"""Who may do what on a demande: predicates on typed rows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from palier.base.policy import may

if TYPE_CHECKING:
    from palier.base.actor import Actor
    from palier.demandes.models import CodeGuichet, Demande

OPEN_STATES = ("brouillon", "deposee", "active", "a_renouveler")
APPLYING_STATES = ("deposee", "active", "a_renouveler")


def relation(by: Actor, demande: Demande) -> str:
    """`own` for the holder, `due` for the system, else `none`: staff come by a candidature or by a code."""
    if by.role == "systeme":
        return "due"
    return "own" if by.user_id is not None and by.user_id == demande.titulaire_id else "none"


def may_do(by: Actor, demande: Demande, act: str) -> bool:
    """True when the policy table lists the act for this person on this demande."""
    found = relation(by, demande)
    return found != "none" and may(by.role, found, act)


def is_open(demande: Demande) -> bool:
    """True while the demande may still be completed or changed."""
    return demande.state in OPEN_STATES


def may_apply(demande: Demande) -> bool:
    """True once the demande is filed and as long as it is not removed."""
    return demande.state in APPLYING_STATES


def is_open_counter(code: CodeGuichet, by: Actor, at: datetime) -> bool:
    """True while this very agent may record pieces on the strength of the code they opened."""
    return code.ouvert_par is not None and code.ouvert_par == by.user_id and at <= code.expire_le


def may_open_counter(by: Actor) -> bool:
    """True for the hats that receive people at a counter."""
    return may(by.role, "code", "guichet.ouvrir") if by.role in ("guichet", "bailleur", "conseiller") else False
