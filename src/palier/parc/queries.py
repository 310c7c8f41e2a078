"""Reads of the stock used twice: the public search, its three zones, its pages; what is due."""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import UTC, datetime
from uuid import UUID

from django.db.models import Count, F, Q, QuerySet

from palier.base.refusal import Refused
from palier.parc.models import Logement, Offre, OffreQuerySet
from palier.parc.rules import LIMITS, PAGE
from palier.territoires.models import Voisinage

ZONES = ("demandees", "limitrophes", "autres")
COMMUNE = "logement__programme__commune"
HIDDEN = ("brouillon", "programmee")
YEAR = LIMITS["stock_periode"].duration


@dataclass(frozen=True, slots=True)
class Filters:
    """What an offre must be; empty means all. Rent with charges in cents a month."""

    typologies: tuple[str, ...] = ()
    financements: tuple[str, ...] = ()
    loyer_max_cents: int | None = None


@dataclass(frozen=True, slots=True)
class Perimetre:
    """The communes asked for, and the départements of the rest (INSEE codes); neighbours are read in the same query."""

    demandees: tuple[str, ...] = ()
    departements: tuple[str, ...] = ()

    def near(self) -> QuerySet[Voisinage, str]:
        """Codes of the communes that share a border with those asked for."""
        return Voisinage.objects.filter(commune__in=self.demandees).values_list("voisine_id", flat=True)


@dataclass(frozen=True, slots=True)
class Page:
    """One page of offres in closing order, and the cursor of the next one ("" at the end)."""

    offres: list[Offre]
    suivant: str


def open_offres(at: datetime) -> OffreQuerySet:
    """The offres that take candidatures at this instant, soonest closing first."""
    return Offre.objects.filter(state="publiee", cloture_le__gte=at).order_by("cloture_le", "id")


def matching(offres: OffreQuerySet, filters: Filters) -> OffreQuerySet:
    """The offres that pass every filter."""
    if filters.typologies:
        offres = offres.filter(logement__typologie__in=filters.typologies)
    if filters.financements:
        offres = offres.filter(logement__financement__in=filters.financements)
    if filters.loyer_max_cents is not None:
        offres = offres.filter(logement__loyer_hc_cents__lte=filters.loyer_max_cents - F("logement__charges_cents"))
    return offres


def in_zone(perimetre: Perimetre, zone: str) -> Q:
    """The condition « in this zone »; without communes asked for, everything is in `autres`."""
    asked = Q(**{f"{COMMUNE}__in": perimetre.demandees})
    if zone == "demandees":
        return asked
    near = Q(**{f"{COMMUNE}__in": perimetre.near()})
    if zone == "limitrophes":
        return near & ~asked
    others = ~asked & ~near if perimetre.demandees else Q()
    if not perimetre.departements:
        return others
    return others & Q(**{f"{COMMUNE}__code_departement__in": perimetre.departements})


def counts(filters: Filters, perimetre: Perimetre, *, at: datetime) -> dict[str, int]:
    """How many open offres pass the filters in each zone: one query."""
    found = matching(open_offres(at), filters).order_by()
    return found.aggregate(**{zone: Count("id", filter=in_zone(perimetre, zone)) for zone in ZONES})


def search(
    filters: Filters, perimetre: Perimetre, zone: str, *, at: datetime, cursor: str = "", size: int = PAGE
) -> Page:
    """One page of a zone, in closing order, by keyset: one query. Refused (400) when the cursor is not one of ours."""
    return page_of(zone_offres(filters, perimetre, zone, at=at), cursor=cursor, size=size)


def zone_offres(filters: Filters, perimetre: Perimetre, zone: str, *, at: datetime) -> OffreQuerySet:
    """The open offres of a zone that pass the filters, in closing order, with all that a row shows."""
    return matching(open_offres(at), filters).filter(in_zone(perimetre, zone)).with_place()


def page_of(offres: OffreQuerySet, *, cursor: str = "", size: int = PAGE) -> Page:
    """Cut a queryset ordered by (cloture_le, id) after the cursor."""
    if cursor:
        when, last = read_cursor(cursor)
        offres = offres.filter(Q(cloture_le__gt=when) | Q(cloture_le=when, id__gt=last))
    rows = list(offres[: size + 1])
    more = len(rows) > size
    rows = rows[:size]
    return Page(rows, write_cursor(rows[-1]) if more else "")


def write_cursor(offre: Offre) -> str:
    """The place of an offre in closing order: microseconds since 1970 and id, in one word."""
    assert offre.cloture_le is not None
    return f"{round(offre.cloture_le.timestamp() * 1_000_000):x}-{offre.pk.hex}"


def read_cursor(cursor: str) -> tuple[datetime, UUID]:
    """The inverse of `write_cursor`. Refused (400) for anything else."""
    try:
        stamp, _, hexa = cursor.partition("-")
        seconds, micro = divmod(int(stamp, 16), 1_000_000)
        return datetime.fromtimestamp(seconds, tz=UTC).replace(microsecond=micro), UUID(hex=hexa)
    except (ValueError, OverflowError, OSError) as error:
        raise Refused(
            "curseur",
            "Ce numéro de page n'est pas le nôtre.",
            field="page",
            value=cursor[:40],
            mend="Revenez à la première page de la recherche.",
            status=400,
        ) from error


def due_for_publication(at: datetime) -> list[UUID]:
    """The programmed offres whose hour has come."""
    due = Offre.objects.filter(state="programmee", publiee_le__lte=at)
    return list(due.order_by("publiee_le", "id").values_list("id", flat=True))


@dataclass(frozen=True, slots=True)
class Stock:
    """What a commune holds here: dwellings, offres of the last twelve months; `…_tailles`: those of some sizes."""

    logements: int = 0
    logements_tailles: int = 0
    offres: int = 0
    offres_tailles: int = 0

    def __add__(self, other: Stock) -> Stock:
        """Two places together."""
        return Stock(
            self.logements + other.logements,
            self.logements_tailles + other.logements_tailles,
            self.offres + other.offres,
            self.offres_tailles + other.offres_tailles,
        )


def stock_of(codes: Iterable[str], sizes: Iterable[str], *, at: datetime) -> dict[str, Stock]:
    """What each of these communes (INSEE) holds, and what was published there in the year before `at`: one query.

    An offre counts once it was public, whatever became of it. A commune that holds nothing is left out.
    """
    wanted = Q(typologie__in=tuple(sizes))
    since = at - YEAR
    public = Q(offres__publiee_le__gt=since, offres__publiee_le__lte=at) & ~Q(offres__state__in=HIDDEN)
    found = Logement.objects.filter(programme__commune__in=set(codes)).values_list("programme__commune").annotate(
        logements=Count("id", distinct=True),
        logements_tailles=Count("id", distinct=True, filter=wanted),
        parues=Count("offres", distinct=True, filter=public),
        parues_tailles=Count("offres", distinct=True, filter=public & wanted),
    )  # fmt: skip
    return {code: Stock(*counted) for code, *counted in found.order_by()}
