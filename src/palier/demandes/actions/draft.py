"""Opening a demande, bringing one back from the registration system, and saving a step."""

from __future__ import annotations

from collections.abc import Collection, Mapping
from datetime import datetime
from typing import Any
from uuid import UUID

from palier import coffre
from palier.accounts.models import User
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.refusal import NotVisible, Refused
from palier.demandes import facts, queries
from palier.demandes.actions.common import NBSP, WRITTEN, held, refuse_closed
from palier.demandes.actions.sharing import others_kept
from palier.demandes.actions.steps import WRITERS
from palier.demandes.models import Demande
from palier.gateways import registre
from palier.journal.mover import act, create, record

NUMBER_SCOPE = "numero_unique"


@act
def open_demande(*, user: User, by: Actor, at: datetime) -> Demande:
    """A draft demande of `user`. Refused when one is already open."""
    if by.user_id != user.pk:
        raise NotVisible
    demande = Demande(titulaire=user, created_at=at)
    create(demande, by=by, at=at)
    return demande


@act
def import_demande(*, user: User, numero: str, by: Actor, at: datetime) -> Demande:
    """The draft of a demande that already has a number: its seniority is kept.

    The name that the register holds is kept sealed, never shown: filing compares it with what the person declares.
    Refused for a number that is malformed, unknown, removed, or followed by another account.
    """
    if by.user_id != user.pk:
        raise NotVisible
    number = registre.normalise_numero(numero)
    known = registre.registre().check(number)
    if known is None:
        raise _refused(
            numero, "Le système d'enregistrement ne connaît pas ce numéro.", "Vérifiez-le sur votre attestation."
        )
    if known.radie_le is not None:
        detail = f"Cette demande a été radiée le {known.radie_le:%d/%m/%Y}."
        raise _refused(numero, detail, "Répondez « Non » pour déposer une nouvelle demande.")
    person = known.demandeur
    demande = Demande(
        titulaire=user,
        created_at=at,
        numero={"numero_unique": number, "nom": person.nom, "naissance": person.naissance.isoformat()},
        numero_index=coffre.blind_index(number, scope=NUMBER_SCOPE),
        deposee_le=known.depose_le,
        importee=True,
    )
    create(demande, by=by, at=at, data={"numero_unique": number, "deposee_le": known.depose_le.isoformat()})
    record("demande.importee", demande, by=by, at=at)
    return demande


def _refused(numero: str, detail: str, mend: str) -> Refused:
    return Refused("numero_refuse", detail, field="Numéro unique", value=numero.strip()[:40], mend=mend, status=422)


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
    with others_kept(demande, by):
        WRITERS[step](demande, data)
    demande.version += 1
    if complete and step not in demande.etapes:
        demande.etapes = [*demande.etapes, step]
    demande.save(update_fields=WRITTEN)
    kept = facts.snapshot(demande, au=local_day(at))
    record("demande.etape", demande, by=by, at=at, data={"etape": step, **kept})
    if demande.vues_consenties != consented:
        kind = "consentement.donne" if demande.vues_consenties else "consentement.retire"
        record(kind, demande, by=by, at=at, data={"objet": "annonces_vues"})


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
