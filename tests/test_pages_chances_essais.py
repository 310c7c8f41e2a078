"""Before applying, « et si… », better-placed offres: what is computed when a page asks, and never kept."""

from __future__ import annotations

import html
import re
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from palier.base import clock
from palier.demandes.models import Demande
from palier.estimations import actions
from palier.estimations.actions import computing
from palier.estimations.models import Estimation
from palier.estimations.queries import Comparaison, LimiteTrajet, Zones
from palier.estimations.queries.stored import perspective
from palier.portals import chances_words
from palier.portals.demandeur import estimations, what_if, what_if_words
from tests import factories as make
from tests import pages_chances_kit as kit
from tests.sign_in import sign_in
from tests.test_pages_chances_words import CHANCE, OUTLOOK

pytestmark = [pytest.mark.django_db, pytest.mark.web]
TRY, BETTER = "/mon-espace/et-si/", "/mon-espace/mieux-place/"
AFTER = replace(OUTLOOK, p6=0.38, p12=0.55, p24=0.8, p36=0.86)
COMPARED = Comparaison(OUTLOOK, AFTER, 0.06, 0.03, 0.08, (31.4, 38.2), (56_200, 54_000), (40, 52))
ZONES = Zones(
    trajets=tuple(
        LimiteTrajet(most, share, float(most - 8), 60_000 - 100 * most, seen)
        for most, share, seen in ((20, 0.02, 3), (30, 0.31, 12), (40, 0.48, 40), (50, 0.5, 44), (60, 0.52, 50))
    ),
    prioritaire_p12=0.31, ensemble_p12=0.48, alerte="",
)  # fmt: skip


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def client_of(demande: Demande) -> Client:
    client = Client()
    sign_in(client, demande.titulaire, strong=False)
    return client


