"""`palier pieces analyser`: one line a file, the shape of the contract, no database, hostile files answered too."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from palier.config.cli_pieces import pieces
from tests import corpus, corpus_papers

KEYS = ["fichier", "acceptee", "raison", "type", "pages", "deux_d_doc", "champs", "regles"]
RESULTS = {"conforme", "non_conforme", "indetermine"}


def photo(folder: Path, name: str, source: bytes) -> str:
    place = folder / name
    corpus.page(source).save(place, "JPEG", quality=82)
    return str(place)


def case(folder: Path, *personnes: corpus_papers.Personne) -> str:
    place = folder / "cas.json"
    place.write_text(json.dumps(corpus_papers.case(*personnes)))
    return str(place)


def answers(capsys: pytest.CaptureFixture[str], *words: str, status: int = 0) -> list[dict[str, Any]]:
    assert pieces(["analyser", *words]) == status
    return [json.loads(line) for line in capsys.readouterr().out.splitlines()]


def results(answer: dict[str, Any]) -> dict[str, str]:
    return {each["code"]: each["resultat"] for each in answer["regles"]}


def test_each_file_has_its_line_in_the_shape_of_the_contract(
    capsys: pytest.CaptureFixture[str], tmp_path: Path, settings: Any
) -> None:
    settings.PALIER_DEUX_D_DOC = corpus_papers.trust(tmp_path / "cles")
    avis = photo(tmp_path, "IMG_1.jpg", corpus_papers.avis(corpus.JEANNE, 2024))
    trap = tmp_path / "avis.pdf"
    trap.write_bytes(b"MZ\x90\x00 not a PDF")
    empty = tmp_path / "vide.pdf"
    empty.touch()
    read, refused, void = answers(capsys, avis, str(trap), str(empty), "--cas", case(tmp_path, corpus.JEANNE))
    assert [list(each) for each in (read, refused, void)] == [KEYS] * 3
    assert (read["acceptee"], read["raison"], read["type"], read["pages"]) == (True, None, "avis_imposition", 1)
    assert read["champs"] == {"annee_revenus": 2024, "rfr": 21500, "noms": ["MARTIN JEANNE"]}
    assert read["deux_d_doc"]["etat"] == "signature_verifiee"
    assert read["deux_d_doc"]["type"] == "28"
    assert "numero_fiscal_1" not in read["deux_d_doc"]["champs"]
    assert set(results(read).values()) == {"conforme"}
    assert all(each["texte"] and set(each) == {"code", "resultat", "texte"} for each in read["regles"])
    assert (refused["acceptee"], void["acceptee"]) == (False, False)
    assert "ni un PDF" in refused["raison"]
    assert "vide" in void["raison"]


def test_payslips_given_together_are_one_piece(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    files = [photo(tmp_path, f"{month}.jpg", corpus_papers.bulletin(corpus.ANAIS, 2026, month)) for month in (8, 10, 9)]
    cas = case(tmp_path, corpus.ANAIS)
    together = answers(capsys, *files, "--cas", cas)
    assert [results(each)["trois_bulletins"] for each in together] == ["conforme"] * 3
    assert [each["champs"]["mois"] for each in together] == ["2026-08", "2026-10", "2026-09"]
    assert results(answers(capsys, files[0], "--cas", cas)[0])["trois_bulletins"] == "indetermine"


def test_without_a_case_or_a_name_nothing_is_held_against_anyone(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    card = photo(tmp_path, "carte.jpg", corpus_papers.carte(corpus.LOIC, date(2031, 5, 4)))
    read = answers(capsys, card, "--piece", "ID_FR")[0]
    assert results(read)["bonne_personne"] == "indetermine"
    assert set(results(read).values()) <= RESULTS - {"non_conforme"}
    assert read["champs"]["expiration"] == "2031-05-04"


def test_a_huge_file_is_refused_without_being_read(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    huge = tmp_path / "grand.pdf"
    with huge.open("wb") as handle:
        handle.write(b"%PDF-1.7\n")
        handle.truncate(200_000_000)
    answer = answers(capsys, str(huge))[0]
    assert not answer["acceptee"]
    assert "dépasse" in answer["raison"]


def test_a_path_that_cannot_be_read_is_answered_then_refused(
    capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    assert pieces(["analyser", str(tmp_path / "absent.pdf")]) == 1
    told = capsys.readouterr()
    assert json.loads(told.out)["acceptee"] is False
    assert told.err.count("\n") == 1


@pytest.mark.parametrize(
    ("words", "status"),
    [
        ([], 2),
        (["analyser"], 2),
        (["autre", "x.pdf"], 2),
        (["analyser", "x.pdf", "--inconnue"], 2),
        (["analyser", "x.pdf", "--piece", "RIEN"], 2),
        (["analyser", "x.pdf", "--cas", "/absent.json"], 1),
        (["--help"], 0),
    ],
)
def test_wrong_usage_and_a_case_that_cannot_be_read(
    words: list[str], status: int, capsys: pytest.CaptureFixture[str]
) -> None:
    assert pieces(words) == status
    assert (capsys.readouterr().err.count("\n") == 1) is (status > 0)


NAME_IS_A_NUMBER = '{"au": "2026-11-24", "menage": {"personnes": [{"role": "demandeur", "nom": 3}]}}'


@pytest.mark.parametrize("cas", ["[]", "{}", NAME_IS_A_NUMBER])
def test_a_case_is_judged_before_any_file_is_opened(
    cas: str, capsys: pytest.CaptureFixture[str], tmp_path: Path
) -> None:
    place = tmp_path / "cas.json"
    place.write_text(cas)
    assert pieces(["analyser", "absent.pdf", "--cas", str(place)]) == 1
    told = capsys.readouterr()
    assert (told.out, told.err.count("\n")) == ("", 1)


def test_the_command_opens_no_database_and_needs_no_settings(tmp_path: Path) -> None:
    card = photo(tmp_path, "carte.jpg", corpus_papers.carte(corpus.LOIC, date(2031, 5, 4)))
    environment = {name: value for name, value in os.environ.items() if not name.startswith(("PALIER", "DJANGO"))}
    environment |= {"DATABASE_URL": "postgresql://nobody:x@127.0.0.1:1/none", "PALIER_VAR": str(tmp_path / "var")}
    command = [sys.executable, "-m", "palier.config.cli", "pieces", "analyser", card]
    done = subprocess.run(command, env=environment | {"PYTHONPATH": "src"}, capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (0, "")
    assert json.loads(done.stdout)["type"] == "piece_identite"
    assert not (tmp_path / "var").exists()
