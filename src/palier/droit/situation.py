"""The dictionary of the facts `situation.*`: one name per fact, used by the demande, the pieces and the grids."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from functools import cache

from palier.droit.bareme import dictionnaire

BOOLEEN, NOMBRE = "booleen", "nombre"


@dataclass(frozen=True)
class FaitSituation:
    """A fact: name, type (`booleen`, `nombre`), meaning, unit, piece that proves it, motives of the form, protected."""

    nom: str
    type: str
    sens: str
    unite: str
    piece: str | None
    motifs: tuple[str, ...]
    public: str | None
    sensible: bool

    @property
    def chemin(self) -> str:
        """Return the dotted path that a grid reads."""
        return f"situation.{self.nom}"


@cache
def faits_situation() -> Mapping[str, FaitSituation]:
    """Return every known fact by name (CCH L.441-1; Cerfa 14069*05; local criteria may add others)."""
    return {ligne["nom"]: _fait(ligne) for ligne in dictionnaire("situation")["fait"]}


def _fait(ligne: Mapping[str, object]) -> FaitSituation:
    """Build one fact from its row."""
    motif = ligne.get("motif", [])
    motifs = motif if isinstance(motif, list) else [motif]
    piece, public = ligne.get("piece"), ligne.get("public")
    return FaitSituation(
        nom=str(ligne["nom"]),
        type=str(ligne["type"]),
        sens=str(ligne["sens"]),
        unite=str(ligne.get("unite", "")),
        piece=None if piece is None else str(piece),
        motifs=tuple(str(un) for un in motifs),
        public=None if public is None else str(public),
        sensible=ligne.get("sensible") is True,
    )


@cache
def faits_sensibles() -> frozenset[str]:
    """Return the paths of the protected facts: health, disability, violence, social difficulty (CCH L.441-1)."""
    return frozenset(fait.chemin for fait in faits_situation().values() if fait.sensible)
