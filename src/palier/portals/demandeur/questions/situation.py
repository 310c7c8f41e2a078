"""Chapter 7: what the person lives through, what they want to add, and the last reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms

from palier.demandes.models import Demande, Personne
from palier.droit.bareme import dictionnaire
from palier.droit.formulaire import liste
from palier.portals.demandeur.questions.base import Data, Question
from palier.portals.demandeur.questions.foyer import HIDDEN
from palier.portals.forms import NBSP, LongTextField, WholeField, YesNoField

ASKED_ELSEWHERE = {
    "handicap", "delai_anormalement_long",
    *(row["fait"] for name in ("logement", "motif") for row in liste(name).values() if row.get("fait")),
}  # fmt: skip
FLAGS = [
    fact
    for fact in dictionnaire("situation")["fait"]
    if fact["type"] == "booleen" and fact["nom"] not in ASKED_ELSEWHERE
]


class FlagsQuestion(Question):
    """Facts to tick; whatever is false or unknown is not kept."""

    step = "situation"
    sensitive: ClassVar[bool] = False

    def __init__(self, demande: Demande, person: Personne | None = None, data: Any = None) -> None:
        super().__init__(demande, person, data)
        for fact in FLAGS:
            if bool(fact.get("sensible")) == self.sensitive:
                label = fact["sens"][0].upper() + fact["sens"][1:]
                self.fields[fact["nom"]] = forms.BooleanField(label=label, required=False)


class ReconnaissanceQuestion(FlagsQuestion):
    slug = "reconnaissance"
    title = f"Êtes-vous dans l'une de ces situations{NBSP}?"
    intro = "Cochez ce qui s'applique. Rien n'est obligatoire."
    why = "Ces faits peuvent donner des points. Une pièce sera demandée pour chaque réponse qui compte."
    trajet_travail_minutes = WholeField(
        label="Trajet actuel vers le travail", high=600, required=False, help_text="Minutes, un aller."
    )


class ProtegeeQuestion(FlagsQuestion):
    slug, sensitive = "protegee", True
    title = f"Voulez-vous signaler une situation protégée{NBSP}?"
    intro = "Rien n'est obligatoire. Ces réponses sont chiffrées, jamais montrées au bailleur."
    why = "La loi donne une priorité à ces situations. Le bailleur voit la priorité, jamais sa raison."
    seen_by = HIDDEN


class PrecisionsQuestion(Question):
    step, slug, optional = "situation", "precisions", True
    title = f"Voulez-vous ajouter quelque chose{NBSP}?"
    why = "Ce texte ne compte pas dans votre rang. Il aide un conseiller à vous comprendre."
    seen_by = HIDDEN
    precisions = LongTextField(label="Vos précisions", required=False)


class RelectureQuestion(Question):
    step, slug = "relecture", "relecture"
    title = "Relisez, puis déposez"
    why = "La date du dépôt fait votre ancienneté. L'attestation arrive quand le numéro unique est donné."
    vues_consenties = YesNoField(
        label=f"Garder la liste des annonces que vous ouvrez{NBSP}?",
        help_text="Elle sert à vous dire ce que vous avez manqué. Refuser ne change rien à vos droits ni à votre rang.",
    )
    exact = forms.BooleanField(label="J'atteste que mes réponses sont exactes")
    examples: ClassVar[Mapping[str, str]] = {
        "vues_consenties": "Répondez Oui ou Non.",
        "exact": "Cochez la case pour déposer.",
    }

    def initial_of(self, known: Data) -> Data:
        """The choice made before, if any: never ticked for the person."""
        return known if "relecture" in self.demande.etapes else {}

    def data_of(self, known: Data) -> Data:
        """The choice about the ads seen."""
        return {"vues_consenties": self.cleaned_data["vues_consenties"]}


QUESTIONS: tuple[type[Question], ...] = (ReconnaissanceQuestion, ProtegeeQuestion, PrecisionsQuestion)
