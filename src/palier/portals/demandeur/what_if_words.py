"""The words of « Et si… »: before and after, the price, how far to look."""

from __future__ import annotations

from dataclasses import dataclass

from palier.base import limits
from palier.base.money import whole_euros
from palier.estimations.queries import Comparaison, LimiteTrajet, Perspective, Zones
from palier.portals.chances_words import finite, mention
from palier.portals.demandeur.estimations_words import (
    HORIZONS,
    bound_only,
    bounded,
    count,
    points_more,
    reliable,
    too_few,
)
from palier.portals.ui import chances, french

NBSP = french.NBSP
NONE = "—"
WIDE = "Vos secteurs sont très larges. Une bonne part des annonces est dans des communes que vous avez refusées."
NARROW = f"Vos secteurs sont étroits{NBSP}: au rythme actuel, moins d'une annonce en 3{NBSP}ans serait pour vous."
FEW = f"Trop peu d'annonces en un an{NBSP}: nous ne pouvons pas donner de chiffre fiable."
FEW_ALONE = f"Le secteur prioritaire seul a trop peu d'annonces en un an{NBSP}: pas de chiffre fiable."
WARNINGS = {"trop_large": WIDE, "trop_etroit": NARROW}


@dataclass(frozen=True)
class Row:
    """One line of the comparison."""

    titre: str
    avant: str
    apres: str


@dataclass(frozen=True)
class Compared:
    """Before and after: the difference first with its range, then the shares and the price; `trop_peu` otherwise."""

    ecart: str
    lignes: tuple[Row, ...]
    trop_peu: str
    mention: str


@dataclass(frozen=True)
class Limit:
    """One row of the table of travel limits."""

    titre: str
    chance: str
    trajet: str
    loyer: str
    annonces: int


@dataclass(frozen=True)
class Limits:
    """How far to look: the table, the two rings, the warning."""

    lignes: tuple[Limit, ...]
    secteurs: str
    alerte: str


def compared(found: Comparaison) -> Compared:
    """The comparison in words. Without enough offres on either side, only the price is told."""
    sides = (found.avant, found.apres)
    said = mention(found.apres.faite_le, demonstration=found.apres.demonstration)
    few = next((too_few(each) for each in sides if not reliable(each) and not bounded(each)), "")
    if few:
        return Compared("", _price(found), few, said)
    known = finite((abs(found.bas80), abs(found.haut80))) and not any(bounded(each) for each in sides)
    gain = points_more(found.bas80, found.haut80) if known else ""
    return Compared(gain, (*_shares(found), *_price(found)), "", said)


def _shares(found: Comparaison) -> tuple[Row, ...]:
    before, after = _cells(found.avant), _cells(found.apres)
    return tuple(
        Row(f"Sur 100, {label}", old, new) for (_, label), old, new in zip(HORIZONS, before, after, strict=True)
    )


def _cells(found: Perspective) -> tuple[str, str, str, str]:
    """The four shares; fewer than one offre served: a bound at 1 year and nothing else."""
    if bounded(found):
        return NONE, bound_only(found).rstrip("."), NONE, NONE
    return count(found.p6), count(found.p12), count(found.p24), count(found.p36)


def _price(found: Comparaison) -> tuple[Row, ...]:
    travel, loyer, seen = found.trajet_min, found.loyer_cents, found.annonces
    return (
        Row("Trajet moyen attendu, estimation", _minutes(travel[0]), _minutes(travel[1])),
        Row("Loyer moyen attendu", _euros(loyer[0]), _euros(loyer[1])),
        Row(f"Annonces en 12{NBSP}mois", str(seen[0]), str(seen[1])),
    )


def _minutes(value: float | None) -> str:
    return NONE if value is None else f"{round(value)}{NBSP}min"


def _euros(cents: int | None) -> str:
    return NONE if cents is None else whole_euros(cents)


def limits_of(found: Zones) -> Limits:
    """The table of travel limits, the priority ring against both, and what seems too wide or too narrow."""
    rows = tuple(_limit(each) for each in found.trajets)
    few = found.statut != "ok" and found.ensemble_moins is None
    if few or not any(_share(each) for each in found.trajets):
        return Limits(rows, FEW, "")
    return Limits(rows, rings(found), WARNINGS.get(found.alerte, ""))


def _share(row: LimiteTrajet) -> str:
    enough = row.annonces >= limits.value("estimation_offres_min")
    return out_of(row.p12, row.statut, row.moins_p12) if enough else ""


def out_of(p12: float | None, statut: str, most: float | None) -> str:
    """« 31 sur 100 »; « moins de 8 sur 100 » with fewer than one offre a year for the person; "" below five offres."""
    if most is not None and finite((most,)):
        return f"moins de{NBSP}{chances.less_than(most)} sur{NBSP}100"
    sure = statut == "ok" and p12 is not None and finite((p12,))
    return f"{count(p12)} sur{NBSP}100" if sure and p12 is not None else ""


def _limit(row: LimiteTrajet) -> Limit:
    return Limit(
        titre=f"{row.maximum}{NBSP}min au plus",
        chance=_share(row) or "trop peu d'annonces",
        trajet=_minutes(row.trajet_min),
        loyer=_euros(row.loyer_cents),
        annonces=row.annonces,
    )


def rings(found: Zones) -> str:
    """« Avant 1 an : 31 sur 100 avec le secteur prioritaire seul, 48 sur 100 avec les deux secteurs. »"""
    if found.prioritaire_p12 is None or found.ensemble_p12 is None:
        return ""
    alone = out_of(found.prioritaire_p12, found.prioritaire_statut, found.prioritaire_moins)
    both = out_of(found.ensemble_p12, found.statut, found.ensemble_moins)
    if not both:
        return ""
    if not alone:
        return f"Avant 1{NBSP}an{NBSP}: {both} avec les deux secteurs. {FEW_ALONE}"
    return f"Avant 1{NBSP}an{NBSP}: {alone} avec le secteur prioritaire seul, {both} avec les deux secteurs."
