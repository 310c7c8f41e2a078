"""What every question of the simulator shares: its case, its person, « je ne sais pas », and its answer in words."""

from __future__ import annotations

from typing import Any, ClassVar

from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from palier.droit.menage import Cas, Personne
from palier.portals.public.simulateur.persons import FIRST, name_of, person_of
from palier.portals.public.simulateur.words import labelled, money
from palier.portals.question import BaseQuestion, SurfaceField, Words, said

__all__ = ["AmountsQuestion", "Data", "Question", "SurfaceField"]
Data = dict[str, Any]
UNKNOWN = "inconnu"
DONT_KNOW = gettext_lazy("Je ne sais pas")


class Question(BaseQuestion):
    """One screen. `applied()` is the case once the form is valid, `forgotten()` the case of « je ne sais pas »."""

    unknown: ClassVar[Words] = ""
    """The label of the button that skips the question; "" when it has none."""

    def __init__(self, cas: Cas, person_id: str = "", data: Any = None) -> None:
        self.cas = cas
        self.person: Personne = person_of(cas, person_id) or FIRST
        super().__init__(data, initial=self.known())

    def known(self) -> Data:
        """The answers of the case, under the names of the fields."""
        return {}

    def applied(self) -> Cas:
        """The case with what was typed."""
        raise NotImplementedError

    def forgotten(self) -> Cas:
        """The case without these answers."""
        raise NotImplementedError

    def ask(self, name: str) -> None:
        """Make the question the label of its field."""
        field = self.fields[name]
        field.label = self.heading()
        field.error_messages["required"] = _("Cette réponse est vide. Remplissez-la, ou passez la question.")

    def about(self) -> str:
        """Who the question is about, in words."""
        return name_of(self.cas, self.person.id)

    def answer(self) -> str:
        """The answer of the case in words, for the list of answers."""
        fields = [field for field in self.visible_fields() if self.initial.get(field.name) not in (None, "", [])]
        lone = self.single() is not None
        texts = [said(field.field, self.initial[field.name], money) for field in fields]
        named = [text if lone else labelled(str(field.label), text) for field, text in zip(fields, texts, strict=True)]
        return " · ".join(named) or _("Sans réponse")


class AmountsQuestion(Question):
    """Amounts, one or more for each adult; at least one must be typed, the others stay unknown."""

    unknown = DONT_KNOW

    def clean(self) -> Data:
        """Refuse a screen sent without any amount: an empty field is never a zero."""
        cleaned: Data = super().clean() or {}
        if not self.errors and all(value is None for value in cleaned.values()):
            message = _("Aucun montant n'est écrit. Écrivez 0 si vous n'avez rien touché, ou passez la question.")
            self.add_error(next(iter(self.fields)), message)
        return cleaned
