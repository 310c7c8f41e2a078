"""The pages of a person: their chance with its reasons and range, the wait, what would help, and none of it at will."""

from __future__ import annotations

import html
import re
from datetime import timedelta
from uuid import uuid4

import pytest
from django.db import connection
from django.http import HttpResponse
from django.test import Client
from django.test.utils import CaptureQueriesContext

from palier.attributions.actions import record_contact
from palier.base import clock
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.estimations.models import Choix, Estimation
from palier.journal.models import Event
from tests import attributions_kit
from tests import factories as make
from tests import pages_chances_kit as kit
from tests.sign_in import sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.web]
HOME, LIST, CHOICE = "/mon-espace/", "/candidatures/", "/mon-espace/estimations/"
ESTIMATES = ("sur 100", "Chances ", "Fourchette", "attendu ", "logées par cette voie")
"""Words that no page says once estimates are off."""


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def client_of(demande: Demande) -> Client:
    client = Client()
    sign_in(client, demande.titulaire, strong=False)
    return client


def text_of(response: HttpResponse) -> str:
    assert response.status_code == 200
    bare = re.sub(r"</?(sup|strong|b)>", "", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


def why(candidature: Candidature) -> str:
    return f"/candidatures/{candidature.pk}/chance/"


def light(client: Client, path: str) -> None:
    """At most 12 queries, 30 KB and 500 elements, once the estimates were shown."""
    client.get(path)
    with CaptureQueriesContext(connection) as captured:
        page = client.get(path)
    assert page.status_code == 200
    assert len(captured) <= 12, [each["sql"][:240] for each in captured]
    assert len(page.content) <= 30_000, len(page.content)
    assert len(re.findall(r"<[a-z]", page.content.decode().partition("<body")[2])) <= 500


# A candidature --------------------------------------------------------------------------------------------------------


def test_the_list_says_the_chance_with_its_range_days_left_and_arrivals():
    mine = make.make_candidature()
    kit.give_chance(mine)
    page = text_of(client_of(mine.demande).get(LIST))
    for words in (
        "Environ 40 sur 100", "Chances bonnes : entre 20 et 60.", "40 fois, ce logement vous est proposé",
        "Il reste 6 jours ; d'habitude 5 dossiers arrivent encore, dont 1 devant vous.",
        "Estimation du 24/11/2026. Démonstration", "Pourquoi cette chance ?",
    ):  # fmt: skip
        assert words in page, words


def test_a_territory_that_decided_for_real_is_no_demonstration():
    mine = make.make_candidature()
    kit.give_chance(mine, fit=kit.make_fit(real=True))
    page = text_of(client_of(mine.demande).get(LIST))
    assert "Estimation du 24/11/2026." in page
    assert "Démonstration" not in page


def test_a_candidature_without_an_estimate_says_no_number():
    mine = make.make_candidature()
    page = text_of(client_of(mine.demande).get(LIST))
    assert "sur 100" not in page
    assert "Pourquoi cette chance" not in page
    assert "Calcul en cours" in text_of(client_of(mine.demande).get(why(mine)))


def test_several_figures_of_a_page_have_their_own_ids():
    demande = make.make_demande()
    for _ in range(3):
        kit.give_chance(make.make_candidature(demande=demande))
    page = client_of(demande).get(LIST).content.decode()
    ids = re.findall(r'\bid="([^"]+)"', page)
    assert len([each for each in ids if each.startswith("on")]) == 3
    assert len(ids) == len(set(ids))


def test_why_this_chance_tells_the_four_reasons_down_to_the_figure():
    mine = make.make_candidature()
    kit.give_chance(mine)
    page = text_of(client_of(mine.demande).get(why(mine)))
    places = [page.index(words) for words in ("environ 60 sur 100", "environ 75 sur 100", "environ 40 sur 100")]
    assert places == sorted(places)
    for words in (
        "Vous étiez 5e sur 80 quand ce chiffre a été calculé.", "La commission lit 3 dossiers à la fois.",
        "D'habitude, plus d'un candidat sur deux devant vous se désiste ou refuse.",
        "Aucune de vos pièces n'est refusée ni périmée.",
        "sur 40 logements attribués et 300 personnes contactées", "Ni le bailleur, ni la commission",
    ):  # fmt: skip
        assert words in page, words


def test_too_few_data_say_so_and_give_no_factor():
    mine = make.make_candidature()
    kit.give_chance(mine, statut="insuffisant", fit=kit.make_fit(homes=4, seen=12))
    for path in (LIST, why(mine)):
        page = text_of(client_of(mine.demande).get(path))
        assert "Seulement 4 logements attribués ici, 12 personnes contactées" in page
        assert "sur 100" not in page
        assert "Les quatre raisons" not in page


def test_first_and_very_low_have_their_own_words():
    demande = make.make_demande()
    first, low = make.make_candidature(demande=demande), make.make_candidature(demande=demande)
    kit.give_chance(first, 0.8, 0.65, 0.9, rang=1, candidatures=1)
    kit.give_chance(low, 0.004, 0.0001, 0.012, rang=51)
    page = text_of(client_of(demande).get(LIST))
    assert "Vous êtes premier à cet instant. Ce n'est pas une attribution : environ 20 fois sur 100" in page
    assert "Garder cette candidature ne vous coûte rien, mais ne comptez pas dessus." in page
    assert client_of(demande).get(LIST).content.decode().count('class="chance-array"') == 1


def test_a_chance_made_for_another_place_says_so():
    demande = make.make_demande()
    mine = make.make_candidature(demande=demande)
    kit.give_chance(mine, 0.8, 0.65, 0.9, rang=2, candidatures=7)
    was = "Ce chiffre a été calculé quand vous étiez 2e sur 7."
    for path in (LIST, why(mine), f"/offres/{mine.offre_id}/"):
        page = text_of(client_of(demande).get(path))
        assert was in page, path
        assert "Vous êtes premier" not in page


@pytest.mark.parametrize("path", ["/candidatures/", "/candidatures/{}/chance/"])
def test_the_second_never_reads_that_the_first_was_lost(path: str) -> None:
    """« 2e sur 4 » stays so in every sentence when the first was tried in vain."""
    world = attributions_kit.closed()
    clock.set_now(attributions_kit.CLOSED)
    first, second = world.candidates[:2]
    for kind in ("contacte", "injoignable"):
        record_contact(candidature_id=first.pk, type=kind, by=world.reservataire, at=attributions_kit.CLOSED)
    kit.give_chance(second, rang=1, candidatures=3)
    page = text_of(client_of(second.demande).get(path.format(second.pk)))
    assert "2e sur 4" in page
    assert "premier" not in page
    assert "Personne n'est devant vous" not in page
    assert "1er sur" not in page


def test_the_chance_of_somebody_else_is_unknown():
    mine, other = make.make_candidature(), make.make_demande()
    kit.give_chance(mine)
    assert client_of(other).get(why(mine)).status_code == 404


def test_what_is_read_is_noted_as_shown_once():
    mine = make.make_candidature()
    kit.give_chance(mine)
    kit.give_all(mine.demande)
    client = client_of(mine.demande)
    assert not Estimation.objects.shown().exists()
    for path in (LIST, HOME):
        client.get(path)
    assert Estimation.objects.shown().count() == 4
    clock.set_now(make.NOW + timedelta(days=1))
    client.get(LIST)
    assert {when.date() for when in Estimation.objects.values_list("montree_le", flat=True)} == {make.NOW.date()}


# The dashboard --------------------------------------------------------------------------------------------------------


def test_the_dashboard_tells_the_wait_the_levers_and_the_checkpoint():
    demande = make.make_demande()
    kit.give_all(demande)
    page = text_of(client_of(demande).get(HOME))
    for words in (
        "31 reçoivent une proposition avant 6 mois, 48 avant 1 an, 74 avant 2 ans, 80 avant 3 ans.",
        "20 attendent encore après 3 ans.", "l'attente va de 2 mois à plus de 3 ans",
        "Ces 12 derniers mois, 37 logements correspondaient à vos critères.", "parmi les 3 premiers pour 6",
        "61 si vous candidatez à toutes les offres", "15 logées par cette voie, 56 sorties autrement, 29 attendent",
        "Délai moyen des demandes logées 17 mois, sur 240 demandes logées", "69 mois",
        "Prouver ce que vous avez déclaré", "Gratuit. Entre 2 et 5 de plus sur 100 avant 1 an.",
        "Trajet de 38 min, estimation. Loyer moyen 562 €. Entre 3 et 8 de plus sur 100 avant 1 an.",
        "7 annonces (attendu 6) : rien d'anormal.", "Démonstration",
    ):  # fmt: skip
        assert words in page, words
    assert page.index("Gratuit.") < page.index("Trajet de 38")


def test_below_two_in_a_hundred_a_human_contact_is_offered():
    demande = make.make_demande()
    kit.give_outlook(demande, p6=0.004, p12=0.012, p24=0.03, p36=0.05, moins_p12=0.06, statut="insuffisant")
    page = text_of(client_of(demande).get(HOME))
    assert "Parlons-en avec vous." in page
    assert "voir les autres voies" in page
    assert "Dalo" in page
    assert "Moins de 7 sur 100 avant 1 an." in page
    assert "Sur 100 demandes" not in page


def test_without_a_lever_the_page_says_what_depends_on_us():
    demande = make.make_demande()
    kit.give_outlook(demande)
    kit.give_levers(demande, [])
    assert "Aucun changement n'aiderait nettement. Voici ce qui dépend de nous" in text_of(client_of(demande).get(HOME))


def test_levers_are_told_only_beside_a_figure_that_holds():
    demande = make.make_demande()
    kit.give_outlook(demande, statut="insuffisant", offres_rejouees=4)
    kit.give_levers(demande)
    assert "Ce qui aiderait le plus" not in text_of(client_of(demande).get(HOME))


def test_few_offres_replayed_say_no_number_of_the_wait():
    demande = make.make_demande()
    kit.give_outlook(demande, statut="insuffisant", offres_rejouees=4)
    page = text_of(client_of(demande).get(HOME))
    assert "Seulement 4 logements en un an : nous ne pouvons pas donner de chiffre fiable." in page
    assert "sur 100" not in page
    assert "Parlons-en" not in page


def test_fewer_than_expected_is_said_as_a_test():
    demande = make.make_demande()
    kit.give_all(demande)
    Estimation.objects.filter(genre="etape").delete()
    kit.give_point(demande, vues=2, attendues=7.1, p=0.05, verdict="moins")
    page = text_of(client_of(demande).get(HOME))
    assert "2 annonces (attendu 7) : moins que prévu, 1 chance sur 20 par hasard. Regardons vos critères." in page


# Off ------------------------------------------------------------------------------------------------------------------


def switch(client: Client, answer: str) -> HttpResponse:
    return client.post(CHOICE, {"cle": str(uuid4()), "estimations": answer})


def test_switched_off_nothing_is_shown_and_it_is_said_plainly_then_on_again():
    mine = make.make_candidature()
    kit.give_chance(mine)
    kit.give_all(mine.demande)
    client = client_of(mine.demande)
    assert "Éteindre les estimations" in text_of(client.get(CHOICE))
    assert switch(client, "non")["Location"] == CHOICE
    assert Choix.objects.get(demande=mine.demande).coupees_le
    for path in (HOME, LIST, why(mine), f"/offres/{mine.offre_id}/"):
        page = text_of(client.get(path))
        assert not [words for words in ESTIMATES if words in page], path
        if "/offres/" not in path:
            assert "Vous avez éteint les estimations. Rien n'est calculé pour vous." in page
    assert "Rallumer les estimations" in text_of(client.get(CHOICE))
    assert switch(client, "oui").status_code == 303
    assert "éteint les estimations" not in text_of(client.get(HOME))


def test_one_form_sent_twice_switches_once():
    demande = make.make_demande()
    client, key = client_of(demande), str(uuid4())
    for _ in range(2):
        client.post(CHOICE, {"cle": key, "estimations": "non"})
    assert Event.objects.filter(kind="demande.estimations_coupees").count() == 1


# Weight ---------------------------------------------------------------------------------------------------------------


def test_pages_stay_light():
    demande = make.make_demande()
    rows = [make.make_candidature(demande=demande) for _ in range(8)]
    for row in rows:
        kit.give_chance(row)
    kit.give_all(demande)
    client = client_of(demande)
    for path in (HOME, LIST, why(rows[0]), CHOICE):
        light(client, path)


def test_pages_stay_light_when_estimates_are_off():
    mine = make.make_candidature()
    client = client_of(mine.demande)
    switch(client, "non")
    for path in (HOME, LIST, why(mine), CHOICE):
        light(client, path)
