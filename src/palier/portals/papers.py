"""The pieces of a presented file, the same for the bailleur who presents it and the members who sit."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse

from palier.base import clock
from palier.base.actor import Actor
from palier.base.policy import may
from palier.base.refusal import NotVisible
from palier.candidatures.models import PRESENTED, Candidature
from palier.demandes.actions import journal_damage
from palier.demandes.models import Piece
from palier.demandes.queries import looking
from palier.droit.pieces import libelle_court
from palier.portals.desk import Space, actor_of


def listed(space: Space, row: Candidature, by: Actor, at: datetime) -> list[dict[str, Any]]:
    """The pieces that prove, with the addresses of their pages; none for a hat that is not shown them."""
    relation = _relation(row, by)
    if not relation:
        return []
    proofs = looking.proofs_of(row.demande_id, by=by, relation=relation, at=at)
    return [{"nom": libelle_court(each.code), "etat": each.state_label, "pages": _pages(space, row, each)}
            for each in proofs]  # fmt: skip


def _pages(space: Space, row: Candidature, piece: Piece) -> list[str]:
    return [space.url("image", row.pk, piece.pk, file.ordre, page)
            for file in piece.fichiers.all() for page in range(1, file.pages + 1)]  # fmt: skip


def image(request: HttpRequest, row: Candidature, piece_id: UUID, ordre: int, page: int) -> HttpResponse:
    """One page as marked pixels: never the file, never without its access line."""
    by, at = actor_of(request), clock.now()
    relation = _relation(row, by)
    if not relation:
        raise NotVisible
    piece = looking.proof(row.demande_id, piece_id)
    with journal_damage(by=by, at=at):
        body = looking.page_image(piece, ordre, page, by=by, relation=relation, at=at)
    return HttpResponse(body, content_type="image/jpeg", headers={"Content-Disposition": "inline"})


def _relation(row: Candidature, by: Actor) -> str:
    """The relation that opens the pieces of this file, "" when none does. A seat is checked by its view."""
    relation = "seated" if by.role == "membre_caleol" else "presented"
    opened = row.state in PRESENTED and by.role in ("bailleur", "membre_caleol")
    return relation if opened and may(by.role, relation, looking.LOOK) else ""
