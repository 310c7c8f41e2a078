"""Who applies to what: drawn by where and what people look for, and refused by the same verdict as in the pages."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from math import exp

from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.candidatures.actions import new_candidature
from palier.candidatures.models import Candidature
from palier.candidatures.queries import verdict
from palier.demo.draw import NOW
from palier.demo.people import Menage
from palier.demo.world import World
from palier.parc.models import Offre

PACE = timedelta(days=4)
"""Mean time after which people apply to an offre."""
APPLYING = ("active", "deposee")


@dataclass
class Entry:
    """One candidature being told: whose it is, and when it left the list, if it did."""

    row: Candidature
    menage: Menage
    verdict: str
    ended_at: datetime | None = None
    last: str = ""


def target(world: World, offre: Offre) -> int:
    """How many candidatures a told offre should have received by now: most come in its first days."""
    assert offre.publiee_le is not None
    return round(max(14.0, world.draw.gauss(46, 14)) * (1 - exp(-(NOW - offre.publiee_le) / PACE)))


def draw_candidatures(
    world: World, offre: Offre, count: int, end: datetime, *, below: int | None = None
) -> list[Entry]:
    """At most `count` candidatures of different menages on one offre before `end`, in the order of their hours.

    With `below`, they have fewer points than that.
    """
    assert offre.publiee_le is not None
    made: list[Entry] = []
    pool = [each for each in world.menages if _may_come(each, offre, end)]
    for menage in world.draw.few(pool, [_interest(each, offre) for each in pool], len(pool)):
        if len(made) >= count:
            break
        entry = enter(world, menage, offre, end)
        if entry is not None and (below is None or entry.row.points < below):
            made.append(entry)
    return sorted(made, key=lambda entry: entry.row.deposee_le)


def register(world: World, entries: Sequence[Entry]) -> None:
    """These candidatures were filed."""
    for entry in entries:
        row = entry.row
        data = {"points": row.points, "trajet_minutes": row.trajet_minutes, "verdict": entry.verdict}
        world.history.born(row, row.deposee_le, Actor(entry.menage.user.pk, "demandeur"), data)


def enter(world: World, menage: Menage, offre: Offre, end: datetime) -> Entry | None:
    """The candidature of one menage at a drawn hour, or None when the verdict is « Non »."""
    assert offre.publiee_le is not None
    end = min(end, NOW - timedelta(minutes=30))
    start = max(offre.publiee_le, menage.filed_at + timedelta(minutes=1))
    latest = end if menage.gone is None else min(end, menage.gone[0] - timedelta(hours=1))
    at = world.draw.between(start, min(latest, start + PACE * world.draw.expovariate(1)))
    answer = verdict(menage.known, offre, local_day(at))
    if not answer.may_apply:
        return None
    return Entry(new_candidature(menage.known, offre, at), menage, answer.kind)


def _may_come(menage: Menage, offre: Offre, end: datetime) -> bool:
    assert offre.publiee_le is not None
    if menage.target not in APPLYING or menage.filed_at >= end - timedelta(hours=1):
        return False
    if menage.on_stage and end < NOW - timedelta(days=1):
        return False
    return not menage.is_gone(offre.publiee_le + timedelta(hours=12))


def _interest(menage: Menage, offre: Offre) -> float:
    known, logement = menage.known, offre.logement
    commune = logement.programme.commune_id
    place = 6.0 if commune in known.prioritaires else 3.0 if commune in known.secondaires else 0.5
    size = 4.0 if logement.typologie in menage.demande.typologies else 0.25
    budget = menage.demande.budget_cents or 0
    stage = 0.08 if menage.on_stage else 1.0
    return stage * place * size * (1.0 if logement.loyer_cc_cents <= budget * 1.1 else 0.3)


def house_moves(entries: Sequence[Entry], world: World, until: datetime) -> None:
    """Close the candidatures of those who signed a lease elsewhere, or whose demande ended, before `until`."""
    for entry in entries:
        if entry.ended_at is not None or entry.menage.gone is None:
            continue
        at, motif = entry.menage.gone
        if entry.row.deposee_le < at <= until:
            entry.row.motif_fin = motif
            world.history.move(entry.row, "clore", Actor.system(), at, motif)
            entry.ended_at = at
