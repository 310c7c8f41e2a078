"""Accepting or waiting, and the odds of a place behind the first, in words: two facts, never an advice."""

from __future__ import annotations

from dataclasses import dataclass

from palier.estimations.queries import Attendre, SuiteOrdre
from palier.portals.chances_words import finite, mention
from palier.portals.demandeur.estimations_words import months
from palier.portals.ui import chances, french

NBSP = french.NBSP
TOO_FEW = "Trop peu de logements attribués ici"
NO_NUMBER = f"{TOO_FEW}{NBSP}: nous ne pouvons pas donner de chiffre fiable."


@dataclass(frozen=True)
class Waiting:
    """What waiting would bring, in sentences."""

    phrases: tuple[str, ...]
    mention: str


@dataclass(frozen=True)
class Odds:
    """The odds of a place: a figure when the data allow one, then sentences."""

    figure: chances.Figure | None
    phrases: tuple[str, ...]
    mention: str


def waiting_words(found: Attendre) -> Waiting:
    """« Sur 100 demandes comme la vôtre, entre 35 et 60 reçoivent une autre proposition avant 1 an. »"""
    said = _mention(found)
    if found.statut != "ok" or not finite((found.p12, found.bas80, found.haut80)):
        return Waiting((NO_NUMBER,), said)
    known = chances.figure(found.p12, found.bas80, found.haut80)
    most = f" ({known.fourchette})" if known.fourchette else ""
    many = f"{known.fourchette} reçoivent" if known.sur else f"moins de{NBSP}1{most} reçoit"
    first = f"Sur 100{NBSP}demandes comme la vôtre qui attendent, {many} une autre proposition avant 1{NBSP}an."
    return Waiting((first, _half(found.q50)), said)


def _half(q50: float | None) -> str:
    if q50 is None:
        return f"Plus de la moitié attend plus de 3{NBSP}ans."
    return f"La moitié attend moins de {months(q50)}, l'autre moitié davantage."


def odds_words(found: SuiteOrdre) -> Odds:
    """The odds of the 2nd or 3rd of a decided order."""
    said = _mention(found)
    if found.statut != "ok" or not finite((found.proba, found.bas80, found.haut80)):
        return Odds(None, (NO_NUMBER,), said)
    return Odds(
        chances.figure(found.proba, found.bas80, found.haut80),
        ("Il vous est proposé si chaque personne devant vous refuse ou ne répond pas.",),
        said,
    )


def _mention(found: Attendre | SuiteOrdre) -> str:
    return "" if found.trace is None else mention(found.trace.faite_le, demonstration=found.demonstration)
