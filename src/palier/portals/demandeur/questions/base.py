"""What every question of the demande shares: its step, whom it is about, what it writes, who will see it."""

from __future__ import annotations

from typing import Any, ClassVar

from django.forms import BoundField

from palier.base.refusal import Refused
from palier.demandes import queries
from palier.demandes.models import Demande, Personne
from palier.portals.demandeur import places
from palier.portals.question import BaseQuestion

Data = dict[str, Any]
ADULTS = ("demandeur", "conjoint", "codemandeur")
STAFF = "Vous, votre conseiller, et le bailleur seulement si votre dossier est présenté."
ONLY_YOU = "Vous seul. Le bailleur ne la voit jamais."


class Question(BaseQuestion):
    """One question of one demande, asked once or of each person it concerns.

    `data_of(known)` is the part of the step that the answer writes; `known` is the step as it stands.
    `optional` questions never hold the step: they are asked, and may be left.
    """

    step: ClassVar[str] = ""
    slug: ClassVar[str] = ""
    optional: ClassVar[bool] = False
    per_person: ClassVar[bool] = False
    seen_by: ClassVar[str] = STAFF

    def __init__(self, demande: Demande, person: Personne | None = None, data: Any = None) -> None:
        self.demande, self.person = demande, person
        prefix = short(person) if person is not None else None
        super().__init__(data, initial=self.initial_of(queries.step_values(demande, self.step)), prefix=prefix)
        alone = super().single()
        self._named = str(alone.label) if alone is not None else ""
        if alone is not None:
            alone.field.label = alone.label = self.heading()

    @classmethod
    def asked_of(cls, demande: Demande) -> list[Personne | None]:
        """Whom it is asked of now: nobody (an empty list), the demande itself ([None]), or some persons."""
        return [None]

    @property
    def key(self) -> str:
        """The address of the question, and what `Demande.reponses` keeps."""
        return self.slug if self.person is None else f"{self.slug}-{short(self.person)}"

    def single(self) -> BoundField | None:
        """The only visible field, when its label asks the question by itself."""
        alone = super().single()
        return alone if alone is not None and alone.field.label == self.heading() else None

    def initial_of(self, known: Data) -> Data:
        """The stored answers, under the names of the fields."""
        return known

    def data_of(self, known: Data) -> Data:
        """The answers, under the names of the step."""
        return dict(self.cleaned_data)

    def heading(self) -> str:
        """The question; about another person, their first name is said."""
        if self.person is None or self.person.role == "demandeur":
            return str(self.title)
        return f"{first_name(self.person)}\u00a0: {str(self.title)[0].lower()}{str(self.title)[1:]}"

    def about(self) -> str:
        """The label of the answer on the last reading."""
        return self._named if self._named and not self.per_person else self.heading().removesuffix("\u00a0?")


class CommuneQuestion(Question):
    """A question with one commune typed by name; the script adds its code, a plain form does without."""

    commune_field: ClassVar[str] = "commune"

    def commune_label(self, code: str) -> str:
        """« Nantes (44) », or "" for an unknown code."""
        return places.known(self.demande).get(code, "")

    def clean(self) -> Data:
        """Turn what was typed into one INSEE code, or say which communes it may be."""
        cleaned: Data = super().clean() or {}
        typed = cleaned.get(self.commune_field)
        cleaned["code"] = ""
        if typed:
            try:
                cleaned["code"] = places.code_of(typed, cleaned.get(f"{self.commune_field}_code", ""))
            except Refused as refusal:
                self.add_error(self.commune_field, f"{refusal.detail} {refusal.mend}")
        return cleaned


def short(person: Personne) -> str:
    """Twelve characters that tell a person of the household apart in an address."""
    return person.pk.hex[-12:]


def first_name(person: Personne) -> str:
    """How a person of the household is called in a question."""
    said = person.identite or {}
    return str(said.get("prenom") or said.get("nom") or person.get_role_display())


def full_name(person: Personne) -> str:
    """First name and name, as typed."""
    said = person.identite or {}
    return f"{said.get('prenom', '')} {said.get('nom', '')}".strip()


def adults(demande: Demande) -> list[Personne | None]:
    """Who signs the demande: the holder, their partner, the other signatories."""
    return [each for each in demande.personnes.all() if each.role in ADULTS]