def text_of(response: HttpResponse, status: int = 200) -> str:
    assert response.status_code == status
    bare = re.sub(r"</?(sup|strong|b)>", "", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


def holder() -> Demande:
    return make.make_demande(perimetre={"prioritaires": [make.NANTES], "secondaires": [make.REZE]})


# Before applying ------------------------------------------------------------------------------------------------------


def given(monkeypatch: pytest.MonkeyPatch, **changes: Any) -> None:
    vue = replace(CHANCE, **changes)
    monkeypatch.setattr(chances_words, "chances_before", lambda known, offres, now: {each.pk: vue for each in offres})


def test_before_applying_the_rank_and_the_chance_are_those_of_now(monkeypatch: pytest.MonkeyPatch):
    given(monkeypatch)
    offre, demande = make.make_offre(), make.make_demande()
    for path in (f"/offres/{offre.pk}/", f"/offres/{offre.pk}/postuler/"):
        page = text_of(client_of(demande).get(path))
        for words in ("Si vous postuliez maintenant", "5e", "sur 80", "Environ 40 sur 100", "entre 20 et 60"):
            assert words in page, (path, words)


def test_a_very_low_chance_before_applying_is_kind(monkeypatch: pytest.MonkeyPatch):
    given(monkeypatch, proba=0.003, bas80=0.0001, haut80=0.009)
    page = text_of(client_of(make.make_demande()).get(f"/offres/{make.make_offre().pk}/"))
    assert "Postuler ne vous coûte rien, mais ne comptez pas dessus." in page


def test_a_visitor_and_whoever_may_not_apply_read_no_chance(monkeypatch: pytest.MonkeyPatch):
    given(monkeypatch)
    offre, rich = make.make_offre(), make.make_demande(ressources={"rfr_n2_cents": 9_000_000})
    for client in (Client(), client_of(rich)):
        assert "sur 100" not in text_of(client.get(f"/offres/{offre.pk}/"))


def test_the_page_of_an_offre_says_my_stored_chance_and_notes_it():
    mine = make.make_candidature()
    kit.give_chance(mine)
    page = text_of(client_of(mine.demande).get(f"/offres/{mine.offre_id}/"))
    assert "Environ 40 sur 100" in page
    assert Estimation.objects.shown().count() == 1
    other = make.make_candidature(mine.offre)
    assert "sur 100" not in text_of(client_of(other.demande).get(f"/offres/{mine.offre_id}/"))


def test_the_other_adult_of_a_shared_demande_reads_no_chance(monkeypatch: pytest.MonkeyPatch):
    given(monkeypatch)
    mine, free = make.make_candidature(), make.make_offre()
    kit.give_chance(mine)
    other = make.make_user()
    Demande.objects.filter(pk=mine.demande_id).update(codemandeur=other)
    client = Client()
    sign_in(client, other, strong=False)
    for path in (f"/offres/{mine.offre_id}/", f"/offres/{free.pk}/"):
        page = text_of(client.get(path))
        assert "Vous avez postulé" in page or "Si vous postuliez" in page
        assert not re.search(r"\d sur 100", page)
    for path in ("/candidatures/", TRY, BETTER, f"/candidatures/{mine.pk}/chance/", "/mon-espace/estimations/"):
        assert client.get(path).status_code == 404


def test_switched_off_the_rank_stays_without_a_chance():
    offre, demande = make.make_offre(), make.make_demande()
    make.make_candidature(offre)
    computing.estimate_all(at=make.NOW)
    actions.switch(demande_id=demande.pk, off=True, by=make.actor_of(demande.titulaire), at=make.NOW)
    for path in (f"/offres/{offre.pk}/", f"/offres/{offre.pk}/postuler/"):
        page = text_of(client_of(demande).get(path))
        assert "sur 2" in page
        assert "chiffre fiable" not in page


# Et si… ---------------------------------------------------------------------------------------------------------------


def compare(monkeypatch: pytest.MonkeyPatch, found: Comparaison | None = COMPARED) -> list[list[str]]:
    asked: list[list[str]] = []

    def answer(demande: Demande, *, actions: list[str], now: object) -> Comparaison | None:
        asked.append(list(actions))
        return found

    monkeypatch.setattr(what_if, "what_if", answer)
    monkeypatch.setattr(what_if, "zones_of", lambda demande, now: ZONES)
    return asked


def test_a_change_is_told_before_and_after_with_its_range_and_its_price(monkeypatch: pytest.MonkeyPatch):
    asked = compare(monkeypatch)
    page = text_of(client_of(holder()).get(TRY, {"essai": "moins_une_piece"}))
    assert asked == [["moins_une_piece"]]
    for words in (
        "Accepter une pièce de moins.", "Entre 3 et 8 de plus sur 100 avant 1 an", "Le vrai écart peut en sortir.",
        "Sur 100, avant 1 an 48 55", "Trajet moyen attendu, estimation 31 min 38 min",
        "Loyer moyen attendu 562 € 540 €", "Annonces en 12 mois 40 52", "Rien n'est enregistré", "Démonstration",
    ):  # fmt: skip
        assert words in page, words


def test_each_change_of_the_form_reaches_the_estimate(monkeypatch: pytest.MonkeyPatch):
    asked = compare(monkeypatch)
    client, demande = client_of(holder()), Demande.objects.get()
    demande = Demande.objects.get(pk=demande.pk)
    sizes = [f"typologie:T{int(max(demande.typologies)[1]) + 1}", "justificatif", "dossier_complet"]
    text_of(client.get(TRY, {"essai": sizes, "commune": "Saint-Herblain (44)", "retirer": f"sans_commune:{make.REZE}",
                             "secteur": "secteur:prioritaire"}))  # fmt: skip
    assert asked == [["secteur:prioritaire", *sizes, f"commune:{make.SAINT_HERBLAIN}", f"sans_commune:{make.REZE}"]]


def test_a_lever_opens_its_own_trial(monkeypatch: pytest.MonkeyPatch):
    asked = compare(monkeypatch)
    page = text_of(client_of(holder()).get(TRY, {"essai": f"commune:{make.SAINT_HERBLAIN}"}))
    assert asked == [[f"commune:{make.SAINT_HERBLAIN}"]]
    assert "Ajouter Saint-Herblain" in page


@pytest.mark.parametrize(
    ("query", "words"),
    [
        ({"essai": "revenu:0"}, "n'est pas une réponse possible"),
        ({"commune": "Qwxz"}, "n'est aucune commune connue"),
        ({"retirer": "sans_commune:99999"}, "n'est pas une réponse possible"),
        ({"secteur": "secteur:ailleurs"}, "n'est pas une réponse possible"),
    ],
)
def test_what_cannot_be_tried_is_said_and_what_was_typed_stays(
    monkeypatch: pytest.MonkeyPatch, query: dict[str, str], words: str
):
    asked = compare(monkeypatch)
    response = client_of(holder()).get(TRY, query)
    assert words in text_of(response, 422)
    assert asked == []
    if "commune" in query:
        assert query["commune"] in response.content.decode()


def test_how_far_to_look_is_a_table_with_its_price(monkeypatch: pytest.MonkeyPatch):
    compare(monkeypatch)
    page = text_of(client_of(holder()).get(TRY))
    assert "Avant 1 an : 31 sur 100 avec le secteur prioritaire seul, 48 sur 100 avec les deux secteurs." in page
    assert "20 min au plus trop peu d'annonces 12 min 580 € 3" in page
    assert "40 min au plus 48 sur 100 32 min 560 € 40" in page


def test_perimeters_too_wide_or_too_narrow_are_warned():
    assert "étroits" in what_if_words.limits_of(replace(ZONES, alerte="trop_etroit")).alerte
    assert "larges" in what_if_words.limits_of(replace(ZONES, alerte="trop_large")).alerte
    few = replace(ZONES, alerte="trop_etroit", trajets=tuple(replace(each, annonces=2) for each in ZONES.trajets))
    assert what_if_words.limits_of(few).alerte == ""
    assert "chiffre fiable" in what_if_words.limits_of(few).secteurs
    unsure = what_if_words.limits_of(replace(ZONES, statut="insuffisant"))
    assert "chiffre fiable" in unsure.secteurs
    assert unsure.alerte == ""


def test_each_line_and_each_ring_keeps_to_its_bound():
    """Five offres replayed but fewer than one served: « moins de » alone; fewer than five: no number."""
    bounded, few = {"statut": "insuffisant", "moins_p12": 0.42}, {"statut": "insuffisant"}
    first, second, *rest = ZONES.trajets[1:]
    lines = (replace(first, **few), replace(second, **bounded), *rest)
    said = what_if_words.limits_of(replace(ZONES, trajets=lines))
    assert [row.chance.replace("\u00a0", " ") for row in said.lignes] == [
        "trop peu d'annonces", "moins de 45 sur 100", "50 sur 100", "52 sur 100"
    ]  # fmt: skip
    alone = replace(ZONES, prioritaire_statut="insuffisant", prioritaire_moins=0.08)
    assert "an : moins de 9 sur 100 avec le secteur prioritaire seul, 48 sur 100 avec les deux" in ring(alone)
    assert "an : 48 sur 100 avec les deux secteurs. Le secteur prioritaire seul a trop peu" in ring(
        replace(alone, prioritaire_moins=None)
    )
    both = replace(alone, statut="insuffisant", ensemble_moins=0.12)
    assert "moins de 9 sur 100 avec le secteur prioritaire seul, moins de 15 sur 100 avec les deux" in ring(both)


def ring(zones: Zones) -> str:
    return what_if_words.limits_of(zones).secteurs.replace("\u00a0", " ")


def test_a_comparison_without_enough_offres_tells_the_price_alone(monkeypatch: pytest.MonkeyPatch):
    few = replace(COMPARED, apres=replace(AFTER, statut="insuffisant", offres_rejouees=4))
    compare(monkeypatch, few)
    page = text_of(client_of(holder()).get(TRY, {"essai": "moins_une_piece"}))
    assert "Seulement 4 logements en un an : nous ne pouvons pas donner de chiffre fiable." in page
    assert "Loyer moyen attendu" in page
    assert "Sur 100, avant" not in page


def test_fewer_than_one_served_after_a_change_is_a_bound_alone():
    after = replace(AFTER, statut="insuffisant", servies=0.3, moins_p12=0.07)
    found = what_if_words.compared(replace(COMPARED, apres=after))
    assert (found.ecart, found.trop_peu) == ("", "")
    rows = {row.titre: (row.avant, row.apres) for row in found.lignes}
    said = [re.sub(r"\s", " ", each) for each in rows["Sur 100, avant 1\u00a0an"]]
    assert said == ["48", "Moins de 8 sur 100 avant 1 an"]
    assert rows["Sur 100, avant 2\u00a0ans"] == ("74", "—")


def test_for_real_a_territory_without_history_gives_no_number():
    rows = [make.make_candidature() for _ in range(3)]
    computing.estimate_all(at=make.NOW + timedelta(hours=1))
    clock.set_now(make.NOW + timedelta(hours=2))
    client = client_of(rows[0].demande)
    for query in ({}, {"essai": "moins_une_piece"}, {"essai": "dossier_complet"}):
        page = text_of(client.get(TRY, query))
        assert "chiffre fiable" in page, page
        assert not re.search(r"\d sur 100", page)
        assert "nan" not in page.lower().split()


def test_without_a_stored_outlook_the_page_says_that_it_comes():
    assert "Calcul en cours" in text_of(client_of(holder()).get(TRY))


def test_switched_off_nothing_is_compared():
    demande = holder()
    actions.switch(demande_id=demande.pk, off=True, by=make.actor_of(demande.titulaire), at=make.NOW)
    for path in (TRY, f"{TRY}?essai=moins_une_piece", BETTER):
        page = text_of(client_of(demande).get(path))
        assert "Vous avez éteint les estimations." in page
        assert "sur 100" not in page


# Better placed --------------------------------------------------------------------------------------------------------


def test_better_placed_offres_say_rank_chance_and_closing(monkeypatch: pytest.MonkeyPatch):
    offre = make.make_offre()
    found = [(estimations.Candidature(offre=offre).offre, replace(CHANCE, rang=2, candidatures=9, proba=0.66))]
    monkeypatch.setattr(estimations, "best_offres", lambda known, now: found)
    page = text_of(client_of(make.make_demande()).get(BETTER))
    assert "Où vos chances seraient meilleures" in page
    assert "2e sur 9." in page
    assert "Environ 65 sur 100, entre 20 et 65." in page
    assert "Clôture" in page


def test_nothing_better_is_said_kindly():
    """First of one here, seventh of seven there: no worse place is called better."""
    mine, other = make.make_candidature(), make.make_offre()
    for days in range(6):
        make.make_candidature(other, filed=make.NOW - timedelta(days=2_000 + days))
    computing.estimate_all(at=make.NOW + timedelta(hours=1))
    clock.set_now(make.NOW + timedelta(hours=2))
    page = text_of(client_of(mine.demande).get(BETTER))
    assert "aucune offre ouverte de vos secteurs ne vous donnerait de meilleures chances" in page
    assert "7e sur 7" not in page


def test_an_outlook_read_back_is_the_one_written():
    demande = make.make_demande()
    kit.give_outlook(demande)
    row = Estimation.objects.get()
    read = perspective(row.detail, statut="ok", demonstration=True, faite_le=make.NOW)
    assert (read.p12, read.delais.stock_flux, read.moins_p12) == (0.48, 69.4, None)
    assert make.NOW - read.faite_le < timedelta(seconds=1)


# Weight ---------------------------------------------------------------------------------------------------------------


def counted(client: Client, path: str) -> int:
    """How many queries a warm page asks, after its weight was checked."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(path)
    assert page.status_code == 200
    assert len(page.content) <= 30_000
    return len(captured)


def test_what_is_computed_on_request_asks_few_queries():
    rows = [make.make_candidature() for _ in range(3)]
    free = make.make_offre()
    computing.estimate_all(at=make.NOW + timedelta(hours=1))
    clock.set_now(make.NOW + timedelta(hours=2))
    client = client_of(rows[0].demande)
    asked = {
        path: counted(client, path)
        for path in (f"/offres/{free.pk}/", f"/offres/{free.pk}/postuler/", BETTER, TRY, f"{TRY}?essai=moins_une_piece")
    }
    assert asked[f"/offres/{free.pk}/"] <= 12, asked
    assert asked[f"/offres/{free.pk}/postuler/"] <= 13, asked
    assert asked[BETTER] <= 14, "one of them says why nothing is listed"
    assert asked[TRY] <= 15, asked
    assert asked[f"{TRY}?essai=moins_une_piece"] <= 15, asked


def test_too_many_changes_at_once_are_refused_and_cost_no_query_each(monkeypatch: pytest.MonkeyPatch):
    asked, client = compare(monkeypatch), client_of(holder())
    with CaptureQueriesContext(connection) as told:
        answer = client.get(TRY, {"essai": [f"commune:{44000 + place}" for place in range(60)]})
    assert answer.status_code == 422
    assert asked == []
    assert len(told) <= 25
