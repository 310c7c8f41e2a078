"""The form that moves the clock."""

from __future__ import annotations

from datetime import date, timedelta
from typing import Any

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


class StepForm(PalierForm):
    """One of the steps forward; `delta` is the duration of the move."""

    pas = ChoiceField(choices=[(name, label) for name, (label, _) in STEPS.items()], label="Avance")

    def clean(self) -> dict[str, Any]:
        """Adds `delta`."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        if step := cleaned.get("pas"):
            cleaned["delta"] = STEPS[step][1]
        return cleaned


class DateForm(PalierForm):
    """A day to go to, at 9 o'clock; `delta` is the duration of the move."""

    examples = {"jour": "Exemple\u00a0: 4 12 2026"}
    jour = DayField(latest=lambda: LATEST, label="Aller au")

    def clean(self) -> dict[str, Any]:
        """Adds `delta`. A day that is not after today is refused on its field."""
        cleaned: dict[str, Any] = super().clean() or self.cleaned_data
        day, now = cleaned.get("jour"), clock.now()
        if day is None:
            return cleaned
        today = now.astimezone(PARIS).date()
        if day <= today:
            text = f"Le {day:%d/%m/%Y} n'est pas après aujourd'hui, {today:%d/%m/%Y}. Donnez une date à venir."
            self.add_error("jour", ValidationError(text))
        cleaned["delta"] = at_hour(day, 9) - now
        return cleaned
