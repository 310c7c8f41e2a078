"""The first question of all."""

from __future__ import annotations

from collections.abc import Mapping
from typing import ClassVar

from django import forms
from django.core.exceptions import ValidationError

from palier.droit.numero_unique import NumeroInvalide, lire_numero_unique
from palier.portals.codes import explain_code
from palier.portals.demandeur.questions.base import Data
from palier.portals.forms import PalierForm, TextField, YesNoField


class NumeroForm(PalierForm):
    """Has the person a number already, and which one."""

    examples: ClassVar[Mapping[str, str]] = {"connu": "Répondez Oui ou Non."}
    refused_fields: ClassVar[Mapping[str, str]] = {"Numéro unique": "numero"}
    connu = YesNoField(label="Avez-vous déjà un numéro unique\u00a0?")
    numero = TextField(
        label="Votre numéro unique",
        required=False,
        max_length=40,
        help_text="18 chiffres ou lettres, sur votre attestation d'enregistrement. Les espaces ne comptent pas.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_numero(self) -> str:
        """18 characters; an unusual shape is no refusal."""
        typed: str = self.cleaned_data["numero"]
        return read_number(typed) if typed else ""

    def clean(self) -> Data:
        """Yes asks for the number."""
        cleaned: Data = super().clean() or {}
        if cleaned.get("connu") and cleaned.get("numero") == "":
            self.add_error("numero", "«\u00a0Votre numéro unique\u00a0» est vide. Recopiez-le, ou répondez Non.")
        return cleaned


class ExistingForm(PalierForm):
    """The number of the demande that the registration system knows already."""

    refused_fields: ClassVar[Mapping[str, str]] = {"Numéro unique": "numero"}
    numero = TextField(
        label="Numéro unique de cette demande",
        max_length=40,
        help_text="18 chiffres ou lettres, sur votre attestation d'enregistrement. Les espaces ne comptent pas.",
        widget=forms.TextInput({"autocomplete": "off", "autocapitalize": "characters"}),
    )

    def clean_numero(self) -> str:
        """18 characters; an unusual shape is no refusal."""
        return read_number(self.cleaned_data["numero"])


def read_number(typed: str) -> str:
    """The number without its spaces. ValidationError with what it looks like, and where the right one is."""
    try:
        return lire_numero_unique(typed).valeur
    except NumeroInvalide as error:
        raise ValidationError(explain_code(typed, "numero_unique") or str(error)) from error
