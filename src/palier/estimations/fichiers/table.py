"""A file whose cells are read by what they hold: figures, instants, codes, lists, ids. A blank cell is unknown."""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from datetime import UTC, datetime
from pathlib import Path
from typing import NoReturn

import numpy as np
import polars as pl

from palier.chances.journal import Entiers, Mots, Reels, Vrais
from palier.estimations.fichiers.brut import Brut, lire_brut
from palier.estimations.fichiers.refus import JournalRefuse, cite

PREMIER, DERNIER = (int(datetime(annee, 1, 1, tzinfo=UTC).timestamp()) for annee in (1900, 2200))
VIDE = "cette cellule est vide."
INSTANT = "un instant s'écrit 2026-11-24T08:00:00Z."


class Table:
    """The cells of one file. Every method refuses with the line and the column of the first bad cell."""

    def __init__(self, chemin: Path, attendues: Sequence[str], *, nom: str = "") -> None:
        """Read the file; each expected column must be there, the others are ignored."""
        self.nom = nom or chemin.name
        self.brut: Brut = lire_brut(chemin, self.nom)
        self.hauteur = self.brut.hauteur
        for colonne in attendues:
            if colonne not in self.brut.colonnes:
                raise JournalRefuse(self.nom, "cette colonne manque.", ligne=1, colonne=colonne)

    def a(self, colonne: str) -> bool:
        """Tell whether the column is there."""
        return colonne in self.brut.colonnes

    def refuse(self, rang: int, colonne: str, phrase: str) -> NoReturn:
        """Refuse a cell."""
        raise JournalRefuse(self.nom, phrase, ligne=self.brut.ligne(rang), colonne=colonne)

    def refuse_si(self, fautes: Vrais, colonne: str, phrase: str | Callable[[int], str]) -> None:
        """Refuse the first row that is at fault."""
        if fautes.any():
            rang = int(fautes.argmax())
            self.refuse(rang, colonne, phrase if isinstance(phrase, str) else phrase(rang))

    def serie(self, colonne: str) -> pl.Series:
        """The text of a column; blank everywhere when an optional column is absent."""
        trouvee = self.brut.colonnes.get(colonne)
        return pl.Series(colonne, [""] * self.hauteur, dtype=pl.String) if trouvee is None else trouvee

    def vides(self, colonne: str) -> Vrais:
        """Which cells are blank."""
        blancs: Vrais = (self.serie(colonne) == "").to_numpy().astype(np.bool_)
        return blancs

    def textes(self, colonne: str, *, obligatoire: bool = True) -> list[str]:
        """The cells of a column."""
        if obligatoire:
            self.refuse_si(self.vides(colonne), colonne, VIDE)
        textes: list[str] = self.serie(colonne).to_list()
        return textes

    def mots(self, colonne: str, *, obligatoire: bool = True) -> Mots:
        """The cells of a column as an array."""
        return np.array(self.textes(colonne, obligatoire=obligatoire), dtype=np.str_)

    def reels(
        self, colonne: str, *, minimum: float | None = None, exclu: bool = False, obligatoire: bool = False
    ) -> Reels:
        """Figures, NaN where blank. Words such as « NaN » or « inf » are refused."""
        textes, vides = self.serie(colonne), self.vides(colonne)
        if obligatoire:
            self.refuse_si(vides, colonne, VIDE)
        lus = textes.str.to_lowercase().cast(pl.Float64, strict=False).fill_null(float("nan"))
        valeurs = lus.to_numpy().astype(np.float64)
        fautes = ~np.isfinite(valeurs) & ~vides
        self.refuse_si(fautes, colonne, lambda rang: f"{cite(textes[rang])} n'est pas un nombre.")
        if minimum is not None:
            basses = ~vides & ((valeurs <= minimum) if exclu else (valeurs < minimum))
            mot = "strictement au-dessus de" if exclu else "d'au moins"
            self.refuse_si(basses, colonne, lambda rang: f"{cite(textes[rang])} : donnez un nombre {mot} {minimum:g}.")
        valeurs[vides] = np.nan
        return valeurs

    def entiers(self, colonne: str, minimum: int, maximum: int, *, defaut: int | None = None) -> Entiers:
        """Whole numbers in bounds; a blank takes `defaut`, or is refused when there is none."""
        valeurs, vides = self.reels(colonne, obligatoire=defaut is None), self.vides(colonne)
        fautes = ~vides & ((valeurs < minimum) | (valeurs > maximum) | (valeurs != np.floor(valeurs)))
        textes = self.serie(colonne)
        self.refuse_si(
            fautes, colonne, lambda rang: f"{cite(textes[rang])} : donnez un entier de {minimum} à {maximum}."
        )
        return np.where(vides, 0 if defaut is None else defaut, np.where(vides, 0, valeurs)).astype(np.int64)

    def booleens(self, colonne: str) -> Vrais:
        """Zeros and ones."""
        return self.entiers(colonne, 0, 1).astype(np.bool_)

    def instants(self, colonne: str, *, defaut: int | None = None) -> Entiers:
        """Seconds since 1970. A blank takes `defaut`, or is refused when there is none."""
        textes, vides = self.serie(colonne), self.vides(colonne)
        if defaut is None:
            self.refuse_si(vides, colonne, VIDE)
        lus = textes.str.strptime(pl.Datetime("us"), "%Y-%m-%dT%H:%M:%SZ", strict=False).dt.epoch("s")
        valeurs: Entiers = lus.fill_null(0).to_numpy().astype(np.int64)
        for rang in np.flatnonzero(lus.is_null().to_numpy() & ~vides).tolist():
            valeurs[rang] = self._instant(rang, colonne, textes[rang])
        dehors = ~vides & ((valeurs < PREMIER) | (valeurs >= DERNIER))
        self.refuse_si(dehors, colonne, lambda rang: f"{cite(textes[rang])} est hors des années 1900 à 2199.")
        valeurs[vides] = 0 if defaut is None else defaut
        return valeurs

    def instant(self, colonne: str, rang: int) -> int:
        """The instant of one cell."""
        valeur = self._instant(rang, colonne, self.serie(colonne)[rang])
        if not PREMIER <= valeur < DERNIER:
            self.refuse(rang, colonne, f"{cite(self.serie(colonne)[rang])} est hors des années 1900 à 2199.")
        return valeur

    def _instant(self, rang: int, colonne: str, texte: str) -> int:
        """One instant as text, with its offset."""
        try:
            lu = datetime.fromisoformat(texte)
        except ValueError:
            self.refuse(rang, colonne, f"{cite(texte)} n'est pas un instant : {INSTANT}")
        if lu.tzinfo is None or "T" not in texte.upper():
            self.refuse(rang, colonne, f"{cite(texte)} est sans heure ou sans fuseau : {INSTANT}")
        try:
            return int(lu.timestamp())
        except (OverflowError, ValueError):
            self.refuse(rang, colonne, f"{cite(texte)} n'est pas un instant : {INSTANT}")

    def places(self, colonne: str, index: Mapping[str, int], quoi: str, *, vide: int | None = None) -> Entiers:
        """Where each id stands; `quoi` names what it should be. A blank takes `vide`, or is refused."""
        textes = self.textes(colonne, obligatoire=vide is None)
        trouvees = np.array([index.get(texte, -2) for texte in textes], dtype=np.int64)
        vides = self.vides(colonne)
        trouvees[vides] = 0 if vide is None else vide
        self.refuse_si(
            (trouvees == -2) & ~vides, colonne, lambda rang: f"{cite(textes[rang])} n'est pas {quoi}."
        )
        return trouvees

    def codes(self, colonne: str, liste: Sequence[str]) -> Entiers:
        """Places in a closed list."""
        return self.places(colonne, {code: rang for rang, code in enumerate(liste)}, f"un de : {', '.join(liste)}")

    def listes(self, colonne: str) -> list[tuple[str, ...]]:
        """Lists joined by « | »; a blank cell is an empty list."""
        connues: dict[str, tuple[str, ...]] = {"": ()}
        rendues = []
        for rang, texte in enumerate(self.textes(colonne, obligatoire=False)):
            if texte not in connues:
                parts = tuple(texte.split("|"))
                if "" in parts or len(set(parts)) != len(parts):
                    self.refuse(rang, colonne, f"{cite(texte)} : un nom manque ou se répète dans cette liste.")
                connues[texte] = parts
            rendues.append(connues[texte])
        return rendues

    def listes_codes(self, colonne: str, liste: Sequence[str]) -> list[tuple[int, ...]]:
        """Lists of codes of a closed list, as places."""
        index = {code: rang for rang, code in enumerate(liste)}
        connues: dict[tuple[str, ...], tuple[int, ...]] = {}
        rendues = []
        for rang, parts in enumerate(self.listes(colonne)):
            if parts not in connues:
                for part in parts:
                    if part not in index:
                        self.refuse(rang, colonne, f"{cite(part)} n'est pas un de : {', '.join(liste)}.")
                connues[parts] = tuple(index[part] for part in parts)
            rendues.append(connues[parts])
        return rendues

    def uniques(self, colonne: str, cles: Iterable[object], quoi: str) -> None:
        """Refuse a key that comes back."""
        vues: set[object] = set()
        toutes = list(cles)
        if len(set(toutes)) == len(toutes):
            return
        for rang, cle in enumerate(toutes):
            if cle in vues:
                self.refuse(rang, colonne, f"{cite(self.serie(colonne)[rang])} : {quoi}.")
            vues.add(cle)
