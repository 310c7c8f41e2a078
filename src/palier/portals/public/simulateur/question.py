"""What every question of the simulator shares: its case, its person, « je ne sais pas », and its answer in words."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from palier.droit.menage import SURFACE_MAXIMUM, Cas, Personne
from palier.portals.forms import AmountField, PalierForm, quote
from palier.portals.public.simulateur.persons import FIRST, name_of, person_of
from palier.portals.public.simulateur.words import labelled, money

Words = str | Promise
Data = dict[str, Any]
UNKNOWN = "inconnu"
DONT_KNOW = gettext_lazy("Je ne sais pas")


class Question(PalierForm):
    """One screen. `applied()` is the case once the form is valid, `forgotten()` the case of « je ne sais pas »."""

    title: ClassVar[Words] = ""
    intro: Words = ""
    why: ClassVar[Words] = ""
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

    def heading(self) -> str:
        """The question, as the title of its page."""
        return str(self.title)

    def about(self) -> str:
        """Who the question is about, in words."""
        return name_of(self.cas, self.person.id)

    def single(self) -> forms.BoundField | None:
        """The only visible field, whose label is then the question."""
        fields = list(self.visible_fields())
        return fields[0] if len(fields) == 1 else None

    def answer(self) -> str:
        """The answer of the case in words, for the list of answers."""
        fields = [field for field in self.visible_fields() if self.initial.get(field.name) not in (None, "", [])]
        lone = self.single() is not None
        said = [_said(field.field, self.initial[field.name]) for field in fields]
        named = [text if lone else labelled(str(field.label), text) for field, text in zip(fields, said, strict=True)]
        return " · ".join(named) or _("Sans réponse")


def _said(field: forms.Field, value: Any) -> str:
    """One stored answer as one would read it."""
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = {str(code): str(label) for code, label in choices}
        values = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(str(each), str(each)) for each in values)
    if isinstance(field, AmountField):
        return money(value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


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


class SurfaceField(forms.Field):
    """A surface in m², at most two decimals; the Python value is a Decimal, or None when empty."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Decimal | None:
        """The surface. ValidationError that says the value and what is expected."""
        text = str(value or "").strip().replace(",", ".").removesuffix("m²").strip()
        if not text:
            return None
        whole, _dot, decimals = text.partition(".")
        digits = whole.isascii() and whole.isdigit() and len(whole) <= 5 and len(decimals) <= 2
        good = digits and (not decimals or (decimals.isascii() and decimals.isdigit()))
        if not good or not 0 < Decimal(text.rstrip(".")) <= SURFACE_MAXIMUM:
            said = _("%(value)s n'est pas une surface en m². Écrivez un nombre, par exemple 62,5.")
            raise forms.ValidationError(said % {"value": quote(value)})
        return Decimal(text.rstrip("."))

    def prepare_value(self, value: Any) -> Any:
        """A decimal as one would type it."""
        return format(value, "f").replace(".", ",") if isinstance(value, Decimal) else value

    def widget_attrs(self, widget: forms.Widget) -> Data:
        """A phone shows its keyboard of figures."""
        return {"inputmode": "decimal", "autocomplete": "off"}
