"""The applicant's pages: following, why this rank, what the bailleur sees, applying once, withdrawing."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from palier.base import clock
from palier.candidatures.models import Candidature, RangVu
from tests import factories as make

pytestmark = pytest.mark.django_db


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def signed_in(demande) -> Client:
    client = Client()
    client.force_login(demande.titulaire)
    return client


def text_of(answer) -> str:
    bare = re.sub(r"</?(sup|strong|b)>", "", answer.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


def test_applying_asks_then_acts_once():
    offre, demande = make.make_offre(), make.make_demande()
    client = signed_in(demande)
    path = f"/offres/{offre.pk}/postuler/"
    assert "Oui, je postule" in client.get(path).content.decode()
    key = str(uuid4())
    answers = [client.post(path, {"cle": key}) for _ in range(2)]
    assert [each.status_code for each in answers] == [303, 303]
    assert {each["Location"] for each in answers} == {"/candidatures/"}
    assert Candidature.objects.filter(demande=demande).count() == 1


def test_a_second_key_does_not_apply_twice():
    offre, demande = make.make_offre(), make.make_demande()
    client = signed_in(demande)
    path = f"/offres/{offre.pk}/postuler/"
    client.post(path, {"cle": str(uuid4())})
    again = client.post(path, {"cle": str(uuid4())})
    assert again.status_code == 409
    assert "déjà une candidature" in text_of(again)


def test_the_page_of_a_closed_offre_says_so():
    offre, demande = make.make_offre(state="cloturee"), make.make_demande()
    answer = signed_in(demande).get(f"/offres/{offre.pk}/postuler/")
    assert answer.status_code == 409
    assert "ne prend plus de candidature" in text_of(answer)


@pytest.mark.parametrize("page", ["/offres/{offre}/", "/candidatures/{c}/rang/", "/candidatures/{c}/bailleur/"])
def test_pages_stay_within_twelve_queries(page):
    demande = make.make_demande(situation={"mobilite_professionnelle": True})
    candidature = make.make_candidature(demande=demande)
    for days in (100, 200, 300, 400):
        make.make_candidature(candidature.offre, filed=make.NOW - timedelta(days=days))
    client = signed_in(demande)
    path = page.format(offre=candidature.offre_id, c=candidature.pk)
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        assert client.get(path).status_code == 200
    assert len(captured) <= 12, [each["sql"][:120] for each in captured]


def test_a_refused_application_says_the_rule():
    offre, demande = make.make_offre(), make.make_demande(ressources={"rfr_n2_cents": 9_000_000})
    client = signed_in(demande)
    assert "pas ouvert à votre demande" in text_of(client.get(f"/offres/{offre.pk}/postuler/"))
    refused = client.post(f"/offres/{offre.pk}/postuler/", {"cle": str(uuid4())})
    assert refused.status_code == 409
    assert "plafond" in text_of(refused)


def test_the_list_says_rank_status_and_dates():
    demande = make.make_demande(filed=make.NOW - timedelta(days=90))
    candidature = make.make_candidature(demande=demande)
    make.make_candidature(candidature.offre)
    page = text_of(signed_in(demande).get("/candidatures/"))
    assert "1 en cours, 0 terminée" in page
    for words in ("1er", "sur 2", "Où en est-on", "Qui agit", "Ensuite", "Au plus tard", "23 h 59"):
        assert words in page


def test_the_movement_is_said_at_the_next_visit():
    demande = make.make_demande(filed=make.NOW - timedelta(days=90))
    candidature = make.make_candidature(demande=demande)
    client = signed_in(demande)
    client.get("/candidatures/")
    assert RangVu.objects.get(candidature=candidature).rang == 1
    make.make_candidature(candidature.offre, filed=make.NOW - timedelta(days=900))
    clock.set_now(make.NOW + timedelta(days=1))
    assert "1 place perdue" in text_of(client.get("/candidatures/"))


def test_an_ended_one_keeps_its_reason():
    _, agent = make.make_bailleur()
    candidature = make.make_candidature(make.make_offre(agent))
    make.candidatures.withdraw_offre(offre_id=candidature.offre_id, motif="vente", by=agent, at=make.NOW)
    page = text_of(signed_in(candidature.demande).get("/candidatures/"))
    assert "Le bailleur a retiré l'offre" in page
    assert "mis en vente" in page


def test_why_this_rank_explains_zero_lines_and_levers():
    demande = make.make_demande(situation={"mobilite_professionnelle": True})
    offre = make.make_offre()
    candidature = make.make_candidature(offre, demande)
    for days in (900, 800, 700, 600):
        make.make_candidature(offre, filed=make.NOW - timedelta(days=days))
    page = text_of(signed_in(demande).get(f"/candidatures/{candidature.pk}/rang/"))
    assert "5e" in page
    assert "Il manque une pièce pour ces 15 points" in page
    assert "autant que" in page
    assert "dernier dossier lu" in page
    assert "empreinte" in page


def test_neighbours_are_hidden_below_five():
    candidature = make.make_candidature()
    page = text_of(signed_in(candidature.demande).get(f"/candidatures/{candidature.pk}/rang/"))
    assert "au moins 5 candidatures" in page


def test_what_the_bailleur_sees_shows_no_line_of_points():
    demande = make.make_demande(situation={"violences_couple": True, "dalo": True})
    make.make_piece(demande, "VIOLENCES")
    make.make_piece(demande, "DALO")
    candidature = make.make_candidature(demande=demande)
    for path in (f"/candidatures/{candidature.pk}/bailleur/", f"/offres/{candidature.offre_id}/bailleur/"):
        page = text_of(signed_in(demande).get(path))
        assert "Marchal" in page
        assert "Priorité reconnue oui" in page
        assert "Violences au sein du couple" not in page
        assert "rue Basse" not in page
        assert "0199001212" not in page


def test_withdrawing_asks_then_gives_the_place_back():
    candidature = make.make_candidature()
    client = signed_in(candidature.demande)
    path = f"/candidatures/{candidature.pk}/retirer/"
    assert "Oui, je retire" in client.get(path).content.decode()
    assert client.post(path, {"cle": str(uuid4())}).status_code == 303
    assert Candidature.objects.get(pk=candidature.pk).state == "retiree"


@pytest.mark.parametrize("page", ["rang", "bailleur", "retirer"])
def test_another_person_sees_nothing(page):
    candidature = make.make_candidature()
    other = signed_in(make.make_demande())
    unknown = other.get(f"/candidatures/{uuid4()}/{page}/")
    assert other.get(f"/candidatures/{candidature.pk}/{page}/").status_code == unknown.status_code == 404


def test_a_visitor_is_sent_to_sign_in(client):
    assert client.get("/candidatures/").status_code == 302


def test_queries_do_not_grow_with_the_list():
    _, agent = make.make_bailleur()
    demande = make.make_demande(filed=make.NOW - timedelta(days=200))
    client = signed_in(demande)
    counts = []
    for wanted in (3, 30):
        while Candidature.objects.filter(demande=demande).count() < wanted:
            make.make_candidature(make.make_offre(agent), demande)
        client.get("/candidatures/")
        with CaptureQueriesContext(connection) as captured:
            client.get("/candidatures/")
        counts.append(len(captured))
    assert counts[0] == counts[1] <= 12
    assert client.get("/candidatures/").content.count(b"<article") == 4
    assert client.get("/candidatures/?toutes=1").content.count(b"<article") == 30
