"""`palier simuler` and `palier coter`: exit status, one French line, answers in place."""

from __future__ import annotations

import io
import json
import subprocess
import sys
from pathlib import Path

import pytest

from palier.config.cli_droit import coter, simuler

GRILLE = "src/palier/droit/donnees/grilles/territoire_demo.toml"
RACINE = Path(__file__).parent.parent
CAS = {"au": "2026-11-24", "commune": "44109", "menage": {"personnes": [{"role": "demandeur", "rfr": {"2024": 20000}}]}}


@pytest.fixture(autouse=True)
def _racine(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(RACINE)


def _entree(monkeypatch: pytest.MonkeyPatch, octets: bytes) -> None:
    monkeypatch.setattr("sys.stdin", io.TextIOWrapper(io.BytesIO(octets)))


def _une_ligne(erreur: str) -> bool:
    return erreur.count("\n") == 1 and "Traceback" not in erreur


def test_file_and_standard_input_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    fichier = tmp_path / "cas.json"
    fichier.write_text("\ufeff" + json.dumps(CAS, indent=2), encoding="utf-8")
    assert simuler([str(fichier)]) == 0
    premier = capsys.readouterr().out
    _entree(monkeypatch, json.dumps(CAS).encode())
    assert simuler(["-"]) == 0
    assert capsys.readouterr().out == premier
    assert json.loads(premier)["ressources_retenues"]["valeur"] == 20000


@pytest.mark.parametrize(
    "argv", [[], ["a", "b"], ["--inconnu", "a"], ["--lot"], ["--grille", "g", "a"], ["--lot=3", "a"]]
)
def test_wrong_usage_is_two(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert simuler(argv) == 2
    assert _une_ligne(capsys.readouterr().err)


@pytest.mark.parametrize("argv", [[], ["a"], ["--grille"], ["--grille", GRILLE], ["--grille", GRILLE, "a", "b"]])
def test_wrong_usage_of_coter_is_two(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert coter(argv) == 2
    assert _une_ligne(capsys.readouterr().err)


@pytest.mark.parametrize(
    "octets",
    [
        b"",
        b"{",
        b"[]",
        b"3",
        b"null",
        b"\xff\xfe",
        b'{"au": NaN}',
        b'{"au": "2026-11-24", "au": "2026-11-24"}',
        b'{"au": "2026-11-24", "menage": {"personnes": [{"role": "demandeur", "net_mensuel": 1e400}]}}',
        b'{"au": "2026-11-24", "menage": {"personnes": [{"role": "demandeur", "net_mensuel": ' + b"9" * 5000 + b"}]}}",
        b"[" * 100_000,
        b'{"au": "2015-01-01"}',
        b" " * 1_000_001,
    ],
)
def test_bad_case_is_one_line_and_one(
    octets: bytes, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    for commande, debut in ((simuler, []), (coter, ["--grille", GRILLE])):
        _entree(monkeypatch, octets)
        assert commande([*debut, "-"]) == 1
        sortie = capsys.readouterr()
        assert sortie.out == ""
        assert _une_ligne(sortie.err)


def test_missing_files(capsys: pytest.CaptureFixture[str], tmp_path: Path) -> None:
    assert simuler([str(tmp_path / "rien.json")]) == 1
    assert simuler([str(tmp_path)]) == 1
    assert simuler(["a\x00b"]) == 1
    assert coter(["--grille", str(tmp_path / "rien.toml"), "-"]) == 1
    assert len(capsys.readouterr().err.splitlines()) == 4


def test_a_bad_line_answers_in_its_place(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lot = tmp_path / "lot.ndjson"
    bon = json.dumps(CAS)
    lot.write_text("\n".join([bon, "pas du json", "", '{"au": "2010-01-01"}', bon, "", "  ", ""]), encoding="utf-8")
    for commande, debut in ((simuler, []), (coter, ["--grille", GRILLE])):
        assert commande([*debut, "--lot", str(lot)]) == 1
        sortie = capsys.readouterr()
        reponses = [json.loads(ligne) for ligne in sortie.out.splitlines()]
        assert ["erreur" in reponse for reponse in reponses] == [False, True, True, True, False]
        assert reponses[0] == reponses[4]
        assert _une_ligne(sortie.err)
        assert "3" in sortie.err


def test_a_grid_that_calls_is_refused_before_any_case(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    grille = tmp_path / "g.toml"
    texte = Path(GRILLE).read_text(encoding="utf-8")
    grille.write_text(texte.replace('si = "situation.dalo"', "si = \"open('/tmp/x', 'w')\""), encoding="utf-8")
    assert coter([f"--grille={grille}", "-"]) == 1
    erreur = capsys.readouterr().err
    assert _une_ligne(erreur)
    assert "reconnaissance" in erreur
    assert "dalo" in erreur
    assert "si" in erreur


def test_answer_of_coter(monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    _entree(monkeypatch, json.dumps(CAS | {"situation": {"dalo": True}, "anciennete_mois": 14}).encode())
    assert coter(["--grille", GRILLE, "-"]) == 0
    reponse = json.loads(capsys.readouterr().out)
    assert reponse["points"] == 14
    assert reponse["lignes"][0]["raison"] == "piece_absente"
    assert len(reponse["empreinte"]) == 64


def test_no_django_and_no_database_behind_the_command() -> None:
    code = (
        "import sys, palier.config.cli_droit as c; "
        "c.simuler([]); "
        "print(sorted(m for m in sys.modules if m.split('.')[0] in ('django', 'psycopg', 'numpy', 'polars')))"
    )
    rendu = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, check=True, cwd=RACINE, env={"PYTHONPATH": "src"}
    )
    assert rendu.stdout.strip() == "[]"


@pytest.mark.parametrize("mot", ["--help", "-h", "--aide"])
def test_help_is_an_answer_and_no_error(mot: str, capsys: pytest.CaptureFixture[str]) -> None:
    for commande, nom in ((simuler, "simuler"), (coter, "coter")):
        assert commande([mot]) == 0
        sortie = capsys.readouterr()
        assert sortie.out.startswith("Usage")
        assert f"palier {nom}" in sortie.out
        assert not sortie.err
