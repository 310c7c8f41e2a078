"""A piece that was read, judged rule by rule: conforme, non_conforme or indetermine, each with its sentence."""

from palier.droit.lecture_pieces.attente import code_attendu
from palier.droit.lecture_pieces.faits import (
    ABSENT,
    CONFORME,
    LU,
    NON_CONFORME,
    SIGNATURE_INVALIDE,
    SIGNATURE_VERIFIEE,
    Attendu,
    Bulletin,
    DeuxDDoc,
    Lu,
    PersonneAttendue,
    PieceLue,
    Regle,
    lire_attendu,
)
from palier.droit.lecture_pieces.regles import regles_piece

__all__ = [
    "ABSENT",
    "CONFORME",
    "LU",
    "NON_CONFORME",
    "SIGNATURE_INVALIDE",
    "SIGNATURE_VERIFIEE",
    "Attendu",
    "Bulletin",
    "DeuxDDoc",
    "Lu",
    "PersonneAttendue",
    "PieceLue",
    "Regle",
    "code_attendu",
    "lire_attendu",
    "regles_piece",
]
