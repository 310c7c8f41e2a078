"""Forms that more than one desk uses."""

from __future__ import annotations

from datetime import date, datetime, time, timedelta
from typing import ClassVar
from zoneinfo import ZoneInfo

from django import forms

from palier.attributions.rules import REASON_LENGTH
from palier.base import clock
from palier.portals.forms import ChoiceField, DayField, LongTextField, PalierForm

HOURS = [(f"{hour:02d}:{minute:02d}", f"{hour} h {minute:02d}") for hour in range(8, 20) for minute in (0, 30)]


def in_two_years() -> date:
    """The last day that a future date may take."""
    return clock.today() + timedelta(days=730)


def local_instant(day: date, hour: str) -> datetime:
    """A day and « 14:30 » in mainland France, aware."""
    return datetime.combine(day, time.fromisoformat(hour), ZoneInfo(clock.PARIS))


class ReasonForm(PalierForm):
    """Words that a person will read."""

    motif = LongTextField(
        label="Ce que la personne lira",
        max_length=REASON_LENGTH,
        help_text="500 caractères au plus. La personne, la commission et l'auditeur lisent ce texte.",
        widget=forms.Textarea(attrs={"rows": 4}),
    )
    examples: ClassVar[dict[str, str]] = {"motif": "Écrivez une phrase simple, sans juger la personne."}


class SeanceForm(PalierForm):
    """A séance: its day, its hour, and the offres on its agenda."""

    jour = DayField(label="Jour de la séance", latest=in_two_years, help_text="Exemple : 1 12 2026")
    heure = ChoiceField(label="Heure", choices=HOURS, initial="14:00")
    offres = forms.MultipleChoiceField(label="Logements à l'ordre du jour", widget=forms.CheckboxSelectMultiple)

    def __init__(self, *args: object, choices: list[tuple[str, str]], **options: object) -> None:
        super().__init__(*args, **options)
        field = self.fields["offres"]
        assert isinstance(field, forms.MultipleChoiceField)
        field.choices = choices

    def instant(self) -> datetime:
        """When the séance is planned."""
        return local_instant(self.cleaned_data["jour"], self.cleaned_data["heure"])


class ChoiceOnlyForm(PalierForm):
    """One answer of a closed list."""

    motif = ChoiceField(label="Motif", widget=forms.RadioSelect)

    def __init__(self, *args: object, choices: list[tuple[str, str]], **options: object) -> None:
        super().__init__(*args, **options)
        field = self.fields["motif"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices
