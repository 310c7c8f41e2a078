"""The closed language on columns: one NumPy array per fact, the same answers as `expression.vraie` row by row."""

from __future__ import annotations

import operator
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from decimal import Decimal
from functools import reduce
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from palier.droit.cotation.expression import (
    Comparaison,
    Dans,
    Et,
    Fait,
    Litteral,
    Noeud,
    Non,
    Operande,
    Ou,
    Valeur,
)
from palier.droit.mots import francais, propre

Tableau: TypeAlias = "NDArray[Any]"
Masque: TypeAlias = "NDArray[np.bool_]"

BOOLEEN, NOMBRE, TEXTE = "booleen", "nombre", "texte"
CONTENUS = {BOOLEEN: "des vrai ou faux", NOMBRE: "des nombres", TEXTE: "des textes"}
ENTIER_MAXIMUM = 2**53
COMPARE: Mapping[str, Callable[[Any, Any], Any]] = {
    "==": operator.eq,
    "!=": operator.ne,
    "<": operator.lt,
    "<=": operator.le,
    ">": operator.gt,
    ">=": operator.ge,
}
RETOURNE = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


class ColonneInvalide(ValueError):
    """A column that the grid cannot read; `str()` is one French sentence."""

    def __init__(self, chemin: str, remede: str) -> None:
        """Keep the column and set the typography of the sentence."""
        self.chemin = chemin
        super().__init__(propre(francais(f"La colonne « {chemin[:80]} » {remede}")))


@dataclass(frozen=True)
class Colonne:
    """One fact of every household: its kind, one value per row, who has it (None = everyone, NaN apart)."""

    chemin: str
    genre: str
    valeurs: Tableau
    connue: Masque | None = None

    def lot(self, rangs: slice) -> Colonne:
        """Return the column of some rows, nothing copied."""
        connue = None if self.connue is None else self.connue[rangs]
        return Colonne(self.chemin, self.genre, self.valeurs[rangs], connue)

    def presence(self) -> Masque:
        """Tell row by row whether the fact is known."""
        connue = np.ones(len(self.valeurs), np.bool_) if self.connue is None else self.connue
        return connue & ~np.isnan(self.valeurs) if self.valeurs.dtype.kind == "f" else connue

    def seulement(self, vrai: Masque) -> Masque:
        """Return an answer, false where the fact is unknown."""
        return vrai if self.connue is None else vrai & self.connue

    def exige(self, genre: str) -> None:
        """Refuse a column of another kind."""
        if self.genre != genre:
            raise ColonneInvalide(self.chemin, f"contient {CONTENUS[self.genre]} : la grille attend {CONTENUS[genre]}.")


Lot: TypeAlias = "Mapping[str, Colonne | None]"


def lire_colonne(chemin: str, brute: Tableau) -> Colonne | None:
    """Return the column of an array: masked, NaN and None are unknown; None when nobody has the fact."""
    cache = np.ma.getmask(brute)
    connue = None if cache is np.ma.nomask else ~np.ma.getmaskarray(brute)
    valeurs = np.ma.getdata(brute)
    if valeurs.ndim != 1:
        raise ColonneInvalide(chemin, "n'a pas une seule valeur par ménage.")
    if valeurs.dtype.kind == "O":
        return _depuis_objets(chemin, valeurs, connue)
    if connue is not None and not connue.any():
        return None
    if valeurs.dtype.kind == "b":
        return Colonne(chemin, BOOLEEN, valeurs if connue is None else valeurs & connue, connue)
    if valeurs.dtype.kind in "UT":
        return Colonne(chemin, TEXTE, valeurs, connue)
    if valeurs.dtype.kind in "iuf":
        return Colonne(chemin, NOMBRE, _nombres(chemin, valeurs, connue), connue)
    raise ColonneInvalide(chemin, "doit contenir des vrai ou faux, des nombres ou des textes.")


def _nombres(chemin: str, valeurs: Tableau, connue: Masque | None) -> Tableau:
    """Return float64 or whole numbers that a float holds exactly; refuse an infinity."""
    if valeurs.dtype.kind == "f":
        nets = valeurs.astype(np.float64, copy=False)
        if connue is not None:
            nets = np.where(connue, nets, np.nan)
        if np.isinf(nets).any():
            raise ColonneInvalide(chemin, "contient un nombre infini : laissez la case vide si la valeur manque.")
        return nets
    nets = valeurs if connue is None else np.where(connue, valeurs, valeurs.dtype.type(0))
    if len(nets) and (int(nets.max()) > ENTIER_MAXIMUM or int(nets.min()) < -ENTIER_MAXIMUM):
        raise ColonneInvalide(chemin, f"contient un nombre trop grand : donnez au plus {ENTIER_MAXIMUM}.")
    return nets.astype(np.int64) if nets.dtype.kind == "u" else nets


