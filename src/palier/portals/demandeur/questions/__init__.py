"""Every question of the demande, in the order in which it is asked; the perimeter has a page of its own."""

from palier.portals.demandeur.questions import actuel, foyer, identite, recherche, revenus, situation, travail
from palier.portals.demandeur.questions.base import Data, Question
from palier.portals.demandeur.questions.foyer import PersonneForm
from palier.portals.demandeur.questions.situation import RelectureQuestion

__all__ = ["CHAPTERS", "PERIMETRE", "QUESTIONS", "RELECTURE", "Data", "PersonneForm", "Question", "RelectureQuestion"]

PERIMETRE, RELECTURE = "perimetre", "relecture"
CHAPTERS: dict[str, tuple[int, str]] = {
    "identite": (1, "Vous"),
    "menage": (2, "Votre foyer"),
    "travail": (3, "Votre travail"),
    "ressources": (4, "Vos revenus"),
    "actuel": (5, "Votre logement actuel"),
    PERIMETRE: (6, "Le logement cherché"),
    "logement": (6, "Le logement cherché"),
    "situation": (7, "Votre situation"),
    RELECTURE: (7, "Votre situation"),
}
"""Step of the demande -> its chapter, seven in all."""
QUESTIONS: tuple[type[Question], ...] = (
    *identite.QUESTIONS,
    *foyer.QUESTIONS,
    *travail.QUESTIONS,
    *revenus.QUESTIONS,
    *actuel.QUESTIONS,
    *recherche.QUESTIONS,
    *situation.QUESTIONS,
)
