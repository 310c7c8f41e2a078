"""What changes points while an offre is open: a piece seen at a counter, a change of life. Counted again at once."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date, datetime
from typing import Any
from uuid import UUID

from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.refusal import NotVisible, Refused
from palier.candidatures import rules
from palier.candidatures.actions.recounting import count_again
from palier.candidatures.enums import CauseRecotation
from palier.candidatures.models import Candidature
from palier.demandes.actions import give_employeur_code, record_number, save_step, withdraw_own_piece
from palier.demandes.models import Demande, Piece
from palier.demandes.queries import opened_counter
from palier.droit.pieces import pieces as known_pieces
from palier.journal.mover import act, create, lock, move, record
from palier.parc.models import Offre
from palier.parc.rules import is_open


def _hold(demande_id: UUID) -> list[Candidature]:
    """The demande, then its live candidatures, locked. A closing that waits for them sees what we write."""
    lock((Demande, demande_id))
    live = Candidature.objects.live().filter(demande_id=demande_id).order_by("pk")
    held: list[Candidature] = lock(*((Candidature, pk) for pk in live.values_list("pk", flat=True)))
    return [row for row in held if row.is_live]


def _recote(demande_id: UUID, rows: list[Candidature], cause: str, *, by: Actor, at: datetime) -> list[Candidature]:
    """Count again the held candidatures of offres still open; returns those whose points moved."""
    demande = Demande.objects.prefetch_related("personnes", "communes", "pieces").get(pk=demande_id)
    offres = Offre.objects.with_place().in_bulk([row.offre_id for row in rows])
    kept = [row for row in rows if is_open(offres[row.offre_id], at)]
    for row in kept:
        row.demande, row.offre = demande, offres[row.offre_id]
    return count_again(kept, cause, by=by, at=at)


@act
def recote_demande(
    *, demande_id: UUID, by: Actor, at: datetime, cause: str = CauseRecotation.SITUATION
) -> list[Candidature]:
    """Count again every live candidature of a demande on open offres; returns those whose points moved."""
    return _recote(demande_id, _hold(demande_id), cause, by=by, at=at)


@act
def record_piece(
    *, demande_id: UUID, code: str, vue_le: date, expire_le: date | None = None, by: Actor, at: datetime
) -> Piece:
    """A piece seen at a counter, on the person's one-time code. The identity piece asks for the numéro unique."""
    opened = opened_counter(demande_id, by, at)
    if by.role != "systeme" and opened is None:
        raise NotVisible
    since = local_day(opened.ouvert_le) if opened is not None and opened.ouvert_le is not None else None
    _check_code(code)
    _check_days(vue_le, expire_le, since=since, today=local_day(at))
    rows = _hold(demande_id)
    agent = Actor(by.user_id, "guichet", by.organisation_id)
    piece = _replace(demande_id, code, vue_le, expire_le, agent, at)
    (demande,) = lock((Demande, demande_id))
    if code in rules.IDENTITY and demande.state == "deposee":
        record_number(demande_id=demande_id, by=agent, at=at)
    _recote(demande_id, rows, CauseRecotation.PIECE, by=agent, at=at)
    return piece


def _check_code(code: str) -> None:
    """A piece of the list, and not one that is asked for after the attribution only (trust V13)."""
    known = known_pieces().get(code)
    if known is not None and known.du_bail:
        raise Refused(
            "piece_du_bail",
            "Cette pièce n'est demandée qu'après l'attribution d'un logement.",
            field="Pièce",
            value=known.libelle,
            mend="Rendez-la à la personne, et choisissez une autre pièce.",
            status=422,
        )
    if known is None and code not in rules.IDENTITY:
        raise Refused(
            "piece_inconnue",
            "Cette pièce n'est pas dans la liste.",
            field="Pièce",
            value=code,
            mend="Choisissez-la dans la liste.",
            status=422,
        )


def _check_days(vue_le: date, expire_le: date | None, *, since: date | None, today: date) -> None:
    """Seen between the day the code was opened and today, and still valid today."""
    if since is not None and vue_le < since:
        raise Refused(
            "date",
            f"La personne vous a donné son code le {since:%d/%m/%Y}. Vous n'avez pas pu voir la pièce avant.",
            field="Vue le",
            value=f"{vue_le:%d/%m/%Y}",
            mend="Donnez le jour où vous avez vu la pièce.",
            status=422,
        )
    if vue_le > today:
        raise Refused(
            "date",
            "Une pièce ne peut pas avoir été vue demain.",
            field="Vue le",
            value=f"{vue_le:%d/%m/%Y}",
            mend="Donnez la date du jour.",
            status=422,
        )
    if expire_le is not None and expire_le < today:
        raise Refused(
            "date",
            "Cette pièce n'est plus valable.",
            field="Valable jusqu'au",
            value=f"{expire_le:%d/%m/%Y}",
            mend="Demandez une pièce en cours de validité.",
            status=422,
        )


def _replace(demande_id: UUID, code: str, vue_le: date, expire_le: date | None, agent: Actor, at: datetime) -> Piece:
    """The new valid piece; the former one of the same code ends at the same commit."""
    former = Piece.objects.filter(demande_id=demande_id, code=code, state="validee").values_list("pk", flat=True)
    for old in lock(*((Piece, pk) for pk in former)):
        move(old, "expirer", by=Actor.system(), at=at)
    if agent.user_id is None or agent.organisation_id is None:
        raise NotVisible
    piece = Piece(
        demande_id=demande_id,
        code=code,
        vue_le=vue_le,
        expire_le=expire_le,
        vue_par=agent.user_id,
        organisation_id=agent.organisation_id,
    )
    create(piece, by=agent, at=at)
    move(piece, "valider", by=agent, at=at)
    record("piece.vue", piece, by=agent, at=at, data={"code": code})
    return piece


@act
def withdraw_piece(*, piece_id: UUID, by: Actor, at: datetime) -> Piece:
    """The person takes a piece back: what it proved is taken off the open candidatures in the same commit."""
    demande_id = Piece.objects.filter(pk=piece_id).values_list("demande_id", flat=True).first()
    if demande_id is None:
        raise NotVisible
    rows = _hold(demande_id)
    piece = withdraw_own_piece(piece_id=piece_id, by=by, at=at)
    _recote(demande_id, rows, CauseRecotation.PIECE, by=by, at=at)
    return piece


@act
def declare_change(
    *, demande_id: UUID, step: str, data: Mapping[str, Any], version: int, by: Actor, at: datetime
) -> Demande:
    """A change of life: the step is saved and every open candidature is counted again, in one commit."""
    return declare_changes(demande_id=demande_id, steps={step: data}, version=version, by=by, at=at)


@act
def declare_changes(
    *, demande_id: UUID, steps: Mapping[str, Mapping[str, Any]], version: int, by: Actor, at: datetime
) -> Demande:
    """The same for one change that touches several steps (a new job: the work, then the incomes), counted once."""
    rows = _hold(demande_id)
    for place, (step, data) in enumerate(steps.items()):
        demande = save_step(demande_id=demande_id, step=step, data=data, version=version + place, by=by, at=at)
    _recote(demande_id, rows, CauseRecotation.SITUATION, by=by, at=at)
    return demande


@act
def give_code(*, demande_id: UUID, code: str, by: Actor, at: datetime) -> Demande:
    """The employer's code given or taken away; what it moves is counted in the same commit."""
    rows = _hold(demande_id)
    demande = give_employeur_code(demande_id=demande_id, code=code, by=by, at=at)
    _recote(demande_id, rows, CauseRecotation.CODE, by=by, at=at)
    return demande
