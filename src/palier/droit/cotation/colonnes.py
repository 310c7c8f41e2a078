"""Points of a whole population on a grid: columns in, points out, the same points as `coter` gives to each household.

A column is a NumPy array with one cell per household: booleans, numbers or texts. Unknown is a masked cell, NaN or
None; a fact without a column is unknown for everyone. `pieces` says, code by code, who holds a valid piece.
Rows are counted by lots, so the memory used beside the columns stays bounded.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import date
from typing import TypeAlias

import numpy as np
from numpy.typing import NDArray

from palier.droit.champs import exact_decimal
from palier.droit.cotation.faits import Faits
from palier.droit.cotation.grille import Critere, Grille, PointsPar, Rubrique
from palier.droit.cotation.vecteur import (
    ENTIER_MAXIMUM,
    NOMBRE,
    Colonne,
    ColonneInvalide,
    Lot,
    Masque,
    Tableau,
    lire_colonne,
    masque,
)

Points: TypeAlias = "NDArray[np.int64]"

TAILLE_LOT = 32_768
CALCUL_RAPIDE = 10**12
AUCUN = np.iinfo(np.int64).min


@dataclass(frozen=True)
class LotCote:
    """Some rows counted: which, their points (m,), and the points of each line (lines of the grid in order, m)."""

    rangs: slice
    points: Points
    lignes: Points


def coter_colonnes(
    grille: Grille,
    colonnes: Mapping[str, Tableau],
    pieces: Mapping[str, Tableau] | None = None,
    *,
    n: int | None = None,
) -> Points:
    """Return the points of each of `n` households (CCH L.441-2-8; the grid's deliberation).

    `n` may be left out when there is a column or a piece. ColonneInvalide says which column to mend.
    """
    tables = _Tables.depuis(grille, colonnes, pieces or {}, n)
    points = np.empty(tables.n, np.int64)
    for rangs in tables.rangs():
        points[rangs] = tables.total(rangs)
    return points


def lignes_colonnes(
    grille: Grille,
    colonnes: Mapping[str, Tableau],
    pieces: Mapping[str, Tableau] | None = None,
    *,
    n: int | None = None,
) -> Points:
    """Return the points that each line brings, shape (lines of the grid in file order, n); 8 bytes a cell."""
    tables = _Tables.depuis(grille, colonnes, pieces or {}, n)
    lignes = np.empty((len(lignes_grille(grille)), tables.n), np.int64)
    for rangs in tables.rangs():
        lignes[:, rangs] = tables.lot(rangs).lignes
    return lignes


def coter_lots(
    grille: Grille,
    colonnes: Mapping[str, Tableau],
    pieces: Mapping[str, Tableau] | None = None,
    *,
    n: int | None = None,
) -> Iterator[LotCote]:
    """Count lot by lot, points and lines: for millions of rows, without holding a table of all the lines."""
    tables = _Tables.depuis(grille, colonnes, pieces or {}, n)
    yield from map(tables.lot, tables.rangs())


def lignes_grille(grille: Grille) -> tuple[tuple[Rubrique, Critere], ...]:
    """Return the lines of a grid, in the order of `LotCote.lignes`."""
    return tuple((rubrique, critere) for rubrique in grille.rubriques for critere in rubrique.criteres)


def pieces_grille(grille: Grille) -> tuple[str, ...]:
    """Return the codes of pieces that a grid asks for, sorted."""
    return tuple(sorted({critere.piece for _, critere in lignes_grille(grille) if critere.piece}))


def colonnes_faits(grille: Grille, faits: Sequence[Faits], au: date) -> tuple[dict[str, Tableau], dict[str, Tableau]]:
    """Return the columns and the valid pieces on `au` that a grid reads of many households."""
    colonnes: dict[str, Tableau] = {}
    for chemin in grille.faits:
        colonne = np.empty(len(faits), object)
        colonne[:] = [un.valeurs.get(chemin) for un in faits]
        colonnes[chemin] = colonne
    pieces = {
        code: np.fromiter((code in un.pieces and _valide(un.pieces[code], au) for un in faits), np.bool_, len(faits))
        for code in pieces_grille(grille)
    }
    return colonnes, pieces


def _valide(fin: date | None, au: date) -> bool:
    """Tell whether a piece still proves on a day."""
    return fin is None or fin >= au


@dataclass(frozen=True)
class _Tables:
    """A grid and the columns that it reads, checked."""

    grille: Grille
    colonnes: Mapping[str, Colonne | None]
    pieces: Mapping[str, Masque]
    n: int

    @classmethod
    def depuis(
        cls, grille: Grille, colonnes: Mapping[str, Tableau], pieces: Mapping[str, Tableau], n: int | None
    ) -> _Tables:
        """Read and check the columns: one length, kinds that NumPy knows."""
        tailles = {nom: len(brute) for nom, brute in (*colonnes.items(), *pieces.items())}
        combien = next(iter(tailles.values()), None) if n is None else n
        if combien is None:
            raise ValueError("n is needed without any column")
        for nom, taille in tailles.items():
            if taille != combien:
                raise ColonneInvalide(nom, f"compte {taille} lignes au lieu de {combien}.")
        lues = {chemin: lire_colonne(chemin, colonnes[chemin]) for chemin in grille.faits if chemin in colonnes}
        tenues = {code: np.ma.filled(np.ma.asarray(pieces[code], np.bool_), False) for code in pieces}
        return cls(grille, lues, tenues, combien)

    def rangs(self) -> Iterator[slice]:
        """Cut the rows; one empty lot without rows, so that a column of a wrong kind is always refused."""
        for debut in range(0, max(self.n, 1), TAILLE_LOT):
            yield slice(debut, min(debut + TAILLE_LOT, self.n))

    def rubriques(self, rangs: slice) -> Iterator[tuple[Rubrique, Points]]:
        """Return for each rubrique the points that its lines would bring alone, shape (lines, rows); 0 when none."""
        combien = rangs.stop - rangs.start
        lot = {nom: colonne and colonne.lot(rangs) for nom, colonne in self.colonnes.items()}
        pieces = {code: tenue[rangs] for code, tenue in self.pieces.items()}
        for rubrique in self.grille.rubriques:
            lignes = np.empty((len(rubrique.criteres), combien), np.int64)
            for critere, ligne in zip(rubrique.criteres, lignes, strict=True):
                _critere(critere, lot, pieces, ligne)
            yield rubrique, lignes

    def total(self, rangs: slice) -> Points:
        """Count the points of some rows, the shortest way."""
        points = np.zeros(rangs.stop - rangs.start, np.int64)
        for rubrique, lignes in self.rubriques(rangs):
            if rubrique.cumul == "somme":
                points += lignes.sum(axis=0)
            else:
                forte = _concurrents(lignes).max(axis=0)
                points += np.where(forte == AUCUN, 0, forte)
        return points

    def lot(self, rangs: slice) -> LotCote:
        """Count some rows line by line."""
        lignes = np.concatenate([_retenues(rubrique, lignes) for rubrique, lignes in self.rubriques(rangs)])
        return LotCote(rangs, lignes.sum(axis=0), lignes)


def _concurrents(lignes: Points) -> Points:
    """Set lines at 0 apart when some are negative: a line at 0 does not compete, a negative one alone counts."""
    return np.where(lignes == 0, AUCUN, lignes) if lignes.min(initial=0) < 0 else lignes


def _retenues(rubrique: Rubrique, lignes: Points) -> Points:
    """Keep the lines that count: all of them, or the highest alone (the first of the file on a tie)."""
    if rubrique.cumul == "somme":
        return lignes
    gagnantes = _concurrents(lignes).argmax(axis=0)
    return np.where(np.arange(len(lignes))[:, None] == gagnantes, lignes, 0)


def _critere(critere: Critere, lot: Lot, pieces: Mapping[str, Masque], ligne: Points) -> None:
    """Write the points of one line, 0 when its condition is false or its piece is not held."""
    combien = len(ligne)
    ouvert = None if critere.si is None else masque(critere.si, lot, combien)
    if critere.piece is not None:
        tenue = pieces.get(critere.piece, np.zeros(combien, np.bool_))
        ouvert = tenue if ouvert is None else ouvert & tenue
    if critere.points_par is None:
        np.multiply(ouvert if ouvert is not None else True, critere.points or 0, out=ligne)
        return
    ligne[:] = _paliers(critere.points_par, lot.get(critere.points_par.fait), combien)
    if ouvert is not None:
        np.multiply(ligne, ouvert, out=ligne)


def _paliers(bareme: PointsPar, colonne: Colonne | None, combien: int) -> Points:
    """Return floor(fact / pas) x points, at most `plafond`; 0 when unknown."""
    if colonne is None:
        return np.zeros(combien, np.int64)
    colonne.exige(NOMBRE)
    presence = colonne.presence()
    valeurs = np.where(presence, colonne.valeurs, 0)
    decimales = max(0, -int(bareme.pas.as_tuple().exponent))
    numerateur, denominateur = bareme.pas.as_integer_ratio()
    plus_grand = max(abs(float(valeurs.max(initial=0))), abs(float(valeurs.min(initial=0))))
    if decimales > 12 or plus_grand * 10**decimales >= CALCUL_RAPIDE or numerateur >= CALCUL_RAPIDE:
        return np.where(presence, _un_par_un(bareme, colonne.chemin, valeurs), 0)
    points = _quotients(valeurs, numerateur, denominateur) * bareme.points
    if bareme.plafond is not None:
        np.minimum(points, bareme.plafond, out=points)
    return np.multiply(points, presence, out=points)


def _quotients(valeurs: Tableau, numerateur: int, denominateur: int) -> Points:
    """Return floor(value x denominateur / numerateur), exact: a float is the decimal that it prints as."""
    if valeurs.dtype.kind != "f":
        entiers = valeurs.astype(np.int64, copy=False)
        entiers = entiers * denominateur if denominateur != 1 else entiers
        return np.floor_divide(entiers, numerateur) if numerateur != 1 else entiers
    quotients = np.floor(valeurs * (denominateur / numerateur))
    # The division may miss a step by one: compare with the step itself, a quotient of whole numbers rounded once.
    quotients += (quotients + 1) * numerateur / denominateur <= valeurs
    quotients -= quotients * numerateur / denominateur > valeurs
    return quotients.astype(np.int64)


def _un_par_un(bareme: PointsPar, chemin: str, valeurs: Tableau) -> Points:
    """Count distinct values one by one, where numbers are too long for the fast way."""
    uniques, places = np.unique(valeurs, return_inverse=True)
    points = [bareme.calcule(exact_decimal(valeur)) for valeur in uniques.tolist()]
    if any(abs(un) > ENTIER_MAXIMUM for un in points):
        raise ColonneInvalide(chemin, "contient un nombre trop grand pour ce barème.")
    return np.array(points, np.int64)[places]
