"""Chapter 6: the dwelling looked for. The perimeter has a page of its own."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError

from palier.base.money import euros
from palier.droit.bareme import bareme
from palier.portals.demandeur.questions.base import Data, Question
from palier.portals.forms import NBSP, AmountField, MultipleChoiceField, WholeField, YesNoField

ROOMS = bareme("occupation")["pieces_principales"]
SIZES = ("T1", "T1bis", "T2", "T3", "T4", "T5", "T6")
LOYER_MAX_CENTS = 500_000
"""The highest monthly rent taken, in cents: no social rent reaches 5 000 €, so more is a year's rent or a slip."""


def _size_label(name: str) -> str:
    rooms = int(ROOMS[name])
    return f"{name.replace('bis', ' bis')} ({rooms}{NBSP}pièce{'s' if rooms > 1 else ''})"


class TypologiesQuestion(Question):
    step, slug = "logement", "taille"
    title = f"Quel logement cherchez-vous{NBSP}?"
    why = "Vous verrez d'abord les annonces de ces tailles. Les autres restent visibles."
    typologies = MultipleChoiceField(
        label="Taille", choices=[(name, _size_label(name)) for name in SIZES], help_text="Plusieurs réponses possibles."
    )
    budget_cents = AmountField(
        label="Loyer le plus élevé, charges comprises", required=False, help_text="Par mois, en euros."
    )
    examples: ClassVar[Mapping[str, str]] = {"typologies": "Cochez-en une au moins."}

    def clean_budget_cents(self) -> int | None:
        """A rent by the month; more than the bound is refused with its amount."""
        cents: int | None = self.cleaned_data["budget_cents"]
        if cents is not None and cents > LOYER_MAX_CENTS:
            raise ValidationError(
                f"{euros(cents)} par mois dépasse {euros(LOYER_MAX_CENTS)}, le loyer le plus élevé accepté ici. "
                "Vérifiez le montant."
            )
        return cents


class PreferencesQuestion(Question):
    step, slug = "logement", "preferences"
    title = f"Que faut-il savoir sur ce logement{NBSP}?"
    why = "Ces réponses trient les annonces. Aucune ne ferme un logement, sauf un besoin d'accessibilité."
    elargissement = YesNoField(
        label=f"Accepter des communes proches{NBSP}?",
        help_text="Un bailleur peut alors proposer un logement voisin de vos communes.",
    )
    etage_max = WholeField(label="Étage le plus haut, sans ascenseur", high=40, required=False)
    ascenseur = forms.BooleanField(label="Il me faut un ascenseur", required=False)
    accessible = forms.BooleanField(label="Il me faut un logement accessible en fauteuil roulant", required=False)
    stationnement = forms.BooleanField(label="Je souhaite une place de stationnement", required=False)
    accession = forms.BooleanField(label="Je veux être informé de l'accession sociale à la propriété", required=False)
    examples: ClassVar[Mapping[str, str]] = {"elargissement": "Répondez Oui ou Non."}

    def initial_of(self, known: Data) -> Data:
        """What was said; a « no » that was said is said again."""
        said = {"oui": True, "non": False}.get(known.get("elargissement", ""))
        return {**known, "elargissement": said}

    def data_of(self, known: Data) -> Data:
        """A « no » is kept as such: it is an answer."""
        said = self.cleaned_data
        return {**said, "elargissement": "oui" if said["elargissement"] else "non"}


QUESTIONS: tuple[type[Question], ...] = (TypologiesQuestion, PreferencesQuestion)
