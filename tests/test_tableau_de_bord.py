"""The dashboard: one thing to do first, the file, what holds it, its dates, what is under way; light and quick."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from palier.base import clock
from palier.base.actor import Actor
from palier.demandes.models import Demande, Echange
from palier.demandes.queries.meters import meters
from palier.demandes.queries.registre import waiting
from palier.journal.mover import create
from tests import factories as make
from tests.sign_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.web]
HOME = "/mon-espace/"


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def client_of(demande: Demande) -> Client:
    client = Client()
    sign_in(client, demande.titulaire, strong=False)
    return client


def text_of(response: HttpResponse) -> str:
    bare = re.sub(r"</?(sup|strong|b)>", "", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


def action_of(response: HttpResponse) -> str:
    block = response.content.decode().partition('<div class="main-action">')[2].partition('class="btn"')[0]
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", block)))


def whole(demande: Demande) -> Demande:
    """Every piece that the commission needs, seen at a counter."""
    for item in meters(Demande.objects.get(pk=demande.pk), make.NOW.date())[1].manques:
        if item.code.startswith("piece_"):
            make.make_piece(demande, item.code.removeprefix("piece_"))
    return demande


def test_without_a_demande_there_is_one_thing_to_do():
    client = Client()
    sign_in(client, make.make_user(), strong=False)
    page = client.get(HOME)
    assert "Déposer une demande" in action_of(page)
    assert page.content.decode().count("<h2") == 1


def test_a_draft_is_taken_up_again_where_it_was_left():
    page = client_of(make.make_demande(state="brouillon", logement={"typologies": ["T3"]})).get(HOME)
    assert "Finir votre demande" in action_of(page)
    assert re.search(r"\d étapes remplies sur \d", text_of(page))
    assert "Où en est votre demande" in text_of(page)


def test_what_blocks_most_is_the_main_action_and_is_said_once():
    page = client_of(make.make_demande(state="deposee", logement={"typologies": ["T1"]})).get(HOME)
    assert "Ajouter ma pièce d'identité" in action_of(page)
    said = text_of(page)
    assert said.count("Votre numéro unique manque") == 1
    assert "Vous demandez T1" in said
    assert "Il manque" in said


def test_pieces_are_counted_and_what_expires_first_is_shown():
    demande = whole(make.make_demande())
    make.make_piece(demande, "AVIS_IMPOT_N2", expire_le=make.NOW.date() + timedelta(days=20))
    said = text_of(client_of(demande).get(HOME))
    found = re.search(r"(\d+) pièces valides sur (\d+)", said)
    assert found
    assert found[1] == found[2]
    assert "Expire le 14/12/2026" in said


def test_a_complete_file_leads_to_the_search():
    page = client_of(whole(make.make_demande())).get(HOME)
    assert "Chercher un logement" in action_of(page)
    assert "Complet pour la commission" in text_of(page)
    assert "Complet pour candidater" in text_of(page)


def test_the_meters_tell_each_missing_thing_why_and_where():
    page = client_of(make.make_demande()).get("/mon-espace/completude/")
    said = text_of(page)
    assert "Complet pour candidater" in said
    assert "Pas encore complet pour la commission" in said
    assert "avis d'imposition" in said.lower()
    assert "CCH" in said


def test_few_dwellings_in_the_perimeter_are_told_with_the_way_to_add_communes():
    demande = make.make_demande(perimetre={"prioritaires": [make.REZE], "secondaires": []})
    page = client_of(demande).get("/mon-espace/completude/")
    assert "Vos communes comptent 0 logement de vos tailles" in text_of(page).replace("\u00a0", " ")
    assert 'href="/demande/perimetre/"' in page.content.decode()


def test_what_the_register_has_not_heard_is_said():
    demande = make.make_demande(state="deposee")
    row = Echange(demande=demande, operation="renouvellement", reference="essai", cree_le=make.NOW,
                  prochain_essai_le=make.NOW, essais=1)  # fmt: skip
    create(row, by=Actor.system(), at=make.NOW)
    sentences = waiting(demande)
    assert sentences
    assert all(each in text_of(client_of(demande).get(HOME)) for each in sentences)


def test_candidatures_under_way_have_their_rank():
    demande = make.make_demande()
    candidature = make.make_candidature(demande=demande)
    page = client_of(demande).get(HOME)
    assert "1er sur 1" in text_of(page)
    assert f'href="/candidatures/{candidature.pk}/rang/"' in page.content.decode()


def test_dates_to_come_are_said_with_the_days_left():
    said = text_of(client_of(make.make_demande()).get(HOME))
    assert "Renouvellement de votre demande : mercredi 24 novembre 2027, dans 365 jours" in said.replace("\u00a0", " ")


def test_no_estimate_is_shown():
    page = client_of(make.make_demande()).get(HOME).content.decode()
    assert "sur 100" not in page
    assert "Chances" not in page


def test_the_page_is_light():
    demande = make.make_demande()
    for _ in range(4):
        make.make_candidature(demande=demande)
    client = client_of(demande)
    client.get(HOME)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(HOME)
    assert len(captured) <= 12, [each["sql"][:140] for each in captured]
    body = page.content.decode()
    assert len(page.content) <= 30_000
    assert len(re.findall(r"<[a-z]", body)) <= 500
