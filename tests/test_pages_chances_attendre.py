"""Accepting or waiting on a proposition, the odds of a second place: facts with their range, never a push."""

from __future__ import annotations

import html
import re
from datetime import timedelta

import pytest
from django.http import HttpResponse
from django.urls import reverse

from palier.base import clock
from palier.estimations import actions
from palier.estimations.models import Estimation
from tests import attributions_kit as kit
from tests import factories as make
from tests import pages_chances_kit as estimates
from tests.test_pages_chances import light

pytestmark = [pytest.mark.django_db, pytest.mark.web]
NEXT = kit.DECIDED + timedelta(days=1)


def text_of(response: HttpResponse) -> str:
    assert response.status_code == 200
    bare = re.sub(r"</?(sup|strong|b)>", "", response.content.decode())
    return re.sub(r"\s+", " ", html.unescape(re.sub(r"<[^>]+>", " ", bare)))


@pytest.fixture
def world() -> kit.World:
    made = kit.proposed()
    clock.set_now(NEXT)
    return made


def proposition(world: kit.World) -> str:
    return reverse("demandeur:proposition", args=[world.proposition(0).pk])


def second(world: kit.World) -> str:
    return reverse("demandeur:proposition_attente", args=[world.candidates[1].pk])


def test_accepting_or_waiting_is_two_facts_and_two_equal_answers(world: kit.World):
    estimates.give_waiting(world.candidates[0], 0.3, 0.21, 0.39)
    response = kit.client_of(world.person(0)).get(proposition(world))
    page = text_of(response)
    for words in (
        "Sur 100 demandes comme la vôtre qui attendent, entre 20 et 40 reçoivent une autre proposition avant 1 an.",
        "La moitié attend moins de 14 mois, l'autre moitié davantage.",
        "Refuser ne retire aucun point.", "la faire perdre", "Démonstration",
    ):  # fmt: skip
        assert words in page, words
    body = response.content.decode()
    assert body.count('<a class="btn" href') == 2
    assert "btn-primary" not in body.partition("<main")[2]
    for push in ("conseillons", "mieux vaut", "devriez", "dépêchez"):
        assert push not in page.lower()
    assert Estimation.objects.shown().count() == 1


def test_without_enough_data_there_is_no_number(world: kit.World):
    estimates.give_waiting(world.candidates[0], statut="insuffisant")
    estimates.give_odds(world.candidates[1], statut="insuffisant")
    for page in (
        text_of(kit.client_of(world.person(0)).get(proposition(world))),
        text_of(kit.client_of(world.person(1)).get(second(world))),
    ):
        assert "nous ne pouvons pas donner de chiffre fiable" in page
        assert not re.search(r"\d sur 100", page)


def test_a_long_wait_has_no_date(world: kit.World):
    estimates.give_waiting(world.candidates[0], 0.03, 0.004, 0.08, q50=None)
    page = text_of(kit.client_of(world.person(0)).get(proposition(world)))
    assert "entre moins de 1 et 8 reçoivent" in page
    assert "Plus de la moitié attend plus de 3 ans." in page


def test_the_second_reads_their_odds_with_the_latest_day(world: kit.World):
    estimates.give_odds(world.candidates[1], 0.34, 0.2, 0.5)
    page = text_of(kit.client_of(world.person(1)).get(second(world)))
    for words in ("Vous êtes 2e", "Environ 35 sur 100", "entre 20 et 50", "au plus tard le", "Démonstration"):
        assert words in page, words


def test_an_answered_proposition_and_the_first_say_no_odds(world: kit.World):
    estimates.give_waiting(world.candidates[0])
    url = reverse("demandeur:proposition_reponse", args=[world.proposition(0).pk, "accepter"])
    browser = kit.client_of(world.person(0))
    assert kit.post(browser, url, reponse="accepter").status_code == 303
    assert "sur 100" not in text_of(browser.get(proposition(world)))


def test_switched_off_neither_is_shown(world: kit.World):
    estimates.give_waiting(world.candidates[0])
    estimates.give_odds(world.candidates[1])
    for place, path in ((0, proposition(world)), (1, second(world))):
        demande = world.candidates[place].demande
        actions.switch(demande_id=demande.pk, off=True, by=make.actor_of(demande.titulaire), at=NEXT)
        page = text_of(kit.client_of(world.person(place)).get(path))
        assert not re.search(r"\d sur 100", page)
        assert "chiffre fiable" not in page


def test_both_pages_stay_light(world: kit.World):
    estimates.give_waiting(world.candidates[0])
    estimates.give_odds(world.candidates[1])
    light(kit.client_of(world.person(0)), proposition(world))
    light(kit.client_of(world.person(1)), second(world))
