"""A sealed file that was lost or changed: refused in a sentence, journaled, never a broken page (FI-5)."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from palier.accompagnement import actions as accompagnement
from palier.base import clock
from palier.demandes import tasks
from palier.demandes.models import Demande, Fichier, Piece
from palier.gateways.storage import storage
from palier.journal.models import Event
from tests import corpus_papers as papers
from tests.accompagnement_kit import make_agence, make_conseiller
from tests.sign_in import sign_in
from tests.test_pieces_pages import INES, browser, demande, path, photo, read_all, send, shelf, words

__all__ = ["browser", "demande", "shelf"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]


def other() -> SimpleUploadedFile:
    return photo(papers.carte(INES, date(2031, 5, 1)))


def lose(row: Fichier) -> None:
    storage().delete(row.objet)


def flip(row: Fichier) -> None:
    sealed = bytearray(storage().get(row.objet))
    sealed[len(sealed) // 2] ^= 1
    storage().delete(row.objet)
    storage().put(row.objet, bytes(sealed))


def swap(row: Fichier) -> None:
    """The blob and the key of another file of the same person."""
    second = Fichier.objects.exclude(pk=row.pk).get()
    objet, cle = second.objet, second.cle
    Fichier.objects.filter(pk=second.pk).update(objet="ailleurs")
    Fichier.objects.filter(pk=row.pk).update(objet=objet, cle=cle)


def age(row: Fichier) -> None:
    row.version = 2
    row.save()


HARMS = pytest.mark.parametrize("harm", [lose, flip, swap, age])


def link_of(page: str) -> str:
    return "/demande/fichier/" + page.split('href="/demande/fichier/')[1].split('"')[0]


@HARMS
def test_its_owner_is_told_and_the_journal_keeps_it(
    browser: Client, demande: Demande, harm: Callable[[Fichier], None]
):
    send(browser, demande, "ID_FR", photo(), other())
    link = link_of(words(browser.get(path(demande, "ID_FR"))))
    harm(Fichier.objects.get(ordre=1))
    answer = browser.get(link)
    assert answer.status_code == 409
    assert "Ce fichier ne peut plus être ouvert" in words(answer)
    (event,) = Event.objects.filter(kind="fichier.altere")
    assert (event.aggregate_id, event.role) == (Piece.objects.get().pk, "demandeur")


def test_an_adviser_is_told_the_same(browser: Client, demande: Demande):
    send(browser, demande, "ID_FR", photo())
    row = Fichier.objects.get()
    user, by = make_conseiller(make_agence("44"))
    accompagnement.open_urgence(
        demande_id=demande.pk, motif="Sa famille dort dehors ce soir, elle est au guichet.", by=by, at=clock.now()
    )
    desk = Client()
    sign_in(desk, user)
    page = f"/conseiller/pieces/{row.piece_id}/1/1/"
    flip(row)
    assert desk.get(page).status_code == 409
    assert Event.objects.filter(kind="fichier.altere", actor_id=user.pk).count() == 1


@HARMS
def test_the_reading_leaves_it_to_a_person(browser: Client, demande: Demande, harm: Callable[[Fichier], None]):
    send(browser, demande, "ID_FR", photo(), other())
    harm(Fichier.objects.get(ordre=1))
    read_all()
    row = Piece.objects.get()
    assert (row.state, row.analyse["regles"][0]["code"]) == ("a_verifier", "lisible")
    assert Event.objects.filter(kind="fichier.altere", role="systeme").count() == 1
    tasks.resume_readings.func(timestamp=0)
    assert Piece.objects.get().state == "a_verifier"
