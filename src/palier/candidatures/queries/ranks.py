"""Where a candidature stands: never stored, given by the order keys; after closing, by the frozen line."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import IntegerField
from django.db.models.expressions import RawSQL

from palier.candidatures.facts import Profil, closing_day, cotation_facts, count, law_grille, profil
from palier.candidatures.models import Candidature, CandidatureQuerySet
from palier.candidatures.states import LIVE
from palier.demandes.models import Demande
from palier.droit.cotation import cle_egalite
from palier.parc.models import Offre
from palier.parc.states import BEFORE_CLOSING

LIVE_SQL = ", ".join(f"'{state}'" for state in LIVE)
_OTHERS = "select count(*) from candidatures_candidature x where x.offre_id = {o} and x.state in ({live})"
_BEFORE = " and (x.points_ordre, x.anciennete_le, x.cle_egalite) < ({keys})"
_OWN = "candidatures_candidature"
_ALL = _OTHERS.format(o=f"{_OWN}.offre_id", live=LIVE_SQL)
_AHEAD = _ALL + _BEFORE.format(keys=f"{_OWN}.points_ordre, {_OWN}.anciennete_le, {_OWN}.cle_egalite")
_ALL_GIVEN = _OTHERS.format(o="k.offre_id", live=LIVE_SQL)
_GIVEN = "unnest(%s::uuid[], %s::int[], %s::date[], %s::text[]) k(offre_id, points, depuis, cle)"
_AHEAD_GIVEN = _ALL_GIVEN + _BEFORE.format(keys="k.points, k.depuis, k.cle")
_IF = " ".join(("select k.offre_id, k.points,", f"({_AHEAD_GIVEN}),", f"({_ALL_GIVEN})", "from", _GIVEN))


@dataclass(frozen=True, slots=True)
class Rang:
    """A place among `effectif` candidatures; `fige` once the offre is closed."""

    rang: int
    effectif: int
    fige: bool


def with_rank(candidatures: CandidatureQuerySet) -> CandidatureQuerySet:
    """Adds the live counts and the frozen line, in the same query."""
    return (
        candidatures.annotate(
            devant=RawSQL(f"({_AHEAD})", [], output_field=IntegerField()),  # noqa: S611 - constant text
            ensemble=RawSQL(f"({_ALL})", [], output_field=IntegerField()),  # noqa: S611 - constant text
        )
        .select_related("offre", "ligne__classement")
        .defer("ligne__entrees")
    )


def rank_of(row: Candidature) -> Rang | None:
    """The rank of a row of `with_rank`; None when it left the list before the closing."""
    line = getattr(row, "ligne", None)
    if line is not None:
        return Rang(line.rang, line.classement.effectif, True)
    if row.is_live and row.offre.state in BEFORE_CLOSING:
        return Rang(row.devant + 1, row.ensemble, False)  # type: ignore[attr-defined]
    return None


def rank(candidature: Candidature) -> Rang | None:
    """The rank of one candidature, live or frozen: one query."""
    return rank_of(with_rank(Candidature.objects.filter(pk=candidature.pk)).get())


def ranks_of(demande: Demande) -> dict[UUID, Rang | None]:
    """The ranks of every candidature of a demande, in one query."""
    return {row.pk: rank_of(row) for row in with_rank(Candidature.objects.filter(demande=demande))}


def order_key(demande: Demande, offre: Offre, points: int) -> tuple[int, Any, str]:
    """The three stored keys: minus points, seniority day, drawn tie key."""
    return -points, demande.deposee_le or closing_day(offre), cle_egalite(str(offre.pk), str(demande.pk))


def points_if_applied(known: Profil, offre: Offre) -> int:
    """The points that this demande would have on this offre."""
    return count(law_grille(offre.grille), cotation_facts(known.demande, offre, known)).points


def ranks_if_applied(known: Profil, offres: Iterable[Offre]) -> dict[UUID, Rang]:
    """The rank one would have now on each open offre: one query for all."""
    if known.demande.deposee_le is None:
        return {}
    asked = [(offre.pk, *order_key(known.demande, offre, points_if_applied(known, offre))) for offre in offres]
    if not asked:
        return {}
    columns: list[Any] = [list(column) for column in zip(*asked, strict=True)]
    with connection.cursor() as cursor:
        cursor.execute(_IF, columns)
        return {offre: Rang(ahead + 1, everyone + 1, False) for offre, _, ahead, everyone in cursor.fetchall()}


def rank_if_applied(demande: Demande, offre: Offre) -> Rang | None:
    """The rank one would have now; None while the demande has no seniority (draft)."""
    known = profil(demande, closing_day(offre))
    return ranks_if_applied(known, [offre]).get(offre.pk)


def ranks_with_points(candidature: Candidature, points: list[int]) -> list[int]:
    """The rank that this candidature would have now with each of these points, itself put aside: one query."""
    if not points:
        return []
    size = len(points)
    columns: list[Any] = [
        [candidature.offre_id] * size,
        [-each for each in points],
        [candidature.anciennete_le] * size,
        [candidature.cle_egalite] * size,
    ]
    with connection.cursor() as cursor:
        cursor.execute(_IF, columns)
        ahead = {-minus: before for _, minus, before, _ in cursor.fetchall()}
    return [ahead[each] + 1 - (each < candidature.points) for each in points]
