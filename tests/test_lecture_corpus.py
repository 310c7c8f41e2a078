"""A sample of the corpus: no good piece is to be mended, no wrong one passes; and what a page hard to read tells."""

from __future__ import annotations

import io
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest
from PIL import Image

from palier.gateways.files.receive import Part, receive
from palier.gateways.lecture import reading
from palier.gateways.lecture.analyse import Analyse, analyser
from tests import corpus, corpus_papers
from tests.corpus import Answered

AU = corpus_papers.AU


@pytest.fixture(autouse=True)
def _keys(settings: Any, tmp_path: Path) -> None:
    settings.PALIER_DEUX_D_DOC = corpus_papers.trust(tmp_path / "cles")


def one(name: str, photo: str = "nette") -> Analyse:
    (found,) = (each for each in corpus.pieces() if (each.name, each.photo) == (name, photo))
    return found.analysed()


def results(analysis: Analyse) -> dict[str, str]:
    return {each.code: each.resultat for each in analysis.regles}


def test_no_good_piece_is_to_be_mended_and_no_wrong_one_passes() -> None:
    answered = corpus.read(corpus.sample())
    assert len({each.piece.photo for each in answered}) == len(corpus.PHOTOS)
    said = corpus.table(answered)
    sys.stdout.write(f"{said}\n")
    assert corpus.wronged(answered) == [], said
    assert corpus.missed(answered) == [], said


def test_the_page_of_proofs_was_made_from_the_whole_corpus() -> None:
    page = corpus.PROOF.read_text(encoding="utf-8")
    assert f"{len(corpus.pieces())} pieces in {len(corpus.PHOTOS)} kinds of photo" in page
    assert "Good pieces of which a rule says « à corriger »: 0." in page
    assert "Wrong pieces found wholly conforme: 0." in page
    assert len(corpus.pieces()) >= 40


@pytest.fixture(scope="module")
def answers() -> tuple[Answered, Answered, Answered]:
    good, bad = corpus.sample()[0], corpus.sample()[-1]
    rules = ["lisible", "bon_document"]
    return (
        Answered(good, dict.fromkeys(rules, "conforme")),
        Answered(good, {"lisible": "non_conforme"}),
        Answered(bad, dict.fromkeys([*rules, *bad.wrong], "conforme")),
    )


def test_the_check_sees_a_good_piece_wronged_and_a_wrong_one_missed(
    answers: tuple[Answered, Answered, Answered],
) -> None:
    assert len(corpus.wronged(answers)) == 1
    assert len(corpus.missed(answers)) == 1
    assert "| `lisible` | conforme | 2 | 0 | 1 |" in corpus.table(answers)


def test_a_code_alone_is_read_without_the_text() -> None:
    source = corpus_papers.avis(corpus.JEANNE, 2024)
    kept = io.BytesIO()
    corpus.page(source).save(kept, "PNG")
    pdf = receive([Part("avis.png", kept.getvalue())]).pdf
    seen = reading.lire(pdf, texte=False)
    assert (len(seen.codes), seen.text) == (1, "")


def test_a_page_says_which_way_up_it_was() -> None:
    quarters = {photo: one("attestation", photo).document.lecture.pages[0].quarter for photo in ("nette", "à l'envers")}
    assert quarters == {"nette": 0, "à l'envers": 2}


def blank(*sizes: tuple[int, int]) -> bytes:
    pages = [Image.new("L", size, 255) for size in sizes]
    kept = io.BytesIO()
    pages[0].save(kept, "PDF", save_all=True, append_images=pages[1:])
    return kept.getvalue()


def test_a_blank_page_is_to_be_taken_again() -> None:
    read = analyser(blank((1200, 1700)), code="ID_FR", cas=None, au=AU)
    assert results(read)["lisible"] == "non_conforme"
    assert read.type == "autre"


def test_only_the_first_pages_are_read_and_it_is_said() -> None:
    read = analyser(blank(*[(600, 800)] * 10), code=None, cas=None, au=AU)
    assert (read.pages, len(read.document.lecture.pages)) == (10, 8)


def test_the_birth_and_the_end_of_a_card_are_told() -> None:
    read = one("carte d'identité")
    assert read.champs["naissance"] == "1988-07-14"
    assert read.champs["expiration"] == date(2031, 5, 4).isoformat()
    assert read.champs["nationalite"] == "FRA"


def test_a_payslip_tells_who_employs_and_its_nets() -> None:
    read = one("bulletins")
    assert read.champs["siret"] == "73282932000074"
    assert read.champs["employeur"] == "ATELIERS DU QUAI"
    assert [each["mois"] for each in read.champs["bulletins"]] == ["2026-08", "2026-09", "2026-10"]  # type: ignore[index]
    assert read.champs["net_a_payer_avant_impot"] == 1916.37
