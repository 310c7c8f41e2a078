"""The invented stock: programmes, dwellings with plausible rents, and the calendar of the offres."""

from __future__ import annotations

from datetime import datetime, timedelta
from decimal import Decimal
from typing import Any

from palier.base.clock import deadline, local_day
from palier.demo.draw import NOW, OPENING, at_hour, territory
from palier.demo.world import World
from palier.parc.models import Logement, Offre, Programme
from palier.territoires.models import Commune, Grille

PROGRAMMES, RESERVE = 30, 8
FIRST_TEAM = (0, 1, 24, 27, 29, 32, 33, 34)
"""Dwellings of the first bailleur, whose agent and commission are in the cast: one at each stage."""
CAST_HOMES = {0: "T3", 34: "T2"}
"""Dwellings of the cast's stories, and their size."""
RESERVED, ADAPTED = (0, 27, 29, 33), (9, 45)
OPEN_DAYS = (1, 2, 2, 3, 3, 4, 5, 6, 6, 7, 8, 9, 10, 11, 12, 13, 14, 16, 17, 19, 20, 22, 24, 25)
"""Days from now to the closing of each open offre."""
PAST = (("cloturee", (1, 2)), ("en_designation", (5, 6, 8)), ("en_commission", (12, 13, 14)),
        ("attribuee", (21, 22, 23, 25)))  # fmt: skip
"""Offres under way: where they stand, and days since their closing."""
FINISHED, WITHDRAWN = 240, 3
"""Offres whose end the simulator plays, and withdrawn ones."""
TEXTS = (
    "Logement traversant, cuisine séparée, cave.",
    "Séjour orienté au sud, balcon, local à vélos.",
    "Proche du tramway et des écoles. Chauffage collectif.",
    "Rénové, double vitrage, placards.",
    "Rez-de-jardin calme, place de stationnement en option.",
)


def build_stock(world: World, grille: Grille) -> list[Logement]:
    """Programmes, dwellings and offres of the world; the dwellings left without an offre are returned too."""
    communes = Commune.objects.in_bulk(list(territory()["communes"]))
    programmes = _programmes(world, communes)
    fates = _calendar(world)
    logements = [_logement(world, programmes, number) for number in range(len(fates) + RESERVE)]
    for logement, (fate, published, closing) in zip(logements, fates, strict=False):
        _offre(world, grille, logement, fate, published, closing)
    return logements


def _programmes(world: World, communes: dict[str, Commune]) -> list[Programme]:
    draw, names = world.draw, territory()["noms"]
    weights = {code: row["poids"] for code, row in territory()["communes"].items()}
    codes = [*territory()["communes"], *(draw.weighted(weights) for _ in range(PROGRAMMES - len(communes)))]
    made = []
    for number, code in enumerate(codes):
        team = world.bailleurs[number % len(world.bailleurs)]
        row = Programme(
            id=draw.uid(OPENING), bailleur=team.organisation, nom=f"Résidence {names['programmes'][number]}",
            commune=communes[code], quartier=draw.choice(names["quartiers"]),
            adresse=f"{draw.randint(1, 90)} {draw.choice(names['voies'])}",
        )  # fmt: skip
        world.history.add(row)
        world.history.note("programme.cree", row, team.agent, OPENING)
        made.append(row)
    return made


