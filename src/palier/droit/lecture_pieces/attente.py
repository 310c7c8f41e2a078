"""What a piece is expected to be: its code, the documents that answer it, the rules checked on it."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date

from palier.droit.bareme import dictionnaire
from palier.droit.lecture_pieces.faits import Attendu, PieceLue

REGLES_AUTRES = ("lisible", "bon_document", "bonne_personne")
FRANCE = "FRA"


@dataclass(frozen=True)
class Attente:
    """The code of the piece expected, the persons of the file, the day."""

    code: str | None
    attendu: Attendu
    au: date

    @property
    def types(self) -> tuple[str, ...]:
        """Return the documents that answer the piece, none when any may."""
        return tuple(self._ligne.get("types", ()))

    @property
    def regles(self) -> tuple[str, ...]:
        """Return the codes of the rules, in the order in which they are said."""
        return tuple(self._ligne.get("regles", REGLES_AUTRES))

    @property
    def _ligne(self) -> Mapping[str, list[str]]:
        lignes: Mapping[str, Mapping[str, list[str]]] = dictionnaire("lecture_pieces")["pieces"]
        return lignes.get(self.code or "", {})


def code_attendu(lue: PieceLue) -> str | None:
    """Return the piece that a document answers when nobody says which (arrêté du 22/12/2020), None for another one."""
    if lue.type == "piece_identite" and lue.nationalite in dictionnaire("lecture_pieces")["mots"]["union_europeenne"]:
        return "ID_UE"
    code: str | None = dictionnaire("lecture_pieces")["code_par_type"].get(lue.type)
    return code


def libelle_type(type_: str) -> str:
    """Return the words for a type of document (arrêté du 22/12/2020)."""
    return str(dictionnaire("lecture_pieces")["types"][type_])
