"""The acts of an adviser: follow a demande, open one in an emergency, verify a piece."""

from __future__ import annotations

from datetime import date, datetime
from uuid import UUID

from palier.accompagnement import facts, queries
from palier.accompagnement.models import AccesUrgence, Assignation
from palier.base import limits
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.base.policy import may
from palier.base.refusal import NotVisible, Refused, explain_constraint
from palier.demandes.models import Demande, Doublon, Piece
from palier.droit.dossier_pieces import fin_de_validite
from palier.journal.mover import act, lock, move, record

explain_constraint(
    "assignation_une_en_cours",
    code="deja_suivie",
    detail="Un conseiller suit déjà cette demande.",
    mend="Adressez-vous à lui, ou ouvrez le dossier en urgence si la situation l'impose.",
)


def _reached(demande_id: UUID, by: Actor, at: datetime, act_name: str) -> Demande:
    """The locked demande, when the adviser's relation of this instant lists the act."""
    demande: Demande = lock((Demande, demande_id))[0]
    queries.opened(by, demande_id, at, act_name)
    return demande


@act
def assign_demande(*, demande_id: UUID, by: Actor, at: datetime) -> Assignation:
    """An adviser of the agency takes a demande that nobody follows; the person is told."""
    demande = _reached(demande_id, by, at, "assignation.demander")
    if by.user_id is None or by.organisation_id is None:
        raise NotVisible
    if Assignation.objects.running().filter(demande=demande).exists():
        raise Refused(
            "deja_suivie",
            "Un conseiller suit déjà cette demande.",
            mend="Adressez-vous à lui, ou ouvrez le dossier en urgence si la situation l'impose.",
        )
    row = Assignation(demande=demande, conseiller_id=by.user_id, organisation_id=by.organisation_id, depuis=at)
    row.save(force_insert=True)
    record("assignation.ouverte", row, by=by, at=at)
    return row


@act
def release_demande(*, demande_id: UUID, by: Actor, at: datetime) -> Assignation:
    """The adviser stops following a demande: at this commit it is closed to them."""
    _reached(demande_id, by, at, "assignation.finir")
    running = Assignation.objects.running().get(demande_id=demande_id)
    (row,) = lock((Assignation, running.pk))
    return _end(row, by=by, at=at)


@act
def unassign_conseiller(*, user_id: UUID, organisation_id: UUID, by: Actor, at: datetime) -> int:
    """An administrator ends every assignment of an adviser who leaves; returns how many."""
    if not may(by.role, "own", "membre.gerer"):
        raise NotVisible
    running = Assignation.objects.running().filter(conseiller_id=user_id, organisation_id=organisation_id)
    rows = lock(*((Assignation, pk) for pk in running.values_list("pk", flat=True)))
    for row in rows:
        _end(row, by=by, at=at)
    return len(rows)


def _end(row: Assignation, *, by: Actor, at: datetime) -> Assignation:
    row.fin_le = at
    row.save(update_fields=["fin_le"])
    record("assignation.finie", row, by=by, at=at)
    return row


@act
def open_urgence(*, demande_id: UUID, motif: str, by: Actor, at: datetime) -> AccesUrgence:
    """Open a demande of the agency without following it, for half an hour; the person is told at once (AC-4)."""
    demande = _reached(demande_id, by, at, "urgence.ouvrir")
    least, said = limits.value("urgence_motif"), " ".join(motif.split())
    if len(said) < least:
        raise Refused(
            "urgence_motif",
            f"La raison compte {len(said)} caractères. Il en faut {least} au moins.",
            field="Raison",
            value=said,
            mend="Dites en une phrase ce qui presse. La personne la lira.",
            status=422,
        )
    if by.user_id is None or by.organisation_id is None:
        raise NotVisible
    row = AccesUrgence(
        demande=demande,
        conseiller_id=by.user_id,
        organisation_id=by.organisation_id,
        motif={"texte": said},
        ouvert_le=at,
        expire_le=at + limits.duration("urgence"),
    )
    row.save(force_insert=True)
    record("urgence.ouverte", row, by=by, at=at)
    return row


@act
def verify_piece(*, piece_id: UUID, motif: str = "", seen: str = "", by: Actor, at: datetime) -> Piece:
    """Validate a piece, or refuse it for a reason of the list. Refused when it no longer waits for a person.

    `seen` is what the adviser had before their eyes (`queries.seen_of`); "" for whoever holds the paper itself.
    """
    found, _ = queries.piece_to_verify(by, piece_id, at)
    lock((Demande, found.demande.pk))
    _reached(found.demande.pk, by, at, queries.VERIFY)
    if motif and facts.motif_refus(motif) is None:
        raise Refused("motif_inconnu", "Ce motif n'est pas dans la liste.", field="Motif", value=motif, status=422)
    piece, former = _held(piece_id)
    if piece.state != queries.TO_VERIFY or (seen and seen != queries.seen_of(piece)):
        raise Refused(
            "piece_changee",
            "Cette pièce a changé pendant que vous la regardiez.",
            mend="Rouvrez-la, puis décidez sur ce qui est arrivé.",
        )
    if motif:
        move(piece, "refuser", by=by, at=at, reason=motif, changes={"motif_refus": motif})
        return piece
    for each in former:
        move(each, "retirer", by=Actor.system(), at=at)
    changes = {
        "vue_le": local_day(at), "vue_par": by.user_id, "organisation_id": by.organisation_id, "motif_refus": "",
        "expire_le": piece.expire_le or _until(piece, local_day(at)),
    }  # fmt: skip
    move(piece, "valider", by=by, at=at, changes=changes)
    return piece


def _until(piece: Piece, today: date) -> date | None:
    """The last day of a piece on which no date was read: that of the list, counted at the latest it may be dated."""
    came = local_day(piece.deposee_le) if piece.deposee_le else today
    return fin_de_validite(piece.code, datee=piece.datee_le or came, annee_revenus=came.year - 2)


def _held(piece_id: UUID) -> tuple[Piece, list[Piece]]:
    """The piece, and the valid ones whose place it would take; locked together."""
    wanted = Piece.objects.get(pk=piece_id)
    same = Piece.objects.filter(demande_id=wanted.demande_id, code=wanted.code, personne=wanted.personne)
    others = same.filter(state="validee").exclude(pk=piece_id).values_list("pk", flat=True)
    piece, *former = lock((Piece, piece_id), *((Piece, pk) for pk in others))
    return piece, former


@act
def judge_doublon(*, doublon_id: UUID, same: bool, by: Actor, at: datetime) -> Doublon:
    """Propose to the person to bring two demandes together, or say that they are two persons. Nothing is deleted."""
    queries.doublon_of(by, doublon_id)
    (row,) = lock((Doublon, doublon_id))
    move(row, "proposer" if same else "ecarter", by=by, at=at)
    held: Doublon = row
    return held
