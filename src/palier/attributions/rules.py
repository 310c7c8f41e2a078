"""What the attribution allows, as predicates on plain values (CCH R.441-3, R.441-10)."""

from __future__ import annotations

import tomllib
from collections.abc import Collection, Sequence
from datetime import date, datetime, timedelta
from importlib import resources
from typing import TYPE_CHECKING

from palier.attributions.enums import LOSSES
from palier.base import clock
from palier.droit.dates import plus_mois

if TYPE_CHECKING:
    from palier.attributions.models import Seance
    from palier.base.actor import Actor
    from palier.parc.models import Offre

_DELAIS = tomllib.loads(resources.files("palier.attributions").joinpath("delais.toml").read_text(encoding="utf-8"))
REMINDERS: tuple[int, ...] = tuple(_DELAIS["rappels"]["jours"])
REASON_LENGTH: int = _DELAIS["motif"]["caracteres"]
APPEAL_MONTHS: int = _DELAIS["recours"]["mois"]
EFFORT_MARK: int = _DELAIS["effort"]["pourcent"]
RESULTS_MONTHS: int = _DELAIS["resultats"]["delai_mois"]
RESULTS_PERIOD: int = _DELAIS["resultats"]["periode_mois"]
RESULTS_LEAST: int = _DELAIS["resultats"]["minimum"]
RESULTS_PRESENTED: int = _DELAIS["resultats"]["presentes"]
RESULTS_CELL: int = _DELAIS["resultats"]["cellule"]
OUT_OF = 10
"""Shares are told out of ten dwellings: two neighbouring counts cannot be subtracted to one of them."""

ENDED_SEANCE = ("close", "signee")
ATTRIBUTING = ("a", "b", "c")
TRANSITIONS = {
    "a": "attribuer",
    "b": "attribuer",
    "c": "attribuer_sous_condition",
    "d": "ne_pas_attribuer",
    "e": "declarer_irrecevable",
}
"""Letter of the decision -> transition of the candidature."""

_AFTER: dict[str | None, tuple[str, ...]] = {
    None: ("contacte",),
    "contacte": ("contacte", "presente", *LOSSES),
    "injoignable": ("contacte",),
    "presente": tuple(LOSSES),
}


def next_contacts(last: str | None) -> tuple[str, ...]:
    """What may be recorded after the last contact of a candidature (None = never reached for)."""
    return _AFTER.get(last, ())


def designates(actor: Actor, offre: Offre) -> bool:
    """True for the réservataire of the dwelling, or for its bailleur when it is reserved to nobody."""
    logement = offre.logement
    if actor.organisation_id is None:
        return False
    if logement.reservataire_id is not None:
        return actor.role == "reservataire" and logement.reservataire_id == actor.organisation_id
    return actor.role == "bailleur" and owns(actor, offre)


def owns(actor: Actor, offre: Offre) -> bool:
    """True for the bailleur of the dwelling."""
    return actor.role == "bailleur" and offre.logement.programme.bailleur_id == actor.organisation_id


def appeal_start(at: datetime) -> datetime:
    """A séance closed or signed before this instant is past its appeal at `at`: two months (CJA R.421-1)."""
    return clock.deadline(plus_mois(clock.local_day(at), -APPEAL_MONTHS) - timedelta(days=1))


def is_over(seance: Seance, at: datetime) -> bool:
    """True once the appeal window has passed: it runs from the signature, or from the closing while unsigned."""
    return seance.state in ENDED_SEANCE and seance.state_since <= appeal_start(at)


def sits(actor: Actor, seance: Seance, members: Collection[object], at: datetime) -> bool:
    """True for the bailleur of the séance and for a member who has a seat on it, until its appeal window is over."""
    if actor.role == "bailleur":
        return seance.bailleur_id == actor.organisation_id
    return (
        actor.role == "membre_caleol"
        and seance.state != "preparee"
        and not is_over(seance, at)
        and actor.user_id in members
    )


def consecutive(orders: Sequence[int]) -> bool:
    """True when the orders are exactly 1, 2, 3…, each once."""
    return sorted(orders) == list(range(1, len(orders) + 1))


def overtaken(ranks: Sequence[int]) -> tuple[int, ...]:
    """Ranks, given in decided order, that stand behind a worse one: each needs a motive that the person reads."""
    return tuple(rank for place, rank in enumerate(ranks) if any(rank < earlier for earlier in ranks[:place]))


def months_told(day: date) -> tuple[date, date]:
    """First and last day of the period told on this day: whole months, the last of them over for a month at least.

    It moves on the first of a month only: two nights never differ by the leases of one day (trust V1).
    """
    after = plus_mois(day.replace(day=1), -RESULTS_MONTHS)
    return plus_mois(after, -RESULTS_PERIOD), after - timedelta(days=1)


def order_shares(first: int, second: int, later: int) -> list[int]:
    """Of ten dwellings let, how many went to the 1st, to the 2nd and further in the decided order; else [].

    A cell under five folds into the last one: [1st, 2nd, further], then [1st, further], then nothing is said.
    """
    cells = [first, second, later] if min(second, later) >= RESULTS_CELL else [first, second + later]
    if min(cells) < RESULTS_CELL:
        return []
    parts = [divmod(cell * OUT_OF, sum(cells)) for cell in cells]
    missing = OUT_OF - sum(whole for whole, _ in parts)
    fullest = sorted(range(len(cells)), key=lambda place: (-parts[place][1], place))[:missing]
    return [whole + (place in fullest) for place, (whole, _) in enumerate(parts)]
