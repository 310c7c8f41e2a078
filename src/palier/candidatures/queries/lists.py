"""A person's candidatures in one query, in the order of what happens soonest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from palier.candidatures.models import Candidature, CandidatureQuerySet, RangVu
from palier.candidatures.queries.ranks import Rang, rank_of, with_rank
from palier.candidatures.queries.status import Status, ending, status_line
from palier.demandes.models import Demande
from palier.parc.rules import local_day


@dataclass(frozen=True)
class Movement:
    """How the rank moved since it was last seen: `sens` is up, down or same."""

    sens: str
    places: int
    depuis: datetime
    avant: int


@dataclass(frozen=True)
class Followed:
    """One candidature of a person's page."""

    candidature: Candidature
    rang: Rang | None
    statut: Status
    mouvement: Movement | None
    motif: str
    changerait: str


def with_place(candidatures: CandidatureQuerySet) -> CandidatureQuerySet:
    """With rank, offre, dwelling, proposition and last rank seen, in one query."""
    return (
        with_rank(candidatures)
        .select_related(
            "demande",
            "proposition",
            "rang_vu",
            "offre__logement__programme__commune",
            "offre__logement__programme__bailleur",
            "offre__logement__reservataire",
            "offre__grille",
        )
        .defer("ligne__entrees", "offre__grille__texte", "cotation", "demande__situation", "demande__contact")
    )


def followed(demande: Demande, now: datetime) -> list[Followed]:
    """Live ones first, soonest closing first; then the ended ones, latest first. One query."""
    rows = list(with_place(Candidature.objects.filter(demande=demande)))
    rows.sort(key=_order)
    return [follow(row, now) for row in rows]


def follow(row: Candidature, now: datetime) -> Followed:
    """One row of `with_place` with all that its block says."""
    placed = rank_of(row)
    motif, change = ("", "") if row.is_live else ending(row)
    return Followed(row, placed, status_line(row, now), movement(row, placed), motif, change)


def _order(row: Candidature) -> tuple[int, float]:
    if not row.is_live:
        return 2, -row.state_since.timestamp()
    urgent = row.state in ("proposee", "acceptee")
    closing = row.offre.cloture_le
    return (0 if urgent else 1), closing.timestamp() if closing else 0.0


def movement(row: Candidature, placed: Rang | None) -> Movement | None:
    """Compare with the rank last seen; None at the first visit and once the rank is frozen."""
    seen: RangVu | None = getattr(row, "rang_vu", None)
    if seen is None or placed is None or placed.fige:
        return None
    gained = seen.rang - placed.rang
    sens = "up" if gained > 0 else "down" if gained < 0 else "same"
    return Movement(sens, abs(gained), seen.vu_le, seen.rang)


def is_same_day(a: datetime, b: datetime) -> bool:
    """Whether two instants fall on the same day in mainland France."""
    return local_day(a) == local_day(b)
