"""The réservataire's desk: pseudonyms, contacts in list order, ranks passed with words, désignation."""

from __future__ import annotations

import pytest
from django.urls import reverse

from palier.attributions import actions
from palier.attributions.models import RangPasse
from palier.base import clock
from palier.base.ids import new_id
from palier.journal.models import AccessLine
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = [pytest.mark.django_db, pytest.mark.web]


def test_the_list_hides_identity_and_exact_points():
    world = kit.closed(5)
    clock.set_now(kit.CLOSED)
    browser = kit.client_of(world.reservataire)
    page = browser.get(reverse("reservataire:candidats_offre", args=[world.offre.pk])).content.decode()
    assert world.candidates[0].pseudonyme in page
    assert "Marchal" not in page
    assert "1 adulte, 2 enfants" in page
    lines = AccessLine.objects.filter(role="reservataire", relation="contingent")
    assert lines.count() == 5


def test_contacts_then_a_passed_rank_then_the_designation():
    world = kit.closed(5)
    clock.set_now(kit.CLOSED)
    browser = kit.client_of(world.reservataire)
    first, second = world.candidates[0].pk, world.candidates[1].pk
    early = kit.post(browser, reverse("reservataire:contact", args=[second]), type="contacte")
    assert early.status_code == 409
    assert "Le rang 1" in early.content.decode()
    for kind in ("contacte", "injoignable"):
        assert kit.post(browser, reverse("reservataire:contact", args=[first]), type=kind).status_code == 303
    url = reverse("reservataire:passer", args=[second])
    empty = kit.post(browser, url, motif="  ")
    assert empty.status_code == 422
    assert "est vide" in empty.content.decode()
    assert kit.post(browser, url, motif="x" * 501).status_code == 422
    assert kit.post(browser, url, motif="Le foyer demande un T4.").status_code == 303
    assert RangPasse.objects.get().motif == {"texte": "Le foyer demande un T4."}
    few = kit.post(browser, designer(world), dossier=[str(world.candidates[2].pk)])
    assert few.status_code == 409
    assert "au moins 3" in few.content.decode()
    ticked = [str(row.pk) for row in world.candidates[2:]]
    assert kit.post(browser, designer(world), dossier=ticked).status_code == 303
    page = browser.get(reverse("reservataire:candidats_offre", args=[world.offre.pk])).content.decode()
    assert page.count("Désigné") >= 3


def designer(world: kit.World) -> str:
    return reverse("reservataire:designer", args=[world.offre.pk])


def test_after_the_designation_names_are_read_without_amounts():
    world = kit.designated()
    clock.set_now(kit.CLOSED)
    actions.prepare_seance(prevue_le=kit.SEANCE, offre_ids=[world.offre.pk], by=world.bailleur, at=kit.CLOSED)
    browser = kit.client_of(world.reservataire)
    page = browser.get(reverse("reservataire:candidats_offre", args=[world.offre.pk])).content.decode()
    assert "Marchal" in page
    assert "1\u00a0720" not in page
    sheet = browser.get(reverse("reservataire:dossier", args=[world.candidates[0].pk])).content.decode()
    assert "Marchal" in sheet
    assert "1\u00a0720" not in sheet


def test_another_contingent_is_unknown():
    world = kit.closed(3)
    clock.set_now(kit.CLOSED)
    browser = kit.client_of(make.make_reservataire()[1])
    for name, pk in (("candidats_offre", world.offre.pk), ("dossier", world.candidates[0].pk)):
        refused = browser.get(reverse(f"reservataire:{name}", args=[pk]))
        assert refused.status_code == 404
        assert kit.bytes_of(refused) == kit.bytes_of(browser.get(reverse(f"reservataire:{name}", args=[new_id()])))
    assert kit.post(browser, designer(world), dossier=[]).status_code == 404


def test_home_shows_what_is_to_designate():
    world = kit.closed(3)
    clock.set_now(kit.CLOSED)
    page = kit.client_of(world.reservataire).get(reverse("reservataire:candidats")).content.decode()
    assert f"logement {world.offre.logement.numero}" in page


def test_another_role_is_unknown():
    world = kit.closed(3)
    clock.set_now(kit.CLOSED)
    for actor in (world.bailleur, world.membre, world.person(0)):
        assert kit.client_of(actor).get(reverse("reservataire:candidats")).status_code == 404
