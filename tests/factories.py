"""Small worlds for tests, built by calling the real actions: people, demandes, dwellings, offres, candidatures.

Every function takes the instant it acts at (`at`, by default `NOW`); objects come back fresh from the database.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from decimal import Decimal
from itertools import count
from typing import Any

from palier.accounts.models import User
from palier.base.actor import Actor
from palier.base.clock import deadline
from palier.candidatures import actions as candidatures
from palier.candidatures.models import Candidature, Classement
from palier.demandes import actions as demandes
from palier.demandes.models import Demande, Personne
from palier.demandes.queries import AMOUNTS
from palier.droit.bareme import texte_donnees
from palier.droit.cotation import lire_grille
from palier.organisations.models import Membership, Organisation
from palier.parc import actions as parc
from palier.parc.models import Logement, Offre, Programme
from palier.territoires.actions import open_draft
from palier.territoires.models import BrouillonGrille, Commune, Grille

NOW = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)
EPCI = "244400404"
NANTES, SAINT_HERBLAIN, REZE = "44109", "44162", "44143"
PASSWORD = "une phrase assez longue"
_serial = count(1)


def make_user(email: str = "", **fields: Any) -> User:
    """A person with an account and nothing else."""
    number = next(_serial)
    return User.objects.create_user(email or f"personne{number}@exemple.fr", PASSWORD, **fields)


def actor_of(user: User) -> Actor:
    """The user as a demandeur."""
    return Actor(user.pk, "demandeur")


def make_organisation(kind: str = "bailleur", nom: str = "", *, siren: str = "") -> Organisation:
    """An organisation of this kind; `siren` gives it a SIRET."""
    siret = f"{siren}00010" if siren else ""
    return Organisation.objects.create(kind=kind, nom=nom or f"{kind} {next(_serial)}", siret=siret)


def make_collectivite(siren: str = EPCI) -> tuple[Organisation, Actor]:
    """A collectivité and one of its agents."""
    organisation = make_organisation("collectivite", siren=siren)
    return organisation, make_agent(organisation)[1]


def blank_grille() -> str:
    """The text that a blank draft starts from: seniority alone, under a code that no grid has."""
    return texte_donnees("donnees/grilles/page_blanche.toml")


def make_brouillon(by: Actor, texte: str = "", *, siren: str = EPCI, at: datetime = NOW) -> BrouillonGrille:
    """A draft of the collectivité: the next version of the demonstration's grid, unless a text is given."""
    text = texte or texte_donnees("donnees/grilles/territoire_demo.toml").replace("version = 1", "version = 2")
    return open_draft(libelle="Projet", texte=text, siren=siren, by=by, at=at)


def make_agent(organisation: Organisation, role: str = "") -> tuple[User, Actor]:
    """A member of the organisation, and the hat worn."""
    user = make_user()
    worn = role or organisation.kind
    Membership.objects.create(user=user, organisation=organisation, role=worn)
    return user, Actor(user.pk, worn, organisation.pk)


def make_bailleur(nom: str = "") -> tuple[Organisation, Actor]:
    """A bailleur and one of its agents."""
    organisation = make_organisation("bailleur", nom)
    return organisation, make_agent(organisation)[1]


def make_reservataire(nom: str = "") -> tuple[Organisation, Actor]:
    """A réservataire and one of its advisers."""
    organisation = make_organisation("reservataire", nom)
    return organisation, make_agent(organisation)[1]


def make_communes(*codes: str) -> None:
    """The communes of the tests, when the package data were not loaded."""
    places = {
        NANTES: ("Nantes", EPCI, 47.218, -1.554),
        SAINT_HERBLAIN: ("Saint-Herblain", EPCI, 47.212, -1.651),
        REZE: ("Rezé", EPCI, 47.183, -1.549),
    }
    for code in codes or tuple(places):
        nom, siren, latitude, longitude = places[code]
        Commune.objects.get_or_create(
            code=code,
            defaults={
                "nom": nom, "code_departement": "44", "code_region": "52", "siren_epci": siren,
                "nom_epci": "Nantes Métropole", "codes_postaux": ["44000"], "population": 1000,
                "latitude": latitude, "longitude": longitude,
            },
        )  # fmt: skip


