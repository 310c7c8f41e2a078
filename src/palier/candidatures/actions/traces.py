"""What is kept of a visit: the rank last seen, and the offres opened by a person who agreed to it."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime

from palier.base.clock import local_day
from palier.candidatures.models import Candidature, OffreVue, RangVu
from palier.candidatures.queries.movements import Seen, seen_before
from palier.candidatures.queries.ranks import Rang
from palier.demandes.models import Demande
from palier.journal.mover import act
from palier.parc.models import Offre

LOOK = (*Seen._fields, *(f"avant_{name}" for name in Seen._fields))


@act
def note_rank_seen(seen: Iterable[tuple[Candidature, Rang]], *, at: datetime) -> int:
    """Keep the ranks shown and the keys that gave them; the look that today compares with stays until tomorrow."""
    rows = [row for candidature, rang in seen if (row := _look(candidature, rang, at)) is not None]
    RangVu.objects.bulk_create(rows, update_conflicts=True, unique_fields=["candidature"], update_fields=list(LOOK))
    return len(rows)


def _look(candidature: Candidature, rang: Rang, at: datetime) -> RangVu | None:
    """The row to write; None when this look shows, the same day, what the last one showed."""
    kept: RangVu | None = getattr(candidature, "rang_vu", None)
    shown = Seen(rang.rang, rang.effectif, candidature.points, candidature.anciennete_le, at)
    if kept is not None and local_day(kept.vu_le) == local_day(at) and _same(kept, shown):
        return None
    before = seen_before(candidature, at) or shown
    compared = {f"avant_{name}": value for name, value in before._asdict().items()}
    return RangVu(candidature=candidature, **shown._asdict(), **compared)


def _same(kept: RangVu, shown: Seen) -> bool:
    return all(getattr(kept, name) == getattr(shown, name) for name in Seen._fields if name != "vu_le")


@act
def note_seen(demande: Demande, offre: Offre, *, at: datetime) -> bool:
    """Keep that this offre was opened, only with the person's consent, once; True when it was new."""
    if not demande.vues_consenties:
        return False
    made = OffreVue(demande=demande, offre=offre, vue_le=at)
    OffreVue.objects.bulk_create([made], ignore_conflicts=True)
    return True
