"""The two rings drawn with what they hold: counts, map, neighbours, the limit of the form, before and after filing."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from palier.base import clock
from palier.demandes import facts
from palier.demandes.models import Demande
from palier.droit.numero_unique import communes_maximum
from palier.parc.queries import Stock, stock_of
from palier.portals.demandeur.effect import effect
from palier.territoires.models import Commune
from tests import factories as make
from tests.sign_in import key

pytestmark = [pytest.mark.django_db, pytest.mark.web]
PAGE = "/demande/perimetre/"
SIZES = ("T3",)


@pytest.fixture(autouse=True)
def the_day() -> None:
    clock.set_now(make.NOW)


def plain(page: Any) -> str:
    """What one reads, on one line."""
    body = re.sub(r"<svg.*?</svg>", " ", page.content.decode(), flags=re.S)
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", "", body)).replace("\u00a0", " "))


def draft(**steps: Any) -> tuple[Demande, Client]:
    demande = make.make_demande(state="brouillon", **steps)
    client = Client()
    client.force_login(demande.titulaire)
    return demande, client


def post(client: Client, **said: str) -> Any:
    page = client.get(PAGE).content.decode()
    version = re.search(r'name="version" value="(\d+)"', page)
    assert version
    return client.post(PAGE, {"cle": key(), "version": version[1], **said})


def rings(demande: Demande) -> tuple[list[str], list[str]]:
    return facts.perimetre(Demande.objects.get(pk=demande.pk))


def test_the_stock_of_a_commune_counts_dwellings_and_the_offres_of_twelve_months():
    by = make.make_bailleur()[1]
    make.make_logement(by)
    make.make_logement(by, typologie="T2")
    make.make_offre(by)
    make.make_offre(by, typologie="T2", state="cloturee")
    make.make_offre(by, state="brouillon")
    make.make_offre(by, at=make.NOW - timedelta(days=400), state="cloturee")
    make.make_offre(by, commune=make.REZE)
    found = stock_of([make.NANTES, make.REZE, make.SAINT_HERBLAIN], SIZES, at=make.NOW)
    assert found == {make.NANTES: Stock(6, 4, 2, 1), make.REZE: Stock(1, 1, 1, 1)}
    assert sum(found.values(), Stock()) == Stock(7, 5, 3, 2)


def test_the_count_is_one_query_however_many_communes():
    codes = list(Commune.objects.values_list("code", flat=True)[:60])
    with CaptureQueriesContext(connection) as caught:
        stock_of(codes, SIZES, at=make.NOW)
    assert len(caught) == 1


def test_the_page_says_what_each_ring_holds_and_what_a_neighbour_adds():
    by = make.make_bailleur()[1]
    make.make_offre(by)
    make.make_logement(by, typologie="T5")
    make.make_offre(by, commune=make.REZE)
    make.make_offre(by, commune=make.SAINT_HERBLAIN)
    _demande, client = draft()
    page = client.get(PAGE)
    said = plain(page)
    assert "1. Nantes (44)1 annonce en 12 mois, dont 1 de vos tailles. 2 logements, dont 1 de vos tailles." in said
    assert "2 annonces en 12 mois, dont 2 de vos tailles" in said
    assert "3 logements sur Palier, dont 2 de ces tailles" in said
    assert "Secteur prioritaire seul : 1 annonce, 2 logements." in said
    assert "Saint-Herblain (44)1 annonce en 12 mois" in said.partition("À côté, en plus")[2]
    assert "Compté le mardi 24 novembre 2026" in said
    assert "chance" not in said.lower()


def test_adding_the_neighbour_gives_exactly_what_was_announced():
    by = make.make_bailleur()[1]
    make.make_offre(by)
    make.make_offre(by, commune=make.SAINT_HERBLAIN)
    demande, client = draft()
    before = effect(demande, make.NOW)
    neighbour = next(line for line in before.voisines if line.code == make.SAINT_HERBLAIN)
    done = post(client, action=f"voisine {neighbour.code}")
    assert done.status_code == 303
    assert rings(demande)[1] == [make.REZE, make.SAINT_HERBLAIN]
    after = effect(Demande.objects.get(pk=demande.pk), make.NOW)
    assert after.total == before.total + neighbour.stock
    assert make.SAINT_HERBLAIN not in {line.code for line in after.voisines}


def test_before_the_sizes_are_chosen_those_usual_for_the_household_are_counted():
    demande = make.make_demande(state="brouillon")
    demande.typologies = []
    found = effect(demande, make.NOW)
    assert not found.choisies
    assert "T3" in found.tailles


def test_the_map_draws_both_rings_and_the_neighbours():
    _demande, client = draft()
    svg = client.get(PAGE).content.decode().partition('<figure class="map">')[2].partition("</figure>")[0]
    assert 'role="img"' in svg
    assert svg.count('fill="currentColor"') == 1
    assert svg.count('stroke-width="2.5"') == 1
    assert svg.count("stroke-opacity") >= 5
    assert "Rezé" in svg


def test_the_place_of_work_is_a_square_where_it_fits_whole():
    _demande, client = draft(travail={"commune_travail": make.REZE})
    page = client.get(PAGE)
    assert 'class="work"' in page.content.decode()
    assert "Le carré marque votre travail : Rezé (44)." in plain(page)


def test_a_place_of_work_off_the_map_is_not_drawn_on_its_edge():
    _demande, client = draft(travail={"commune_travail": "75056"})
    page = client.get(PAGE)
    assert 'class="work"' not in page.content.decode()
    assert "Votre travail est hors de la carte : Paris (75)." in plain(page)


def test_communes_go_up_down_across_the_rings_and_away():
    demande, client = draft(perimetre={"prioritaires": [make.NANTES, make.SAINT_HERBLAIN], "secondaires": [make.REZE]})
    for action, code, expected in (
        ("monter", make.SAINT_HERBLAIN, ([make.SAINT_HERBLAIN, make.NANTES], [make.REZE])),
        ("descendre", make.SAINT_HERBLAIN, ([make.NANTES, make.SAINT_HERBLAIN], [make.REZE])),
        ("changer", make.REZE, ([make.NANTES, make.SAINT_HERBLAIN, make.REZE], [])),
        ("retirer", make.REZE, ([make.NANTES, make.SAINT_HERBLAIN], [])),
    ):
        assert post(client, action=f"{action} {code}").status_code == 303
        assert rings(demande) == expected


def test_a_full_ring_is_said_kindly_and_nothing_is_lost():
    codes = list(Commune.objects.filter(code_departement="44").values_list("code", flat=True)[: communes_maximum() + 1])
    demande, client = draft(perimetre={"prioritaires": codes[:-1], "secondaires": [codes[-1]]})
    for said in (
        {"action": "ajouter", "commune": "Nantes (44)", "secteur": "prioritaire"},
        {"action": f"changer {codes[-1]}"},
    ):
        if said.get("commune") and make.NANTES in codes:
            said["commune"] = "Rezé (44)"
        answer = post(client, **said)
        assert answer.status_code == 422
        assert "compte déjà 8 communes" in plain(answer)
        assert rings(demande) == (codes[:-1], [codes[-1]])


def test_a_filed_demande_goes_through_the_change_of_life():
    demande = make.make_demande()
    client = Client()
    client.force_login(demande.titulaire)
    said = {"action": "ajouter", "commune": "Saint-Herblain (44)", "secteur": "secondaire", "confirmer": "1"}
    assert post(client, **said).status_code == 303
    assert rings(demande)[1] == [make.REZE, make.SAINT_HERBLAIN]


def test_the_page_stays_light_and_asks_little():
    by = make.make_bailleur()[1]
    codes = list(Commune.objects.filter(siren_epci=make.EPCI).values_list("code", flat=True)[:16])
    for code in (*codes, make.SAINT_HERBLAIN):
        make.make_logement(by, commune=code)
    _demande, client = draft(perimetre={"prioritaires": codes[:8], "secondaires": codes[8:16]})
    client.get(PAGE)  # the first page of a session also writes when it began
    with CaptureQueriesContext(connection) as caught:
        page = client.get(PAGE)
    assert len(caught) <= 12, "\n".join(each["sql"][:110] for each in caught)
    assert len(page.content) <= 30_000, len(page.content)
    post(client, action="voisine 99999")
    assert sum(map(len, rings(_demande))) == 16
