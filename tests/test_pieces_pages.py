"""The pieces of a demande, from the pages: sent, re-made, sealed, read in the queue, mended, explained, taken back."""

from __future__ import annotations

import io
from datetime import date, timedelta
from html import unescape
from typing import Any

import pytest
from django.core.files.uploadedfile import SimpleUploadedFile
from django.test import Client
from PIL import Image

from palier.base import clock
from palier.candidatures import tasks as candidature_tasks
from palier.demandes import tasks
from palier.demandes.models import Demande, Echange, Fichier, Piece
from palier.demandes.queries.content import content_of
from palier.demandes.queries.pieces import ref_of
from palier.gateways import mail
from palier.gateways.storage import storage
from palier.journal.models import Event
from tests import corpus_papers as papers
from tests import factories as make
from tests.corpus import page as picture
from tests.sign_in import key, sign_in

pytestmark = [pytest.mark.django_db, pytest.mark.usefixtures("shelf")]
INES = papers.Personne("Inès", "Marchal", date(1992, 3, 2))


@pytest.fixture
def shelf(settings: Any, tmp_path: Any) -> None:
    """A storage of its own."""
    settings.PALIER_STOCKAGE = str(tmp_path / "pieces")


@pytest.fixture
def demande() -> Demande:
    clock.set_now(make.NOW)
    return make.make_demande(state="deposee")


@pytest.fixture
def browser(demande: Demande) -> Client:
    client = Client()
    sign_in(client, demande.titulaire, strong=False)
    return client


def photo(source: bytes | None = None, *, name: str = "IMG_0001.JPG") -> SimpleUploadedFile:
    """A page as a phone gives it: JPEG, a place in its EXIF."""
    image = picture(source) if source else Image.new("RGB", (900, 1200), "white")
    exif = Image.Exif()
    exif[0x8825] = {1: "N", 2: (47.0, 13.0, 0.0)}
    exif[0x010E] = "secretzz"
    held = io.BytesIO()
    image.convert("RGB").save(held, "JPEG", quality=85, exif=exif)
    return SimpleUploadedFile(name, held.getvalue(), "image/jpeg")


def path(demande: Demande, code: str, tail: str = "") -> str:
    return f"/demande/pieces/{ref_of(demande.pk, code, None)}/{tail}"


def send(browser: Client, demande: Demande, code: str, *files: SimpleUploadedFile, **more: str) -> Any:
    said = {"cle": key(), "fichiers": list(files), **more}
    return browser.post(path(demande, code), said)


def read_all() -> None:
    for event in Event.objects.filter(kind="piece.recue").order_by("at", "n"):
        tasks.read_piece(event.pk)


def words(response: Any) -> str:
    return unescape(response.content.decode()).replace("\u00a0", " ")


def test_an_identity_card_is_read_and_brings_the_number(browser: Client, demande: Demande):
    listed = words(browser.get("/demande/pieces/"))
    assert "Vos pièces" in listed
    assert "0 pièce valide sur" in listed
    answer = send(browser, demande, "ID_FR", photo(papers.carte(INES, date(2031, 5, 1))))
    assert answer.status_code == 303
    row = Piece.objects.get(code="ID_FR")
    assert (row.state, row.vue_le) == ("recue", None)
    read_all()
    row.refresh_from_db()
    assert row.state == "conforme", row.analyse
    said = words(browser.get(path(demande, "ID_FR")))
    assert "Cette pièce est bonne." in said
    assert "Réussi" in said
    candidature_tasks.count_again(Event.objects.get(kind="piece.conforme").pk)
    assert Event.objects.filter(aggregate="echange").exists(), "the number is asked for"


def test_an_identity_recognised_in_a_draft_brings_the_number_at_filing(settings: Any):
    clock.set_now(make.NOW)
    draft = make.make_demande(state="brouillon")
    client = Client()
    sign_in(client, draft.titulaire, strong=False)
    send(client, draft, "ID_FR", photo(papers.carte(INES, date(2031, 5, 1))))
    read_all()
    assert not Echange.objects.exists()
    tasks.pieces.actions.submit_demande(demande_id=draft.pk, by=make.actor_of(draft.titulaire), at=clock.now())
    assert [row.operation for row in Echange.objects.all()] == ["creation"]


