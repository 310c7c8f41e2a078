"""What anyone may read of our estimates: how often they were right, on what they rest, how long people wait.

Also what the auditor reads of a selection. Every row was written by a task: nothing is computed here.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any
from uuid import UUID

from palier.base import limits
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.estimations.enums import Origine, Source
from palier.estimations.models import Ajustement, Audit, Rejeu, Score
from palier.territoires.models import Grille

LEAST = 10
"""Persons under which no delay is said."""
YEARS = 8
"""Quarters of which the score is recalled."""


@dataclass(frozen=True, slots=True)
class Quarter:
    """The scores of one quarter from one source: all together, then by zone and size (the totals of a zone first)."""

    debut: date
    fin: date
    source: str
    demonstration: bool
    calcule_le: datetime
    ensemble: Score
    lignes: tuple[Score, ...]


def last_scores() -> dict[str, Quarter]:
    """The latest quarter of each source. One query."""
    found: dict[str, list[Score]] = {}
    for row in Score.objects.order_by("-debut", "zone", "typologie"):
        rows = found.setdefault(row.source, [])
        if not rows or rows[0].debut == row.debut:
            rows.append(row)
    return {source: _quarter(rows) for source, rows in found.items()}


def _quarter(rows: list[Score]) -> Quarter:
    whole = next(row for row in rows if not row.zone and not row.typologie)
    cells = tuple(row for row in rows if row.zone)
    demonstration = whole.origine != Origine.REEL
    return Quarter(whole.debut, whole.fin, whole.source, demonstration, whole.calcule_le, whole, cells)


def former_scores() -> list[Score]:
    """The whole of each quarter scored on what was shown, or replayed, the latest first. One query."""
    rows = Score.objects.filter(zone="", typologie="").order_by("-debut", "source")
    return list(rows[: YEARS * len(Source)])


def is_told(score: Score) -> bool:
    """True when enough offres ended for a figure."""
    return score.brier is not None


def least_offres() -> int:
    """How many finished offres a figure needs."""
    return limits.value("score_offres_min")


def current_fits() -> list[Ajustement]:
    """The fit that each territory uses, without its parameters. One query."""
    used = Rejeu.objects.values("ajustement")
    return list(Ajustement.objects.filter(pk__in=used).defer("parametres").order_by("territoire"))


def territory_labels(codes: Iterable[str]) -> dict[str, str]:
    """The name of the grid of each territory. One query."""
    rows = Grille.objects.filter(code__in=set(codes)).order_by("version")
    return {row.code: row.libelle for row in rows.defer("texte")}


# Delays ---------------------------------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Devenir:
    """Out of 100 demandes filed three years ago: housed here, gone otherwise, waiting; `dormantes` wait and apply no
    more. `n` is how many there were."""

    n: int
    logees: int
    sorties: int
    attendent: int
    dormantes: int


@dataclass(frozen=True, slots=True)
class OneYear:
    """Out of 100 demandes followed, a year after their deposit: housed and gone, as lived; housed, had nobody left."""

    loges: int
    sortis: int
    si_nul_ne_partait: int
    n: int


@dataclass(frozen=True, slots=True)
class Landmarks:
    """The three delays of a territory, never to be confused, and what was lived there. None: too few persons."""

    territoire: str
    demonstration: bool
    faits_le: date  # the last day counted
    loges: tuple[float, int] | None
    attente: tuple[float, int] | None
    stock_flux: tuple[float, int, int] | None
    un_an: OneYear | None
    devenir: Devenir | None


def landmarks() -> list[Landmarks]:
    """Those of every territory, as its last night found them. One query."""
    rows = Rejeu.objects.defer("tables", "ajustement__parametres").select_related("ajustement").order_by("pk")
    return [_landmarks(row) for row in rows]


def _landmarks(row: Rejeu) -> Landmarks:
    said = row.reperes
    stock, flux = said.get("stock", 0), said.get("flux", 0)
    enough = said.get("stock_flux") is not None and flux >= LEAST
    return Landmarks(
        territoire=row.pk,
        demonstration=row.ajustement.demonstration,
        faits_le=date.fromisoformat(said["arretes_le"]) if "arretes_le" in said else local_day(row.fait_le),
        loges=_mean(said.get("loges")),
        attente=_mean(said.get("attente")),
        stock_flux=(said["stock_flux"], stock, flux) if enough else None,
        un_an=_year(said.get("un_an")),
        devenir=_fate(said.get("devenir")),
    )


def _year(said: dict[str, Any] | None) -> OneYear | None:
    if said is None or said["n"] < LEAST:
        return None
    shares = {name: round(100 * said[name]) for name in ("loges", "sortis", "si_nul_ne_partait")}
    return OneYear(**shares, n=said["n"])


def _mean(pair: list[Any] | None) -> tuple[float, int] | None:
    return (float(pair[0]), int(pair[1])) if pair is not None else None


def _fate(said: dict[str, int] | None) -> Devenir | None:
    """Three shares out of 100 that make 100: the largest remainders go up."""
    if said is None or said["n"] < LEAST:
        return None
    parts = [100 * said[name] / said["n"] for name in ("logees", "sorties", "attendent")]
    whole = [int(part) for part in parts]
    for place in sorted(range(3), key=lambda each: whole[each] - parts[each])[: 100 - sum(whole)]:
        whole[place] += 1
    logees, sorties, attendent = whole
    return Devenir(said["n"], logees, sorties, attendent, round(100 * said["dormantes"] / said["n"]))


# The audit ------------------------------------------------------------------------------------------------------------


def audits_of(actor: Actor) -> list[Audit]:
    """Every audit that the reader may open, the latest first, without what it found. One query."""
    return list(Audit.objects.visible_to(actor).defer("lignes", "calibration").order_by("-debut", "territoire"))


def audit_of(actor: Actor, audit_id: UUID) -> Audit | None:
    """One audit, when the reader may open it."""
    return Audit.objects.visible_to(actor).filter(pk=audit_id).first()
