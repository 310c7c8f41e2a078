"""The dwelling looked for, the situation, and the last reading."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from palier.base.money import euros
from palier.demandes import queries
from palier.demandes.models import Demande
from palier.droit.bareme import bareme, dictionnaire
from palier.portals.demandeur.questions.base import Data, Group, StepForm
from palier.portals.forms import (
    NBSP,
    AmountField,
    MultipleChoiceField,
    WholeField,
    YesNoField,
)

ROOMS = bareme("occupation")["pieces_principales"]
SIZES = ("T1", "T1bis", "T2", "T3", "T4", "T5", "T6")


def _size_label(name: str) -> str:
    rooms = int(ROOMS[name])
    return f"{name.replace('bis', ' bis')} ({rooms}{NBSP}pièce{'s' if rooms > 1 else ''})"


LOYER_MAX_CENTS = 500_000
"""The highest monthly rent taken, in cents: no social rent reaches 5 000 €, so more is a year's rent or a slip."""


class LogementForm(StepForm):
    title = "Quel logement cherchez-vous\u00a0?"
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

    def initial_of(self, demande: Demande) -> Data:
        """Stored search."""
        return queries.step_values(demande, "logement")


FACTS = [fact for fact in dictionnaire("situation")["fait"] if fact["nom"] != "delai_anormalement_long"]


class SituationForm(StepForm):
    title = "Quelle est votre situation\u00a0?"
    intro = "Cochez ce qui s'applique. Rien n'est obligatoire. Une pièce sera demandée pour chaque réponse qui compte."
    why = "Ces faits peuvent donner des points. Sans pièce vue au guichet, la ligne vaut 0 et vous le voyez."
    seen_by = "Vous. Les réponses protégées ne sont jamais montrées au bailleur, seulement la priorité reconnue."
    taux_effort_actuel = WholeField(
        label="Part de vos revenus pour le loyer actuel",
        high=100,
        required=False,
        help_text="En %, charges comprises, aide déduite.",
    )
    trajet_travail_minutes = WholeField(
        label="Trajet actuel vers le travail", high=600, required=False, help_text="Minutes, un aller."
    )
    pieces_actuelles = WholeField(
        label="Pièces du logement actuel", low=1, high=30, required=False, help_text="Sans cuisine ni salle de bain."
    )
    personnes_actuelles = WholeField(label="Personnes dans le logement actuel", low=1, high=30, required=False)

    def __init__(self, demande: Demande, data: Any = None) -> None:
        super().__init__(demande, data)
        for fact in FACTS:
            if fact["type"] == "booleen":
                label = fact["sens"][0].upper() + fact["sens"][1:]
                self.fields[fact["nom"]] = forms.BooleanField(label=label, required=False)

    def initial_of(self, demande: Demande) -> Data:
        """Stored facts; the ratio as a percentage."""
        known = queries.step_values(demande, "situation")
        ratio = known.get("taux_effort_actuel")
        return {**known, "taux_effort_actuel": round(ratio * 100) if ratio is not None else None}

    def groups(self) -> list[Group]:
        """Plain facts, protected facts, figures."""
        flags = [fact for fact in FACTS if fact["type"] == "booleen"]
        plain = [self[fact["nom"]] for fact in flags if not fact.get("sensible")]
        protected = [self[fact["nom"]] for fact in flags if fact.get("sensible")]
        figures = [self[fact["nom"]] for fact in FACTS if fact["type"] == "nombre"]
        return [
            ("Logement, travail, reconnaissance", "", plain),
            (
                "Réponses protégées",
                "Santé, violences, difficultés\u00a0: chiffrées, jamais montrées au bailleur.",
                protected,
            ),
            ("Quelques chiffres", "", figures),
        ]

    def data_of(self) -> Data:
        """Facts of the dictionary; the percentage as a ratio."""
        said = dict(self.cleaned_data)
        percent = said.pop("taux_effort_actuel")
        return {**said, "taux_effort_actuel": None if percent is None else percent / 100}


class RelectureForm(StepForm):
    title = "Relisez, puis déposez"
    why = "La date du dépôt fait votre ancienneté. L'attestation arrive quand le numéro unique est donné."
    vues_consenties = YesNoField(
        label="Garder la liste des annonces que vous ouvrez\u00a0?",
        help_text="Elle sert à vous dire ce que vous avez manqué. Refuser ne change rien à vos droits ni à votre rang.",
    )
    exact = forms.BooleanField(label="J'atteste que mes réponses sont exactes")
    examples: ClassVar[Mapping[str, str]] = {
        "vues_consenties": "Répondez Oui ou Non.",
        "exact": "Cochez la case pour déposer.",
    }

    def initial_of(self, demande: Demande) -> Data:
        """The choice made before, if any: never ticked for the person."""
        return queries.step_values(demande, "relecture") if "relecture" in demande.etapes else {}

    def data_of(self) -> Data:
        """The choice about the ads seen."""
        return {"vues_consenties": self.cleaned_data["vues_consenties"]}