def make_grille(nom: str = "territoire_demo", perimetre: tuple[str, ...] = ("44",)) -> Grille:
    """A published grid of the package; the same row when called twice."""
    text = texte_donnees(f"donnees/grilles/{nom}.toml")
    read = lire_grille(text)
    made, _ = Grille.objects.get_or_create(
        code=read.code, version=read.version,
        defaults={
            "libelle": read.libelle, "texte": text, "empreinte": read.empreinte, "perimetre": list(perimetre),
            "en_vigueur_depuis": read.en_vigueur_depuis, "publiee_le": NOW, "deliberation": read.deliberation,
            "fictif": True,
        },
    )  # fmt: skip
    return made


def make_programme(by: Actor, *, commune: str = NANTES, at: datetime = NOW) -> Programme:
    """An estate of the agent's bailleur."""
    make_communes()
    number = next(_serial)
    return parc.create_programme(
        nom=f"Résidence {number}", commune=commune, adresse=f"{number} rue des Lilas", quartier="Centre", by=by, at=at
    )


def make_logement(by: Actor, *, commune: str = NANTES, at: datetime = NOW, **fields: Any) -> Logement:
    """A T3 PLUS of 62 m², 540 € and 80 € of charges, unless said otherwise."""
    programme = fields.pop("programme", None) or make_programme(by, commune=commune, at=at)
    given = {
        "numero": f"A{next(_serial)}", "typologie": "T3", "surface": Decimal("62"), "financement": "PLUS",
        "loyer_hc_cents": 54_000, "charges_cents": 8_000, **fields,
    }  # fmt: skip
    return parc.create_logement(programme_id=programme.pk, by=by, at=at, **given)


def make_offre(
    by: Actor | None = None,
    *,
    state: str = "publiee",
    at: datetime = NOW,
    days: int = 6,
    presentes: int = 3,
    **fields: Any,
) -> Offre:
    """An offre: « brouillon », « publiee » or « cloturee » (closing at 23:59:59, `days` after `at`)."""
    make_grille()
    agent = by or make_bailleur()[1]
    logement = fields.pop("logement", None) or make_logement(agent, at=at, **fields)
    offre = parc.create_offre(
        logement_id=logement.pk, disponible_le=date(2027, 1, 4), description="", presentes=presentes, by=agent, at=at
    )
    if state == "brouillon":
        return offre
    closing = deadline((at + timedelta(days=days)).date())
    parc.publish_offre(offre_id=offre.pk, publiee_le=at, cloture_le=closing, by=agent, at=at)
    if state == "cloturee":
        make_closed(offre)
    return Offre.objects.with_place().get(pk=offre.pk)


def make_closed(offre: Offre) -> Classement:
    """Close an offre one second after its hour."""
    fresh = Offre.objects.get(pk=offre.pk)
    assert fresh.cloture_le is not None
    return candidatures.close_offre(offre_id=offre.pk, by=Actor.system(), at=fresh.cloture_le + timedelta(seconds=1))


STEPS: dict[str, dict[str, Any]] = {
    "identite": {
        "prenom": "Inès", "nom": "Marchal", "naissance": "1992-03-02", "telephone": "0199001212",
        "adresse": "3 rue Basse", "code_postal": "44000", "ville": "Nantes", "commune_domicile": NANTES,
    },
    "menage": {
        "union": "", "enfants_a_naitre": 0, "handicap": False,
        "personnes": [
            {"role": "enfant", "nom": "Marchal", "prenom": "Léo", "naissance": "2019-05-05", "a_charge": True,
             "garde": "principale"},
            {"role": "enfant", "nom": "Marchal", "prenom": "Zoé", "naissance": "2016-09-12", "a_charge": True,
             "garde": "principale"},
        ],
    },
    "travail": {
        "demandeur_emploi": False, "siret": "", "employeur": "Atelier Durand", "secteur": "prive", "effectif": 120,
        "contrat": "cdi", "emploi_depuis": date(2020, 1, 6), "commune_travail": SAINT_HERBLAIN,
    },
    "perimetre": {"prioritaires": [NANTES], "secondaires": [REZE]},
    "logement": {"typologies": ["T3"], "budget_cents": 70_000},
    "situation": {},
    "relecture": {"vues_consenties": False},
}  # fmt: skip


