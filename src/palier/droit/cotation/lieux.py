"""Where a line of a grid stands in its text, for the link of a fault."""

from __future__ import annotations

import re
from itertools import pairwise

ENTETE = re.compile(r"\s*\[\[\s*rubrique(?P<critere>\s*\.\s*critere)?\s*\]\]")
CODE = re.compile(r"""\s*code\s*=\s*["'](?P<code>[^"']*)["']""")


def ligne_du_texte(texte: str, rubrique: str, critere: str, cle: str) -> int:
    """Return the number (from 1) of the line of a key, else of its critère, of its rubrique, or 1.

    `rubrique` and `critere` are codes, or a rank from 1 when the code itself is missing.
    """
    lignes = texte.split("\n")
    debuts = [rang for rang, ligne in enumerate(lignes) if ENTETE.match(ligne)]
    bornes = list(pairwise([*debuts, len(lignes)]))
    grands = [borne for borne in bornes if not _est_critere(lignes, borne)]
    place = _cherche(lignes, grands, rubrique) if rubrique else None
    if place is None:
        return _cle(lignes, (0, debuts[0] if debuts else len(lignes)), cle) or 1
    suite = bornes[bornes.index(place) + 1 :]
    fin = next((rang for rang, borne in enumerate(suite) if not _est_critere(lignes, borne)), len(suite))
    ligne = _cherche(lignes, suite[:fin], critere) if critere else None
    cible = ligne or place
    return _cle(lignes, cible, cle) or cible[0] + 1


def _est_critere(lignes: list[str], borne: tuple[int, int]) -> bool:
    """Tell whether a block is a line of points."""
    entete = ENTETE.match(lignes[borne[0]])
    return entete is not None and entete["critere"] is not None


def _cherche(lignes: list[str], bornes: list[tuple[int, int]], nom: str) -> tuple[int, int] | None:
    """Return the block of this code, else of this rank."""
    for borne in bornes:
        codes = [lu["code"] for ligne in lignes[borne[0] : borne[1]] if (lu := CODE.match(ligne))]
        if codes[:1] == [nom]:
            return borne
    rang = int(nom) if nom.isdecimal() and nom.isascii() else 0
    return bornes[rang - 1] if 0 < rang <= len(bornes) else None


def _cle(lignes: list[str], borne: tuple[int, int], cle: str) -> int:
    """Return the line of a key inside a block, 0 when it is not written there."""
    nom = re.escape(cle.partition(".")[0])
    ecrite = re.compile(rf"\s*{nom}\s*=") if nom else None
    rangs = range(borne[0], borne[1])
    return next((rang + 1 for rang in rangs if ecrite is not None and ecrite.match(lignes[rang])), 0)
