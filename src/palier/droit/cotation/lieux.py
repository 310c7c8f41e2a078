"""Where a line of a grid stands in its text, for the link of a fault."""

from __future__ import annotations

import re
from dataclasses import dataclass
from functools import lru_cache
from itertools import pairwise

ENTETE = re.compile(r"\s*\[\[\s*rubrique(?P<critere>\s*\.\s*critere)?\s*\]\]")
CODE = re.compile(r"""\s*code\s*=\s*["'](?P<code>[^"']*)["']""")


@dataclass(frozen=True)
class Bloc:
    """One table of the text: its code as written, its text from line `debut` on, the lines of points in it."""

    code: str
    debut: int
    lignes: tuple[str, ...]
    criteres: tuple[Bloc, ...] = ()


def ligne_du_texte(texte: str, rubrique: str, critere: str, cle: str) -> int:
    """Return the number (from 1) of the line of a key, else of its critère, of its rubrique, or 1.

    `rubrique` and `critere` are codes, or a rank from 1 when the code itself is missing.
    """
    entete, rubriques = _blocs(texte)
    grand = _cherche(rubriques, rubrique)
    if grand is None:
        return _cle(entete, cle) or 1
    cible = _cherche(grand.criteres, critere) or grand
    return _cle(cible, cle) or cible.debut


@lru_cache(maxsize=8)
def _blocs(texte: str) -> tuple[Bloc, tuple[Bloc, ...]]:
    """Cut a text once: its heading, then its rubriques with their lines of points."""
    lignes = texte.split("\n")
    debuts = [rang for rang, ligne in enumerate(lignes) if ENTETE.match(ligne)]
    rubriques: list[Bloc] = []
    for debut, fin in pairwise([*debuts, len(lignes)]):
        bloc = _bloc(lignes, debut, fin)
        if _est_critere(lignes[debut]) and rubriques:
            grand = rubriques.pop()
            bloc = Bloc(grand.code, grand.debut, grand.lignes, (*grand.criteres, bloc))
        rubriques.append(bloc)
    return _bloc(lignes, 0, debuts[0] if debuts else len(lignes)), tuple(rubriques)


def _bloc(lignes: list[str], debut: int, fin: int) -> Bloc:
    """Read one table."""
    dedans = tuple(lignes[debut:fin])
    codes = [lu["code"] for ligne in dedans if (lu := CODE.match(ligne))]
    return Bloc(codes[0] if codes else "", debut + 1, dedans)


def _est_critere(entete: str) -> bool:
    """Tell whether a heading opens a line of points."""
    lu = ENTETE.match(entete)
    return lu is not None and lu["critere"] is not None


def _cherche(blocs: tuple[Bloc, ...], nom: str) -> Bloc | None:
    """Return the block of this code, else of this rank."""
    trouve = next((bloc for bloc in blocs if nom and bloc.code == nom), None)
    rang = int(nom) if nom.isdecimal() and nom.isascii() else 0
    return trouve or (blocs[rang - 1] if 0 < rang <= len(blocs) else None)


def _cle(bloc: Bloc, cle: str) -> int:
    """Return the line of a key inside a block, 0 when it is not written there."""
    nom = cle.partition(".")[0]
    ecrite = re.compile(rf"\s*{re.escape(nom)}\s*=")
    rangs = range(len(bloc.lignes))
    return next((bloc.debut + rang for rang in rangs if nom and ecrite.match(bloc.lignes[rang])), 0)
