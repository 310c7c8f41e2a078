"""The pieces of a presented file: marked pixels for who decides, an access line each, never a private piece (V13)."""

from __future__ import annotations

from html import unescape
from typing import Any

import pytest
from django.db import connection
from django.test import Client
from django.test.utils import CaptureQueriesContext
from django.urls import reverse

from palier.base import clock
from palier.base.actor import Actor
from palier.demandes import actions
from palier.demandes.models import Demande, Fichier, Piece
from palier.gateways.files.sniff import Part
from palier.gateways.storage import storage
from palier.journal.models import AccessLine, Event
from tests import attributions_kit as kit
from tests import hostile
from tests.sign_in import key
from tests.test_pieces_pages import shelf

__all__ = ["shelf"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]


def give(demande: Demande, code: str, state: str = "conforme") -> Piece:
    """A piece with one page, as if it had been read (rows only)."""
    by, at = Actor(demande.titulaire_id, "demandeur"), clock.now()
    part = Part("a.jpg", hostile.jpeg(), "image/jpeg")
    stored = actions.store_file(demande_id=demande.pk, part=part, by=by, at=at)
    piece = Piece.objects.create(demande=demande, code=code, deposee_le=at, state=state, state_since=at)
    Fichier.objects.create(
        piece=piece, id=stored.id, ordre=1, objet=stored.objet, cle=stored.cle, empreinte=stored.empreinte,
        octets=stored.octets, pages=stored.pages, recu_le=at,
    )  # fmt: skip
    return piece


@pytest.fixture
def world() -> kit.World:
    clock.set_now(kit.SEANCE)
    return kit.seated()


def desks(world: kit.World) -> list[tuple[str, str, Client]]:
    return [
        ("bailleur", "presented", kit.client_of(world.bailleur)),
        ("caleol", "seated", kit.client_of(world.membre)),
    ]


def page_of(desk: str, row: Any, piece: Piece, ordre: int = 1, page: int = 1) -> str:
    return reverse(f"{desk}:image", args=[row.pk, piece.pk, ordre, page])


def test_who_decides_is_shown_what_proves_and_each_look_is_written(world: kit.World):
    row = world.candidates[0]
    piece = give(row.demande, "AVIS_IMPOT_N2")
    for desk, relation, browser in desks(world):
        sheet = unescape(browser.get(reverse(f"{desk}:dossier", args=[row.pk])).content.decode())
        url = page_of(desk, row, piece)
        assert f'href="{url}"' in sheet
        before = set(AccessLine.objects.values_list("pk", flat=True))
        got = browser.get(url)
        assert (got.status_code, got["Content-Type"]) == (200, "image/jpeg")
        assert got.content.startswith(b"\xff\xd8")
        (line,) = AccessLine.objects.exclude(pk__in=before)
        assert (line.relation, line.purpose, line.classes, line.person_id) == (
            relation, "piece.regarder", "P5", row.demande.titulaire_id
        )  # fmt: skip
        assert browser.get(page_of(desk, row, piece, page=2)).status_code == 404


def test_a_private_piece_and_one_that_does_not_prove_are_not_shown(world: kit.World):
    row = world.candidates[0]
    given = [give(row.demande, "RIB"), give(row.demande, "AVIS_IMPOT_N2", "a_verifier")]
    given.append(give(row.demande, "VIOLENCES"))
    for desk, _, browser in desks(world):
        sheet = browser.get(reverse(f"{desk}:dossier", args=[row.pk])).content.decode()
        for piece in given:
            assert str(piece.pk) not in sheet
            assert browser.get(page_of(desk, row, piece)).status_code == 404


def test_only_a_presented_file_of_ones_own_opens(world: kit.World):
    row, unseen = world.candidates[0], world.candidates[3]
    mine, other = give(row.demande, "AVIS_IMPOT_N2"), give(unseen.demande, "AVIS_IMPOT_N2")
    for desk, _, browser in desks(world):
        assert browser.get(page_of(desk, unseen, other)).status_code == 404, "ranked, not presented"
        assert browser.get(page_of(desk, row, other)).status_code == 404, "the piece of somebody else"
    stranger = kit.client_of(kit.make.make_agent(kit.make.make_organisation("bailleur"))[1])
    assert stranger.get(page_of("bailleur", row, mine)).status_code == 404
    assert kit.client_of(world.bailleur).post(page_of("bailleur", row, mine), {"cle": key()}).status_code == 405


def test_a_changed_file_is_refused_and_journaled(world: kit.World):
    row = world.candidates[0]
    piece = give(row.demande, "AVIS_IMPOT_N2")
    storage().delete(piece.fichiers.get().objet)
    for desk, _, browser in desks(world):
        assert browser.get(page_of(desk, row, piece)).status_code == 409
    assert Event.objects.filter(kind="fichier.altere").count() == 2


def test_pieces_cost_a_sheet_three_queries_however_many_they_are(world: kit.World, django_assert_max_num_queries: Any):
    row = world.candidates[0]
    for desk, _, browser in desks(world):
        url = reverse(f"{desk}:dossier", args=[row.pk])
        browser.get(url)
        with CaptureQueriesContext(connection) as before:
            browser.get(url)
        given = [give(row.demande, code) for code in ("AVIS_IMPOT_N2", "BULLETINS_SALAIRE", "ID_FR")]
        with django_assert_max_num_queries(len(before) + 3):
            page = browser.get(url)
        assert len(page.content) <= 30 * 1024
        Piece.objects.filter(pk__in=[each.pk for each in given]).delete()
