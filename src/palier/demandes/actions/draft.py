"""Opening a demande, and saving its answers."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from palier.accounts.models import User
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.refusal import NotVisible, Refused
from palier.demandes import facts, queries
from palier.demandes.actions.common import NBSP, WRITTEN, held, refuse_closed, refuse_sharing
from palier.demandes.actions.doublons import find_duplicates
from palier.demandes.actions.imports import prove
from palier.demandes.actions.registre import tell_register
from palier.demandes.actions.sharing import others_kept
from palier.demandes.actions.steps import WRITERS, leaving
from palier.demandes.enums import OperationRegistre
from palier.demandes.models import Demande, Piece
from palier.journal.mover import act, create, lock, move, record


@act
def open_demande(*, user: User, by: Actor, at: datetime) -> Demande:
    """A draft demande of `user`. Refused when one is already open, or shared with its holder."""
    if by.user_id != user.pk:
        raise NotVisible
    refuse_sharing(user.pk)
    demande = Demande(titulaire=user, created_at=at)
    create(demande, by=by, at=at)
    return demande


@act
def save_step(
    *, demande_id: UUID, step: str, data: Mapping[str, Any], version: int, by: Actor, at: datetime
) -> Demande:
    """Write one step, whole, and journal the demande as it then stands (sealed).

    `step` is one of `queries.STEPS`, `data` what `queries.step_values` would give back, `version` the one read with
    the form. Refused « version » (409) when somebody saved meanwhile: `motifs` are the differences, in sentences.
    """
    demande = _editable(demande_id, step, data, version, by)
    _write(demande, step, data, by, at)
    return demande


@act
def save_answer(
    *,
    demande_id: UUID,
    step: str,
    questions: Collection[str],
    data: Mapping[str, Any],
    complete: bool,
    version: int,
    by: Actor,
    at: datetime,
) -> Demande:
    """Write the answers to some questions: the part `data` of a step. `complete` says that the step now has them all.

    Same journal, same refusals as `save_step`; the slugs are kept, to resume at the first question unanswered.
    """
    demande = _editable(demande_id, step, data, version, by)
    demande.reponses = list(dict.fromkeys([*demande.reponses, *questions]))
    _write(demande, step, {**queries.step_values(demande, step), **data}, by, at, complete=complete)
    return demande


def _editable(demande_id: UUID, step: str, data: Mapping[str, Any], version: int, by: Actor) -> Demande:
    if step not in WRITERS:
        raise NotVisible
    demande = held(demande_id, by, "demande.completer")
    refuse_closed(demande)
    if version != demande.version:
        raise _stale(demande, step, data)
    return demande


def _write(
    demande: Demande, step: str, data: Mapping[str, Any], by: Actor, at: datetime, *, complete: bool = True
) -> None:
    consented = demande.vues_consenties
    if step == "menage":
        _retire_pieces(demande, leaving(demande, data), at)
    with others_kept(demande, by):
        WRITERS[step](demande, data)
    demande.version += 1
    if complete and step not in demande.etapes:
        demande.etapes = [*demande.etapes, step]
    demande.save(update_fields=WRITTEN)
    kept = facts.snapshot(demande, au=local_day(at))
    record("demande.etape", demande, by=by, at=at, data={"etape": step, **kept})
    if step == "identite":
        prove(demande, by=by, at=at)
        find_duplicates(demande=demande, at=at)
    tell_register(demande=demande, operation=OperationRegistre.MODIFICATION, at=at)
    if demande.vues_consenties != consented:
        kind = "consentement.donne" if demande.vues_consenties else "consentement.retire"
        record(kind, demande, by=by, at=at, data={"objet": "annonces_vues"})


def _retire_pieces(demande: Demande, gone: list[UUID], at: datetime) -> None:
    """The pieces of somebody who leaves the household prove nothing of those who stay."""
    rows = Piece.objects.filter(demande=demande, personne_id__in=gone).exclude(state="retiree").order_by("pk")
    for piece in lock(*((Piece, pk) for pk in rows.values_list("pk", flat=True))):
        move(piece, "retirer", by=Actor.system(), at=at)


def _stale(demande: Demande, step: str, data: Mapping[str, Any]) -> Refused:
    stored = queries.step_values(demande, step)
    names = [name for name in data if _said(stored.get(name)) != _said(data[name])]
    return Refused(
        "version",
        "Ces réponses ont été modifiées ailleurs depuis que vous avez ouvert la page.",
        mend="Comparez, corrigez si besoin, puis enregistrez à nouveau.",
        motifs=[_difference(name, stored.get(name), data[name]) for name in names],
        status=409,
    )


def _difference(name: str, stored: object, typed: object) -> str:
    label = name.removesuffix("_cents").replace("_", " ").capitalize()
    if name == "nir":
        return f"Numéro de sécurité sociale{NBSP}: il a changé."
    return f"{label}{NBSP}: enregistré «{NBSP}{_said(stored)}{NBSP}», saisi «{NBSP}{_said(typed)}{NBSP}»."


HIDDEN = ("id", "nir")
"""Keys that a difference never says."""


def _said(value: object) -> str:
    """A value in a sentence, the same for equal answers."""
    if value in (None, "", [], {}):
        return "rien"
    if isinstance(value, bool):
        return "oui" if value else "non"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_said(each)}" for key, each in value.items() if key not in HIDDEN)
    if isinstance(value, list | tuple):
        return " ; ".join(_said(each) for each in value)
    return str(value)
