"""The form that moves the clock."""

from __future__ import annotations

from datetime import date, datetime, timedelta
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from palier.base import clock
from palier.demo.draw import PARIS, at_hour
from palier.portals.forms import ChoiceField, DayField, PalierForm

LATEST = date(2031, 12, 31)
STEPS = {
    "1h": ("+1\u00a0heure", timedelta(hours=1)),
    "1j": ("+1\u00a0jour", timedelta(days=1)),
    "6j": ("+6\u00a0jours", timedelta(days=6)),
    "10j": ("+10\u00a0jours", timedelta(days=10)),
}
CHOSEN = "date"


class ClockForm(PalierForm):
    """A step forward, or a day to go to (at 9 o'clock)."""

    pas = ChoiceField(
        choices=[*((name, label) for name, (label, _) in STEPS.items()), (CHOSEN, "Une date")],
        widget=forms.HiddenInput, label="Avance",
    )  # fmt: skip
    jour = DayField(latest=lambda: LATEST, required=False, label="Aller au")

    def clean(self) -> dict[str, Any]:
        """The duration of the move, as `delta`. A day that is not after today is refused on its field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        step, day = cleaned.get("pas"), cleaned.get("jour")
        if step in STEPS:
            cleaned["delta"] = STEPS[step][1]
        elif step == CHOSEN and "jour" not in self.errors:
            cleaned["delta"] = self._until(day)
        return cleaned

    def _until(self, day: date | None) -> timedelta:
        if day is None:
            self.add_error("jour", ValidationError(f"La date est vide. {DayField.example.replace('1992', '2026')}"))
            return timedelta(0)
        now: datetime = clock.now()
        if day <= now.astimezone(PARIS).date():
            self.add_error(
                "jour",
                ValidationError(
                    f"Le {day:%d/%m/%Y} n'est pas après aujourd'hui, {now.astimezone(PARIS):%d/%m/%Y}. "
                    "L'horloge n'avance que vers l'avant."
                ),
            )
            return timedelta(0)
        return at_hour(day, 9) - now
