"""Seeding of the demonstration: one act, so that an interrupted seeding leaves an empty database."""

from __future__ import annotations

import time
import tomllib
from collections.abc import Callable
from dataclasses import dataclass, field
from datetime import timedelta
from decimal import Decimal

from palier.attributions.actions import count_delays, publish_results
from palier.base import clock
from palier.demo import advising, cast, credentials, employing, writing
from palier.demo.draw import NOW, OPENING, SEED, Draw, territory
from palier.demo.stock import build_stock
from palier.demo.telling import read_profiles, tell_all
from palier.demo.world import World
from palier.droit.bareme import texte_donnees
from palier.droit.cotation import ecrire_grille
from palier.journal.mover import act
from palier.organisations.models import Organisation
from palier.territoires.actions import open_draft, publish_grille
from palier.territoires.models import Grille

GRID = "donnees/grilles/territoire_demo.toml"
DRAFTED = NOW - timedelta(days=6)


@dataclass
class Timings:
    """Seconds by phase, for whoever watches."""

    phases: dict[str, float] = field(default_factory=dict)

    def run(self, name: str, work: Callable[[], object]) -> None:
        """Do one phase and keep how long it took."""
        start = time.perf_counter()
        work()
        self.phases[name] = time.perf_counter() - start


def is_seeded() -> bool:
    """True when the database already holds an organisation: a real one is never written over."""
    return Organisation.objects.exists()


def seed(seed_number: int = SEED) -> Timings:
    """Write the whole demonstration, put the clock at 24/11/2026 9:00, and write the credentials of the cast."""
    timings, world = Timings(), World(Draw(seed_number))
    made: dict[str, list[credentials.Account] | list[str]] = {}
    _write(world, timings, made)
    clock.set_now(NOW)
    timings.run("résultats publiés", publish)
    credentials.write_files(made["accounts"], made["tokens"])  # type: ignore[arg-type]
    return timings


def publish() -> None:
    """The open results of the offres that ended a month ago, and the delays of the territory."""
    publish_results(at=NOW)
    count_delays(at=NOW)


@act
def _write(world: World, timings: Timings, made: dict[str, list[credentials.Account] | list[str]]) -> None:
    collectivite = cast.build_teams(world)
    grille = publish_grille(texte=texte_donnees(GRID), perimetre=[territory()["epci"]], by=collectivite, at=OPENING)
    open_draft(**_draft(), siren=territory()["epci"], by=collectivite, at=DRAFTED)
    timings.run("ménages", lambda: cast.build_people(world))
    timings.run("demandes", lambda: writing.write_people(world))
    timings.run("dépôts et pièces", lambda: writing.file_demandes(world))
    timings.run("parc et offres", lambda: _stock(world, grille))
    timings.run("profils", lambda: read_profiles(world))
    timings.run("candidatures et suites", lambda: tell_all(world))
    timings.run("écriture", lambda: writing.write_history(world))
    timings.run("accompagnement", lambda: advising.follow(world))
    timings.run("employeur", lambda: employing.employ(world))
    timings.run("auditrice", lambda: cast.appoint_auditor(world))
    made["accounts"] = credentials.open_cast(world)
    made["tokens"] = credentials.mint_tokens(world)


def _draft() -> dict[str, str]:
    """The next version of the grid, as the collectivité has begun to write it."""
    project, tables = territory()["projet"], tomllib.loads(texte_donnees(GRID), parse_float=Decimal)
    tables |= {"version": tables["version"] + 1, "deliberation": "à voter"}
    for line in (each for rubrique in tables["rubrique"] for each in rubrique["critere"]):
        if line["code"] in project["points"]:
            line["points"] = project["points"][line["code"]]
    return {"libelle": project["libelle"], "texte": ecrire_grille(tables)}


def _stock(world: World, grille: Grille) -> None:
    build_stock(world, grille)
    writing.write_stock(world)
