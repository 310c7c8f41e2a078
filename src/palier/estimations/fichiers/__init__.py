"""The folder of a journal and the files of questions and answers. For commands only: it loads polars.

Everything refused is one French sentence that names the file, the line and the column (`JournalRefuse`).
"""

from palier.estimations.fichiers.ecriture import ecrire, ecrire_reponses
from palier.estimations.fichiers.groupes import Groupes, lire_groupes
from palier.estimations.fichiers.lecture import lire
from palier.estimations.fichiers.questions import lire_questions_chance, lire_questions_delai
from palier.estimations.fichiers.refus import JournalRefuse

__all__ = [
    "Groupes",
    "JournalRefuse",
    "ecrire",
    "ecrire_reponses",
    "lire",
    "lire_groupes",
    "lire_questions_chance",
    "lire_questions_delai",
]
