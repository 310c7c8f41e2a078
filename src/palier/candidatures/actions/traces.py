"""What is kept of a visit: the rank last seen, and the offres opened by a person who agreed to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from palier.base.clock import local_day
from palier.candidatures.models import Candidature, OffreVue, RangVu
from palier.candidatures.queries.ranks import Rang
from palier.demandes.models import Demande
from palier.journal.mover import act
from palier.parc.models import Offre


@act
def note_rank_seen(seen: Iterable[tuple[Candidature, Rang]], *, at: datetime) -> int:
    """Keep the ranks shown, at most once a day each, so that a second look the same day still says the movement."""
    rows = [
        RangVu(candidature=candidature, rang=rang.rang, effectif=rang.effectif, vu_le=at)
        for candidature, rang in seen
        if _is_new(candidature, at)
    ]
    RangVu.objects.bulk_create(
        rows, update_conflicts=True, unique_fields=["candidature"], update_fields=["rang", "effectif", "vu_le"]
    )
    return len(rows)


def _is_new(candidature: Candidature, at: datetime) -> bool:
    last = getattr(candidature, "rang_vu", None)
    return last is None or local_day(last.vu_le) < local_day(at)


@act
def note_seen(demande: Demande, offre: Offre, *, at: datetime) -> bool:
    """Keep that this offre was opened, only with the person's consent, once; True when it was new."""
    if not demande.vues_consenties:
        return False
    made = OffreVue(demande=demande, offre=offre, vue_le=at)
    OffreVue.objects.bulk_create([made], ignore_conflicts=True)
    return True
