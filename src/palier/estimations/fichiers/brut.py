"""A CSV file as columns of text, with the line of each row. UTF-8 (with or without BOM), comma, LF or CRLF."""

from __future__ import annotations

import csv
import io
from dataclasses import dataclass
from pathlib import Path

import numpy as np
import polars as pl
from polars.exceptions import PolarsError

from palier.estimations.fichiers.refus import JournalRefuse, cite

BOM = b"\xef\xbb\xbf"
CELLULE_MAXIMUM = 1_000_000


@dataclass(frozen=True)
class Brut:
    """The columns of one file; `lignes` is None while row r stands on line r + 2."""

    nom: str
    colonnes: dict[str, pl.Series]
    hauteur: int
    lignes: list[int] | None = None

    def ligne(self, rang: int) -> int:
        """The line of a row, as an editor counts."""
        return rang + 2 if self.lignes is None else self.lignes[rang]


def lire_brut(chemin: Path, nom: str) -> Brut:
    """Read a file. JournalRefuse when it is absent, empty, badly encoded or ragged."""
    octets = _octets(chemin, nom)
    tete, _, corps = octets.partition(b"\n")
    corps = corps.rstrip(b"\r\n")
    if b'"' in octets or not tete.strip() or _a_ligne_vide(corps):
        return _guillemets(octets.decode(), nom)
    entetes = _entetes(tete.removesuffix(b"\r").decode().split(","), nom)
    if not corps:
        return _table(nom, entetes, [], [])
    _verifie_virgules(corps, nom, entetes)
    return _rapide(corps, nom, entetes)


def _octets(chemin: Path, nom: str) -> bytes:
    """The bytes of a file without its BOM, checked as UTF-8."""
    try:
        octets = chemin.read_bytes()
    except FileNotFoundError as erreur:
        raise JournalRefuse(nom, f"ce fichier manque dans « {chemin.parent} ».") from erreur
    except (OSError, ValueError) as erreur:
        raise JournalRefuse(nom, "ce fichier ne se lit pas. Vérifiez son chemin et ses droits.") from erreur
    octets = octets.removeprefix(BOM)
    if not octets.strip():
        raise JournalRefuse(nom, "ce fichier est vide. Sa première ligne nomme les colonnes.", ligne=1)
    try:
        octets.decode()
        fautif = octets.find(b"\0")
    except UnicodeDecodeError as erreur:
        fautif = erreur.start
    if fautif >= 0:
        raise _mal_code(octets, fautif, nom)
    return octets


def _mal_code(octets: bytes, place: int, nom: str) -> JournalRefuse:
    debut = octets.rfind(b"\n", 0, place) + 1
    rang = octets.count(b",", debut, place)
    entetes = octets.split(b"\n", 1)[0].decode("utf-8", "replace").rstrip("\r").split(",")
    return JournalRefuse(
        nom,
        "ce caractère n'est pas en UTF-8. Enregistrez le fichier en UTF-8.",
        ligne=octets.count(b"\n", 0, place) + 1,
        colonne=entetes[rang] if rang < len(entetes) else str(rang + 1),
    )


def _entetes(entetes: list[str], nom: str) -> list[str]:
    """The names of the columns, each once."""
    for entete in entetes:
        if entetes.count(entete) > 1:
            raise JournalRefuse(nom, "cette colonne est écrite deux fois.", ligne=1, colonne=entete)
    if len(entetes) == 1 and ";" in entetes[0]:
        raise JournalRefuse(nom, "séparez les colonnes par des virgules.", ligne=1, colonne=entetes[0])
    return entetes


def _a_ligne_vide(corps: bytes) -> bool:
    return b"\n\n" in corps or b"\n\r\n" in corps or corps.startswith((b"\n", b"\r\n"))


def _verifie_virgules(corps: bytes, nom: str, entetes: list[str]) -> None:
    """Refuse a row that has not one cell a column; the commas of all lines are counted at once."""
    signes = np.frombuffer(corps, dtype=np.uint8)
    fins = np.append(np.flatnonzero(signes == ord("\n")), len(signes))
    virgules = np.searchsorted(np.flatnonzero(signes == ord(",")), fins)
    nombres = np.diff(virgules, prepend=0) + 1
    fautives = np.flatnonzero(nombres != len(entetes))
    if len(fautives):
        raise _mal_coupee(nom, int(fautives[0]) + 2, int(nombres[fautives[0]]), entetes)


def _mal_coupee(nom: str, ligne: int, trouvees: int, entetes: list[str]) -> JournalRefuse:
    attendues = len(entetes)
    colonne = entetes[trouvees] if trouvees < attendues else str(attendues + 1)
    return JournalRefuse(
        nom, f"la ligne a {trouvees} cellules au lieu de {attendues}.", ligne=ligne, colonne=colonne
    )


def _rapide(corps: bytes, nom: str, entetes: list[str]) -> Brut:
    """The columns of a body without any quote nor blank line."""
    numeros = [f"c{rang}" for rang in range(len(entetes))]
    try:
        table = pl.read_csv(
            corps, has_header=False, new_columns=numeros, quote_char=None, infer_schema=False
        ).fill_null("")
    except PolarsError as erreur:
        raise JournalRefuse(nom, "ce fichier ne se lit pas. Donnez un fichier CSV en UTF-8.") from erreur
    series = {each: table[numero] for each, numero in zip(entetes, numeros, strict=True)}
    if corps.find(b"\r") >= 0:
        dernier = entetes[-1]
        series[dernier] = series[dernier].str.strip_chars_end("\r")
    return Brut(nom, series, table.height)


def _guillemets(texte: str, nom: str) -> Brut:
    """The same for a file with quoted cells or blank lines, which are skipped."""
    entetes: list[str] = []
    lecteur = csv.reader(io.StringIO(texte, newline=""), strict=True)
    csv.field_size_limit(CELLULE_MAXIMUM)
    rangees: list[list[str]] = []
    lignes: list[int] = []
    avant = 0
    try:
        for cellules in lecteur:
            debut, avant = avant + 1, lecteur.line_num
            if not cellules:
                continue
            entetes = entetes or _entetes(cellules, nom)
            if len(cellules) != len(entetes):
                raise _mal_coupee(nom, debut, len(cellules), entetes)
            rangees.append(cellules)
            lignes.append(debut)
    except csv.Error as erreur:
        raise JournalRefuse(
            nom, f"les guillemets ne se ferment pas bien ({cite(str(erreur))}).", ligne=lecteur.line_num,
            colonne=entetes[0] if entetes else None,
        ) from erreur  # fmt: skip
    return _table(nom, entetes, rangees[1:], lignes[1:])


def _table(nom: str, entetes: list[str], rangees: list[list[str]], lignes: list[int]) -> Brut:
    colonnes = list(zip(*rangees, strict=True)) or [()] * len(entetes)
    series = {each: pl.Series(each, cells, dtype=pl.String) for each, cells in zip(entetes, colonnes, strict=True)}
    return Brut(nom, series, len(rangees), lignes)