def test_what_is_kept_has_neither_place_nor_name_of_what_was_sent(browser: Client, demande: Demande):
    send(browser, demande, "ID_FR", photo(name="../../etc/passwd\u202egpj.jpg"))
    row = Fichier.objects.get()
    content = content_of(row)
    assert content.startswith(b"%PDF-")
    assert b"secretzz" not in content
    sealed = storage().get(row.objet)
    assert b"%PDF" not in sealed
    assert "passwd" not in words(browser.get(path(demande, "ID_FR"))) + row.objet


def test_a_wrong_person_is_said_kindly_mended_and_never_refused_by_the_machine(browser: Client, demande: Demande):
    other = papers.Personne("Paul", "Durand", date(1980, 1, 1))
    send(browser, demande, "ID_FR", photo(papers.carte(other, date(2031, 5, 1))))
    read_all()
    row = Piece.objects.get()
    assert row.state == "a_verifier"
    tasks.send_to_mend(Event.objects.get(kind="piece.a_verifier").pk)
    (message,) = mail.list_delivered(demande.titulaire.email)[:1]
    assert message.subject == "Un document de votre dossier est à revoir"
    assert "À corriger" in words(browser.get("/demande/pieces/"))
    said = words(browser.get(path(demande, "ID_FR")))
    assert "Ce n'est pas une faute." in said
    send(browser, demande, "ID_FR", photo(papers.carte(INES, date(2031, 5, 1))))
    read_all()
    assert sorted(Piece.objects.values_list("state", flat=True)) == ["conforme", "retiree"]


def test_several_photos_are_one_piece_and_a_page_may_follow(browser: Client, demande: Demande):
    slips = [photo(papers.bulletin(INES, 2026, month)) for month in (8, 9)]
    send(browser, demande, "BULLETINS_SALAIRE", *slips)
    read_all()
    assert Piece.objects.get().state == "a_verifier", "two of three"
    send(browser, demande, "BULLETINS_SALAIRE", photo(papers.bulletin(INES, 2026, 10)), suite="1")
    assert Fichier.objects.count() == 3
    read_all()
    row = Piece.objects.get()
    assert row.analyse["pages"] == 3
    results = {rule["code"]: rule["resultat"] for rule in row.analyse["regles"]}
    assert results["trois_bulletins"] == "conforme", results
    assert row.expire_le == date(2027, 1, 31), "three months after the latest of them"


def test_one_bad_file_stops_no_other(browser: Client, demande: Demande):
    empty = SimpleUploadedFile("vide.pdf", b"", "application/pdf")
    answer = send(browser, demande, "ID_FR", photo(), empty)
    assert answer.status_code == 200
    assert "Ce fichier est vide." in words(answer)
    assert "N'envoyez que les autres." in words(answer)
    assert Fichier.objects.count() == 1
    assert send(browser, demande, "ID_FR", empty).status_code == 422
    assert Fichier.objects.count() == 1


def test_the_same_form_sent_twice_keeps_one_file(browser: Client, demande: Demande):
    said = {"cle": key()}
    for _ in range(2):
        answer = browser.post(path(demande, "ID_FR"), {**said, "fichiers": photo()})
        assert answer.status_code == 303
    assert Fichier.objects.count() == 1
    assert [*storage().names_older_than(timedelta(0))] == [Fichier.objects.get().objet]


def test_nobody_may_ask_for_what_is_not_on_the_list(browser: Client, demande: Demande):
    assert browser.get(path(demande, "BULLETIN_SANTE")).status_code == 404
    assert send(browser, demande, "BULLETIN_SANTE", photo()).status_code == 404
    assert not Fichier.objects.exists()


