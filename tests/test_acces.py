"""« Ai-je accès ? »: the employer, the ceilings, what the register says, and always something else to do."""

from __future__ import annotations

import html
import re
from typing import Any

import pytest
from django.test import Client

from palier.base import clock
from palier.droit.menage import lire_cas
from palier.droit.orientation import orientation
from palier.gateways import outage
from palier.portals.demandeur.access import employeur_of, head_count
from tests import factories as make

pytestmark = pytest.mark.django_db
CLINIQUE, MAIRIE, CLOSED = "99900005200012", "99900024300017", "99900027600017"


@pytest.fixture(autouse=True)
def the_day() -> None:
    clock.set_now(make.NOW)


def cas(emploi: dict[str, Any] | None = None, rfr: int | None = 21_500) -> Any:
    known = {} if rfr is None else {"2024": rfr}
    person = {"id": "p1", "role": "demandeur", "naissance": "1992-03-02", "rfr": known}
    said = {"emploi": emploi} if emploi else {}
    return lire_cas({"au": "2026-11-24", "commune": make.NANTES, "menage": {"personnes": [person]}, **said})


PRIVE = {"secteur": "prive", "effectif": 120}
SOUS = "sous_plafonds"
AILLEURS = {"demande_classique", "dalo", "aides"}


@pytest.mark.parametrize(
    ("emploi", "rfr", "states", "ways"),
    [
        (PRIVE, 21_500, {"employeur_oui", SOUS}, {"aides"}),
        ({"secteur": "epic", "effectif": 400}, 21_500, {"employeur_oui", SOUS}, {"aides"}),
        ({"secteur": "prive", "effectif": 4}, 21_500, {"employeur_non", SOUS}, AILLEURS),
        ({"secteur": "agricole", "effectif": 49}, 21_500, {"employeur_non", SOUS}, AILLEURS),
        (
            {"secteur": "public", "effectif": 400},
            21_500,
            {"employeur_non", "secteur_public", SOUS},
            {*AILLEURS, "agents_publics"},
        ),
        ({"demandeur_emploi": True}, 21_500, {"sans_emploi", SOUS}, {*AILLEURS, "priorite"}),
        (None, 21_500, {"employeur_inconnu", SOUS}, {*AILLEURS, "donner_siret"}),
        (PRIVE, None, {"employeur_oui", "plafonds_inconnus"}, {"plafonds_inconnus", "aides"}),
        (PRIVE, 38_500, {"employeur_oui", "intermediaire"}, {"intermediaire", "aides"}),
        (PRIVE, 90_000, {"employeur_oui", "hors_intermediaire"}, {"hors_plafonds", "aides"}),
    ],
)
def test_each_situation_has_its_answer_and_never_a_dead_end(emploi, rfr, states, ways):
    found = orientation(cas(emploi, rfr))
    assert found.etats == states
    assert {voie.slug for voie in found.voies} == ways
    assert all(voie.titre and voie.texte for voie in found.voies)


def seen(**travail: Any) -> str:
    demande = make.make_demande(travail=travail)
    client = Client()
    client.force_login(demande.titulaire)
    page = client.get("/demande/acces/")
    assert page.status_code == 200
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", page.content.decode())).replace("\u00a0", " "))


@pytest.mark.web
def test_the_page_says_yes_with_the_reason_and_the_register():
    said = seen(siret=CLINIQUE, secteur="prive", effectif=480)
    assert "Oui, votre employeur ouvre cet accès." in said
    assert "CCH" in said
    assert "Clinique du Val de Moine" in said
    assert "480 salariés ou plus" in said


@pytest.mark.web
def test_a_public_employer_closes_one_door_and_the_page_opens_others():
    said = seen(siret=MAIRIE, secteur="public", effectif=700)
    assert "Non, pas par votre employeur." in said
    for way in ("Garder votre demande de logement", "contingent des agents publics", "Saisir la commission DALO"):
        assert way in said


@pytest.mark.web
def test_the_register_that_is_down_is_told_and_never_blocks():
    outage.simulate("sirene", down=True)
    try:
        said = seen(siret=CLINIQUE, secteur="prive", effectif=480)
    finally:
        outage.simulate("sirene", down=False)
    assert "Oui, votre employeur ouvre cet accès." in said
    assert "vient de ce que vous avez écrit" in said


def test_a_closed_or_unknown_establishment_is_told():
    assert "fermé" in employeur_of(CLOSED).alerte
    assert "n'est pas dans le répertoire" in employeur_of("73282932000074").alerte
    assert "SIREN" in employeur_of("732829320").alerte


def test_a_head_count_is_said_as_the_bracket_it_is():
    assert head_count(None, None) == "inconnu du répertoire"
    assert head_count(6, 9) == "de 6 à 9 salariés"
    assert head_count(10_000, None).replace("\u00a0", " ") == "10 000 salariés ou plus"
    assert head_count(0, 0) == "0 salarié"
