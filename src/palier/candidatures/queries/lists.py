"""A person's candidatures in two queries, in the order of what happens soonest."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.db.models import IntegerField, OuterRef, Subquery
from django.db.models.expressions import RawSQL

from palier.candidatures.models import Candidature, CandidatureQuerySet
from palier.candidatures.queries.movements import Movement, movements
from palier.candidatures.queries.ranks import LIVE_SQL, Rang, rank_of, with_rank
from palier.candidatures.queries.status import Status, ending, status_line
from palier.demandes.models import Demande
from palier.parc.models import Offre, OffreQuerySet


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


def followed(candidatures: CandidatureQuerySet, now: datetime) -> list[Followed]:
    """Live ones first, soonest closing first; then the ended ones, latest first. Two queries: rows, movements."""
    rows = list(with_place(candidatures))
    rows.sort(key=_order)
    moved = movements(rows, now)
    return [_follow(row, now, moved.get(row.pk)) for row in rows]


def follow(row: Candidature, now: datetime) -> Followed:
    """One row of `with_place` with all that its block says."""
    return _follow(row, now, movements([row], now).get(row.pk))


def _follow(row: Candidature, now: datetime, moved: Movement | None) -> Followed:
    motif, change = ("", "") if row.is_live else ending(row)
    return Followed(row, rank_of(row), status_line(row, now), moved, motif, change)


def _order(row: Candidature) -> tuple[int, float]:
    if not row.is_live:
        return 2, -row.state_since.timestamp()
    urgent = row.state in ("proposee", "acceptee")
    closing = row.offre.cloture_le
    return (0 if urgent else 1), closing.timestamp() if closing else 0.0


# Once a list is frozen its number is told for ever: those who leave afterwards are nobody's business.
_CANDIDATS = (
    "coalesce((select c.effectif from candidatures_classement c where c.offre_id = parc_offre.id),"
    " (select count(*) from candidatures_candidature x where x.offre_id = parc_offre.id and x.state in ({live})))"
)
_MY_PLACE = (
    "(select 1 + count(x.id) from candidatures_candidature me left join candidatures_candidature x"
    " on x.offre_id = me.offre_id and x.state in ({live}) and (x.points_ordre, x.anciennete_le, x.cle_egalite)"
    " < (me.points_ordre, me.anciennete_le, me.cle_egalite)"
    " where me.offre_id = parc_offre.id and me.demande_id = %s and me.state in ({live}))"
)


def with_candidats(offres: OffreQuerySet, demande: Demande | None = None) -> OffreQuerySet:
    """Adds `candidats` (live, or frozen at the closing); for a demande `ma_candidature` (id), `ma_place`. One query."""
    found: Any = offres.annotate(
        candidats=RawSQL(_CANDIDATS.format(live=LIVE_SQL), [], output_field=IntegerField())  # noqa: S611 - constant text
    )
    if demande is not None:
        mine = Candidature.objects.live().filter(offre=OuterRef("pk"), demande=demande).values("pk")[:1]
        place = RawSQL(_MY_PLACE.format(live=LIVE_SQL), [demande.pk], output_field=IntegerField())  # noqa: S611
        found = found.annotate(ma_candidature=Subquery(mine), ma_place=place)
    return found  # type: ignore[no-any-return]


def candidats_of(offre: Offre) -> int:
    """The count given by `with_candidats`."""
    return int(getattr(offre, "candidats", 0))


def my_rank(offre: Offre) -> Rang | None:
    """My live rank on a row of `with_candidats`; None when I have no live candidature there."""
    if getattr(offre, "ma_candidature", None) is None:
        return None
    return Rang(int(getattr(offre, "ma_place", 1)), candidats_of(offre), False)
