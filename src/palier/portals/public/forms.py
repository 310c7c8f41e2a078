"""What a search is asked with. Everything is optional; what cannot be read is said, and the rest still counts."""

from __future__ import annotations

from django import forms

from palier.droit.bareme import bareme
from palier.parc.enums import Financement, Typologie
from palier.portals.forms import NBSP, AmountField, ChoiceField, PalierForm, TextField, WholeField
from palier.territoires.models import Commune
from palier.territoires.queries import find_commune

ANY = ("", "Toutes")
PERSONS = [("", "Je ne sais pas"), *((str(n), f"{n}{NBSP}personne{'s' if n > 1 else ''}") for n in range(1, 9))]


class SearchForm(PalierForm):
    """Filters of the search, in the address: a page can be kept and sent."""

    commune = TextField(label="Commune", required=False, max_length=80)
    commune_code = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)
    typologie = ChoiceField(label="Nombre de pièces", required=False, choices=[ANY, *Typologie.choices])
    loyer = AmountField(label="Loyer au plus, par mois", required=False)
    financement = ChoiceField(label="Type de logement", required=False, choices=[("", "Tous"), *Financement.choices])
    personnes = WholeField(label="Personnes à loger", required=False, low=1, high=20, widget=forms.HiddenInput)

    def clean_commune(self) -> Commune | None:
        """The commune named, by the list's code or by its name."""
        text = self.cleaned_data["commune"].strip()
        if not text:
            return None
        code = self.data.get("commune_code", "")
        found = find_commune(code) if code and code.isascii() and code.isalnum() else None
        if found is None or found.nom.casefold() not in text.casefold():
            found = find_commune(text)
        if found is None:
            raise forms.ValidationError(
                f"«{NBSP}{text}{NBSP}» n'est pas une commune que nous connaissons. Écrivez son nom ou son code postal."
            )
        return found


class HomeForm(PalierForm):
    """The three fields of the home page: they lead to the search."""

    commune = TextField(label="Commune où vous travaillez", required=False, max_length=80)
    personnes = ChoiceField(label="Personnes à loger", required=False, choices=PERSONS)
    loyer = AmountField(label="Loyer au plus, par mois", required=False)


def all_optional(form: PalierForm) -> PalierForm:
    """Drop « facultatif » from the labels of a form that has nothing else; call it once the form is checked."""
    for field in form.fields.values():
        field.required = True
    return form


def sizes_for(persons: int | None) -> tuple[str, ...]:
    """The usual sizes for a number of persons, smallest to largest; () when not said."""
    if not persons:
        return ()
    rows = bareme("occupation")["typologies"]["lignes"]
    row = [each for each in rows if each["personnes"] == min(persons, 8)][-1]
    names = list(Typologie.values)
    return tuple(names[names.index(row["min"]) : names.index(row["max"]) + 1])
