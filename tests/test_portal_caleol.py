"""The desk of a member of the commission: a seat opens files, decisions are written whole, the séance is closed."""

from __future__ import annotations

from datetime import timedelta

import pytest
from django.urls import reverse

from palier.attributions import actions, rules
from palier.attributions.models import Decision
from palier.base import clock
from palier.base.refusal import NotVisible, Refused
from palier.droit.dates import plus_mois
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


def concluded() -> tuple[kit.World, str]:
    """A decided séance, closed by the bailleur, and its page for a member."""
    world = kit.decided()
    assert world.seance is not None
    actions.close_seance(seance_id=world.seance.pk, by=world.bailleur, at=kit.DECIDED)
    return world, reverse("caleol:seance", args=[world.seance.pk])


def test_a_member_signs_and_reads_until_the_appeal_is_over():
    world, url = concluded()
    assert world.seance is not None
    clock.set_now(kit.DECIDED + timedelta(days=10))
    browser = kit.client_of(world.membre)
    sign = reverse("caleol:signer", args=[world.seance.pk])
    assert "Signez le procès-verbal" in browser.get(url).content.decode()
    assert kit.post(browser, sign).status_code == 303
    assert "Le procès-verbal est signé" in browser.get(url).content.decode()
    assert kit.post(browser, sign).status_code == 409
    file_url = reverse("caleol:dossier", args=[world.candidates[0].pk])
    last_day = plus_mois(clock.local_day(kit.DECIDED + timedelta(days=10)), rules.APPEAL_MONTHS)
    clock.set_now(clock.deadline(last_day) - timedelta(minutes=5))
    browser = kit.client_of(world.membre)
    assert [browser.get(each).status_code for each in (url, point(world), file_url)] == [200, 200, 200]
    clock.set_now(clock.deadline(last_day) + timedelta(seconds=2))
    browser = kit.client_of(world.membre)
    assert [browser.get(each).status_code for each in (url, point(world), file_url)] == [404, 404, 404]
    assert kit.client_of(world.bailleur).get(reverse("bailleur:seance", args=[world.seance.pk])).status_code == 200


def test_an_unsigned_seance_closes_to_its_members_two_months_after_its_end():
    world, url = concluded()
    assert world.seance is not None
    late = clock.deadline(plus_mois(clock.local_day(kit.DECIDED), rules.APPEAL_MONTHS)) + timedelta(seconds=1)
    clock.set_now(late)
    assert kit.client_of(world.membre).get(url).status_code == 404
    with pytest.raises(NotVisible):
        actions.sign_seance(seance_id=world.seance.pk, by=world.membre, at=late)


def test_only_a_seat_signs_and_only_after_the_closing():
    world = kit.decided()
    assert world.seance is not None
    stranger = make.make_agent(world.organisation, "membre_caleol")[1]
    for by in (stranger, make.make_bailleur()[1]):
        with pytest.raises(NotVisible):
            actions.sign_seance(seance_id=world.seance.pk, by=by, at=kit.DECIDED)
    for by in (world.membre, world.bailleur):
        with pytest.raises(Refused):
            actions.sign_seance(seance_id=world.seance.pk, by=by, at=kit.DECIDED)
