"""`palier coter --table`: a table of households in, their points out. The only command that loads NumPy and polars.

Columns: one per fact of the grid, by dotted path; null (or NaN) is unknown. `pieces`: list of the codes of valid pieces
(in CSV, separated by `;`). `id` is carried through. The output holds `id` and `points`, in the same order.
"""

from __future__ import annotations

from collections.abc import Sequence
from difflib import get_close_matches
from pathlib import Path
from typing import Any

import numpy as np
import polars as pl
from numpy.typing import NDArray
from polars.exceptions import PanicException, PolarsError

from palier.config.cli_droit import Refus
from palier.droit.champs import MONTANT_MAXIMUM
from palier.droit.cotation.colonnes import coter_colonnes, pieces_grille
from palier.droit.cotation.faits import ANCIENNETE_MAXIMUM
from palier.droit.cotation.grille import Grille
from palier.droit.cotation.vecteur import NOMBRE, Colonne, ColonneInvalide, lire_colonne
from palier.droit.mots import pluriel
from palier.droit.situation import faits_situation

ID, PIECES, POINTS = "id", "pieces", "points"
SEPARATEUR = ";"
ILLISIBLE = (OSError, ValueError, PolarsError, PanicException)


def coter_table(grille: Grille, table: str, sortie: str) -> tuple[str, str]:
    """Count a table of households; return what was done, and what the table and the grid do not share."""
    schema = _schema(table)
    if _meme_fichier(table, sortie):
        raise Refus(f"La sortie « {sortie} » est la table elle-même, qui serait perdue. Donnez un autre nom.")
    attendues = [*grille.faits, *([PIECES] if pieces_grille(grille) else [])]
    remarque = _remarque(attendues, schema.names())
    lue = _lue(table, [ID, *(nom for nom in attendues if nom in schema.names())])
    try:
        colonnes = {nom: _tableau(lue[nom]) for nom in lue.columns if nom in grille.faits}
        for chemin, tableau in colonnes.items():
            _verifie(lire_colonne(chemin, tableau))
        points = coter_colonnes(grille, colonnes, _pieces(grille, lue), n=len(lue))
    except ColonneInvalide as erreur:
        raise Refus(str(erreur)) from erreur
    _ecrit(lue.select(ID).with_columns(pl.Series(POINTS, points)), sortie)
    return f"Les points de {pluriel(len(lue), 'ménage')} sont dans « {sortie} ».", remarque


def _meme_fichier(table: str, sortie: str) -> bool:
    """Tell whether both names, links followed, are one file."""
    try:
        return Path(sortie).samefile(table)
    except (OSError, ValueError):
        return False


def _csv(chemin: str) -> bool:
    """Tell whether a file is read and written as CSV, by its name; any other is Parquet."""
    return Path(chemin).suffix.lower() == ".csv"


def _balaye(chemin: str) -> pl.LazyFrame:
    """Open a table without reading it."""
    if not Path(chemin).is_file():
        raise Refus(f"La table « {chemin} » n'existe pas. Vérifiez son chemin.")
    if _csv(chemin):
        return pl.scan_csv(
            chemin, glob=False, infer_schema_length=None, schema_overrides={ID: pl.String, PIECES: pl.String}
        )
    return pl.scan_parquet(chemin, glob=False)


def _schema(chemin: str) -> pl.Schema:
    """Return names and types of the columns."""
    try:
        schema = _balaye(chemin).collect_schema()
    except ILLISIBLE as erreur:
        raise _illisible(chemin) from erreur
    if ID not in schema.names():
        raise Refus(f"La table « {chemin} » n'a pas de colonne « {ID} ». Ajoutez-la : elle est recopiée en sortie.")
    return schema


def _lue(chemin: str, noms: Sequence[str]) -> pl.DataFrame:
    """Read some columns."""
    try:
        return _balaye(chemin).select(noms).collect()
    except ILLISIBLE as erreur:
        raise _illisible(chemin) from erreur


def _illisible(chemin: str) -> Refus:
    return Refus(f"La table « {chemin} » ne se lit pas. Donnez un fichier Parquet, ou CSV en UTF-8.")


