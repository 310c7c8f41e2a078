"""The public pages: what a visitor sees, what a demande adds, what is refused, and at which price in queries."""

from __future__ import annotations

import re
from datetime import timedelta
from decimal import Decimal

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext

from palier.base import clock
from palier.candidatures.models import OffreVue
from palier.candidatures.queries import figures
from palier.portals.public import rows
from tests import factories as make

pytestmark = pytest.mark.django_db
FREE = ("/", "/recherche/", "/regles/", "/accessibilite/", "/urgence/", "/confidentialite/", "/aide/")


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def signed_in(demande) -> Client:
    client = Client()
    client.force_login(demande.titulaire)
    return client


@pytest.mark.parametrize("path", FREE)
def test_a_visitor_may_read(client, path):
    make.make_grille()
    answer = client.get(path)
    assert answer.status_code == 200
    assert not answer.cookies
    assert answer.content.count(b"<h1") == 1


def test_home_counts_the_database(client):
    for days in (3, 6):
        make.make_offre(days=days)
    assert "2 offres ouvertes" in client.get("/").content.decode()


def test_home_says_when_data_are_too_few(client):
    make.make_candidature(offre := make.make_offre())
    make.make_closed(offre)
    clock.set_now(offre.cloture_le + timedelta(days=1))
    page = client.get("/").content.decode()
    assert "1 liste close" in page.replace("\u00a0", " ")
    assert "Trop peu de listes finies" in page


def test_home_counts_what_happened_by_rank(client, monkeypatch):
    monkeypatch.setattr(figures, "ENOUGH", 1)
    offre = make.make_offre()
    rows = [make.make_candidature(offre) for _ in range(4)]
    make.make_closed(offre)
    for row in rows:
        by = make.actor_of(row.demande.titulaire)
        make.candidatures.withdraw_candidature(candidature_id=row.pk, by=by, at=offre.cloture_le + timedelta(hours=1))
    clock.set_now(offre.cloture_le + timedelta(days=1))
    page = client.get("/").content.decode()
    assert "1ᵉʳ à 3ᵉ" in page
    assert "4ᵉ à 8ᵉ" in page


def test_search_without_a_demande_has_filters_alone(client):
    cheap, dear = make.make_offre(), make.make_offre(loyer_hc_cents=90_000)
    page = client.get("/recherche/", {"commune": "Nantes", "loyer": "700"}).content.decode()
    assert str(cheap.pk) in page
    assert str(dear.pk) not in page
    assert "Vous remplissez" not in page


def test_search_with_a_demande_says_the_verdict():
    demande = make.make_demande()
    make.make_offre()
    make.make_offre(loyer_hc_cents=90_000)
    make.make_offre(financement="PLAI")
    rich = make.make_demande(ressources={"rfr_n2_cents": 9_000_000})
    page = signed_in(demande).get("/recherche/").content.decode()
    assert "Vous remplissez les conditions." in page
    assert "Possible, mais" in page
    assert "<sup>er</sup> sur" in page
    assert "arrêté du 29/07/1987" in signed_in(rich).get("/recherche/").content.decode()


def test_three_zones_with_counts():
    demande = make.make_demande(perimetre={"prioritaires": [make.NANTES], "secondaires": []})
    make.make_offre()
    make.make_offre(commune=make.REZE)
    page = signed_in(demande).get("/recherche/").content.decode()
    assert "<b>1</b> <span>Communes demandées" in page
    assert "<b>1</b> <span>Communes limitrophes" in page
    near = signed_in(demande).get("/recherche/", {"zone": "limitrophes"}).content.decode()
    assert "Rezé" in near


@pytest.mark.parametrize(
    "query",
    [
        {"loyer": "1e309"},
        {"loyer": "-5"},
        {"commune": "Nulle-Part-les-Bains"},
        {"typologie": "T99"},
        {"financement": "X"},
        {"personnes": "10" * 20},
    ],
)
def test_a_bad_filter_is_said_and_the_page_stands(client, query):
    make.make_offre()
    answer = client.get("/recherche/", query)
    assert answer.status_code == 422
    assert "Erreur" in answer.content.decode()


@pytest.mark.parametrize("cursor", ["x", "-", "zz-1", "f" * 60 + "-" + "0" * 32])
def test_a_bad_cursor_is_refused(client, cursor):
    assert client.get("/recherche/", {"page": cursor}).status_code == 400


def test_pages_follow_each_other_without_loss(client):
    _, agent = make.make_bailleur()
    offres = {str(make.make_offre(agent, days=3 + n % 2).pk) for n in range(13)}
    seen, path = set(), "/recherche/"
    for _ in range(5):
        page = client.get(path).content.decode()
        found = {pk for pk in offres if pk in page}
        assert not found & seen
        seen |= found
        if "offres suivantes" not in page:
            break
        path = "/recherche/" + page.split('btn-secondary" href="')[1].split('"')[0].replace("&amp;", "&")
    assert seen == offres


