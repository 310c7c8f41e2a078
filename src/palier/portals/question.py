"""What every question shares, with or without an account: its title, its reasons, its answer in words."""

from __future__ import annotations

from collections.abc import Callable
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.utils.functional import Promise
from django.utils.translation import gettext as _

from palier.base.money import euros
from palier.droit.menage import SURFACE_MAXIMUM
from palier.portals.forms import AmountField, PalierForm, TextField, quote

Words = str | Promise


class BaseQuestion(PalierForm):
    """One screen: a title, « pourquoi cette question ? », some fields."""

    title: ClassVar[Words] = ""
    intro: Words = ""
    why: ClassVar[Words] = ""

    def heading(self) -> str:
        """The question, as the title of its page."""
        return str(self.title)

    def single(self) -> forms.BoundField | None:
        """The only visible field, whose label is then the question."""
        fields = list(self.visible_fields())
        return fields[0] if len(fields) == 1 else None

    def said(self) -> list[tuple[str, str]]:
        """What is known already, in words: (label, answer) of each field that has one."""
        fields = [field for field in self.visible_fields() if self.initial.get(field.name) not in (None, "", [], False)]
        return [(str(field.label), said(field.field, self.initial[field.name])) for field in fields]


def said(field: forms.Field, value: Any, money: Callable[[int], str] = euros) -> str:
    """One stored answer as one would read it."""
    if isinstance(field, forms.ChoiceField):
        choices: Any = field.choices
        labels = {str(code): str(label) for code, label in choices}
        values = value if isinstance(value, list) else [value]
        return ", ".join(labels.get(_code(each), str(each)) for each in values)
    if isinstance(value, bool):
        return _("Oui") if value else _("Non")
    if isinstance(field, AmountField):
        return money(value)
    if isinstance(value, list):
        return "/".join(f"{part:0>2}" for part in value)
    return f"{value:%d/%m/%Y}" if isinstance(value, date) else str(value)


def _code(value: Any) -> str:
    return {True: "oui", False: "non"}[value] if isinstance(value, bool) else str(value)


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

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A phone shows its keyboard of figures."""
        return {"inputmode": "decimal", "autocomplete": "off"}


class CommuneField(TextField):
    """A commune typed by name or postal code; a script suggests, and fills the hidden field beside it."""

    suggestions = True
