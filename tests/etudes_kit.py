"""A territory with its demandes, its collectivité, its grid, and a draft that changes two lines."""

from __future__ import annotations

from datetime import timedelta
from typing import Any

from palier.base import clock
from palier.base.actor import Actor
from palier.droit.bareme import texte_donnees
from palier.etudes import actions, running
from palier.etudes.models import Etude
from tests import factories as make

EPCI = make.EPCI
CURRENT = texte_donnees("donnees/grilles/territoire_demo.toml")
DRAFT = (
    CURRENT.replace("version = 1", "version = 2")
    .replace('points = 6\n  si = "menage', 'points = 30\n  si = "menage')
    .replace("points = 1, plafond = 48", "points = 1, plafond = 20")
)


def make_collectivite(siren: str = EPCI) -> Actor:
    """An agent of the collectivité of this SIREN."""
    return make.make_collectivite(siren)[1]


def make_people(count: int) -> Actor:
    """Parents with two children and single persons; one in five asks first for Rezé; an agent of their EPCI."""
    clock.set_now(make.NOW)
    make.make_communes()
    make.make_grille()
    for number in range(count):
        steps: dict[str, Any] = {}
        if number % 2:
            steps["menage"] = {"personnes": []}
        if number % 5 == 0:
            steps["perimetre"] = {"prioritaires": [make.REZE], "secondaires": []}
        if number % 3 == 0:
            steps["ressources"] = {"rfr_n2_cents": 900_000 + 10_000 * number}
        make.make_demande(filed=make.NOW - timedelta(days=36 * number), state="deposee", **steps)
    return make_collectivite()


def study(by: Actor, texte: str = DRAFT) -> Etude:
    """A study asked and calculated."""
    asked = actions.launch_etude(texte=texte, by=by, at=make.NOW)
    running.run(asked.pk, now=clock.now)
    return Etude.objects.get(pk=asked.pk)
