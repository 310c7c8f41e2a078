"""What a person prints: the attestation and the form, tagged, whole, whatever the alphabet of their name."""

from __future__ import annotations

import io

import pypdfium2 as pdfium
import pytest
from django.test import Client

from palier.base import clock
from palier.demandes.models import Demande, Personne
from tests.factories import NOW, make_demande
from tests.form_walk import browser_of, text

pytestmark = [pytest.mark.django_db, pytest.mark.web]
NAMES = (
    "O'Brien-Ng'ọ̀ Dũng", "Łukasz Þórðarson", "عبد الله بن محمد", "Ольга Ωμέγα", "ノーマン 山田太郎", "Zoé 😀",
    "\u202eAbc\u202c", "#strong[x] $1+1$ \\", "A" * 120,
)  # fmt: skip


@pytest.fixture(autouse=True)
def the_day() -> None:
    clock.set_now(NOW)


def read(content: bytes) -> str:
    """The words of a PDF, its line ends apart."""
    pages = pdfium.PdfDocument(io.BytesIO(content))
    found = " ".join(page.get_textpage().get_text_range() for page in pages)
    return " ".join(found.replace("\u00a0", " ").split())


def printed(client: Client, path: str) -> bytes:
    response = client.get(path)
    assert (response.status_code, response["Content-Type"]) == (200, "application/pdf")
    content = response.content
    assert b"pdfuaid" in content, "the document does not say PDF/UA"
    return content


def test_the_attestation_gives_the_number_once_it_is_known():
    demande = make_demande(state="active")
    client = browser_of(demande.titulaire)
    assert "Attestation (PDF)" in text(client.get("/demande/attestation/"))
    words = read(printed(client, "/demande/attestation.pdf"))
    assert "Attestation d'enregistrement" in words.replace("’", "'")
    assert "Marchal" in words
    waiting = make_demande(state="deposee")
    other = read(printed(browser_of(waiting.titulaire), "/demande/attestation.pdf"))
    assert "Récapitulatif de dépôt" in other
    assert "En attente" in other


def test_the_form_is_printed_in_its_order_with_the_boxes_that_were_read():
    demande = make_demande(state="deposee", ressources={"rfr_n2_cents": 2_151_250})
    words = read(printed(browser_of(demande.titulaire), "/demande/formulaire.pdf"))
    order = ["Conjoint ou codemandeur", "Colocataires, handicap", "Autres enfants", "Situation professionnelle",
             "Revenus", "Logement actuel et motifs", "Logement recherché", "Précisions complémentaires"]  # fmt: skip
    places = [words.index(each) for each in order]
    assert places == sorted(places)
    for box in ("A1", "A2", "C1", "D1", "D12", "D13", "D14", "D15", "E2", "E5", "F3", "F4", "F23", "F25", "F48/F49",
                "G1", "G2", "G3", "H1"):  # fmt: skip
        assert f"{box} " in words, box
    assert "21 512,50 €" in words


@pytest.mark.parametrize("name", NAMES, ids=range(len(NAMES)))
def test_every_name_prints(name: str):
    demande = make_demande(state="deposee", identite={"nom": name, "prenom": name})
    client = browser_of(demande.titulaire)
    for path in ("/demande/attestation.pdf", "/demande/formulaire.pdf"):
        words = read(printed(client, path))
        if name.isascii() and name != "A" * 120:
            assert " ".join(name.split()) in words
    assert Personne.objects.get(demande=demande, role="demandeur").identite["nom"] == name


def test_a_draft_has_its_form_and_no_attestation():
    demande = make_demande(state="brouillon")
    client = browser_of(demande.titulaire)
    assert client.get("/demande/attestation.pdf")["Location"] == "/demande/relecture/"
    assert "Inès" in read(printed(client, "/demande/formulaire.pdf"))
    assert Demande.objects.get(pk=demande.pk).state == "brouillon"
