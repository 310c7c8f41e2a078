"""What others are shown of the pieces: those that prove, never a private one, as pixels marked with who looks."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID
from zoneinfo import ZoneInfo

from palier.accounts.models import User
from palier.base.actor import Actor
from palier.base.clock import PARIS
from palier.base.refusal import NotVisible
from palier.demandes import facts
from palier.demandes.models import Piece
from palier.demandes.queries.content import content_of
from palier.droit.pieces import pieces as known_pieces
from palier.gateways.files.marked import Mark, pixels
from palier.journal.reading import glance
from palier.organisations.queries import names_of

LOOK = "piece.regarder"


def is_private(piece: Piece) -> bool:
    """The same for a piece that was given."""
    return is_private_code(piece.code)


def is_private_code(code: str) -> bool:
    """True for a piece that nobody may ask for before the attribution (V13), or that tells of danger or health.

    The latter is shown at a counter by the person alone: others are opened the need, not its proof.
    """
    known = known_pieces().get(code)
    return known is None or known.du_bail or known.sensible


def proof(demande_id: UUID, piece_id: UUID) -> Piece:
    """One piece that proves this demande. NotVisible otherwise."""
    rows = Piece.objects.filter(demande_id=demande_id, state__in=facts.PROVING).select_related("demande", "personne")
    found = rows.filter(pk=piece_id).first()
    if found is None:
        raise NotVisible
    return found


def proofs_of(demande_id: UUID, *, by: Actor, relation: str, at: datetime) -> list[Piece]:
    """The pieces that prove a presented demande, with their files; one access line each."""
    rows = Piece.objects.filter(demande_id=demande_id, state__in=facts.PROVING).select_related("demande", "personne")
    shown = [each for each in rows.prefetch_related("fichiers").order_by("code", "pk") if not is_private(each)]
    glance(shown, ("P5",), by=by, relation=relation, purpose=LOOK, at=at)
    return shown


def page_image(piece: Piece, ordre: int, page: int, *, by: Actor, relation: str, at: datetime) -> bytes:
    """One page of a piece as pixels, marked with who looks; one access line. The right is the caller's to check.

    NotVisible for a private piece or no such page, Damaged when its bytes do not open.
    """
    file = piece.fichiers.filter(ordre=ordre).first()
    if file is None or is_private(piece):
        raise NotVisible
    glance([piece], ("P5",), by=by, relation=relation, purpose=LOOK, at=at)
    reader = User.objects.values_list("email", flat=True).get(pk=str(by.user_id))
    desk = names_of([by.organisation_id] if by.organisation_id else [])
    number = (piece.demande.numero or {}).get("numero_unique", "en attente")
    mark = Mark(reader, next(iter(desk.values()), ""), number, at.astimezone(ZoneInfo(PARIS)))
    content = content_of(file)
    try:
        return pixels(content, page=page, mark=mark)
    except LookupError as error:
        raise NotVisible from error
