"""`palier coter --table`: the points of a table are those of each household; a bad table is one French line."""

from __future__ import annotations

import json
import random
import subprocess
import sys
from datetime import date
from pathlib import Path

import polars as pl
import pytest

from palier.config.cli_droit import coter as commande
from palier.droit.cotation import coter, faits_cotation, grille_fournie
from tests.test_cotation_colonnes import AU, menages_tires

RACINE = Path(__file__).parent.parent
GRILLES = RACINE / "src/palier/droit/donnees/grilles"
DEMO = str(GRILLES / "territoire_demo.toml")
EXEMPLE = str(GRILLES / "territoire_exemple.toml")
CAS = Path(__file__).parent / "cas" / "test_cases_cotation.ndjson"
Lignes = list[dict[str, object]]


def _table(place: Path, lignes: Lignes, **schema: object) -> str:
    chemin = place / "menages.parquet"
    pl.DataFrame(lignes, schema_overrides=schema, infer_schema_length=None).write_parquet(chemin)
    return str(chemin)


def _cote(grille: str, table: str, place: Path) -> list[int]:
    sortie = place / "points.parquet"
    assert commande(["--grille", grille, "--table", table, "--sortie", str(sortie)]) == 0
    rendue = pl.read_parquet(sortie)
    assert rendue.columns == ["id", "points"]
    assert rendue["id"].to_list() == pl.read_parquet(table)["id"].to_list()
    assert [un.name for un in place.iterdir() if un.name.endswith(".partiel")] == []
    return rendue["points"].to_list()


def test_public_cases_as_a_table(tmp_path: Path) -> None:
    grille, lignes, attendus = grille_fournie("territoire_exemple"), [], []
    for rang, brute in enumerate(CAS.read_text(encoding="utf-8").splitlines()):
        cas = json.loads(brute)
        faits = faits_cotation(cas["cas"])
        au = date.fromisoformat(cas["cas"]["au"])
        valides = [code for code, fin in faits.pieces.items() if fin is None or fin >= au]
        ligne = {nom: faits.valeurs[nom] for nom in grille.faits if nom in faits.valeurs}
        lignes.append(
            {"id": f"m{rang}", "pieces": valides}
            | {n: v if isinstance(v, bool | str) else float(v) for n, v in ligne.items()}
        )
        attendus.append(cas["attendu"]["points"])
    assert _cote(EXEMPLE, _table(tmp_path, lignes), tmp_path) == attendus


@pytest.mark.parametrize("nom", ["territoire_demo", "territoire_exemple"])
def test_a_drawn_table_gives_the_points_of_each_household(nom: str, tmp_path: Path) -> None:
    grille = grille_fournie(nom)
    menages = [
        un
        for un in menages_tires(random.Random(8), grille, 600)
        if all(not nom.startswith("situation.") or isinstance(v, bool) or v >= 0 for nom, v in un.valeurs.items())
    ]
    lignes: Lignes = []
    for rang, un in enumerate(menages):
        valides = [code for code, fin in un.pieces.items() if fin is None or fin >= AU]
        valeurs = {
            n: None if (v := un.valeurs.get(n)) is None else v if isinstance(v, bool) else float(v)
            for n in grille.faits
        }
        lignes.append({"id": rang, "pieces": valides or None} | valeurs)
    assert len(lignes) > 200
    assert _cote(str(GRILLES / f"{nom}.toml"), _table(tmp_path, lignes), tmp_path) == [
        coter(grille, un, AU).points for un in menages
    ]


