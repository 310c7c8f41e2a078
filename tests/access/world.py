"""One small world that every access test looks at: two bailleurs, two réservataires, two persons, many states.

Canaries are strings that exist nowhere else; `CANARIES` says which field each one lives in.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

from allauth.account.internal.userkit import user_id_to_str
from django.db import transaction
from django.test import Client

from palier.accompagnement import actions as accompagnement
from palier.accounts.models import User
from palier.attributions import actions
from palier.attributions.models import Proposition, Seance
from palier.base import clock
from palier.base.actor import Actor
from palier.base.ids import new_id
from palier.demandes import actions as demandes
from palier.demandes.enums import UsageLien
from palier.demandes.models import Demande, Doublon, Lien, Personne
from palier.demandes.queries.pieces import ref_of
from palier.estimations.actions import auditing
from palier.estimations.models import Audit
from palier.etudes import running
from palier.etudes.actions import launch_etude
from palier.etudes.models import Etude
from palier.journal.mover import create
from palier.organisations.actions import make_code
from palier.organisations.models import ApiToken, CodeSpecifique, Membership, Scope
from palier.parc.models import Offre
from tests import factories as make
from tests.accompagnement_kit import make_agence, make_conseiller, make_waiting
from tests.attributions_kit import CLOSED, DECIDED, SEANCE
from tests.etudes_kit import DRAFT

TODAY = DECIDED + timedelta(days=2)
"""The instant at which the world is looked at."""
CANARIES = {
    "nom": "Merlequin",
    "prenom": "Colibrine",
    "telephone": "0199847362",
    "adresse": "17 impasse du Bouvreuil",
    "email": "colibrine.merlequin@exemple.fr",
    "employeur": "Fonderie du Loriot",
}
SILENT = ("auditeur", "dpo", "admin")
"""Roles without an object of their own here."""


NEVER_GIVEN = UUID("0193aaaa-0000-7000-8000-00000000dead")


@dataclass
class Subject:
    """Who asks: a browser and a token of the same person under the same hat."""

    name: str
    client: Client
    token: str = ""
    user: User | None = None
    actor: Actor = field(default_factory=Actor.anonymous)

    @property
    def role(self) -> str:
        return self.name.partition(".")[0]


@dataclass
class World:
    """Subjects by « role.relation », objects by name; `unknown` is an id that was never given to anything."""

    subjects: dict[str, Subject] = field(default_factory=dict)
    objects: dict[str, Any] = field(default_factory=dict)
    unknown: UUID = NEVER_GIVEN

    def owner(self, name: str) -> Subject:
        return self.subjects[name]

    def pk(self, name: str) -> Any:
        found = self.objects[name]
        return found if isinstance(found, UUID | str) else found.pk


@contextmanager
def rolled_back() -> Iterator[World]:
    """The world, in a transaction that is undone at the end."""
    with transaction.atomic():
        try:
            yield build()
        finally:
            transaction.set_rollback(True)


def build() -> World:
    """Make everybody and everything by the real acts."""
    clock.set_now(make.NOW)
    world = World()
    _organisations(world)
    _persons(world)
    _offres(world)
    _attributions(world)
    _advisers(world)
    clock.set_now(TODAY)
    _subjects(world)
    return world


def _advisers(world: World) -> None:
    """One who follows the demande, a colleague of the agency, one of another; a piece, a possible duplicate."""
    agency, far = make_agence("44"), make_agence("13")
    for name, organisation in (("assigned", agency), ("agency", agency), ("far", far)):
        world.objects[f"user_{name}"], world.objects[f"actor_{name}"] = make_conseiller(organisation)
    accompagnement.assign_demande(
        demande_id=world.pk("demande_own"), by=world.objects["actor_assigned"], at=TODAY - timedelta(hours=2)
    )
    world.objects["ref_own"] = ref_of(world.pk("demande_own"), "ID_FR", None)
    world.objects["piece_own"] = make_waiting(world.objects["demande_own"], at=TODAY - timedelta(hours=3))
    rows = {"ancienne": world.objects["demande_own"], "recente": world.objects["demande_x"]}
    pair = Doublon.objects.filter(**rows).first()
    if pair is None:
        pair = Doublon(**rows, indices=["nom"], signale_le=make.NOW)
        create(pair, by=Actor.system(), at=TODAY, tell=False)
    world.objects["doublon"] = pair


def _organisations(world: World) -> None:
    for name, kind in (("a", "bailleur"), ("b", "bailleur"), ("r", "reservataire"), ("s", "reservataire")):
        organisation = make.make_organisation(kind, f"{kind.title()} {name.upper()}")
        world.objects[f"org_{name}"] = organisation
        world.objects[f"user_{name}"], world.objects[f"actor_{name}"] = make.make_agent(organisation)
    for name, siren in (("e", make.EPCI), ("f", "")):
        organisation = make.make_organisation("collectivite", f"Collectivité {name.upper()}", siren=siren)
        world.objects[f"org_{name}"] = organisation
        world.objects[f"user_{name}"], world.objects[f"actor_{name}"] = make.make_agent(organisation)
    for name in ("u", "v"):
        organisation = make.make_organisation("employeur", f"Employeur {name.upper()}")
        world.objects[f"user_{name}"], world.objects[f"actor_{name}"] = make.make_agent(organisation)
    _code(world, world.objects["actor_u"])
    organisation = world.objects["org_a"]
    world.objects["user_m"], world.objects["actor_m"] = make.make_agent(organisation, "membre_caleol")
    world.objects["org_p"] = make.make_organisation("plateforme", "Plateforme")
    auditing.write_audit(territoire="territoire-demo", debut=date(2026, 7, 1), found=auditing.Found(9), at=make.NOW)
    world.objects["audit"] = Audit.objects.get()
    for role in SILENT:
        world.objects[f"user_{role}"], world.objects[f"actor_{role}"] = make.make_agent(world.objects["org_p"], role)


def _code(world: World, by: Actor) -> None:
    """The code of an employee of this company, and its row."""
    named = {"nom": CANARIES["nom"], "prenom": CANARIES["prenom"], "naissance": date(1992, 3, 2)}
    world.objects["code_own_employeur"] = make_code(**named, by=by, at=make.NOW)
    world.objects["code_u"] = CodeSpecifique.objects.get(organisation_id=by.organisation_id)


def _persons(world: World) -> None:
    own = make.make_user(CANARIES["email"])
    said = {
        "identite": {name: CANARIES[name] for name in ("nom", "prenom", "telephone", "adresse")},
        "travail": {"employeur": CANARIES["employeur"]},
        "relecture": {"vues_consenties": True},
    }
    filed = make.NOW - timedelta(days=1500)
    world.objects["user_own"] = own
    world.objects["demande_own"] = make.make_demande(user=own, filed=filed, **said)
    for place, name in enumerate(("other", "x", "y")):
        demande = make.make_demande(filed=make.NOW - timedelta(days=900 - 90 * place))
        world.objects[f"demande_{name}"], world.objects[f"user_{name}"] = demande, demande.titulaire
    _share(world, "own")
    persons = Personne.objects.filter(demande=world.objects["demande_own"])
    world.objects["personne_own"] = persons.get(role="demandeur")
    world.objects["enfant_own"] = persons.filter(role="enfant").first()
    world.objects["code_own"] = demandes.issue_counter_code(
        demande_id=world.pk("demande_own"), by=Actor(own.pk, "demandeur"), at=TODAY - timedelta(hours=1)
    )
    world.objects["contestation_own"] = demandes.contest(
        demande_id=world.pk("demande_own"), objet="fait", cible="Votre travail", texte="Ce n'est plus mon employeur.",
        by=Actor(own.pk, "demandeur"), at=TODAY - timedelta(hours=2),
    )  # fmt: skip
    soon = (TODAY + timedelta(days=40)).date()
    Demande.objects.filter(pk=world.pk("demande_own")).update(renouveler_avant=soon)
    demandes.send_phone_code(
        demande_id=world.pk("demande_own"), telephone="0612345678", by=Actor(own.pk, "demandeur"), at=TODAY
    )
    holder = Actor(own.pk, "demandeur")
    named = {"nom": "Salarié Nommé", "siret": "99900005200012", "email": "", "by": holder, "at": TODAY}
    world.objects["jeton_employeur"] = demandes.invite_employeur(**named)
    world.objects["lien_employeur"] = Lien.objects.get(titulaire=own, usage=UsageLien.EMPLOYEUR)
    world.objects["jeton_agenda"] = demandes.open_calendar(
        demande_id=world.pk("demande_own"), by=Actor(own.pk, "demandeur"), at=TODAY - timedelta(hours=1)
    )
    code = demandes.issue_counter_code(
        demande_id=world.pk("demande_other"),
        by=Actor(world.pk("user_other"), "demandeur"),
        at=TODAY - timedelta(hours=1),
    )
    demandes.open_counter(code=code, by=world.objects["actor_a"], at=TODAY - timedelta(minutes=50))


def _share(world: World, name: str) -> None:
    """Another adult of the demande, who shares it with an account of their own: « co_<name> »."""
    demande = world.objects[f"demande_{name}"]
    birth = "1988-02-03"
    Personne.objects.create(
        demande=demande, position=8, role="codemandeur",
        identite={"prenom": "Ariane", "nom": "Autre", "naissance": birth},
    )  # fmt: skip
    user, holder = make.make_user(), Actor(demande.titulaire_id, "demandeur")
    token = demandes.invite_codemandeur(demande_id=demande.pk, by=holder, at=make.NOW)
    demandes.join_demande(token=token, naissance=birth, user=user, by=make.actor_of(user), at=make.NOW)
    world.objects[f"user_co_{name}"], world.objects[f"actor_co_{name}"] = user, Actor(user.pk, "codemandeur")
    world.objects[f"jeton_{name}"] = token


def _offre(world: World, name: str, *, reserved: bool = True, applicants: str = "own x y", **options: Any) -> Offre:
    """An offre of bailleur A named `offre_<name>`, its candidatures `<name>_<person>`."""
    by = options.pop("by", world.objects["actor_a"])
    place = {"reservataire_id": world.pk("org_r")} if reserved else {}
    made = make.make_offre(by, **place, **options)
    world.objects[f"offre_{name}"] = made
    for person in applicants.split():
        row = make.make_candidature(made, world.objects[f"demande_{person}"], at=options.get("at", make.NOW))
        world.objects[f"{name}_{person}"] = row
    return made


def _offres(world: World) -> None:
    _offre(world, "brouillon", state="brouillon", applicants="")
    world.objects["logement_a"] = world.objects["offre_brouillon"].logement
    world.objects["programme_a"] = world.objects["logement_a"].programme
    world.objects["logement_libre"] = make.make_logement(world.objects["actor_a"])
    _offre(world, "libre", at=TODAY - timedelta(hours=3), applicants="")
    _offre(world, "publiee", at=TODAY - timedelta(hours=3), applicants="own x y other")
    _offre(world, "close")
    _offre(world, "sienne", reserved=False)
    for name in ("seance", "ordre", "proposee", "bail", "attente", "prete", "refus"):
        _offre(world, name)
    _offre(world, "b", by=world.objects["actor_b"], reserved=False, applicants="other", at=TODAY - timedelta(hours=3))
    for name in ("close", "sienne", "seance", "ordre", "proposee", "bail", "attente", "prete", "refus"):
        make.make_closed(world.objects[f"offre_{name}"])
    world.objects["empreinte"] = world.objects["offre_libre"].grille.empreinte
    world.objects["extrait"] = "rhone"
    world.objects["brouillon"] = make.make_brouillon(world.objects["actor_e"], make.blank_grille())
    _etudes(world)


def _etudes(world: World) -> None:
    """One finished study of collectivité E, one of F that waits for the queue."""
    finished = launch_etude(texte=DRAFT, by=world.objects["actor_e"], at=make.NOW)
    running.run(finished.pk, now=lambda: make.NOW)
    world.objects["etude"] = Etude.objects.get(pk=finished.pk)
    waiting = Etude.objects.get(pk=finished.pk)
    waiting.pk, waiting.organisation, waiting.resultat = new_id(), world.objects["org_f"], None
    waiting._state.adding = True
    create(waiting, by=world.objects["actor_f"], at=TODAY, tell=False)
    world.objects["etude_en_cours"] = waiting


def _designate(world: World, name: str) -> None:
    choices = [world.pk(f"{name}_{person}") for person in ("own", "x", "y")]
    actions.designate(
        offre_id=world.pk(f"offre_{name}"), choices=choices, skipped={}, by=world.objects["actor_r"], at=CLOSED
    )


def _seance(world: World, *names: str, convened: bool = True) -> Seance:
    at, by = CLOSED + timedelta(days=1), world.objects["actor_a"]
    offres = [world.pk(f"offre_{name}") for name in names]
    seance = actions.prepare_seance(prevue_le=SEANCE, offre_ids=offres, by=by, at=at)
    if convened:
        actions.convene_seance(seance_id=seance.pk, by=by, at=at)
        actions.open_seance(seance_id=seance.pk, by=world.objects["actor_m"], at=SEANCE)
    return seance


def _attributions(world: World) -> None:
    for name in ("seance", "ordre", "proposee", "bail", "attente", "prete", "refus"):
        _designate(world, name)
    world.objects["seance_ouverte"] = _seance(world, "seance", "proposee", "bail", "attente", "refus")
    world.objects["seance_preparee"] = _seance(world, "ordre", convened=False)
    for name, persons in (("proposee", "own x y"), ("bail", "own x y"), ("attente", "x own y")):
        order = [
            actions.Choice(world.pk(f"{name}_{p}"), "b", n, texte="L'ordre suit la situation de chacun, vue en séance.")
            for n, p in enumerate(persons.split(), 1)
        ]
        actions.record_decisions(
            seance_id=world.pk("seance_ouverte"), offre_id=world.pk(f"offre_{name}"), decisions=order,
            by=world.objects["actor_m"], at=DECIDED,
        )  # fmt: skip
        actions.send_proposition(offre_id=world.pk(f"offre_{name}"), by=world.objects["actor_a"], at=DECIDED)
        world.objects[f"proposition_{name}"] = Proposition.objects.get(offre_id=world.pk(f"offre_{name}"))
    refused = [
        actions.Choice(world.pk("refus_x"), "b", 1),
        actions.Choice(world.pk("refus_y"), "b", 2),
        actions.Choice(world.pk("refus_own"), "d", None, motif="mixite_sociale"),
    ]
    actions.record_decisions(
        seance_id=world.pk("seance_ouverte"), offre_id=world.pk("offre_refus"), decisions=refused,
        by=world.objects["actor_m"], at=DECIDED,
    )  # fmt: skip
    actions.answer_proposition(
        proposition_id=world.pk("proposition_bail"), reponse="accepter", motif="",
        by=Actor(world.pk("user_own"), "demandeur"), at=DECIDED + timedelta(days=1),
    )  # fmt: skip
    world.objects["bail"] = actions.prepare_bail(
        proposition_id=world.pk("proposition_bail"), by=world.objects["actor_a"], at=TODAY
    )
    world.objects["seance_close"] = Seance.objects.create(
        bailleur=world.objects["org_a"], prevue_le=SEANCE, created_at=CLOSED, state="close", state_since=DECIDED
    )
    world.objects["seance_close"].membres.create(user=world.objects["user_m"])
    user, actor = make.make_agent(world.objects["org_a"], "membre_caleol")
    world.objects["user_n"], world.objects["actor_n"] = user, actor


def _subjects(world: World) -> None:
    world.subjects["anonymous"] = Subject("anonymous", Client())
    pairs = {"demandeur.own": "own", "demandeur.other": "other", "bailleur.own": "a", "bailleur.other": "b"}
    pairs |= {"reservataire.own": "r", "reservataire.other": "s"}
    pairs |= {"collectivite.own": "e", "collectivite.other": "f"}
    pairs |= {"employeur.own": "u", "employeur.other": "v"}
    pairs |= {"membre_caleol.seated": "m", "membre_caleol.unseated": "n"}
    pairs |= {"codemandeur.shared": "co_own"}
    pairs |= {"conseiller.assigned": "assigned", "conseiller.agency": "agency", "conseiller.other": "far"}
    pairs |= {role: role for role in SILENT}
    for name, short in pairs.items():
        world.subjects[name] = subject(name, world.objects[f"user_{short}"], world.objects.get(f"actor_{short}"))
    user = world.objects["user_a"]
    world.subjects["bailleur.password"] = subject("bailleur.password", user, world.objects["actor_a"], strong=False)


def subject(name: str, user: User, actor: Actor | None = None, *, strong: bool = True) -> Subject:
    """A signed-in browser, with the second factor for staff, and a token with every scope."""
    client = Client()
    client.force_login(user)
    session = client.session
    membership = Membership.objects.filter(user=user).first()
    if membership is not None and strong:
        at = datetime.now(tz=clock.now().tzinfo).timestamp()
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": at}]
        session["account_authentication_methods_user"] = user_id_to_str(user)
    session.save()
    row, token = ApiToken.mint(user=user, scopes=list(Scope.values), label=name, at=clock.now(), membership=membership)
    row.save()
    return Subject(name, client, token, user, actor or Actor(user.pk, "demandeur"))
