"""Forms of the collectivité's desk: a new draft, its raw text, its adoption."""

from __future__ import annotations

from typing import ClassVar

from django import forms

from palier.base import limits
from palier.portals.desk_forms import in_two_years
from palier.portals.forms import ChoiceField, DayField, LongTextField, PalierForm, TextField, WholeField

LIBELLE, DELIBERATION = 160, 200


class OpenForm(PalierForm):
    """A new draft: its name, and the grid it starts from."""

    libelle = TextField(label="Nom du brouillon", max_length=LIBELLE)
    modele = ChoiceField(label="Partir de", widget=forms.RadioSelect)
    examples: ClassVar[dict[str, str]] = {"libelle": "Exemple : projet 2027."}

    def __init__(self, *args: object, choices: list[tuple[str, str]], **options: object) -> None:
        super().__init__(*args, **options)
        field = self.fields["modele"]
        assert isinstance(field, forms.ChoiceField)
        field.choices, field.initial = choices, choices[0][0]


class TextForm(PalierForm):
    """The raw text of a draft, and the save it was read from."""

    libelle = TextField(label="Nom du brouillon", max_length=LIBELLE)
    texte = LongTextField(
        label="Texte de la grille (TOML)",
        max_length=limits.value("grille_texte"),
        strip=False,
        widget=forms.Textarea(attrs={"rows": 28, "spellcheck": "false", "autocapitalize": "off"}),
    )
    version = WholeField(low=1, widget=forms.HiddenInput)

    def clean_texte(self) -> str:
        """The text with one kind of line end."""
        return str(self.cleaned_data["texte"]).replace("\r\n", "\n")


class AdoptionForm(PalierForm):
    """What a vote gives to a draft: the deliberation and the days."""

    deliberation = TextField(
        label="Délibération", max_length=DELIBERATION, help_text="Exemple : délibération n° 2026-118 du 18/12/2026."
    )
    en_vigueur_depuis = DayField(
        label="En vigueur depuis", latest=in_two_years, help_text="Le premier jour. Exemple : 1 1 2027"
    )
    en_vigueur_jusqu_au = DayField(
        label="En vigueur jusqu'au",
        latest=in_two_years,
        required=False,
        help_text="Le dernier jour compris, s'il est connu.",
    )
    confirme = forms.BooleanField(label="Je confirme : cette grille est votée. Une version publiée ne se modifie plus.")
    version = WholeField(low=1, widget=forms.HiddenInput)
    examples: ClassVar[dict[str, str]] = {"deliberation": "Donnez son numéro et sa date."}

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        self.fields["confirme"].error_messages["required"] = "Cochez la confirmation pour publier."
