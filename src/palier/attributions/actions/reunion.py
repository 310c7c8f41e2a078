"""Two demandes of one person become one: the person's own answer ends theirs, with all that it holds, in one commit."""

from __future__ import annotations

import uuid
from datetime import datetime

from palier.attributions.actions.baux import offres_to_continue, renounce
from palier.base.actor import Actor
from palier.demandes.actions import join_pair, other_party
from palier.demandes.models import Demande
from palier.journal.mover import act, lock
from palier.parc.models import Offre


@act
def join_demandes(*, doublon_id: uuid.UUID, by: Actor, at: datetime) -> Demande:
    """The demande that stays, with the earliest first filing; the one of `by` is renounced (CCH R.441-2-8 b)."""
    mine, other = other_party(doublon_id, by)
    lock(*((Offre, pk) for pk in offres_to_continue(mine, None)), (Demande, mine), (Demande, other))
    renounce(demande_id=mine, by=by, at=at)
    return join_pair(doublon_id=doublon_id, by=by, at=at)
