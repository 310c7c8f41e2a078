"""The desk of a member of the commission: a seat opens files, decisions are written whole, the séance is closed."""

from __future__ import annotations

import pytest
from django.urls import reverse

from palier.attributions import actions
from palier.attributions.models import Decision
from palier.base import clock
from palier.journal.models import AccessLine
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.web]


def point(world: kit.World) -> str:
    assert world.seance is not None
    return reverse("caleol:point", args=[world.seance.pk, world.offre.pk])


def test_a_seat_opens_the_files_and_each_look_is_written():
    world = kit.seated()
    clock.set_now(kit.SEANCE)
    browser = kit.client_of(world.membre)
    page = browser.get(point(world)).content.decode()
    assert "Marchal" in page
    assert "a)" in page
    lines = AccessLine.objects.filter(role="membre_caleol", relation="seated")
    assert {line.person_id for line in lines} == {row.demande.titulaire_id for row in world.candidates[:3]}
    assert browser.get(reverse("caleol:dossier", args=[world.candidates[0].pk])).status_code == 200
    assert browser.get(reverse("caleol:dossier", args=[world.candidates[3].pk])).status_code == 404


def test_nothing_is_seen_without_a_seat():
    world = kit.seated()
    clock.set_now(kit.SEANCE)
    latecomer = kit.client_of(make.make_agent(world.organisation, "membre_caleol")[1])
    assert latecomer.get(point(world)).status_code == 404
    assert latecomer.get(reverse("caleol:dossier", args=[world.candidates[0].pk])).status_code == 404
    page = latecomer.get(reverse("caleol:seances")).content.decode()
    assert "Aucune séance" in page


def test_an_agenda_in_preparation_is_not_seen_yet():
    world = kit.designated()
    seance = actions.prepare_seance(prevue_le=kit.SEANCE, offre_ids=[world.offre.pk], by=world.bailleur, at=kit.CLOSED)
    clock.set_now(kit.CLOSED)
    assert kit.client_of(world.membre).get(reverse("caleol:seance", args=[seance.pk])).status_code == 404


def test_decisions_are_recorded_and_the_seance_is_closed():
    world = kit.seated()
    clock.set_now(kit.SEANCE)
    browser = kit.client_of(world.membre)
    first, second, third = (row.pk for row in world.candidates[:3])
    ballots = {
        f"lettre-{first}": "b", f"ordre-{first}": "1", f"lettre-{second}": "b", f"ordre-{second}": "2",
        f"lettre-{third}": "d", f"motif-{third}": "taille_inadaptee", f"texte-{third}": "Un T4 conviendrait.",
    }  # fmt: skip
    half = kit.post(browser, point(world), **{**ballots, f"motif-{third}": ""})
    assert half.status_code == 409
    assert "Un T4 conviendrait." in half.content.decode()
    assert kit.post(browser, point(world), **ballots).status_code == 303
    assert Decision.objects.count() == 3
    assert "Un T4 conviendrait." in browser.get(point(world)).content.decode()
    assert world.seance is not None
    closing = reverse("caleol:etape", args=[world.seance.pk, "clore"])
    assert kit.post(browser, closing).status_code == 303
    assert kit.post(browser, reverse("caleol:etape", args=[world.seance.pk, "detruire"])).status_code == 404


def test_a_point_without_any_file_left_is_concluded():
    world = kit.seated(3, 3)
    for place in range(3):
        make.candidatures.withdraw_candidature(
            candidature_id=world.candidates[place].pk, by=world.person(place), at=kit.SEANCE
        )
    clock.set_now(kit.SEANCE)
    browser = kit.client_of(world.membre)
    assert "Plus aucun dossier" in browser.get(point(world)).content.decode()
    assert kit.post(browser, point(world)).status_code == 303
    assert world.offre_state() == "infructueuse"


def test_bad_dates_and_orders_are_said():
    world = kit.seated()
    clock.set_now(kit.SEANCE)
    browser = kit.client_of(world.membre)
    first = world.candidates[0].pk
    for given, words in (
        ({f"ordre-{first}": "1e309"}, "nombre de 1 à 99"),
        ({f"lettre-{first}": "c", f"ordre-{first}": "1", f"avant-{first}": "31/02/2027"}, "existe pas"),
    ):
        answer = kit.post(browser, point(world), **given)
        assert answer.status_code == 422
        assert words in answer.content.decode()
