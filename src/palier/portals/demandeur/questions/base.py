"""What every question shares: its demande, its groups of fields, and a commune typed by name."""

from __future__ import annotations

from typing import Any, ClassVar

from django.forms import BoundField

from palier.base.refusal import Refused
from palier.demandes.models import Demande
from palier.portals.demandeur import places
from palier.portals.forms import (
    PalierForm,
)

Data = dict[str, Any]
Group = tuple[str, str, list[BoundField]]


class StepForm(PalierForm):
    """A step of one demande. `data_of()` is what `save_step` takes, once the form is valid."""

    title: ClassVar[str] = ""
    intro: ClassVar[str] = ""
    why: ClassVar[str] = ""
    seen_by: ClassVar[str] = "Vous, et le bailleur seulement si votre dossier est présenté."

    def __init__(self, demande: Demande, data: Any = None) -> None:
        self.demande = demande
        super().__init__(data, initial=self.initial_of(demande))

    def initial_of(self, demande: Demande) -> Data:
        """The stored answers, under the names of the fields."""
        return {}

    def data_of(self) -> Data:
        """The answers, under the names of the domain."""
        return dict(self.cleaned_data)

    def groups(self) -> list[Group]:
        """Fields in groups: title, note, fields."""
        return [("", "", list(self.visible_fields()))]


class CommuneForm(StepForm):
    """A step with one commune typed by name; the script adds its code, a plain form does without."""

    commune_field: ClassVar[str] = "commune"

    def commune_label(self, code: str) -> str:
        """« Nantes (44) », or "" for an unknown code."""
        found = places.labels([code]) if code else {}
        return found.get(code, "")

    def clean(self) -> Data:
        """Turn what was typed into one INSEE code, or say which communes it may be."""
        cleaned: Data = super().clean() or {}
        typed = cleaned.get(self.commune_field)
        if typed:
            try:
                cleaned["code"] = places.code_of(typed, cleaned.get(f"{self.commune_field}_code", ""))
            except Refused as refusal:
                self.add_error(self.commune_field, f"{refusal.detail} {refusal.mend}")
        return cleaned
