"""The person's answer to a proposal to join two demandes: theirs ends, or both stay."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from palier.base.actor import Actor
from palier.base.refusal import NotVisible, Refused
from palier.demandes.actions.common import NBSP
from palier.demandes.actions.registre import tell_register
from palier.demandes.enums import OperationRegistre
from palier.demandes.models import Demande, Doublon
from palier.demandes.rules import may_apply
from palier.journal.mover import act, lock, move, record


@act
def keep_both(*, doublon_id: UUID, by: Actor, at: datetime) -> Doublon:
    """The person answers that the two demandes stay; a conseiller looks at them again."""
    mine, _, row = _parties(doublon_id, by)
    move(row, "garder", by=by, at=at)
    record("demande.doublon_garde", mine, by=by, at=at)
    return row


@act
def join_pair(*, doublon_id: UUID, by: Actor, at: datetime) -> Demande:
    """The demande that stays, with the earliest first filing of the two. The caller renounces the one of `by`.

    It is the demande of whoever answers that ends, by their own writing (CCH R.441-2-8 b): nobody ends another's.
    """
    mine, kept, row = _parties(doublon_id, by)
    if not may_apply(kept):  # both would end, and the seniority with them
        raise Refused(
            "autre_demande_finie",
            "L'autre demande a pris fin.",
            mend=f"Gardez la vôtre{NBSP}: elle n'a pas changé. Répondez « Garder les deux demandes ».",
        )
    move(row, "reunir", by=by, at=at)
    first = min(each for each in (mine.deposee_le, kept.deposee_le) if each is not None)
    if first != kept.deposee_le:
        kept.deposee_le = first
        kept.version += 1
        kept.save(update_fields=["deposee_le", "version"])
        tell_register(demande=kept, operation=OperationRegistre.MODIFICATION, at=at)
    record("demande.reunie", kept, by=by, at=at, data={"deposee_le": first.isoformat()})
    return kept


def other_party(doublon_id: UUID, by: Actor) -> tuple[UUID, UUID]:
    """Ids of the demande of `by` in a pair and of the other one. NotVisible when none is theirs."""
    row = Doublon.objects.select_related("ancienne", "recente").filter(pk=doublon_id).first()
    if row is None or by.user_id is None:
        raise NotVisible
    mine = next((each for each in (row.recente, row.ancienne) if each.titulaire_id == by.user_id), None)
    if mine is None:
        raise NotVisible
    return mine.pk, row.ancienne_id if mine.pk == row.recente_id else row.recente_id


def _parties(doublon_id: UUID, by: Actor) -> tuple[Demande, Demande, Doublon]:
    mine, other = other_party(doublon_id, by)
    held = lock((Demande, mine), (Demande, other), (Doublon, doublon_id))
    return held[0], held[1], held[2]
