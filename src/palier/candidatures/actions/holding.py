"""Rows held by an act before it counts or closes them, with what the law reads of each person."""

from __future__ import annotations

from uuid import UUID

from palier import coffre
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.journal.mover import lock


def hold_live(*, offre_id: UUID | None = None, demande_id: UUID | None = None) -> list[Candidature]:
    """Lock the live candidatures of an offre, of a demande, or of both together, with their demandes read.

    An act that closes both kinds calls this once with both, for locks are taken in one ascending pass.
    """
    found = Candidature.objects.live()
    rows = found.none()
    if offre_id is not None:
        rows = rows | found.filter(offre_id=offre_id)
    if demande_id is not None:
        rows = rows | found.filter(demande_id=demande_id)
    held: list[Candidature] = lock(*((Candidature, pk) for pk in rows.order_by("pk").values_list("pk", flat=True)))
    return with_demandes([row for row in held if row.is_live])


def with_demandes(rows: list[Candidature]) -> list[Candidature]:
    """Attach each row's demande: one query, and the keys of all persons in another."""
    known = Demande.objects.in_bulk([row.demande_id for row in rows])
    for row in rows:
        row.demande = known[row.demande_id]
    with coffre.ring({demande.titulaire_id for demande in known.values()}):
        return rows
