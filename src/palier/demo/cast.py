"""The people one may sign in as: four demandeurs with a story, and one agent for each staff page."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, date, datetime, timedelta
from typing import Any

from allauth.account.models import EmailAddress

from palier import coffre
from palier.accounts.models import User
from palier.base.actor import Actor
from palier.demo.draw import NOW, OPENING, territory
from palier.demo.people import Menage, new_menage
from palier.demo.world import Team, World
from palier.gateways.sirene import EMPLOYEURS
from palier.organisations.models import Kind, Membership, Organisation, Role

DOMAIN = "palier.example"
MENAGES = 800
NIC = "00000"
"""The last figures of an invented SIRET: the SIREN before them is the EPCI of the real communes."""


@dataclass(frozen=True)
class Staff:
    """One agent of the cast."""

    prenom: str
    role: str
    email: str


STAFF = (
    Staff("Claire", Role.BAILLEUR.value, f"claire@{DOMAIN}"),
    Staff("Hugo", Role.RESERVATAIRE.value, f"hugo@{DOMAIN}"),
    Staff("Odile", Role.MEMBRE_CALEOL.value, f"odile@{DOMAIN}"),
    Staff("Samir", Role.COLLECTIVITE.value, f"samir@{DOMAIN}"),
    Staff("Leïla", Role.CONSEILLER.value, f"leila@{DOMAIN}"),
    Staff("Yann", Role.EMPLOYEUR.value, f"yann@{DOMAIN}"),
    Staff("Aïcha", Role.AUDITEUR.value, f"aicha@{DOMAIN}"),
)
CONSEILLER, HUMAN_RESOURCES, AUDITOR = STAFF[4:]
DEMANDEURS = ("Inès", "Karim", "Thomas", "Nora")


def build_teams(world: World) -> Actor:
    """Organisations, their agents and their commissions; returns the hat that publishes the grid."""
    data = territory()
    for place, nom in enumerate(data["bailleurs"]):
        organisation = _organisation(world, Kind.BAILLEUR, nom)
        agent = member(world, organisation, Role.BAILLEUR, f"agence{place}@{DOMAIN}" if place else STAFF[0].email)
        seats = [_seat(place, seat) if place + seat else STAFF[2].email for seat in range(3)]
        members = [member(world, organisation, Role.MEMBRE_CALEOL, email) for email in seats]
        world.bailleurs.append(Team(organisation, Actor(agent.pk, "bailleur", organisation.pk), members=members))
        if place == 0:
            world.staff |= {"Claire": agent, "Odile": members[0]}
    reserve = _organisation(world, Kind.RESERVATAIRE, data["reservataire"])
    conseiller = member(world, reserve, Role.RESERVATAIRE, STAFF[1].email)
    world.reservataire = Team(reserve, Actor(conseiller.pk, "reservataire", reserve.pk))
    world.staff["Hugo"] = conseiller
    epci = _organisation(world, Kind.COLLECTIVITE, data["collectivite"], siret=f"{data['epci']}{NIC}")
    world.staff["Samir"] = member(world, epci, Role.COLLECTIVITE, STAFF[3].email)
    return Actor(world.staff["Samir"].pk, "collectivite", epci.pk)


def appoint_auditor(world: World) -> None:
    """Aïcha's hat, in an organisation of her own. Drawn last of all."""
    platform = _organisation(world, Kind.PLATEFORME, "Mission d'audit (fictive)")
    world.staff[AUDITOR.prenom] = member(world, platform, Role.AUDITEUR, AUDITOR.email)


def _seat(place: int, seat: int) -> str:
    return f"commission{place}{seat}@{DOMAIN}"


def _organisation(world: World, kind: Kind, nom: str, siret: str = "") -> Organisation:
    row = Organisation(id=world.draw.uid(OPENING), kind=kind, nom=nom, siret=siret)
    row.save(force_insert=True)
    return row


def member(world: World, organisation: Organisation, role: Role, email: str) -> User:
    """A new account with one hat."""
    user = User(id=world.draw.uid(OPENING), email=email, password="!demonstration")  # noqa: S106
    user.save(force_insert=True)
    EmailAddress.objects.create(user=user, email=email, primary=True, verified=True)
    coffre.ensure_keys([user.pk])
    Membership(id=world.draw.uid(OPENING), user=user, organisation=organisation, role=role).save(force_insert=True)
    return user


