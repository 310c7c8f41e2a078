"""Who may do what on a demande: predicates on typed rows."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING

from palier.base.policy import allows, may

if TYPE_CHECKING:
    from uuid import UUID

    from palier.base.actor import Actor
    from palier.demandes.models import CodeGuichet, Demande, Personne

OPEN_STATES = ("brouillon", "deposee", "active", "a_renouveler")
APPLYING_STATES = ("deposee", "active", "a_renouveler")


def relation(by: Actor, demande: Demande) -> str:
    """`own` for the two adults who hold it, `due` for the system, else `none`: staff come by another way.

    The other adult holds it under the role `codemandeur` alone: the table gives that role fewer acts.
    """
    if by.role == "systeme":
        return "due"
    if by.user_id is None:
        return "none"
    shared = by.role == "codemandeur" and by.user_id == demande.codemandeur_id
    return "own" if shared or by.user_id == demande.titulaire_id else "none"


def may_do(by: Actor, demande: Demande, act: str) -> bool:
    """True when the policy table lists the act for this person on this demande."""
    found = relation(by, demande)
    return found != "none" and may(by.role, found, act)


def account_of(personne: Personne) -> UUID | None:
    """The account of a person of the household: the holder's, the other adult's while they share it, else None."""
    if personne.role == "demandeur":
        return personne.demande.titulaire_id
    shared = personne.compte_id is not None and personne.compte_id == personne.demande.codemandeur_id
    return personne.compte_id if shared else None


def may_see(by: Actor, personne: Personne, field_class: str) -> bool:
    """True when one of the two adults may read a field of this class about this person, on any page.

    What concerns whoever has no account of their own is the holder's; with an account, their own (row `own`), and
    the other adult reads what the table shares (row `shared`). False for whoever holds no part of the demande.
    """
    return may_see_of(by, personne.demande, account_of(personne) or personne.demande.titulaire_id, field_class)


def may_see_of(by: Actor, demande: Demande, owner: UUID, field_class: str) -> bool:
    """The same for a fact that is, or was when it was written, `owner`'s."""
    if relation(by, demande) != "own":
        return False
    if by.user_id == owner:
        return allows(by.role, "own", field_class, "read")
    return allows("codemandeur", "shared", field_class, "read")


def may_write(by: Actor, personne: Personne, field_class: str) -> bool:
    """True when one of the two adults may change a field of this class about this person: each one's own.

    The holder writes whatever concerns somebody without an account, and the common sheet (P1) of everybody.
    """
    if relation(by, personne.demande) != "own":
        return False
    owner = account_of(personne) or personne.demande.titulaire_id
    if by.user_id == owner:
        return allows(by.role, "own", field_class, "write")
    return by.user_id == personne.demande.titulaire_id and field_class == "P1"


def may_see_demande(by: Actor, demande: Demande, field_class: str) -> bool:
    """The same for a field of the demande itself: address, work, present home and situation are the holder's."""
    if relation(by, demande) != "own":
        return False
    mine = by.user_id == demande.titulaire_id
    return allows(by.role if mine else "codemandeur", "own" if mine else "shared", field_class, "read")


def may_see_total(by: Actor, personne: Personne) -> bool:
    """True when the total of the incomes of this person may be told, even where no line of it is."""
    shared = relation(by, personne.demande) == "own" and allows("codemandeur", "shared", "P4", "total")
    return shared or may_see(by, personne, "P4")


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