def _depuis_objets(chemin: str, objets: Tableau, connue: Masque | None) -> Colonne | None:
    """Return the column of Python values (None = unknown), all of one kind."""
    presente = np.fromiter((valeur is not None for valeur in objets), np.bool_, len(objets))
    presente = presente if connue is None else presente & connue
    tenus = objets[presente]
    types = {type(valeur) for valeur in tenus}
    if not types:
        return None
    if all(issubclass(un, str) for un in types):
        return Colonne(chemin, TEXTE, np.where(presente, objets, ""), presente)
    valeurs = np.zeros(len(objets), np.float64)
    if all(issubclass(un, bool | np.bool_) for un in types):
        valeurs = np.zeros(len(objets), np.bool_)
    elif not all(issubclass(un, int | float | Decimal | np.number) and un is not bool for un in types):
        raise ColonneInvalide(chemin, "mélange plusieurs sortes de valeurs : gardez-en une seule.")
    valeurs[presente] = tenus.astype(valeurs.dtype)
    return lire_colonne(chemin, np.ma.MaskedArray(valeurs, ~presente))


def masque(noeud: Noeud, lot: Lot, combien: int) -> Masque:
    """Return the truth of an expression for each of `combien` rows; what is unknown makes a comparison false."""
    match noeud:
        case Et(termes):
            return reduce(np.logical_and, [masque(terme, lot, combien) for terme in termes])
        case Ou(termes):
            return reduce(np.logical_or, [masque(terme, lot, combien) for terme in termes])
        case Non(terme):
            return ~masque(terme, lot, combien)
        case Comparaison(gauche, signe, droite):
            return _comparaison(gauche, signe, droite, lot, combien)
        case Dans(operande, valeurs):
            egaux = [_comparaison(operande, "==", Litteral(valeur), lot, combien) for valeur in valeurs]
            return reduce(np.logical_or, egaux)
        case Fait(chemin):
            return _coche(lot.get(chemin), combien)
        case _:
            return np.full(combien, noeud.valeur is True)


def _coche(colonne: Colonne | None, combien: int) -> Masque:
    """Return a boolean fact, false when unknown."""
    if colonne is None:
        return np.zeros(combien, np.bool_)
    colonne.exige(BOOLEEN)
    return colonne.valeurs


def _comparaison(gauche: Operande, signe: str, droite: Operande, lot: Lot, combien: int) -> Masque:
    """Compare a fact with a literal or with another fact."""
    if isinstance(gauche, Litteral):
        if isinstance(droite, Litteral):
            return np.full(combien, COMPARE[signe](gauche.valeur, droite.valeur))
        return _comparaison(droite, RETOURNE[signe], gauche, lot, combien)
    colonne = lot.get(gauche.chemin)
    if isinstance(droite, Litteral):
        return np.zeros(combien, np.bool_) if colonne is None else _contre_litteral(colonne, signe, droite.valeur)
    autre = lot.get(droite.chemin)
    if colonne is None or autre is None:
        return np.zeros(combien, np.bool_)
    autre.exige(NOMBRE if signe not in ("==", "!=") else colonne.genre)
    colonne.exige(autre.genre)
    vrai: Masque = COMPARE[signe](colonne.valeurs, autre.valeurs).astype(np.bool_, copy=False)
    return vrai & colonne.presence() & autre.presence()


def _contre_litteral(colonne: Colonne, signe: str, valeur: Valeur) -> Masque:
    """Compare a column with a literal; numbers compare as written, as decimals do."""
    if not isinstance(valeur, Decimal):
        colonne.exige(BOOLEEN if isinstance(valeur, bool) else TEXTE)
        vrai: Masque = COMPARE[signe](colonne.valeurs, valeur).astype(np.bool_, copy=False)
        return colonne.seulement(vrai)
    colonne.exige(NOMBRE)
    borne, ecart = _borne(colonne.valeurs, valeur)
    if ecart and signe in ("==", "!="):
        return colonne.presence() if signe == "!=" else np.zeros(len(colonne.valeurs), np.bool_)
    if ecart:
        strict = (signe[0] == "<") == (ecart > 0)
        signe = signe[0] if strict else f"{signe[0]}="
    vrai = COMPARE[signe](colonne.valeurs, borne)
    return vrai & colonne.presence() if signe == "!=" else colonne.seulement(vrai)


def _borne(valeurs: Tableau, litteral: Decimal) -> tuple[int | float, int]:
    """Return the number nearest to a literal in the type of a column, and the side (-1, 0, 1) on which it falls."""
    if valeurs.dtype.kind == "f":
        reel = float(litteral)
        ecrit = Decimal(repr(reel))
        return reel, (ecrit > litteral) - (ecrit < litteral)
    entier = int(litteral.to_integral_value("ROUND_FLOOR"))
    return entier, 0 if entier == litteral else -1