def _logement(world: World, programmes: list[Programme], number: int) -> Logement:
    draw, data = world.draw, territory()
    weights = [data["communes"][each.commune_id]["poids"] for each in programmes]
    programme = draw.choices(programmes, weights)[0]
    if number in FIRST_TEAM:
        own = [each for each in programmes if each.bailleur_id == world.bailleurs[0].organisation.pk]
        programme = own[0] if number == 0 else draw.choice(own)
    financement = draw.weighted({name: row["part"] for name, row in data["financements"].items()})
    typologie = draw.weighted({name: row["part"] for name, row in data["typologies"].items()})
    if number in CAST_HOMES:
        financement, typologie = "PLUS", CAST_HOMES[number]
    surface = Decimal(draw.randint(*data["typologies"][typologie]["surface"]))
    place = data["communes"][programme.commune_id]
    loyer = float(surface) * data["financements"][financement]["loyer"] * place["loyer"]
    floor = draw.randint(0, 7)
    reserved = number in RESERVED or draw.likely(60)
    holder = world.reservataire.organisation if reserved and world.reservataire is not None else None
    row = Logement(
        id=draw.uid(OPENING), programme=programme, numero=f"{draw.choice('ABC')}{floor}{number:02d}",
        typologie=typologie, surface=surface, etage=floor, ascenseur=floor > 3 or draw.likely(40),
        adapte=number in ADAPTED, financement=financement, loyer_hc_cents=round(loyer * 100),
        charges_cents=round(float(surface) * data["charges"]["par_m2"] * 100),
        dpe=draw.weighted({"A": 8, "B": 20, "C": 44, "D": 24, "E": 4}), reservataire=holder,
    )  # fmt: skip
    world.history.add(row)
    world.history.note("logement.cree", row, world.bailleurs[_place(world, programme)].agent, OPENING)
    return row


def _place(world: World, programme: Programme) -> int:
    return next(i for i, team in enumerate(world.bailleurs) if team.organisation.pk == programme.bailleur_id)


def _calendar(world: World) -> list[tuple[str, datetime | None, datetime | None]]:
    """(what becomes of it, published, closing) of every offre: open ones first, then under way, then ended."""
    draw, today = world.draw, local_day(NOW)
    made: list[tuple[str, datetime | None, datetime | None]] = []
    for days in OPEN_DAYS:
        closing = deadline(today + timedelta(days=days))
        length = max(days + 1, draw.randint(12, 27))
        made.append(("ouverte", at_hour(closing.date() - timedelta(days=length), draw.randint(8, 17)), closing))
    made[0] = ("vitrine", at_hour(today - timedelta(days=20), 9), made[0][2])
    made += [("brouillon", None, None), ("programmee", at_hour(today + timedelta(days=2), 9), None)]
    for fate, ages in PAST:
        made += [_past(world, fate, today - timedelta(days=age)) for age in ages]
    ended = ["jouee"] * FINISHED + ["retiree"] * WITHDRAWN
    draw.shuffle(ended)
    first = local_day(OPENING) + timedelta(days=55)
    span = (today - timedelta(days=52) - first).days
    for number, fate in enumerate(ended):
        made.append(_past(world, fate, first + timedelta(days=span * number // (len(ended) - 1))))
    return made


def _past(world: World, fate: str, day: Any) -> tuple[str, datetime, datetime]:
    closing = deadline(day)
    return fate, at_hour(day - timedelta(days=world.draw.randint(14, 24)), world.draw.randint(8, 17)), closing


def _offre(
    world: World, grille: Grille, logement: Logement, fate: str, published: datetime | None, closing: datetime | None
) -> None:
    draw, history = world.draw, world.history
    start = published if published is not None and published < NOW else NOW - timedelta(days=2)
    made_at = start - timedelta(days=1, hours=draw.randint(0, 5))
    if fate == "programmee" and published is not None:
        closing = deadline(local_day(published) + timedelta(days=14))
    offre = Offre(
        id=draw.uid(made_at), logement=logement, grille=grille, created_at=made_at, publiee_le=published,
        cloture_le=closing, disponible_le=local_day((closing or NOW) + timedelta(days=draw.randint(35, 70))),
        description=draw.choice(TEXTS), presentes=3,
    )  # fmt: skip
    agent = world.team_of(offre).agent
    history.born(offre, made_at, agent)
    if fate == "programmee":
        history.move(offre, "programmer", agent, start)
    elif published is not None:
        history.move(offre, "publier", agent, published)
    world.offres.append((offre, fate))
    if fate == "vitrine":
        world.showcase = offre