def _remarque(attendues: Sequence[str], presentes: Sequence[str]) -> str:
    """Say what is missing or not read; refuse a column that looks like a missing one."""
    absentes = [nom for nom in attendues if nom not in presentes]
    de_trop = [nom for nom in presentes if nom not in (*attendues, ID, PIECES)]
    for nom in de_trop:
        for proche in get_close_matches(nom, absentes, 1, 0.85):
            raise Refus(f"La grille ne lit pas la colonne « {nom} ». Renommez-la en « {proche} ».")
    phrases = [
        *([f"Colonnes absentes, inconnues pour tous les ménages : {', '.join(absentes)}."] if absentes else []),
        *([f"Colonnes que la grille ne lit pas : {', '.join(de_trop)}."] if de_trop else []),
    ]
    return " ".join(phrases)


def _tableau(serie: pl.Series) -> NDArray[Any]:
    """Return the array of a column, masked where null."""
    genre = serie.dtype
    if genre == pl.Null:
        return np.full(len(serie), None, object)
    if genre == pl.String or isinstance(genre, pl.Categorical | pl.Enum):
        return serie.cast(pl.String).to_numpy()
    if genre.is_float() or genre.is_decimal():
        return serie.cast(pl.Float64).fill_null(float("nan")).to_numpy()
    if not (genre.is_integer() or genre == pl.Boolean):
        raise ColonneInvalide(serie.name, "doit contenir des vrai ou faux, des nombres ou des textes.")
    if genre.is_integer() and serie.cast(pl.Int64, strict=False).null_count() > serie.null_count():
        raise ColonneInvalide(serie.name, "contient un nombre trop grand.")
    nulle = serie.is_null().to_numpy()
    pleine = serie if genre == pl.Boolean else serie.cast(pl.Int64)
    valeurs = pleine.fill_null(False if genre == pl.Boolean else 0).to_numpy()
    return np.ma.MaskedArray(valeurs, nulle) if serie.null_count() else valeurs


def _pieces(grille: Grille, lue: pl.DataFrame) -> dict[str, NDArray[Any]]:
    """Tell for each piece of the grid who holds it."""
    if PIECES not in lue.columns:
        return {}
    listes = lue[PIECES]
    if listes.dtype == pl.String:
        listes = listes.str.replace_all(" ", "", literal=True).str.split(SEPARATEUR)
    genre = listes.dtype
    contenu = genre.inner if isinstance(genre, pl.List | pl.Array) else genre
    if not isinstance(contenu, pl.Null | pl.String | pl.Categorical | pl.Enum):
        raise ColonneInvalide(PIECES, "doit contenir des listes de codes de pièces.")
    codes = listes.cast(pl.List(pl.String))
    return {code: codes.list.contains(code).fill_null(False).to_numpy() for code in pieces_grille(grille)}


def _verifie(colonne: Colonne | None) -> None:
    """Refuse what a case would be refused for: a known fact of another type, a number out of range."""
    if colonne is None:
        return
    connu = faits_situation().get(colonne.chemin.removeprefix("situation."))
    anciennete = colonne.chemin == "anciennete_mois"
    if connu is not None or anciennete:
        genre = NOMBRE if anciennete or connu is None else connu.type
        colonne.exige(genre)
        if genre == NOMBRE:
            _verifie_nombres(colonne, ANCIENNETE_MAXIMUM if anciennete else MONTANT_MAXIMUM, entier=anciennete)


def _verifie_nombres(colonne: Colonne, maximum: int, *, entier: bool) -> None:
    """Refuse a number under 0, over a maximum, or a part of a month."""
    valeurs = colonne.valeurs
    fautives = (valeurs < 0) | (valeurs > maximum)
    if entier and valeurs.dtype.kind == "f":
        fautives |= valeurs != np.floor(valeurs)
    fautives &= colonne.presence()
    if fautives.any():
        rang = int(fautives.argmax())
        quoi = "un nombre entier" if entier else "un nombre"
        remede = f"vaut {valeurs[rang]} à la ligne {rang + 1} : donnez {quoi} de 0 à {maximum}."
        raise ColonneInvalide(colonne.chemin, remede)


def _ecrit(points: pl.DataFrame, sortie: str) -> None:
    """Write the answer beside its place, then put it there whole."""
    place = Path(sortie)
    partielle = place.with_name(f"{place.name}.partiel")
    try:
        if _csv(sortie):
            points.write_csv(partielle)
        else:
            points.write_parquet(partielle)
        partielle.replace(place)
    except ILLISIBLE as erreur:
        if partielle.exists():
            partielle.unlink()
        raise Refus(f"La sortie « {sortie} » ne s'écrit pas. Vérifiez son dossier.") from erreur
