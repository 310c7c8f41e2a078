"""Pieces: what they are called and what they prove."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from palier.droit.bareme import dictionnaire
from palier.droit.situation import faits_situation

IDENTITE = ("ID_FR", "ID_UE", "TITRE_SEJOUR")
ETAPE_BAIL = "apres_attribution"


@dataclass(frozen=True)
class Piece:
    """A piece: code, label whole and short, stage of the demande, `situation.*` facts proved, protected or not."""

    code: str
    libelle: str
    court: str
    etape: str
    prouve: tuple[str, ...]
    sensible: bool

    @property
    def identite(self) -> bool:
        """Tell whether the piece may be asked to register a demande (CCH R.441-2-3)."""
        return self.code in IDENTITE

    @property
    def du_bail(self) -> bool:
        """Tell whether the piece is asked for at the lease, never before the attribution (CCH R.441-2-4-1)."""
        return self.etape == ETAPE_BAIL


@cache
def pieces() -> Mapping[str, Piece]:
    """Return every known piece by code (CCH R.441-2-4-1; arrêté du 22/12/2020; proofs of a priority)."""
    faits = faits_situation().values()
    return {
        ligne["code"]: Piece(
            code=ligne["code"],
            libelle=ligne["libelle"],
            court=ligne.get("court") or _minuscule(ligne["libelle"]),
            etape=ligne["etape"],
            prouve=tuple(fait.chemin for fait in faits if fait.piece == ligne["code"]),
            sensible=bool(ligne.get("sensible")) or any(f.sensible for f in faits if f.piece == ligne["code"]),
        )
        for ligne in dictionnaire("pieces")["piece"]
    }


def pieces_identite() -> tuple[Piece, ...]:
    """Return the pieces that open the numéro unique, one is enough (CCH R.441-2-3)."""
    return tuple(pieces()[code] for code in IDENTITE)


def pieces_situation() -> tuple[Piece, ...]:
    """Return the pieces that prove a fact of the situation."""
    return tuple(piece for piece in pieces().values() if piece.prouve)


def libelle_piece(code: str) -> str:
    """Return the label of a piece, its code when it is local to a grid."""
    piece = pieces().get(code)
    return piece.libelle if piece is not None else code


def libelle_court(code: str) -> str:
    """Return the short label of a piece, to stand inside a sentence; its code when it is local to a grid."""
    piece = pieces().get(code)
    return piece.court if piece is not None else code


def _minuscule(libelle: str) -> str:
    """Put a label inside a sentence: first letter small, an acronym kept."""
    return libelle if libelle[1:2].isupper() else libelle[:1].lower() + libelle[1:]
