"""What is said of a file that cannot be used."""

from __future__ import annotations

from palier.droit.mots import francais, propre

LONGUEUR = 40


class JournalRefuse(ValueError):
    """A file that cannot be used; `str()` is one French sentence naming the file, the line and the column."""

    def __init__(self, fichier: str, phrase: str, *, ligne: int | None = None, colonne: str | None = None) -> None:
        """Set the typography of the sentence."""
        lieu = fichier
        if ligne is not None:
            lieu += f", ligne {ligne}"
        if colonne is not None:
            lieu += f", colonne « {colonne} »"
        super().__init__(propre(francais(f"{lieu} : {phrase}")))
        self.fichier, self.ligne, self.colonne = fichier, ligne, colonne


def cite(valeur: str) -> str:
    """A cell inside a sentence, cut when it is long."""
    return f"« {valeur if len(valeur) <= LONGUEUR else valeur[:LONGUEUR] + '…'} »"