def test_a_link_to_a_file_dies_with_its_session_its_minutes_and_the_piece(browser: Client, demande: Demande):
    send(browser, demande, "ID_FR", photo())
    page = words(browser.get(path(demande, "ID_FR")))
    link = page.split('href="/demande/fichier/')[1].split('"')[0]
    got = browser.get(f"/demande/fichier/{link}")
    assert (got.status_code, got["Content-Type"]) == (200, "application/pdf")
    assert got["Content-Disposition"].startswith('attachment; filename="palier-piece-1.pdf"')
    assert got["Content-Security-Policy"] == "sandbox; default-src 'none'"
    assert got["X-Content-Type-Options"] == "nosniff"
    assert "no-store" in got["Cache-Control"]
    assert browser.get(f"/demande/fichier/{link}", headers={"Sec-Fetch-Site": "cross-site"}).status_code == 404
    again = Client()
    sign_in(again, demande.titulaire, strong=False)
    assert again.get(f"/demande/fichier/{link}").status_code == 404, "another session of the same person"
    stranger = Client()
    sign_in(stranger, make.make_demande().titulaire, strong=False)
    assert stranger.get(f"/demande/fichier/{link}").status_code == 404
    browser.post(path(demande, "ID_FR", "retirer/"), {"cle": key()})
    assert browser.get(f"/demande/fichier/{link}").status_code == 404


def test_an_explanation_goes_to_a_person(browser: Client, demande: Demande):
    assert browser.post(path(demande, "ID_FR", "expliquer/"), {"cle": key(), "explication": ""}).status_code == 422
    answer = browser.post(path(demande, "ID_FR", "expliquer/"), {"cle": key(), "explication": "Volée hier <b>."})
    assert answer.status_code == 303
    read_all()
    assert Piece.objects.get().state == "a_verifier"
    assert "Volée hier &lt;b&gt;." in browser.get(path(demande, "ID_FR")).content.decode()


def test_a_reading_that_a_dead_worker_left_is_taken_up(browser: Client, demande: Demande):
    send(browser, demande, "ID_FR", photo(papers.carte(INES, date(2031, 5, 1))))
    row = Piece.objects.get()
    tasks.pieces.actions.begin_reading(piece_id=row.pk, by=make.Actor.system(), at=clock.now())
    assert Piece.objects.get().state == "en_analyse"
    tasks.resume_readings.func(timestamp=0)
    assert Piece.objects.get().state == "en_analyse", "too soon"
    clock.set_now(make.NOW + timedelta(minutes=10))
    tasks.resume_readings.func(timestamp=0)
    assert Piece.objects.get().state == "conforme"


def test_what_no_row_names_is_swept_and_nothing_else(browser: Client, demande: Demande, settings: Any):
    send(browser, demande, "ID_FR", photo())
    storage().put("orphelin.pdf.scelle", b"x")
    browser.post(path(demande, "ID_FR", "retirer/"), {"cle": key()})
    tasks.sweep_files.func(timestamp=0)
    assert Fichier.objects.count() == 1, "a day of grace"
    clock.set_now(make.NOW + timedelta(days=2))
    tasks.sweep_files.func(timestamp=0)
    assert not Fichier.objects.exists()


def test_a_sending_too_heavy_is_refused_before_it_is_read(browser: Client, demande: Demande):
    answer = browser.post(path(demande, "ID_FR"), b"x", content_type="multipart/form-data; boundary=z",
                          CONTENT_LENGTH="200000000")  # fmt: skip
    assert answer.status_code == 413
    assert "Un envoi tient en 40 Mo." in words(answer)
    assert not Fichier.objects.exists()


def test_a_childs_card_in_the_holders_place_opens_no_number(browser: Client, demande: Demande):
    child = papers.Personne("Léo", "Marchal", date(2019, 5, 5))
    send(browser, demande, "ID_FR", photo(papers.carte(child, date(2031, 5, 1))))
    read_all()
    row = Piece.objects.get()
    assert row.state == "a_verifier", row.analyse
    assert {rule["code"]: rule["resultat"] for rule in row.analyse["regles"]}["bonne_personne"] == "non_conforme"


def test_the_pieces_of_who_leaves_prove_nothing_of_who_stays(demande: Demande):
    persons = list(demande.personnes.filter(role="enfant"))
    for child in persons:
        Piece.objects.create(
            demande=demande, code="LIVRET_OU_NAISSANCE", personne=child, deposee_le=make.NOW, state="validee",
            state_since=make.NOW,
        )  # fmt: skip
    menage = {**make.STEPS["menage"], "personnes": []}
    by = make.actor_of(demande.titulaire)
    tasks.pieces.actions.save_step(
        demande_id=demande.pk, step="menage", data=menage, version=demande.version, by=by, at=clock.now()
    )
    assert set(Piece.objects.filter(code="LIVRET_OU_NAISSANCE").values_list("state", flat=True)) == {"retiree"}