def save_steps(demande: Demande, by: Actor, at: datetime, **steps: dict[str, Any]) -> Demande:
    """Save every step of the form, each with what `steps` changes in it."""
    for name in ("identite", "menage", "travail"):
        demande = _save(demande, name, {**STEPS[name], **steps.get(name, {})}, by, at)
    demande = _save(demande, "ressources", _resources(demande, steps.get("ressources", {})), by, at)
    for name in ("perimetre", "logement", "situation", "relecture"):
        demande = _save(demande, name, {**STEPS[name], **steps.get(name, {})}, by, at)
    return demande


def _save(demande: Demande, step: str, data: dict[str, Any], by: Actor, at: datetime) -> Demande:
    return demandes.save_step(demande_id=demande.pk, step=step, data=data, version=demande.version, by=by, at=at)


def _resources(demande: Demande, given: dict[str, Any]) -> dict[str, Any]:
    """The holder's incomes in cents: 21 500 € of tax income, 1 720 € net a month, unless said otherwise."""
    holder = Personne.objects.get(demande=demande, role="demandeur")
    known = {"rfr_n2_cents": 2_150_000, "net_mensuel_cents": 172_000, **given}
    amounts = {name: known.get(name) for name in AMOUNTS}
    return {"annee_n2": 2024, str(holder.pk): amounts}


def make_demande(
    *, state: str = "active", user: User | None = None, filed: datetime | None = None, at: datetime = NOW,
    **steps: dict[str, Any],
) -> Demande:  # fmt: skip
    """A demande of a parent with two children, « brouillon », « deposee » or « active », filed at `filed` or `at`."""
    make_communes()
    holder = user or make_user()
    by, when = actor_of(holder), filed or at
    demande = demandes.open_demande(user=holder, by=by, at=when)
    save_steps(demande, by, when, **steps)
    if state != "brouillon":
        demandes.submit_demande(demande_id=demande.pk, by=by, at=when)
    if state == "active":
        make_piece(demande, "ID_FR", at=when)
    return Demande.objects.prefetch_related("personnes", "communes", "pieces").get(pk=demande.pk)


def make_counter(demande: Demande, *, at: datetime = NOW) -> Actor:
    """An agent of a bailleur who opened the person's one-time code."""
    agent = make_bailleur()[1]
    owner = Actor(demande.titulaire_id, "demandeur")
    code = demandes.issue_counter_code(demande_id=demande.pk, by=owner, at=at)
    demandes.open_counter(code=code, by=agent, at=at)
    return agent


def make_piece(demande: Demande, code: str, *, expire_le: date | None = None, at: datetime = NOW) -> None:
    """A piece seen at a counter."""
    agent = make_counter(demande, at=at)
    candidatures.record_piece(demande_id=demande.pk, code=code, vue_le=at.date(), expire_le=expire_le, by=agent, at=at)
    demandes.send_waiting(demande_id=demande.pk, at=at)


def make_candidature(
    offre: Offre | None = None, demande: Demande | None = None, *, at: datetime = NOW, **options: Any
) -> Candidature:
    """« Je postule » by the holder of the demande (a new one with `options` when none is given)."""
    place = offre or make_offre()
    applicant = demande or make_demande(**options)
    by = Actor(applicant.titulaire_id, "demandeur")
    return candidatures.submit_candidature(demande_id=applicant.pk, offre_id=place.pk, by=by, at=at)
