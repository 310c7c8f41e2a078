"""The folder of a journal: read as written, whatever its line ends; every fault named with file, line and column."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from palier.chances.journal import TYPES
from palier.chances.simulateur import simuler
from palier.estimations.fichiers import (
    JournalRefuse,
    ecrire,
    lire,
    lire_groupes,
    lire_questions_chance,
    lire_questions_delai,
)
from tests.chances_files_kit import (
    CHANCE,
    DELAI,
    FILES,
    assert_same,
    cell,
    doubled,
    edited,
    text_of,
    without,
    write,
)

DEBUT = 1_577_836_800


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    return write(tmp_path / "journal")


def test_what_is_read(folder: Path):
    journal = lire(folder)
    assert journal.parametres.fin - journal.parametres.debut == 366 * 86_400
    assert journal.offres.presentes.tolist() == [3, 4, 3]
    assert journal.offres.commissions.tolist() == [2, 1, 3]
    assert np.isnan(journal.offres.qualite[1])
    assert journal.demandes.demande.tolist() == ["d1", "d2", "d3"]
    assert journal.demandes.demande_i.tolist() == [0, 0, 1, 2]
    assert journal.demandes.communes[2] == ("99002",)
    assert journal.demandes.typologies[2] == (2, 1)
    assert (journal.demandes.taille[3], journal.demandes.communes[3]) == (-1, ())
    assert np.isnan(journal.candidatures.taux_effort[1])
    assert TYPES[journal.evenements.type[5]] == "sans_suite"
    assert journal.evenements.candidature_i.tolist() == [0, 0, 0, 0, 0, -1, 2]
    assert journal.evenements.ordre.tolist() == [-1, -1, 1, -1, -1, -1, -1]
    assert journal.trajets == {("99001", "99001"): 10.0, ("99001", "99002"): 24.5}


def test_a_journal_comes_back_as_it_was(folder: Path, tmp_path: Path):
    journal = lire(folder)
    ecrire(journal, tmp_path / "copie")
    assert_same(journal, lire(tmp_path / "copie"))


def test_a_simulated_journal_comes_back_as_it_was(tmp_path: Path):
    journal = simuler("detendu", graine=3, annees=1, debut=DEBUT).journal
    ecrire(journal, tmp_path / "copie")
    assert_same(journal, lire(tmp_path / "copie"))


def test_names_with_commas_quotes_and_line_ends_come_back(folder: Path, tmp_path: Path):
    text = FILES["sorties.csv"].replace("d2", '"a,b ""c""\nd"')
    (folder / "sorties.csv").write_text(text, encoding="utf-8", newline="")
    for name in ("demandes.csv", "candidatures.csv"):
        changed = FILES[name].replace("d2,", '"a,b ""c""\nd",')
        (folder / name).write_text(changed, encoding="utf-8", newline="")
    journal = lire(folder)
    assert "a,b \"c\"\nd" in journal.demandes.demande
    ecrire(journal, tmp_path / "copie")
    assert_same(journal, lire(tmp_path / "copie"))


@pytest.mark.parametrize(
    "dress",
    [
        lambda text: text.replace("\n", "\r\n").encode(),
        lambda text: b"\xef\xbb\xbf" + text.encode(),
        lambda text: text.rstrip("\n").encode(),
        lambda text: (text + "\n\n").encode(),
        lambda text: text.replace("\n", "\n\n", 3).encode(),
        lambda text: "\n".join(f"{line},plus" for line in text.splitlines()).encode(),
        lambda text: text.replace(":00:00Z", ":00:00+00:00").encode(),
        lambda text: text.replace("T08:00:00Z", "T10:00:00+02:00").encode(),
    ],
    ids=["crlf", "bom", "no last line end", "blank lines after", "blank lines inside", "more columns", "offset", "+02"],
)
def test_other_clothes_say_the_same(folder: Path, tmp_path: Path, dress):
    other = tmp_path / "autre"
    other.mkdir()
    for name, text in FILES.items():
        (other / name).write_bytes(dress(text))
    assert_same(lire(folder), lire(other))


def test_without_the_file_of_views_everything_counts_as_seen(folder: Path):
    (folder / "vues.csv").unlink()
    assert lire(folder).vues is None


def test_the_groups_of_the_audit_are_never_opened_by_a_journal(folder: Path):
    (folder / "groupes_audit.csv").write_bytes(b"\xff\xfe rien de lisible")
    journal = lire(folder)
    with pytest.raises(JournalRefuse, match=r"groupes_audit\.csv"):
        lire_groupes(folder, journal)


def test_groups_are_read_for_the_audit(folder: Path):
    groups = lire_groupes(folder, lire(folder))
    assert (groups.demande.tolist(), groups.modalite.tolist()) == (["d1", "d2"], ["A", "B"])


def test_questions_are_read(folder: Path, tmp_path: Path):
    journal = lire(folder)
    (tmp_path / "q.csv").write_text(CHANCE, encoding="utf-8")
    assert lire_questions_chance(tmp_path / "q.csv", journal).candidature_i.tolist() == [3, 4]
    (tmp_path / "q.csv").write_text(DELAI, encoding="utf-8")
    read = lire_questions_delai(tmp_path / "q.csv", journal)
    assert read.demande_i.tolist() == [0, -1]
    assert read.communes == (None, ("99001", "99002"))
    assert (read.complet.tolist(), read.taille.tolist()) == ([-1, 1], [-1, 1])
    assert read.actions == (None, ("justificatif", "typologie:T3"))


C, E, A, D, P, T, S, V, G = (
    "candidatures.csv", "evenements.csv", "offres.csv", "demandes.csv", "parametres.csv", "trajets.csv", "sorties.csv",
    "vues.csv", "groupes_audit.csv",
)  # fmt: skip
Q, R = "chance.csv", "delai.csv"
CELLS = [
    (C, 3, "offre", "o9", "o9"), (C, 3, "demande", "d9", "d9"), (C, 3, "points", "abc", "abc"),
    (C, 3, "points", "", "vide"), (C, 3, "points", "NaN", "NaN"), (C, 4, "points", "inf", "inf"),
    (C, 4, "points", "-inf", "-inf"), (C, 4, "points", "1_0", "1_0"), (C, 4, "points", "1e999", "1e999"),
    (C, 4, "trajet_min", "-3", "au moins 0"), (C, 4, "taux_effort", "-0.1", "au moins 0"),
    (C, 4, "taux_effort", "0;3", "0;3"), (C, 4, "dossier_complet", "oui", "oui"),
    (C, 4, "dossier_complet", "2", "entier de 0 à 1"), (C, 4, "dossier_complet", "", "vide"),
    (C, 3, "deposee_le", "2024-01-31T09:00:00Z", "précède la publication"),
    (C, 3, "deposee_le", "2024-02-08T08:00:01Z", "suit la clôture"), (C, 3, "deposee_le", "hier", "hier"),
    (C, 3, "deposee_le", "2024-02-03", "sans heure"), (C, 3, "deposee_le", "2024-02-03T09:00:00", "sans heure"),
    (C, 3, "deposee_le", "2024-02-30T09:00:00Z", "2024-02-30"), (C, 3, "deposee_le", "", "vide"),
    (C, 3, "deposee_le", "0001-01-01T00:00:00Z", "hors des années"), (C, 3, "candidature", "", "vide"),
    (C, 3, "candidature", "c1", "deux fois"),
    (A, 3, "offre", "o1", "deux fois"), (A, 3, "cloture_le", "2024-02-28T08:00:00Z", "suivre la publication"),
    (A, 3, "cloture_le", "2024-03-01T08:00:00Z", "suivre la publication"), (A, 3, "typologie", "T9", "T9"),
    (A, 3, "typologie", "t3", "t3"), (A, 3, "financement", "HLM", "HLM"), (A, 3, "surface", "0", "au-dessus de 0"),
    (A, 3, "loyer_hc", "-410", "au moins 0"), (A, 3, "loyer_cc", "-1", "au moins 0"), (A, 3, "commune", "", "vide"),
    (A, 3, "loyer_cc", "nan", "nan"), (A, 3, "qualite", "belle", "belle"), (A, 3, "presentes", "0", "entier de 1"),
    (A, 3, "presentes", "2.5", "entier de 1"), (A, 3, "commissions", "-1", "entier de 1"),
    (D, 4, "version_du", "2023-01-05T10:00:00Z", "deux fois"), (D, 3, "taille", "0", "entier de 1"),
    (D, 3, "version_du", "2024-01-04T10:00:00Z", "précède le dépôt"), (D, 3, "revenu_mensuel", "-5", "au moins 0"),
    (D, 3, "typologies", "T3|T8", "T8"), (D, 3, "financements", "PLUS|", "manque ou se répète"),
    (D, 3, "communes", "99002|99002", "manque ou se répète"), (D, 3, "points_perdus", "-1", "au moins 0"),
    (D, 3, "points_hors_offre", "beaucoup", "beaucoup"), (D, 3, "demande", "", "vide"),
    (E, 4, "numero", "2", "croître"), (E, 4, "numero", "1.5", "entier"), (E, 4, "type", "vu", "vu"),
    (E, 4, "offre", "o2", "autre offre"), (E, 4, "offre", "o7", "o7"), (E, 4, "candidature", "c9", "c9"),
    (E, 4, "candidature", "", "nomme une candidature"), (E, 7, "candidature", "c1", "ne nomme aucune"),
    (E, 4, "commission", "", "nomme sa commission"), (E, 4, "commission", "0", "entier de 1"),
    (E, 4, "ordre", "premier", "premier"),
    (E, 7, "instant", "2024-01-31T08:00:00Z", "précède la publication"),
    (E, 2, "instant", "2024-02-02T08:59:59Z", "précède le dépôt"),
    (S, 2, "demande", "d8", "d8"), (S, 2, "cause", "mort", "mort"), (S, 2, "sortie_le", "", "vide"),
    (V, 2, "offre", "o8", "o8"), (V, 2, "demande", "d8", "d8"), (T, 3, "minutes", "-2", "au moins 0"),
    (T, 3, "minutes", "", "vide"), (T, 3, "commune", "99001", "deux fois"),
    (P, 2, "valeur", "2", "n'est pas lue"), (P, 5, "valeur", "2024-01-01T00:00:00Z", "suivre le début"),
    (P, 4, "valeur", "demain", "demain"), (P, 6, "valeur", "0", "entier de 1"), (P, 9, "valeur", "-1", "au moins 0"),
    (P, 9, "valeur", "nan", "nan"), (P, 3, "valeur", "", "est vide"), (P, 7, "cle", "presentes", "deux fois"),
    (Q, 3, "candidature", "c9", "c9"), (Q, 3, "instant", "2024-12-23T08:59:59Z", "précède le dépôt"),
    (Q, 3, "instant", "2025-01-08T08:00:01Z", "suit la clôture"), (Q, 3, "question", "q1", "deux fois"),
    (Q, 3, "question", "", "vide"), (R, 2, "demande", "d9", "d9"), (R, 3, "communes", "", "vide"),
    (R, 3, "deposee_le", "", "vide"), (R, 3, "deposee_le", "2024-12-27T00:00:00Z", "suit l'instant"),
    (R, 2, "instant", "2023-01-05T10:00:00Z", "première version"), (R, 3, "typologies", "F3", "F3"),
    (R, 3, "points_hors_offre", "inf", "inf"), (R, 3, "actions", "typologie:T9", "typologie:T9"),
    (R, 3, "actions", "revenu:+10", "revenu:+10"), (R, 3, "offres_12m", "-1", "au moins 0"),
    (R, 3, "dossier_complet", "peut-être", "peut-être"),
]  # fmt: skip
TEXTS = [
    *[(name, without(name, column), 1, column, "manque") for name, column in (
        (C, "points"), (A, "loyer_cc"), (D, "version_du"), (E, "numero"), (S, "cause"), (T, "minutes"), (P, "valeur"),
        (V, "vue_le"), (Q, "instant"), (R, "demande"),
    )],
    (C, doubled(C, 3), 4, "candidature", "deux fois"), (A, doubled(A, 2), 3, "offre", "deux fois"),
    (D, doubled(D, 2), 3, "version_du", "deux fois"), (E, doubled(E, 2), 3, "numero", "croître"),
    (S, doubled(S, 2), 3, "demande", "deux fois"), (V, doubled(V, 2), 3, "offre", "deux fois"),
    (A, text_of(A).splitlines()[0].encode(), 1, "offre", "aucune offre"),
    (C, b"", 1, None, "vide"), (C, b"\n\n", 1, None, "vide"), (P, b"\xef\xbb\xbf", 1, None, "vide"),
    (C, text_of(C).encode().replace(b"d2,2024-02", b"d\xe9,2024-02"), 3, "demande", "UTF-8"),
    (E, text_of(E).encode().replace(b"loyer", b"loy\0r"), 6, "motif", "UTF-8"),
    (C, text_of(C).encode("utf-16"), 1, None, "UTF-8"),
    (C, edited(C, lambda text: text.replace(",13,,,0", ",13,,")), 3, "dossier_complet", "cellules"),
    (C, edited(C, lambda text: text.replace(",13,,,0", ",13,,,0,")), 3, "9", "cellules"),
    (R, cell(R, 2, "demande", "d3"), 2, "points_hors_offre", "ne connaît pas"),
    (E, edited(E, lambda text: text.replace("8,2024-03", "7,2024-02-20T08:00:00Z,o1,c2,classe,1,1,\n8,2024-03")), 7,
     "ordre", "déjà pris"),
    (C, edited(C, lambda text: text.replace("c2,o1", '"c2,o1')), None, "candidature", "guillemets"),
    (C, edited(C, lambda text: text.replace(",", ";")), 1, None, "virgules"),
    (C, edited(C, lambda text: text.replace("trajet_min", "points")), 1, "points", "deux fois"),
    (P, edited(P, lambda text: text.replace("plafond_mois,48\n", "")), None, "cle", "plafond_mois"),
]  # fmt: skip


def refused(folder: Path, name: str, content: bytes | None) -> JournalRefuse:
    """What is said of the journal with one file changed (None: removed)."""
    place = folder / name
    place.unlink(missing_ok=True)
    if content is not None:
        place.write_bytes(content)
    with pytest.raises(JournalRefuse) as caught:
        read_everything(folder, name)
    return caught.value


def read_everything(folder: Path, name: str) -> None:
    """The journal, the question file of this name, and the groups of the audit."""
    journal = lire(folder)
    if name == Q:
        lire_questions_chance(folder / name, journal)
    if name == R:
        lire_questions_delai(folder / name, journal)
    lire_groupes(folder, journal)


@pytest.mark.parametrize(("name", "line", "column", "value", "words"), CELLS)
def test_a_bad_cell_is_named(folder: Path, name: str, line: int, column: str, value: str, words: str):
    said = refused(folder, name, cell(name, line, column, value))
    assert (said.fichier, said.ligne, said.colonne) == (name, line, column)
    assert words in str(said).replace("\u00a0", " ")
    assert str(said).startswith(f"{name}, ligne {line}, colonne «")
    assert str(said).endswith(".")
    assert "\n" not in str(said)


@pytest.mark.parametrize(("name", "content", "line", "column", "words"), TEXTS)
def test_a_bad_file_is_named(folder: Path, name: str, content: bytes, line: int | None, column: str | None, words: str):
    said = refused(folder, name, content)
    assert said.fichier == name
    assert line is None or said.ligne == line
    assert column is None or said.colonne == column
    assert words in str(said).replace("\u00a0", " ")
    assert "\n" not in str(said)


@pytest.mark.parametrize("name", [P, T, A, D, C, E, S, G])
def test_a_missing_file_is_named(folder: Path, name: str):
    assert "manque dans" in str(refused(folder, name, None))


def test_lines_are_counted_as_an_editor_does(folder: Path):
    text = text_of(S).replace("abandon\n", "abandon\n\n\nd1,2024-11-02T00:00:00Z,parti\n")
    assert refused(folder, S, text.encode()).ligne == 5


def test_a_folder_that_is_not_there(tmp_path: Path):
    with pytest.raises(JournalRefuse, match="n'existe pas"):
        lire(tmp_path / "ailleurs")


def test_a_journal_is_never_written_over(folder: Path):
    before = {each.name: each.read_bytes() for each in folder.iterdir()}
    with pytest.raises(JournalRefuse, match="existe déjà"):
        ecrire(lire(folder), folder)
    assert {each.name: each.read_bytes() for each in folder.iterdir()} == before
    assert [each.name for each in folder.parent.iterdir()] == ["journal"]


def test_the_web_process_never_loads_polars():
    asked = (
        "import os, sys, django\n"
        "os.environ['DJANGO_SETTINGS_MODULE'] = 'palier.config.test_settings'\n"
        "django.setup()\n"
        "import palier.config.urls\n"
        "print('polars' in sys.modules)"
    )
    done = subprocess.run([sys.executable, "-c", asked], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "False"


JUNK = (
    b"", b",", b"\n", b"\r", b'"', b'""', b"|", b";", b"\x00", b"\xff", b"-", b"NaN", b"1e400", b"-0",
    b"2024-13-01T00:00:00Z", b"9" * 400, "é\u202e".encode(), b"  ", b"2024-02-09T08:00:00Z", b"o1", b"c1", b"d1",
)  # fmt: skip


@pytest.mark.parametrize("name", [P, T, A, D, C, E, S, V, G, Q, R])
def test_any_damage_is_read_or_refused_never_worse(folder: Path, name: str):
    """Bytes put, taken or swapped anywhere: what comes is a journal or a sentence."""
    draw = np.random.default_rng(len(name))
    place, whole = folder / name, text_of(name).encode()
    refusals = []
    for _ in range(150):
        at, length = int(draw.integers(len(whole))), int(draw.integers(12))
        place.write_bytes(whole[:at] + JUNK[int(draw.integers(len(JUNK)))] + whole[at + length :])
        try:
            read_everything(folder, name)
        except JournalRefuse as said:
            refusals.append(str(said))
    assert len(refusals) > 40
    assert all(".csv" in said and "\n" not in said for said in refusals)