def build_people(world: World) -> None:
    """The cast, then everybody else, 800 demandes in all; a few drafts, filed without number, and renounced ones."""
    world.cast = {name: _role(world, name) for name in DEMANDEURS}
    world.menages = list(world.cast.values())
    for number in range(MENAGES - len(world.cast)):
        made = new_menage(world.draw, number)
        _aside(world, made, number)
        world.menages.append(made)
    world.by_demande = {each.demande.pk: each for each in world.menages}


def _aside(world: World, made: Menage, number: int) -> None:
    """Some demandes stop earlier than « active »."""
    if number < 6:
        made.target, made.demande.etapes = "brouillon", made.demande.etapes[: 1 + number]
        made.demande.deposee_le = made.demande.renouvelee_le = made.demande.renouveler_avant = None
        made.demande.importee = False
    elif number < 18:
        made.target, made.demande.importee = "deposee", False
        made.demande.deposee_le = made.filed_at.date()
        made.pieces = []
    elif number < 22:
        made.target = "renoncee"
        at = made.filed_at + timedelta(days=world.draw.randint(95, 200))
        if at < NOW:
            made.leave(Actor(made.user.pk, "demandeur"), at, "renoncer", "renonciation")


def _role(world: World, name: str) -> Menage:
    made = new_menage(world.draw, 0, email=f"{_plain(name)}@{DOMAIN}", prenom=name, **ROLES[name])
    if name == "Inès":  # told, not proved: what the counter is for
        made.pieces.remove("MUTATION_PRO")
    if name == "Nora":
        made.target, made.pieces, made.demande.importee = "deposee", [], False
        made.demande.deposee_le = made.filed_at.date()
    return made


def _plain(name: str) -> str:
    return name.lower().replace("è", "e")


def _day(year: int, month: int, day: int, hour: int = 18) -> datetime:
    return datetime(year, month, day, hour, 20, tzinfo=UTC)


_EMPLOYEURS: dict[str, Any] = {each.nom: each for each in EMPLOYEURS}
ROLES: dict[str, dict[str, Any]] = {
    "Inès": {
        "kind": "parent", "nom": "Marchal", "children": 2, "birth": date(1992, 3, 2), "created": _day(2026, 2, 3),
        "since": date(2024, 2, 12), "months": 24, "home": "44109", "first": ["44109", "44143"], "pay": 158_000,
        "employeur": _EMPLOYEURS["Clinique du Val de Moine (fictive)"], "situation": ("mobilite_professionnelle",),
        "sizes": ("T3",),
    },
    "Karim": {
        "kind": "famille", "nom": "Bensalah", "children": 2, "birth": date(1985, 7, 19), "created": _day(2026, 1, 12),
        "since": date(2021, 9, 6), "months": 52, "home": "44109", "first": ["44109"], "pay": 142_000,
        "employeur": _EMPLOYEURS["Régie des Tramways imaginaires"], "sizes": ("T3", "T4"),
        "situation": ("mineur_suroccupation_ou_indecence",),
    },
    "Thomas": {
        "kind": "couple", "nom": "Guilloux", "birth": date(1990, 11, 8), "created": _day(2026, 3, 9),
        "since": date(2021, 5, 17), "months": 57, "home": "44162", "first": ["44162", "44109"], "pay": 131_000,
        "employeur": _EMPLOYEURS["Biscuiterie du Sillon"], "situation": ("heberge_tiers", "reprise_emploi"),
        "sizes": ("T1", "T2", "T3", "T4", "T5"),
    },
    "Nora": {
        "kind": "seul", "nom": "Delmas", "birth": date(1999, 4, 23), "created": _day(2026, 11, 20), "months": 0,
        "home": "44114", "first": ["44114", "44109"], "pay": 149_000, "sizes": ("T1", "T2"),
        "employeur": _EMPLOYEURS["Crèches Les Petits Paliers"], "situation": ("mobilite_professionnelle",),
    },
}  # fmt: skip
