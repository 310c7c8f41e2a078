"""« La réalité de la file »: what really happened to candidatures, counted in the database, never estimated."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from django.db.models import Avg, Case, CharField, Count, Q, Value, When

from palier.candidatures.models import Classement, ClassementLigne
from palier.candidatures.states import LIVE

OFFERED = ("proposee", "acceptee", "logee", "refusee", "sans_reponse")
BANDS = (("au-delà du 20ᵉ", 21, 10**9), ("9ᵉ à 20ᵉ", 9, 20), ("4ᵉ à 8ᵉ", 4, 8), ("1ᵉʳ à 3ᵉ", 1, 3))
ENOUGH = 20
YEAR = timedelta(days=365)


@dataclass(frozen=True)
class Reality:
    """Twelve months of closed lists. `par_rang`: (rank band, proposals of 100); empty when data are too few."""

    listes: int
    candidatures: int
    moyenne: int
    lus: int
    par_rang: tuple[tuple[str, int], ...]


def reality(now: datetime) -> Reality:
    """The figures of the home page: three queries, whatever the size."""
    lists = Classement.objects.filter(fige_le__gte=now - YEAR, fige_le__lte=now)
    total = lists.aggregate(n=Count("id"), moyenne=Avg("effectif"), lus=Avg("offre__presentes"))
    ended = ClassementLigne.objects.filter(classement__in=lists).exclude(candidature__state__in=LIVE)
    band = Case(
        *(When(rang__gte=low, rang__lte=high, then=Value(label)) for label, low, high in BANDS),
        output_field=CharField(),
    )
    offered = Count("id", filter=Q(candidature__state__in=OFFERED))
    rows = {label: (n, k) for label, n, k in ended.annotate(b=band).values_list("b").annotate(n=Count("id"), k=offered)}
    counted = [(label, *rows[label]) for label, _, _ in BANDS if label in rows and rows[label][0] >= ENOUGH]
    return Reality(
        listes=total["n"],
        candidatures=sum(n for n, _ in rows.values()),
        moyenne=round(total["moyenne"] or 0),
        lus=round(total["lus"] or 3),
        par_rang=tuple((label, round(100 * k / n)) for label, n, k in counted),
    )
