"""`palier chances` and `palier equite`, end to end on a simulated journal; nothing of the future leaks; same bytes."""

from __future__ import annotations

import csv
import json
import shutil
import subprocess
import sys
from datetime import UTC, datetime
from pathlib import Path

import numpy as np
import pytest

from palier.chances.journal import Journal
from palier.config.cli import main
from palier.config.cli_chances import chances
from palier.config.cli_equite import equite
from palier.config.cli_textes import table_evaluation
from palier.estimations.fichiers import ecrire_reponses, lire
from tests.chances_files_kit import write

COUPE = datetime(2020, 4, 1, tzinfo=UTC)
TAU = int(datetime(2020, 7, 1, tzinfo=UTC).timestamp())
ASKED = 60
Row = dict[str, str]


@pytest.fixture(scope="module")
def world(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A simulated journal of two years and its three question files, all before TAU."""
    place = tmp_path_factory.mktemp("chances")
    folder = str(place / "journal")
    assert chances(["simuler", "--genre", "detendu", "--graine", "5", "--annees", "2", "--sortie", folder]) == 0
    journal = lire(folder)
    _ask_chances(journal, place / "chance.csv")
    _ask_delays(journal, place / "delai.csv")
    return place


def _ask_chances(journal: Journal, place: Path) -> None:
    """One instant in the window of candidatures filed between the cut and TAU."""
    rows, offres = journal.candidatures, journal.offres
    window = offres.cloture[rows.offre_i]
    kept = np.flatnonzero((rows.deposee > COUPE.timestamp()) & (rows.deposee < TAU - 86_400))[:: 7][:ASKED]
    instants = np.minimum(rows.deposee[kept] + 43_200, np.minimum(window[kept], TAU - 1))
    ecrire_reponses(place, {
        "question": [f"q{place}" for place in range(len(kept))],
        "candidature": rows.candidature[kept],
        "instant": [f"{each}Z" for each in np.datetime_as_string(instants.astype("datetime64[s]"))],
    })  # fmt: skip


def _ask_delays(journal: Journal, place: Path) -> None:
    """Demandes that were there for months and had not left at TAU, with a what-if and a visitor."""
    rows = journal.demandes
    left = set(journal.sorties.demande_i[journal.sorties.sortie < TAU].tolist())
    old = [row for row in np.flatnonzero(rows.version_du < TAU - 100 * 86_400) if rows.demande_i[row] not in left][:25]
    at = "2020-06-30T12:00:00Z"
    names = (
        "question", "demande", "instant", "communes", "typologies", "financements", "points_hors_offre", "deposee_le",
        "taille", "revenu_mensuel",
    )  # fmt: skip
    lines = [[f"q{n}", rows.demande[rows.demande_i[row]], at, *[""] * 7] for n, row in enumerate(old)]
    lines[0][4] = "T1|T2|T3"
    communes = "|".join(sorted({str(each) for each in journal.offres.commune})[:4])
    lines.append(["visiteur", "", at, communes, "T2|T3", "PLUS|PLAI", "30", "2019-05-01T00:00:00Z", "2", "1700"])
    ecrire_reponses(place, dict(zip(names, zip(*lines, strict=True), strict=True)))


def answers(place: Path) -> list[Row]:
    with place.open(encoding="utf-8", newline="") as handle:
        return list(csv.DictReader(handle))


def ask(world: Path, command: str, questions: str, name: str, journal: str = "journal", *more: str) -> Path:
    """Run one of the three commands; the file of answers."""
    out = world / name
    argv = [command, "--journal", str(world / journal), "--questions", str(world / questions), "--sortie", str(out)]
    assert chances([*argv, *more]) == 0
    return out


def test_chances_are_answered_in_the_order_of_the_questions(world: Path):
    rows = answers(ask(world, "predire", "chance.csv", "p.csv"))
    assert list(rows[0]) == [
        "question", "proba", "bas80", "haut80", "rang", "candidatures", "arrivees_attendues", "arrivees_devant",
        "f_places", "f_devant", "f_arrivees", "f_dossier", "statut",
    ]  # fmt: skip
    assert [row["question"] for row in rows] == [f"q{n}" for n in range(ASKED)]
    for row in rows:
        low, mid, high = (float(row[name]) for name in ("bas80", "proba", "haut80"))
        assert 0 <= low <= mid <= high <= 1
        product = np.prod([float(row[name]) for name in ("f_places", "f_devant", "f_arrivees", "f_dossier")])
        assert product == pytest.approx(mid, abs=1e-6)
        assert 1 <= int(row["rang"]) <= int(row["candidatures"])
        assert row["statut"] == "ok"


def test_delays_are_answered_month_by_month(world: Path):
    rows = answers(ask(world, "delais", "delai.csv", "d.csv"))
    assert list(rows[0])[:13] == [
        "question", "statut", "p6", "p12", "p24", "p36", "q10", "q25", "q50", "q75", "q90", "offres_rejouees",
        "offres_servies",
    ]  # fmt: skip
    assert list(rows[0])[13:] == [*(f"m{n:02d}" for n in range(1, 37)), "loge12", "sorti12", "loge36", "sorti36"]
    assert rows[-1]["question"] == "visiteur"
    for row in rows:
        curve = [float(row[f"m{n:02d}"]) for n in range(1, 37)]
        assert curve == sorted(curve)
        assert [row[name] for name in ("p6", "p12", "p24", "p36")] == [row[f"m{n:02d}"] for n in (6, 12, 24, 36)]
        assert (row["q50"] == "") == (curve[-1] < 0.5)


def test_levers_are_ranked_by_gain(world: Path):
    rows = answers(ask(world, "leviers", "delai.csv", "l.csv", "journal", "--graine", "3"))
    assert list(rows[0]) == ["question", "action", "rang", "p12", "gain", "bas80", "haut80", "affichee"]
    for name in {row["question"] for row in rows}:
        mine = sorted((row for row in rows if row["question"] == name), key=lambda row: int(row["rang"]))
        gains = [float(row["gain"]) for row in mine]
        assert gains == sorted(gains, reverse=True)
        assert sum(int(row["affichee"]) for row in mine) <= 3
        assert {row["affichee"] for row in mine} <= {"0", "1"}


def test_the_same_files_and_seed_give_the_same_bytes(world: Path):
    for command, questions in (("predire", "chance.csv"), ("delais", "delai.csv"), ("leviers", "delai.csv")):
        seed = ("--graine", "9") if command == "leviers" else ()
        first = ask(world, command, questions, "un.csv", "journal", *seed).read_bytes()
        assert ask(world, command, questions, "deux.csv", "journal", *seed).read_bytes() == first
    again = world / "encore"
    assert chances(["simuler", "--genre", "detendu", "--graine", "5", "--annees", "2", "--sortie", str(again)]) == 0
    for each in (world / "journal").iterdir():
        assert (again / each.name).read_bytes() == each.read_bytes(), each.name


DATED = {
    "offres.csv": "publiee_le", "demandes.csv": "version_du", "candidatures.csv": "deposee_le",
    "evenements.csv": "instant", "sorties.csv": "sortie_le",
}  # fmt: skip
SCRAMBLED = {
    "offres.csv": {"loyer_cc": "1", "qualite": "9", "typologie": "T1"}, "demandes.csv": {"points_hors_offre": "999"},
    "candidatures.csv": {"points": "999", "trajet_min": "1"}, "evenements.csv": {"motif": "autre", "ordre": ""},
    "sorties.csv": {"cause": "radiee"},
}  # fmt: skip


@pytest.fixture(scope="module")
def cut(world: Path) -> Path:
    """The same journal without any row dated from TAU on."""
    return _copied(world, "coupe", lambda name, row: None)


@pytest.fixture(scope="module")
def scrambled(world: Path) -> Path:
    """The same journal with every row dated from TAU on changed."""
    return _copied(world, "brouille", lambda name, row: {**row, **SCRAMBLED[name]})


def _copied(world: Path, name: str, later) -> Path:
    shutil.copytree(world / "journal", world / name)
    for file, column in DATED.items():
        rows = answers(world / "journal" / file)
        kept = [row if _seconds(row[column]) < TAU else later(file, row) for row in rows]
        columns = {key: [row[key] for row in kept if row is not None] for key in rows[0]}
        ecrire_reponses(world / name / file, columns)
    return world / name


def _seconds(text: str) -> float:
    return datetime.fromisoformat(text).timestamp()


@pytest.mark.parametrize("other", ["cut", "scrambled"])
@pytest.mark.parametrize(
    ("command", "questions"), [("predire", "chance.csv"), ("delais", "delai.csv"), ("leviers", "delai.csv")]
)
def test_nothing_of_the_future_leaks(world: Path, other: str, command: str, questions: str, request):
    folder = request.getfixturevalue(other)
    before = answers(ask(world, command, questions, "avant.csv"))
    after = answers(ask(world, command, questions, "apres.csv", folder.name))
    assert len(before) == len(after) > 0
    for left, right in zip(before, after, strict=True):
        assert list(left) == list(right)
        for name, value in left.items():
            assert _close(value, right[name]), (left["question"], name, value, right[name])


def _close(left: str, right: str) -> bool:
    try:
        return abs(float(left) - float(right)) <= 1e-9
    except ValueError:
        return left == right


def test_the_scores_are_printed(world: Path, capsys: pytest.CaptureFixture[str]):
    argv = ["evaluer", "--journal", str(world / "journal"), "--coupe", f"{COUPE:%Y-%m-%d}", "--graine", "1"]
    assert chances([*argv, "--format", "json"]) == 0
    first = capsys.readouterr().out
    said = json.loads(first)
    for name in ("modele", "base", "rang", "seuils", "logistique"):
        assert set(said["candidatures"][name]) >= {"brier", "log_perte", "ece", "auc"}
    assert set(said["brute"]) >= {"brier", "log_perte", "ece", "auc"}
    for name in ("modele", "publie", "stock_flux", "kaplan_meier"):
        assert set(said["delais"][name]) >= {"crps", "brier12"}
    assert said["n"] > 500
    assert said["candidatures"]["modele"]["brier"] < said["candidatures"]["base"]["brier"]
    assert chances([*argv, "--format", "json"]) == 0
    assert capsys.readouterr().out == first
    table = table_evaluation(said)
    for words in ("notre estimation", "le rang seul", "les seuils des guides", "Kaplan-Meier"):
        assert words in table
    assert "nan" not in table.lower()


def test_the_audit_is_printed_and_alone_reads_the_groups(world: Path, capsys: pytest.CaptureFixture[str]):
    argv = ["auditer", "--journal", str(world / "journal")]
    assert equite([*argv, "--format", "json"]) == 0
    lines = json.loads(capsys.readouterr().out)["resultats"]
    assert {line["test"] for line in lines} == {"ordre", "non_attribution"}
    assert set(lines[0]) == {
        "variable", "modalite", "reference", "test", "commissions", "odds_ratio", "bas95", "haut95", "z", "alerte",
        "or_detectable",
    }  # fmt: skip
    assert equite([*argv, "--variable", "groupe"]) == 0
    assert "nous ne pouvons pas exclure" in capsys.readouterr().out
    assert equite([*argv, "--variable", "taille"]) == 1
    assert "groupes_audit.csv" in capsys.readouterr().err
    bare = world / "sans_groupes"
    shutil.copytree(world / "journal", bare, dirs_exist_ok=True)
    (bare / "groupes_audit.csv").write_bytes(b"\xff illisible")
    ask(world, "predire", "chance.csv", "sans.csv", bare.name)
    assert equite(["auditer", "--journal", str(bare)]) == 1
    assert "UTF-8" in capsys.readouterr().err


WRONG = [
    [], ["deviner"], ["predire"], ["predire", "--journal", "x", "--questions", "y"], ["predire", "x"],
    ["predire", "--journal"], ["evaluer", "--journal", "x"], ["evaluer", "--journal", "x", "--coupe", "bientot"],
    ["evaluer", "--journal", "x", "--coupe", "2024-01-01", "--format", "xml"],
    ["leviers", "--journal", "x", "--questions", "y", "--sortie", "z", "--graine", "-1"],
    ["simuler", "--genre", "calme", "--graine", "1", "--annees", "2", "--sortie", "z"],
    ["simuler", "--genre", "tendu", "--graine", "1", "--annees", "0", "--sortie", "z"],
    ["predire", "--journal", "x", "--questions", "y", "--sortie", "z", "--graine", "2"],
]  # fmt: skip


@pytest.mark.parametrize("argv", WRONG, ids=" ".join)
def test_wrong_usage_is_two(argv: list[str], capsys: pytest.CaptureFixture[str]):
    assert main(["chances", *argv]) == 2
    said = capsys.readouterr()
    assert said.out == ""
    assert said.err.count("\n") == 1


def test_help_is_french(capsys: pytest.CaptureFixture[str]):
    for argv in (["chances", "--help"], ["chances", "predire", "-h"], ["equite", "--help"]):
        assert main(argv) == 0
        assert capsys.readouterr().out.startswith("Usage\u00a0: palier ")


def test_a_refused_journal_is_one_line_and_nothing_is_written(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = write(tmp_path / "journal")
    (folder / "candidatures.csv").write_text("candidature,offre\nc1,o1\n", encoding="utf-8")
    (tmp_path / "q.csv").write_text("question,candidature,instant\n", encoding="utf-8")
    files = ["--journal", str(folder), "--questions", str(tmp_path / "q.csv"), "--sortie", str(tmp_path / "p.csv")]
    for argv in (["predire", *files], ["delais", *files], ["leviers", *files],
                 ["evaluer", "--journal", str(folder), "--coupe", "2024-06-01"]):  # fmt: skip
        assert chances(argv) == 1
        said = capsys.readouterr()
        assert said.out == ""
        assert said.err == "candidatures.csv, ligne 1, colonne «\u00a0demande\u00a0»\u00a0: cette colonne manque.\n"
    assert equite(["auditer", "--journal", str(folder)]) == 1
    assert sorted(each.name for each in tmp_path.iterdir()) == ["journal", "q.csv"]


def test_a_tiny_journal_is_answered_as_insufficient(tmp_path: Path, capsys: pytest.CaptureFixture[str]):
    folder = write(tmp_path / "journal")
    (tmp_path / "chance.csv").write_text(
        "question,candidature,instant\nq1,c4,2024-12-26T00:00:00Z\n", encoding="utf-8"
    )
    (tmp_path / "delai.csv").write_text("question,demande,instant\nq1,d1,2024-12-26T00:00:00Z\n", encoding="utf-8")
    assert answers(ask(tmp_path, "predire", "chance.csv", "p.csv"))[0]["statut"] == "insuffisant"
    assert answers(ask(tmp_path, "delais", "delai.csv", "d.csv"))[0]["statut"] == "insuffisant"
    ask(tmp_path, "leviers", "delai.csv", "l.csv")
    capsys.readouterr()
    for coupe in ("2020-01-01", "2024-02-03", "2024-12-01", "2030-01-01"):
        assert chances(["evaluer", "--journal", str(folder), "--coupe", coupe]) == 1
        assert capsys.readouterr().err.count("\n") == 1


def test_an_empty_file_of_questions_gives_an_empty_file_of_answers(world: Path):
    (world / "rien.csv").write_text("question,candidature,instant,demande\n", encoding="utf-8")
    for command in ("predire", "delais", "leviers"):
        assert answers(ask(world, command, "rien.csv", "rien_p.csv")) == []


def test_no_django_and_no_traceback(world: Path):
    asked = (
        "import sys\n"
        "from palier.config.cli import main\n"
        f"status = main(['chances', 'predire', '--journal', {str(world / 'journal')!r}, '--questions',"
        f" {str(world / 'chance.csv')!r}, '--sortie', '/nulle/part/p.csv'])\n"
        "print(status, 'django' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "1 False"
    assert done.stderr.count("\n") == 1
    assert "/nulle/part/p.csv" in done.stderr
