"""The third file and two places either side: points, and at equal points what the published rule decided (V3)."""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import NamedTuple

from palier.candidatures.models import GONE, Candidature, ClassementLigne
from palier.candidatures.queries.ranks import Rang
from palier.candidatures.rules import number

SIDE = 2
OLDER, YOUNGER, DRAWN = "plus_ancienne", "plus_recente", "tirage"


class Keys(NamedTuple):
    """The order keys of one place."""

    points: int
    anciennete_le: date
    cle_egalite: str


@dataclass(frozen=True)
class Neighbour:
    """A place near mine: no name, no pseudonym, only its points, the difference, and what settled a tie."""

    rang: int
    points: int
    ecart: int
    moi: bool
    lu: bool
    egalite: str = ""

    @property
    def moins(self) -> int:
        """How many points fewer than mine, 0 when it has more."""
        return max(0, -self.ecart)


def keys_around(candidature: Candidature, placed: Rang | None) -> dict[int, Keys]:
    """The third file and two places either side, by rank, from five candidatures on (trust V3)."""
    if placed is None or placed.effectif < number("voisins_min"):
        return {}
    wanted = {number("rang_repere"), *range(max(1, placed.rang - SIDE), placed.rang + SIDE + 1)}
    return _frozen(candidature, wanted) if placed.fige else _live(candidature, wanted, placed)


def neighbours(candidature: Candidature, placed: Rang | None, around: Mapping[int, Keys]) -> tuple[Neighbour, ...]:
    """These places as they may be shown."""
    return tuple(
        Neighbour(
            rang=place,
            points=found.points,
            ecart=found.points - candidature.points,
            moi=placed is not None and place == placed.rang,
            lu=place == number("rang_repere"),
            egalite="" if placed is not None and place == placed.rang else tie(candidature, found),
        )
        for place, found in sorted(around.items())
    )


def third(placed: Rang | None, around: Mapping[int, Keys]) -> Keys | None:
    """The keys of the third file when I am behind it; None when it is not known or not needed."""
    last_read = number("rang_repere")
    return around.get(last_read) if placed is not None and placed.rang > last_read else None


def tie(mine: Candidature, other: Keys) -> str:
    """At equal points, what ordered the two: the other demande is older, more recent, or it was drawn; else ""."""
    if other.points != mine.points:
        return ""
    if other.anciennete_le == mine.anciennete_le:
        return DRAWN
    return OLDER if other.anciennete_le < mine.anciennete_le else YOUNGER


def wins_tie(mine: Candidature, other: Keys) -> bool:
    """Whether I would stand before this place at the points that it has."""
    return (mine.anciennete_le, mine.cle_egalite) < (other.anciennete_le, other.cle_egalite)


def _frozen(candidature: Candidature, wanted: set[int]) -> dict[int, Keys]:
    lines = ClassementLigne.objects.filter(classement__offre_id=candidature.offre_id, rang__in=wanted)
    gone = lines.exclude(candidature=candidature).filter(GONE)
    kept = lines.exclude(pk__in=gone.values("pk"))
    return {rang: Keys(*keys) for rang, *keys in kept.values_list("rang", *Keys._fields)}


def _live(candidature: Candidature, wanted: set[int], placed: Rang) -> dict[int, Keys]:
    ordered = Candidature.objects.live().filter(offre_id=candidature.offre_id).in_order().values_list(*Keys._fields)
    low = max(0, placed.rang - SIDE - 1)
    found = _numbered(ordered[low : placed.rang + SIDE], low + 1)
    last_read = number("rang_repere")
    if last_read not in found:
        found |= _numbered(ordered[last_read - 1 : last_read], last_read)
    return {place: keys for place, keys in found.items() if place in wanted}


def _numbered(rows: Iterable[Sequence[object]], first: int) -> dict[int, Keys]:
    return {place: Keys(*row) for place, row in enumerate(rows, start=first)}  # type: ignore[arg-type]