@pytest.mark.parametrize("genre", [pl.Int8, pl.UInt16, pl.Int64, pl.UInt64, pl.Float32, pl.Float64, pl.Decimal(10, 2)])
def test_every_type_of_number_is_read(genre: pl.DataType, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    lignes = [
        {"id": "a", "anciennete_mois": 14},
        {"id": "b", "anciennete_mois": None},
        {"id": "c", "anciennete_mois": 99},
    ]
    assert _cote(DEMO, _table(tmp_path, lignes, anciennete_mois=genre), tmp_path) == [14, 0, 48]
    sortie = capsys.readouterr()
    assert "3 ménages" in sortie.out.replace("\xa0", " ")
    assert sortie.err.count("\n") == 1
    assert "situation.dalo" in sortie.err


def test_null_columns_and_categories_are_read(tmp_path: Path) -> None:
    grille = tmp_path / "g.toml"
    grille.write_text(
        Path(DEMO).read_text(encoding="utf-8").replace('si = "situation.dalo"', "si = 'local.quartier == \"nord\"'"),
        encoding="utf-8",
    )
    lignes = [
        {"id": 1, "local.quartier": "nord", "pieces": ["DALO"]},
        {"id": 2, "local.quartier": None, "pieces": ["DALO"]},
    ]
    for genre in (pl.String, pl.Categorical, pl.Enum(["nord", "sud"])):
        table = _table(tmp_path, [ligne | {"situation.pdalhpd": None} for ligne in lignes], **{"local.quartier": genre})
        assert _cote(str(grille), table, tmp_path) == [60, 0]


def test_csv_in_and_out(tmp_path: Path) -> None:
    table, sortie = tmp_path / "m.csv", tmp_path / "p.csv"
    table.write_text("id,situation.dalo,pieces,anciennete_mois\n007,true,DALO; HANDICAP,3\n8,,,\n", encoding="utf-8")
    assert commande(["--grille", DEMO, "--table", str(table), "--sortie", str(sortie)]) == 0
    assert sortie.read_text(encoding="utf-8") == "id,points\n007,63\n8,0\n"


def test_an_empty_table(tmp_path: Path) -> None:
    table = tmp_path / "m.parquet"
    pl.DataFrame(schema={"id": pl.String, "anciennete_mois": pl.Int64, "pieces": pl.List(pl.String)}).write_parquet(
        table
    )
    assert _cote(DEMO, str(table), tmp_path) == []


UNE: dict[str, object] = {"id": "a", "anciennete_mois": 3}


@pytest.mark.parametrize(
    ("lignes", "mots"),
    [
        ([{"anciennete_mois": 3}], ("id", "Ajoutez")),
        ([UNE | {"anciennete_mois": "trois"}], ("anciennete_mois", "des nombres")),
        ([UNE | {"anciennete_mois": -1}], ("anciennete_mois", "ligne 1", "de 0 à 1200")),
        ([UNE, UNE | {"anciennete_mois": 2.5}], ("anciennete_mois", "ligne 2", "entier")),
        ([UNE | {"situation.dalo": 1}], ("situation.dalo", "vrai ou faux")),
        ([UNE | {"situation.taux_effort_actuel": True}], ("situation.taux_effort_actuel", "des nombres")),
        ([UNE | {"situation.taux_effort_actuel": float("inf")}], ("situation.taux_effort_actuel", "infini")),
        ([UNE | {"offre.lien_domicile": True}], ("offre.lien_domicile", "des nombres")),
        ([UNE | {"offre.lien_domicile": AU}], ("offre.lien_domicile", "doit contenir")),
        ([UNE | {"offre.lien_domicile": 2**60}], ("offre.lien_domicile", "trop grand")),
        ([UNE | {"pieces": 3}], ("pieces", "listes de codes")),
        ([UNE | {"pieces": [[1]]}], ("pieces", "listes de codes")),
        ([UNE | {"pieces": [{"code": "DALO"}]}], ("pieces", "listes de codes")),
        ([UNE | {"situation.dal": True}], ("situation.dal", "Renommez-la en « situation.dalo »")),
    ],
)
def test_a_bad_table_is_one_line_and_one(
    lignes: Lignes, mots: tuple[str, ...], tmp_path: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    sortie = tmp_path / "points.parquet"
    assert commande(["--grille", DEMO, "--table", _table(tmp_path, lignes), "--sortie", str(sortie)]) == 1
    rendu = capsys.readouterr()
    assert rendu.out == ""
    assert rendu.err.count("\n") == 1
    net = rendu.err.replace("\xa0", " ").replace("\u202f", " ")
    assert all(mot in net for mot in mots), net
    assert not sortie.exists()


def test_files_that_cannot_be_used(tmp_path: Path, capfd: pytest.CaptureFixture[str]) -> None:
    bonne = _table(tmp_path, [UNE])
    tronquee, texte, vide = tmp_path / "t.parquet", tmp_path / "x.parquet", tmp_path / "v.csv"
    tronquee.write_bytes(Path(bonne).read_bytes()[:-40])
    texte.write_text("bonjour")
    vide.write_text("")
    sortie = str(tmp_path / "p.parquet")
    for table in (tmp_path / "rien.parquet", tmp_path, tronquee, texte, vide, "a\x00b"):
        assert commande(["--grille", DEMO, "--table", str(table), "--sortie", sortie]) == 1
        erreur = capfd.readouterr().err
        assert erreur.count("\n") == 1, erreur
        assert "La table" in erreur
    for mauvaise in (tmp_path / "nulle" / "p.parquet", tmp_path, "p\x00"):
        assert commande(["--grille", DEMO, "--table", bonne, "--sortie", str(mauvaise)]) == 1
        erreur = capfd.readouterr().err
        assert erreur.count("\n") == 1, erreur
        assert "La sortie" in erreur


def test_the_table_is_never_overwritten(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    table = _table(tmp_path, [UNE])
    lien, avant = tmp_path / "lien.parquet", Path(table).read_bytes()
    lien.symlink_to(table)
    for sortie in (table, str(lien)):
        assert commande(["--grille", DEMO, "--table", table, "--sortie", sortie]) == 1
        assert "serait perdue" in capsys.readouterr().err
    assert Path(table).read_bytes() == avant


@pytest.mark.parametrize(
    "argv", [["--table", "t"], ["--sortie", "s"], ["--table", "t", "--sortie", "s", "cas.json"],
             ["--table", "t", "--sortie", "s", "--lot"]],
)  # fmt: skip
def test_wrong_usage_is_two(argv: list[str], capsys: pytest.CaptureFixture[str]) -> None:
    assert commande(["--grille", DEMO, *argv]) == 2
    assert "--table" in capsys.readouterr().err


def test_the_command_itself_leads_to_the_law(tmp_path: Path) -> None:
    """From the shell: a case simulated and counted, a table counted; the first two load neither NumPy nor polars."""
    cas = tmp_path / "cas.json"
    cas.write_text(json.dumps({"au": "2026-11-24", "anciennete_mois": 3}))
    code = (
        "import sys; from palier.config.cli import main; status = main(sys.argv[1:]); "
        "print(status, sorted({'numpy', 'polars'} & set(sys.modules)))"
    )
    table = ["--table", _table(tmp_path, [UNE]), "--sortie", str(tmp_path / "p.parquet")]
    for argv, fin in (
        (["simuler", str(cas)], "0 []"),
        (["coter", "--grille", DEMO, str(cas)], "0 []"),
        (["coter", "--grille", DEMO, *table], "0 ['numpy', 'polars']"),
    ):
        rendu = subprocess.run(
            [sys.executable, "-c", code, *argv], capture_output=True, text=True, env={"PYTHONPATH": "src"}, cwd=RACINE
        )
        assert rendu.stdout.splitlines()[-1:] == [fin], rendu.stderr
