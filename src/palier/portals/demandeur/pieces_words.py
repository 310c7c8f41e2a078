"""What the states and the checks of a piece are called, in the words of the person."""

from __future__ import annotations

from datetime import date

from palier.demandes.models import Piece
from palier.demandes.queries.pieces import A_CORRIGER, EN_COURS, MANQUANTE, VALIDE, failed

TITLES = {
    A_CORRIGER: "À corriger",
    MANQUANTE: "À ajouter",
    EN_COURS: "En cours",
    VALIDE: "Valides",
}
STATES = {
    "": ("Manque", "err", "Ajouter"),
    "recue": ("Reçue, lecture à venir", "", "Voir"),
    "en_analyse": ("En cours de lecture", "", "Voir"),
    "conforme": ("Réussi", "ok", "Voir"),
    "a_verifier": ("Une personne la regarde", "doubt", "Voir"),
    "a_corriger": ("À corriger", "err", "Corriger"),
    "validee": ("Vue et validée", "ok", "Voir"),
    "refusee": ("À remplacer", "err", "Corriger"),
    "expiree": ("Expirée", "err", "Remplacer"),
    "retiree": ("Manque", "err", "Ajouter"),
}
"""State -> what is said, its colour, the verb of the link."""
RULES = {
    "conforme": ("ok", "Réussi"),
    "non_conforme": ("err", "À corriger"),
    "indetermine": ("doubt", "Pas concluant"),
}


def state_words(piece: Piece | None, today: date) -> tuple[str, str]:
    """The sentence on top of a piece, and its colour."""
    if piece is None:
        return "Cette pièce manque encore.", ""
    if piece.state in ("recue", "en_analyse"):
        return "Nous lisons votre pièce. Cela prend moins d'une minute.", "info"
    if piece.state == "a_verifier" and failed(piece):
        return "Un point est à corriger. Ce n'est pas une faute.", "warn"
    if piece.state == "refusee":
        return "Une personne a regardé cette pièce. Elle est à remplacer.", "err"
    if piece.state == "expiree":
        return "Cette pièce n'est plus valable. Envoyez-en une récente.", "err"
    if piece.state == "a_verifier":
        return "Une personne va la regarder. Vous n'avez rien à faire.", "doubt"
    until = f" Elle vaut jusqu'au {piece.expire_le:%d/%m/%Y}." if piece.expire_le else ""
    return f"Cette pièce est bonne.{until}", "ok"
