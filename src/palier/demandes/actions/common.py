"""What every act on a demande begins with: the fresh row under lock, and the right of the person on it."""

from __future__ import annotations

from uuid import UUID

from palier.accounts.models import User
from palier.base.actor import Actor
from palier.base.refusal import NotVisible, Refused
from palier.demandes import rules
from palier.demandes.models import Demande
from palier.journal.mover import lock

WRITTEN = [
    field.attname
    for field in Demande._meta.concrete_fields
    if field.attname not in ("id", "state", "state_since", "titulaire_id", "created_at")
]
"""Columns that a step may change: never the state, which the mover alone writes."""


def held(demande_id: UUID, by: Actor, act: str) -> Demande:
    """The locked row. NotVisible when the person has no right to this act on it."""
    demande: Demande = lock((Demande, demande_id))[0]
    if not rules.may_do(by, demande, act):
        raise NotVisible
    return demande


def refuse_closed(demande: Demande) -> None:
    """Refused when the demande was removed."""
    if not rules.is_open(demande):
        raise Refused(
            "demande_close",
            f"Cette demande est close{NBSP}: «{NBSP}{demande.state_label}{NBSP}».",
            mend="Ouvrez une nouvelle demande.",
        )


def refuse_sharing(user_id: UUID) -> None:
    """Refused when this person shares a demande: a second one would hold apart what is theirs when they leave.

    The account is held: to open and to join wait for each other.
    """
    hold_account(user_id)
    if Demande.objects.filter(codemandeur_id=user_id).open().exists():
        raise Refused(
            "demande_partagee",
            "Vous partagez déjà une demande.",
            mend="Séparez-la d'abord. Un foyer dépose une seule demande.",
        )


def hold_account(user_id: UUID) -> None:
    """Hold the account of a person to the end of the act; always the last row to be locked."""
    User.objects.select_for_update(no_key=True).get(pk=user_id)


NBSP = "\u00a0"
NUMBER_SCOPE = "numero_unique"
"""Scope of the blind index of a numéro unique."""
