"""The public card of our estimates, the open result of an offre, the delays of territories: what each says."""

from __future__ import annotations

import html
import re
from datetime import date, timedelta
from typing import Any

import pytest
from django.http import HttpResponse
from django.test import Client

from palier.attributions import actions as attributions
from palier.attributions.models import DelaiTerritoire
from palier.base import clock
from palier.estimations.models import Rejeu, Score
from tests import attributions_kit as kit
from tests import factories as make
from tests.pages_chances_kit import make_fit

pytestmark = [pytest.mark.django_db, pytest.mark.web]
LEASE = kit.DECIDED + timedelta(days=9)
MONTH = LEASE + timedelta(days=32)
PAGE = 30_000


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def text_of(response: HttpResponse) -> str:
    bare = re.sub(r"</?(sup|strong|b)>", "", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


def give_score(source: str = "montrees", zone: str = "", typologie: str = "", **more: Any) -> Score:
    said: dict[str, Any] = {
        "debut": date(2026, 7, 1), "fin": date(2026, 10, 1), "origine": "demonstration", "offres": 64, "cas": 812,
        "base": 0.21, "annonce": 0.2, "brier": 0.1024, "log_perte": 0.3312, "ece": 0.0173, "couverture": 0.79,
        "cas_couverture": 500, "bacs": [[0.5, 0.04, 0.05, 406], [0.3, 0.3, 0.27, 244], [0.2, 0.62, 0.66, 162]],
        "calcule_le": make.NOW,
    }  # fmt: skip
    return Score.objects.create(source=source, zone=zone, typologie=typologie, **{**said, **more})


FEW: dict[str, Any] = {
    "offres": 4, "cas": 30, "base": None, "annonce": None, "brier": None, "log_perte": None, "ece": None,
    "couverture": None, "cas_couverture": 0, "bacs": [],
}  # fmt: skip


class TestCard:
    """`/chances/`."""

    def test_without_any_score_it_says_so_and_what_is_never_done(self, client: Client):
        page = text_of(client.get("/chances/"))
        assert page.count("Aucun trimestre n'est encore noté.") == 2
        assert "Vous seul la lisez" in page
        assert "palier chances evaluer --journal DOSSIER --coupe DATE" in page
        assert "docs/journaux.md" in page

    def test_a_quarter_shows_its_figures_its_drawing_and_its_table(self, client: Client, django_assert_max_num_queries):
        make_fit()
        give_score()
        give_score(zone="B1", typologie="T3", ece=0.031)
        give_score(zone="B2", typologie="T2", **FEW)
        give_score("rejouees")
        with django_assert_max_num_queries(12):
            answer = client.get("/chances/")
        page = text_of(answer)
        assert len(answer.content) < PAGE
        for said in (
            "Les chances affichées, juillet à septembre 2026", "0,102", "0,017", "0,331", "79 sur 100", "21 sur 100",
            "812, 64", "Zone B1, T3", "0,031", "Seulement 4 logements : pas de chiffre fiable.",
            "annoncé 62 sur 100, arrivé 66",
        ):  # fmt: skip
            assert said in page, said
        assert page.count("Démonstration :") >= 2
        drawn = answer.content.decode()
        assert drawn.count('<circle class="bar"') == 6
        assert "62,0" in page
        assert "66,0" in page

    def test_few_homes_draw_nothing(self, client: Client):
        give_score(**FEW)
        answer = client.get("/chances/")
        assert "Seulement 4 logements : pas de chiffre fiable. Il en faut 20." in text_of(answer)
        assert '<circle class="bar"' not in answer.content.decode()

    def test_real_decisions_are_not_called_a_demonstration(self, client: Client):
        give_score(origine="reel")
        page = client.get("/chances/").content.decode()
        assert "ces chiffres ne prouvent rien" not in page


def housed(number: int = 6) -> kit.World:
    world, bail = kit.leased(number)
    attributions.sign_bail(bail_id=bail.pk, by=world.bailleur, at=LEASE)
    return world


class TestResult:
    """`/offres/<id>/resultats/`."""

    def test_it_waits_a_month_then_speaks_of_nobody(self, client: Client, django_assert_max_num_queries):
        world = housed()
        place = f"/offres/{world.offre.pk}/resultats/"
        clock.set_now(LEASE + timedelta(days=2))
        assert "Son résultat paraît 1 mois après la fin, comme tous les autres" in text_of(client.get(place))
        clock.set_now(MONTH)
        attributions.publish_results(at=MONTH)
        with django_assert_max_num_queries(12):
            answer = client.get(place)
        page = text_of(answer)
        assert "Candidatures 6" in page
        assert "Fin Logement loué" in page
        assert "1er" not in page, "no decided rank of one dwelling"
        assert "2 semaines au plus" in page
        assert not re.search(r"\b(Marchal|Colibrine|C-\w{4})\b", page)
        for candidate in world.candidates:
            assert candidate.pseudonyme not in page

    def test_below_five_the_count_alone(self, client: Client):
        world = housed(4)
        clock.set_now(MONTH)
        attributions.publish_results(at=MONTH)
        page = text_of(client.get(f"/offres/{world.offre.pk}/resultats/"))
        assert "Moins de 5 candidatures : seul leur nombre est public." in page
        assert "semaine" not in page

    def test_an_open_list_has_none_and_a_draft_is_unknown(self, client: Client):
        shown, draft = make.make_offre(), make.make_offre(state="brouillon")
        assert "Cette liste n'est pas finie" in text_of(client.get(f"/offres/{shown.pk}/resultats/"))
        assert client.get(f"/offres/{draft.pk}/resultats/").status_code == 404


class TestDelays:
    """`/delais/`."""

    @staticmethod
    def give(**said: Any) -> None:
        marks = {
            "loges": [17.2, 240], "attente": [22.4, 1_718], "stock_flux": 69.4, "stock": 1_718, "flux": 297,
            "un_an": {"loges": 0.17, "sortis": 0.23, "si_nul_ne_partait": 0.19, "n": 2_000},
            "devenir": {"n": 350, "logees": 52, "sorties": 196, "attendent": 102, "dormantes": 30},
        }  # fmt: skip
        fit = make_fit()
        Rejeu.objects.create(
            pk="territoire-demo", ajustement=fit, fait_le=make.NOW, tables={}, reperes={**marks, **said}
        )

    def test_three_delays_are_told_apart_each_with_its_n(self, client: Client, django_assert_max_num_queries):
        make.make_offre()
        self.give()
        with django_assert_max_num_queries(12):
            page = text_of(client.get("/delais/"))
        for said in (
            "17 mois", "240 personnes logées", "22 mois", "69 mois", "297 logées en un an",
            "Sur 100 demandes déposées ici il y a 3 ans : 15 logées par cette voie, 56 sorties autrement, 29 atten",
            "9 ne postulent plus", "Compté sur 350 demandes", "17 logées par cette voie, 23 sorties autrement",
            "Si personne ne partait, 19",
        ):  # fmt: skip
            assert said in page, said

    def test_few_persons_are_no_figure(self, client: Client):
        few = {"n": 9, "logees": 1, "sorties": 4, "attendent": 4, "dormantes": 0}
        self.give(loges=None, flux=9, devenir=few)
        page = text_of(client.get("/delais/"))
        assert page.count("pas de chiffre fiable") == 2
        assert "n'est pas encore connu ici" in page

    def test_places_and_types_of_commune(self, client: Client):
        for level, code in (("type", "metropole"), ("commune", "44109")):
            DelaiTerritoire.objects.create(
                niveau=level, code=code, typologie="T2", effectif=12, attente_bas=10, attente=20, attente_haut=40,
                traitement_bas=30, traitement=45, traitement_haut=60, calcule_le=make.NOW,
                ordre=[6, 3, 1] if level == "type" else [],
            )  # fmt: skip
        page = text_of(client.get("/delais/"))
        assert "Métropoles et communes tendues (zones A bis, A et B1), T2" in page
        assert "20 mois (une moitié entre 10 et 40)" in page
        assert "Nantes, T2" in page
        assert "6 au 1er, 3 au 2e, 1 plus loin" in page
        assert page.count("trop peu") == 1


def test_a_closed_offre_leads_to_its_result(client: Client):
    world = housed()
    clock.set_now(MONTH)
    assert f"/offres/{world.offre.pk}/resultats/" in client.get(f"/offres/{world.offre.pk}/").content.decode()


def test_the_number_of_an_ended_offre_is_that_of_its_frozen_list(client: Client):
    world, _ = kit.leased(chosen=3, number=4)
    page = text_of(client.get(f"/offres/{world.offre.pk}/"))
    assert "Candidatures 4" in page
