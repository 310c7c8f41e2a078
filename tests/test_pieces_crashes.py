"""Files of a piece under crashes and bad input: no row without a blob, no blob for long without a row (FI-1, FI-9)."""

from __future__ import annotations

import os
import re
import time
from collections.abc import Iterator
from contextlib import suppress
from datetime import timedelta
from pathlib import Path
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client

from palier.base import limits
from palier.base.faults import InjectedFault, armed
from palier.demandes import tasks
from palier.demandes.models import Demande, Fichier, Piece
from palier.demandes.queries.content import content_of
from palier.gateways.outage import GatewayDown
from palier.gateways.storage import storage
from palier.gateways.storage.folder import FolderStore
from tests import hostile
from tests.test_pieces_pages import browser, demande, path, photo, send, shelf, words

__all__ = ["browser", "demande", "shelf"]
pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]
CODE = "ID_FR"
ACTIVE = (hostile.SCRIPT, b"/JavaScript", b"/OpenAction", b"domicile", b"Durand")


def stored_names() -> list[str]:
    return sorted(storage().names_older_than(timedelta(0)))


def check_whole() -> None:
    """Each row opens; each blob has its row."""
    rows = list(Fichier.objects.all())
    assert all(content_of(row).startswith(b"%PDF-") for row in rows)
    assert stored_names() == sorted(row.objet for row in rows)


def age_all(settings: Any) -> None:
    """All that the storage holds came an hour ago."""
    past = time.time() - limits.duration("piece_orpheline").total_seconds() - 60
    for each in Path(settings.PALIER_STOCKAGE).glob("*/*"):
        os.utime(each, (past, past))


@pytest.mark.parametrize("point", ["after_receive", "after_seal", "after_blob", "after_row"])
def test_a_crash_leaves_no_row_without_blob_and_the_sweep_leaves_no_orphan(
    browser: Client, demande: Demande, settings: Any, point: str
):
    send(browser, demande, CODE, photo())
    before = set(Fichier.objects.values_list("pk", flat=True))
    with armed(point), suppress(InjectedFault):
        send(browser, demande, CODE, photo(name="b.jpg"), photo(name="c.jpg"), suite="1")
    assert set(Fichier.objects.values_list("pk", flat=True)) == before
    assert set(Fichier.objects.values_list("objet", flat=True)) <= set(stored_names())
    age_all(settings)
    tasks.sweep_files.func(timestamp=0)
    check_whole()
    answer = send(browser, demande, CODE, photo(name="b.jpg"), suite="1")
    assert (answer.status_code, Fichier.objects.count()) == (303, 2), "what was cut is sent again"


def test_a_storage_that_fails_loses_nothing(browser: Client, demande: Demande, monkeypatch: pytest.MonkeyPatch):
    send(browser, demande, CODE, photo())

    def down(self: FolderStore, name: str, content: bytes) -> None:
        raise GatewayDown("stockage", "Le stockage des pièces ne répond pas en ce moment.")

    with monkeypatch.context() as patch:
        patch.setattr(FolderStore, "put", down)
        answer = send(browser, demande, CODE, photo(name="b.jpg"), suite="1")
    assert "ne répond pas en ce moment" in words(answer)
    assert (answer.status_code, Piece.objects.get().state) == (503, "recue")
    check_whole()


def bad_ones() -> Iterator[hostile.Bad]:
    """One file of each kind that the table of bad input names."""
    kinds = (
        "vide", "10 000 001 octets", "PDF nommé .jpg", "JPEG nommé .exe", "PDF à mot de passe", "PDF de 61 pages",
        "JPEG et PDF", "PNG de 900 millions de points", "PNG coupé", "page web", "PDF de zéros",
    )  # fmt: skip
    return (bad for bad in hostile.corpus() if bad.label in kinds)


def test_each_bad_file_is_said_in_a_sentence_and_nothing_is_lost(browser: Client, demande: Demande):
    send(browser, demande, CODE, photo())
    (kept,) = Fichier.objects.all()
    seen = 0
    for bad in bad_ones():
        sent = SimpleUploadedFile(bad.name, bad.content, bad.declared)
        answer = send(browser, demande, CODE, sent, suite="1")
        said = words(answer)
        assert answer.status_code in (413, 422), bad.label
        assert re.search(r'role="alert"', said), bad.label
        assert "Traceback" not in said
        seen += 1
    assert seen == 11
    assert Fichier.objects.get() == kept
    check_whole()


def remade() -> list[hostile.Bad]:
    """Scripts, places, and the names that a browser may give."""
    found = hostile.corpus()
    scripted = [bad for bad in found if bad.label.startswith("PDF avec ")][:3]
    named = [bad for bad in found if bad.label.startswith("nom ") and (".." in bad.name or "\u202e" in bad.name)]
    return [*scripted, *named, hostile.Bad("GPS", "IMG.JPG", hostile.located(), "image/jpeg", hostile.REMADE)]


def test_scripts_places_and_names_go_no_further_than_the_door(browser: Client, demande: Demande, settings: Any):
    for bad in remade():
        answer = send(browser, demande, CODE, SimpleUploadedFile(bad.name, bad.content, bad.declared))
        assert answer.status_code == 303, bad.label
        row = Fichier.objects.exclude(piece__state="retiree").get()
        content = content_of(row)
        assert not any(each in content for each in ACTIVE), bad.label
        page = browser.get(path(demande, CODE))
        assert "\u202e" not in page.content.decode()
        assert "passwd" not in page.content.decode() + row.objet
    check_whole()
