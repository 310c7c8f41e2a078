"""A sending cut or partly refused: what arrived stays, what follows joins it; one bad reading stops no other."""

from __future__ import annotations

import io
import re
from datetime import timedelta
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from palier.base import clock
from palier.demandes import tasks
from palier.demandes.models import Demande, Piece
from palier.demandes.queries.pieces import dossier
from palier.demandes.tasks import pieces as readings
from tests import factories as make
from tests.sign_in import key, sign_in
from tests.test_pieces_pages import browser, demande, path, send, shelf, words  # noqa: F401

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]
NOTICE = "AVIS_IMPOT_N2"


def page(shade: int) -> SimpleUploadedFile:
    """A page unlike the others."""
    held = io.BytesIO()
    Image.new("RGB", (300, 400), (shade, shade, shade)).save(held, "JPEG")
    return SimpleUploadedFile("page.jpg", held.getvalue(), "image/jpeg")


def kept() -> list[tuple[str, int]]:
    return sorted((piece.state, piece.fichiers.count()) for piece in Piece.objects.filter(code=NOTICE))


def test_a_form_sent_again_after_a_cut_adds_the_pages_that_were_missing(browser: Client, demande: Demande):  # noqa: F811
    one = key()
    send(browser, demande, NOTICE, *map(page, (10, 20, 30)), cle=one)
    send(browser, demande, NOTICE, *map(page, (10, 20, 30, 40, 50)), cle=one)
    assert kept() == [("recue", 5)]


def test_after_a_refused_file_the_others_are_completed_unless_told_otherwise(browser: Client, demande: Demande):  # noqa: F811
    empty = SimpleUploadedFile("vide.jpg", b"", "image/jpeg")
    text = words(send(browser, demande, NOTICE, page(10), page(20), empty))
    assert re.search(r'name="suite" value="1" checked', text)
    send(browser, demande, NOTICE, page(30), suite="1")
    assert kept() == [("recue", 3)]


def test_a_piece_that_stops_its_reading_stops_no_other(
    browser: Client, demande: Demande, monkeypatch: pytest.MonkeyPatch  # noqa: F811
):  # fmt: skip
    for code in (NOTICE, "ID_FR"):
        send(browser, demande, code, page(77))
    clock.set_now(make.NOW + timedelta(minutes=20))
    real = readings.analyser

    def faulty(document: bytes, **said: Any) -> Any:
        if said["code"] == NOTICE:
            raise ValueError("unforeseen")
        return real(document, **said)

    monkeypatch.setattr(readings, "analyser", faulty)
    with pytest.raises(ExceptionGroup):
        tasks.resume_readings.func(timestamp=0)
    assert Piece.objects.get(code="ID_FR").state == "a_verifier"


def test_the_title_of_a_page_names_no_protected_piece(db: Any):
    clock.set_now(make.NOW)
    holder = make.make_demande(situation={"handicap": True}).titulaire
    client = Client()
    sign_in(client, holder, strong=False)
    fresh = Demande.objects.prefetch_related("personnes", "pieces", "communes").get(titulaire=holder)
    found = [line for line in dossier(fresh, clock.today()).lines if line.attendue.sensible]
    assert found
    for line in found:
        title = re.search(r"<title>(.*?)</title>", words(client.get(f"/demande/pieces/{line.ref}/")), re.S)
        assert title is not None
        assert line.libelle not in title[1]
