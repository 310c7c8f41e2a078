"""Fifty sendings at once: the quotas hold, nothing is lost, no blob stays without a row (promises.md FI-8)."""

from __future__ import annotations

import threading
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor

import pytest
from django.db import connection

from palier.base import clock, limits
from palier.base.actor import Actor
from palier.base.refusal import Refused
from palier.demandes import actions
from palier.demandes.models import Demande, Fichier, Piece
from palier.gateways.files.sniff import Part
from tests import factories as make
from tests import hostile
from tests.sign_in import key
from tests.test_pieces_crashes import CODE, check_whole
from tests.test_pieces_pages import shelf

__all__ = ["shelf"]


class Hands:
    """Many people sending at the same instant, each in a thread with a connection of its own."""

    def __init__(self, number: int) -> None:
        self.barrier = threading.Barrier(number)
        self.number = number

    def run(self, work: Callable[[int], str]) -> list[str]:
        with ThreadPoolExecutor(self.number) as pool:
            return [each.result() for each in [pool.submit(self._one, work, n) for n in range(self.number)]]

    def _one(self, work: Callable[[int], str], n: int) -> str:
        try:
            self.barrier.wait()
            return work(n)
        except Refused as refusal:
            return refusal.code
        finally:
            connection.close()


def put(demande: Demande, n: int, *, code: str = CODE, more: bool = True) -> str:
    """What the page does of one file."""
    by, at = Actor(demande.titulaire_id, "demandeur"), clock.now()
    image = hostile.saved(hostile.picture((60 + n, 40)), "JPEG")
    stored = actions.store_file(
        demande_id=demande.pk, part=Part("a.jpg", image, "image/jpeg"), by=by, at=at
    )
    try:
        actions.keep_files(
            demande_id=demande.pk, code=code, personne_id=None, files=[stored], key=key(), more=more, by=by, at=at
        )
    except Refused:
        actions.discard([stored])
        raise
    return "gardé"


@pytest.fixture
def shared(committed_db: str, shelf: None) -> Demande:
    clock.set_now(make.NOW)
    return make.make_demande(state="deposee")


def lower(monkeypatch: pytest.MonkeyPatch, name: str, value: int) -> None:
    true = limits.value
    monkeypatch.setattr(limits, "value", lambda asked: value if asked == name else true(asked))


@pytest.mark.parametrize(("name", "most"), [("piece_fichiers", 20), ("piece_jour", 30), ("piece_pages", 25)])
def test_quotas_hold_under_fifty_sendings_at_once(
    shared: Demande, monkeypatch: pytest.MonkeyPatch, name: str, most: int
):
    if name != "piece_fichiers":
        lower(monkeypatch, name, most)
        lower(monkeypatch, "piece_fichiers", 99)
    answers = Hands(50).run(lambda n: put(shared, n))
    assert answers.count("gardé") == most, answers
    assert set(answers) == {"gardé", name}
    assert (Piece.objects.count(), Fichier.objects.count()) == (1, most)
    check_whole()


def test_the_room_of_a_demande_holds_under_fifty_sendings_at_once(shared: Demande, monkeypatch: pytest.MonkeyPatch):
    put(shared, 0)
    room = Fichier.objects.get().octets * 12
    lower(monkeypatch, "piece_demande", room)
    answers = Hands(50).run(lambda n: put(shared, n))
    assert set(answers) == {"gardé", "piece_place"}
    assert sum(Fichier.objects.values_list("octets", flat=True)) <= room
    check_whole()


def test_two_sendings_of_one_piece_at_once_lose_nothing(shared: Demande):
    for more in (True, False):
        answers = Hands(2).run(lambda n, more=more: put(shared, n, more=more))
        assert answers == ["gardé", "gardé"]
        present = Piece.objects.exclude(state="retiree").get()
        assert present.fichiers.count() == (2 if more else 1)
    assert Fichier.objects.count() == 4, "what was replaced is kept one day"
    check_whole()