def test_an_unknown_offre_and_a_draft_look_the_same(client):
    draft = make.make_offre(state="brouillon")
    unknown = client.get("/offres/01890000-0000-7000-8000-000000000000/")
    assert client.get(f"/offres/{draft.pk}/").status_code == unknown.status_code == 404


def test_an_offre_says_who_acts_next(client):
    offre = make.make_offre()
    page = client.get(f"/offres/{offre.pk}/").content.decode()
    assert "avant aide" in page
    assert "CCH R.441-10" in page
    assert "Créer un compte" in page


def test_a_closed_offre_is_readable(client):
    offre = make.make_offre(state="cloturee")
    assert "ne prend plus de candidature" in client.get(f"/offres/{offre.pk}/").content.decode()


def test_a_closed_offre_shows_the_frozen_rank():
    offre = make.make_offre()
    mine = make.make_candidature(offre)
    first = make.make_candidature(offre, filed=make.NOW - timedelta(days=500))
    make.make_closed(offre)
    by = make.actor_of(first.demande.titulaire)
    make.candidatures.withdraw_candidature(candidature_id=first.pk, by=by, at=offre.cloture_le + timedelta(hours=1))
    clock.set_now(offre.cloture_le + timedelta(hours=2))
    page = signed_in(mine.demande).get(f"/offres/{offre.pk}/").content.decode()
    assert "Votre place : 2e sur 2" in page.replace("\u00a0", " ")


def test_an_offre_is_noted_as_seen_only_with_consent():
    offre = make.make_offre()
    for consent, expected in ((False, 0), (True, 1)):
        demande = make.make_demande(relecture={"vues_consenties": consent})
        client = signed_in(demande)
        client.get(f"/offres/{offre.pk}/")
        client.get(f"/offres/{offre.pk}/")
        assert OffreVue.objects.filter(demande=demande).count() == expected


def test_suggestions_are_lines_of_a_list(client):
    make.make_communes()
    assert 'data-value="44109"' in client.get("/communes/suggestions", {"q": "nante"}).content.decode()
    assert client.get("/communes/suggestions", {"q": ""}).status_code == 200


def test_the_grid_is_public_with_its_references(client):
    grille = make.make_grille()
    page = client.get(f"/grilles/{grille.empreinte}/").content.decode()
    assert "CCH L.441-1" in page
    assert grille.empreinte in page
    assert client.get("/grilles/" + "0" * 64 + "/").status_code == 404


@pytest.mark.parametrize("who", ["visitor", "person"])
def test_queries_do_not_grow_with_the_list(client, who):
    _, agent = make.make_bailleur()
    demande = make.make_demande(filed=make.NOW - timedelta(days=200))
    reader = client if who == "visitor" else signed_in(demande)
    for number in range(3):
        make.make_offre(agent, surface=Decimal(60 + number))
    reader.get("/recherche/")
    few = queries_of(reader)
    for number in range(27):
        make.make_offre(agent, surface=Decimal(60 + number))
    assert queries_of(reader) == few
    assert few <= 12


def queries_of(client: Client) -> int:
    with CaptureQueriesContext(connection) as captured:
        assert client.get("/recherche/").status_code == 200
    return len(captured)


def test_a_page_that_is_not_ours_keeps_the_filters_and_says_so():
    answer = Client().get("/recherche/?typologie=T2&page=-1")
    page = answer.content.decode()
    assert answer.status_code == 400
    assert "Ce numéro de page" in page
    assert "Revenez à la première page" in page
    assert re.search(r'<option value="T2"[^>]* selected', page)


@pytest.mark.parametrize(
    ("fact", "step"),
    [
        ("emploi.secteur", "travail"),
        ("menage.personnes.1.rfr_n2", "ressources"),
        ("menage.personnes.1.naissance", "menage"),
        ("menage.personnes", "menage"),
        ("commune", "perimetre"),
        ("situation.dalo", "situation"),
        ("plafonds.PLUS.2026", ""),
    ],
)
def test_a_missing_fact_has_its_step(fact, step):
    assert rows.step_of(fact) == step


def test_an_offre_links_to_the_step_that_settles_it():
    demande = make.make_demande(ressources={"rfr_n2_cents": None})
    page = signed_in(demande).get(f"/offres/{make.make_offre().pk}/").content.decode().replace("\u00a0", " ")
    assert '<a href="/demande/ressources/">Compléter ma demande</a>' in page
    said = re.search(r"pas encore le dire :</strong>\s*([^<]+)", page)
    assert said
    assert said[1][0].islower()
    reason = said[1].strip()
    listed = page.split('<ul class="list">', 1)[1].split("</ul>", 1)[0]
    assert reason[1:] not in listed


def test_home_promises_a_rank_only_with_a_demande(client):
    page = client.get("/").content.decode()
    assert "et sans compte" not in page
    assert "Avec votre demande" in page
