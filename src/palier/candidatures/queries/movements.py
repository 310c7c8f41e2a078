"""How a rank moved since the last visit, and why: the reasons add up to the movement, and name nobody (V1, V3, V4).

Who was in a list at that visit is read from the dates of the candidatures; the keys that they had then, from their
`Recotation`. Others are counts; only one's own changes of points are dated. What others did is not even counted
for a look less than a day old: a count read five minutes after an act would date it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, replace
from datetime import date, datetime, timedelta
from typing import Any, NamedTuple
from uuid import UUID

from django.db import connection

from palier.base.clock import local_day
from palier.candidatures.models import Candidature, RangVu
from palier.candidatures.queries.ranks import LIVE_SQL, Rang, rank_of
from palier.candidatures.rules import number


class Seen(NamedTuple):
    """A look of the past: the rank shown, and the keys that gave it (empty for a look that did not keep them)."""

    rang: int
    effectif: int
    points: int | None
    anciennete_le: date | None
    vu_le: datetime


@dataclass(frozen=True, slots=True)
class Reasons:
    """Counts of others since the last visit; each is one place. `autres` is what was being written during it.

    `liste` stands for all that others did (negative for places lost) when the look is too fresh to tell them apart.
    """

    arrivees: int = 0
    retraits: int = 0
    sorties: int = 0
    gagnees: int = 0
    perdues: int = 0
    recules: int = 0
    depasses: int = 0
    autres: int = 0
    liste: int = 0

    @property
    def places(self) -> int:
        """Places gained (lost when negative): the sum of the reasons."""
        up = self.retraits + self.sorties + self.gagnees + self.recules
        return up - self.arrivees - self.perdues - self.depasses + self.autres + self.liste


@dataclass(frozen=True, slots=True)
class Recounted:
    """One change of one's own points, dated, with its cause (a value of `CauseRecotation`)."""

    at: datetime
    points: int
    cause: str


@dataclass(frozen=True)
class Movement:
    """How the rank moved since it was last seen: `sens` is up, down or same.

    `raisons` is None when fewer than five candidatures would let somebody be recognised, or when that look kept no key.
    """

    sens: str
    places: int
    depuis: datetime
    avant: int
    raisons: Reasons | None = None
    propres: tuple[Recounted, ...] = ()
    peu: bool = False


_MOVED = """
with k as (
  select * from unnest(
    %s::uuid[], %s::uuid[], %s::timestamptz[], %s::int[], %s::date[], %s::int[], %s::date[], %s::text[]
  ) k(id, offre, vu, m0, d0, m1, d1, cle)
), old as (
  select distinct on (k.id, r.candidature_id) k.id, r.candidature_id, -r.points_avant m, r.anciennete_avant d
  from k join candidatures_recotation r on r.offre_id = k.offre and r.at > k.vu and r.candidature_id <> k.id
  order by k.id, r.candidature_id, r.at, r.id
), x as (
  select k.id, c.state, c.deposee_le <= k.vu and (c.state in ({live}) or c.state_since > k.vu) there,
    c.state in ({live}) here,
    (coalesce(old.m, c.points_ordre), coalesce(old.d, c.anciennete_le), c.cle_egalite) < (k.m0, k.d0, k.cle) ahead,
    (coalesce(old.m, c.points_ordre), coalesce(old.d, c.anciennete_le), c.cle_egalite) < (k.m1, k.d1, k.cle) passed,
    (c.points_ordre, c.anciennete_le, c.cle_egalite) < (k.m1, k.d1, k.cle) now
  from k join candidatures_candidature c on c.offre_id = k.offre and c.id <> k.id
  left join old on old.id = k.id and old.candidature_id = c.id
)
select k.id,
  count(*) filter (where not there and here and now),
  count(*) filter (where there and not here and ahead and state = 'retiree'),
  count(*) filter (where there and not here and ahead and state <> 'retiree'),
  count(*) filter (where there and here and ahead and not passed),
  count(*) filter (where there and here and not ahead and passed),
  count(*) filter (where there and here and passed and not now),
  count(*) filter (where there and here and not passed and now),
  (select json_agg(json_build_array(r.at, r.points_apres - r.points_avant, r.cause) order by r.at, r.id)
   from candidatures_recotation r where r.candidature_id = k.id and r.at > k.vu)
from k left join x on x.id = k.id group by k.id, k.vu
""".replace("{live}", LIVE_SQL)


def seen_before(row: Candidature, now: datetime) -> Seen | None:
    """The look to compare with: the last one of an earlier day, else the first one of today; None at a first visit."""
    kept: RangVu | None = getattr(row, "rang_vu", None)
    if kept is None:
        return None
    last = Seen(kept.rang, kept.effectif, kept.points, kept.anciennete_le, kept.vu_le)
    if kept.avant_vu_le is None or local_day(kept.vu_le) < local_day(now):
        return last
    assert kept.avant_rang is not None
    assert kept.avant_effectif is not None
    return Seen(kept.avant_rang, kept.avant_effectif, kept.avant_points, kept.avant_anciennete_le, kept.avant_vu_le)


def movements(rows: Iterable[Candidature], now: datetime) -> dict[UUID, Movement]:
    """The movement of each live row of `with_place` that was seen before: one query for all, none when none was."""
    compared = []
    for row in rows:
        placed, seen = rank_of(row), seen_before(row, now)
        if placed is not None and seen is not None and not placed.fige:
            compared.append((row, placed, seen))
    told = _read([(row, seen) for row, _, seen in compared if seen.points is not None])
    return {row.pk: _movement(placed, seen, told.get(row.pk), now) for row, placed, seen in compared}


def _read(asked: list[tuple[Candidature, Seen]]) -> Mapping[UUID, tuple[Reasons, tuple[Recounted, ...]]]:
    if not asked:
        return {}
    keys = [
        (row.pk, row.offre_id, seen.vu_le, -(seen.points or 0), seen.anciennete_le, -row.points, row.anciennete_le,
         row.cle_egalite)
        for row, seen in asked
    ]  # fmt: skip
    columns: list[Any] = [list(column) for column in zip(*keys, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_MOVED, columns)
        return {pk: (Reasons(*counts), _own(own)) for pk, *counts, own in cursor.fetchall()}


def _own(found: list[list[Any]] | None) -> tuple[Recounted, ...]:
    return tuple(Recounted(datetime.fromisoformat(at), points, cause) for at, points, cause in found or [])


def _movement(
    placed: Rang, seen: Seen, told: tuple[Reasons, tuple[Recounted, ...]] | None, now: datetime
) -> Movement:  # fmt: skip
    gained = seen.rang - placed.rang
    sens = "up" if gained > 0 else "down" if gained < 0 else "same"
    few = min(placed.effectif, seen.effectif) < number("voisins_min")
    reasons, own = told or (None, ())
    if reasons is not None:
        fresh = now - seen.vu_le < timedelta(hours=number("raisons_apres"))
        reasons = None if few else _own_alone(reasons, gained) if fresh else _whole(reasons, gained)
    return Movement(sens, abs(gained), seen.vu_le, seen.rang, reasons, own, few)


def _whole(counted: Reasons, gained: int) -> Reasons:
    """The same reasons with what was being written while the person looked, so that they always add up."""
    return replace(counted, autres=gained - counted.places)


def _own_alone(counted: Reasons, gained: int) -> Reasons:
    """The places that one's own points moved; the rest is the list, whoever did what."""
    own = Reasons(gagnees=counted.gagnees, perdues=counted.perdues)
    return replace(own, liste=gained - own.places)
