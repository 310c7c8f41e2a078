"""Chapter 5: where the person lives now, and why they want to leave."""

from __future__ import annotations

from collections.abc import Mapping
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import siren

from palier.demandes.models import Demande, Personne
from palier.droit.formulaire import attribut, choix, liste
from palier.portals.demandeur.questions.base import Data, Question
from palier.portals.forms import NBSP, AmountField, ChoiceField, MultipleChoiceField, TextField, WholeField, quote
from palier.portals.question import SurfaceField


def home_of(demande: Demande) -> Data:
    """What is known of the present home."""
    return demande.logement_actuel or {}


class StatutQuestion(Question):
    step, slug = "actuel", "statut"
    title = f"Où vivez-vous aujourd'hui{NBSP}?"
    why = "Être hébergé, ou sans logement, peut donner des points. Être locataire n'en retire aucun."
    statut = ChoiceField(label="Aujourd'hui", choices=choix("logement"), widget=forms.RadioSelect)
    examples: ClassVar[Mapping[str, str]] = {"statut": "Choisissez une réponse."}

    def initial_of(self, known: Data) -> Data:
        """What was said, or what the facts declared before already say."""
        declared = self.demande.situation or {}
        facts = {row["fait"]: code for code, row in liste("logement").items() if row.get("fait")}
        guess = next((code for fact, code in facts.items() if declared.get(fact) is True), "")
        return {"statut": known.get("statut") or guess}

    def data_of(self, known: Data) -> Data:
        """The status; what only another status says goes away."""
        statut = self.cleaned_data["statut"]
        gone: Data = {}
        if not attribut("logement", statut, "loyer"):
            gone |= {"loyer_cents": None, "aide_cents": None}
        if statut != "locataire_hlm":
            gone |= {"bailleur": "", "bailleur_siren": ""}
        if statut not in KINDS:
            gone["structure"] = ""
        return {**gone, "statut": statut}


class DetailQuestion(Question):
    """A question that only some statuses call for: on a whole page, another status ticked at once silences it."""

    step = "actuel"

    @classmethod
    def wanted(cls, home: Data) -> bool:
        """Whether this home calls for the question."""
        raise NotImplementedError

    @classmethod
    def asked_of(cls, demande: Demande) -> list[Personne | None]:
        """Asked when the present home calls for it."""
        return [None] if cls.wanted(home_of(demande)) else []

    def data_of(self, known: Data) -> Data:
        """Its answers, unless the home that was just said has no use for them."""
        return dict(self.cleaned_data) if self.wanted(known) else {}


class BailleurQuestion(DetailQuestion):
    slug, optional = "bailleur", True
    title = f"Qui est votre bailleur social{NBSP}?"
    why = "Changer de logement social passe souvent par le même bailleur."
    bailleur = TextField(label="Nom du bailleur", required=False)
    bailleur_siren = TextField(
        label="Son SIREN", required=False, max_length=20, help_text="9 chiffres, sur votre quittance."
    )

    @classmethod
    def wanted(cls, home: Data) -> bool:
        """Tenants of a social dwelling."""
        return bool(home.get("statut") == "locataire_hlm")

    def clean_bailleur_siren(self) -> str:
        """Nine figures with their key."""
        typed: str = self.cleaned_data["bailleur_siren"]
        try:
            return str(siren.validate(typed)) if typed else ""
        except StdnumError as error:
            said = f"{quote(typed)} n'est pas un SIREN. Recopiez ses 9 chiffres, ou laissez vide."
            raise ValidationError(said) from error


KINDS = {"structure": "structure", "foyer": "foyer"}
"""Statuses that the form details, and the list that does."""


class StructureQuestion(DetailQuestion):
    slug, optional = "structure", True
    title = f"Quelle structure vous loge{NBSP}?"
    why = "Sortir d'une structure peut donner une priorité. Elle peut l'attester."

    def __init__(self, demande: Demande, person: Personne | None = None, data: Any = None) -> None:
        super().__init__(demande, person, data)
        kind = KINDS.get(home_of(demande).get("statut", ""), "structure")
        self.fields["structure"] = ChoiceField(
            label=self.heading(),
            choices=[*choix(kind), ("", "Autre, ou je ne sais pas")],
            required=False,
            widget=forms.RadioSelect,
        )

    @classmethod
    def wanted(cls, home: Data) -> bool:
        """Who lives in one."""
        return home.get("statut") in KINDS


class LoyerQuestion(DetailQuestion):
    slug = "loyer"
    title = f"Combien payez-vous chaque mois{NBSP}?"
    intro = "Laissez vide ce que vous ne connaissez pas. Écrivez 0 si vous ne touchez pas d'aide."
    why = "La part de vos revenus dans le loyer peut donner des points. Elle se calcule seule."
    loyer_cents = AmountField(label="Loyer, charges comprises", required=False)
    aide_cents = AmountField(label="Aide au logement reçue", required=False)

    @classmethod
    def wanted(cls, home: Data) -> bool:
        """Who pays a rent."""
        return bool(attribut("logement", home.get("statut", ""), "loyer"))


class TailleQuestion(Question):
    step, slug = "actuel", "taille"
    title = f"Combien de personnes vivent dans votre logement actuel{NBSP}?"
    why = "Un logement trop petit peut donner des points. Le formulaire national demande ce nombre."
    personnes = WholeField(label="Personnes, vous compris", low=1, high=30)
    pieces = WholeField(
        label="Pièces", low=1, high=30, required=False, help_text="Sans cuisine ni salle de bain."
    )  # fmt: skip
    surface = SurfaceField(label="Surface", required=False)
    examples: ClassVar[Mapping[str, str]] = {"personnes": "Écrivez un nombre. Seul, écrivez 1."}

    def initial_of(self, known: Data) -> Data:
        """Stored sizes; those declared as facts are not asked again."""
        declared = self.demande.situation or {}
        shown = {
            "personnes": known.get("personnes") or declared.get("personnes_actuelles"),
            "pieces": known.get("pieces") or declared.get("pieces_actuelles"),
        }
        return {**shown, "surface": Decimal(known["surface"]) if known.get("surface") else None}

    def data_of(self, known: Data) -> Data:
        """The surface as text: exact, and any number JSON may hold."""
        said = dict(self.cleaned_data)
        return {**said, "surface": str(said["surface"]) if said["surface"] is not None else ""}


class MotifsQuestion(Question):
    step, slug = "actuel", "motifs"
    title = f"Pourquoi changer de logement{NBSP}?"
    intro = "Plusieurs réponses possibles. Une pièce sera demandée pour chaque réponse qui compte."
    why = "Ces raisons peuvent donner des points, une fois prouvées. Sans preuve, la ligne vaut 0 et vous le voyez."
    motifs = MultipleChoiceField(label="Vos raisons", choices=choix("motif"), required=False)
    autre_logement = forms.BooleanField(label="Je suis propriétaire d'un autre logement", required=False)

    def initial_of(self, known: Data) -> Data:
        """What was ticked, or what the facts declared before already say."""
        declared = self.demande.situation or {}
        guess = [code for code, row in liste("motif").items() if declared.get(row.get("fait", "")) is True]
        return {"motifs": known.get("motifs") or guess, "autre_logement": known.get("autre_logement", False)}


QUESTIONS: tuple[type[Question], ...] = (
    StatutQuestion, BailleurQuestion, StructureQuestion, LoyerQuestion, TailleQuestion, MotifsQuestion,
)  # fmt: skip
