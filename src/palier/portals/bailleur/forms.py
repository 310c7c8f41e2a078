"""Forms of the bailleur's desk: programme, logement, offre, window, guichet."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from palier.attributions.queries import reservataires
from palier.attributions.rules import REASON_LENGTH
from palier.base import clock, limits
from palier.droit.dates import plus_mois
from palier.droit.pieces import pieces
from palier.parc.enums import Financement, Typologie
from palier.portals.desk_forms import HOURS, in_two_years, local_instant
from palier.portals.forms import (
    AmountField,
    ChoiceField,
    DayField,
    LongTextField,
    PalierForm,
    TextField,
    WholeField,
    quote,
)

SMALLEST, LARGEST = Decimal(9), Decimal(1000)
DPE = [("", "Non renseigné"), *((letter, letter) for letter in "ABCDEFG")]


class SurfaceField(forms.Field):
    """An area in m², two decimals at most."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> Decimal | None:
        """A Decimal. ValidationError with the value and the mend."""
        text = str(value or "").replace(",", ".").replace(" ", "")[:12]
        if not text:
            return None
        if not re.fullmatch(r"[0-9]{1,5}(\.[0-9]{1,2})?", text, re.ASCII):
            raise ValidationError(f"{quote(value)} n'est pas une surface. Exemple\u00a0: 62,5.")
        area = Decimal(text)
        if not SMALLEST <= area <= LARGEST:
            raise ValidationError(f"{quote(value)} n'est pas entre 9 et 1\u00a0000\u00a0m². Vérifiez la surface.")
        return area

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A phone shows its keyboard of figures."""
        return {"inputmode": "decimal", "autocomplete": "off"}


class ProgrammeForm(PalierForm):
    """A programme: name, commune, district, address."""

    nom = TextField(label="Nom du programme", max_length=120)
    commune = TextField(label="Commune", help_text="Le nom, ou le code INSEE.")
    commune_code = forms.CharField(required=False, widget=forms.HiddenInput)
    quartier = TextField(label="Quartier", required=False, max_length=120)
    adresse = TextField(label="Adresse")
    examples: ClassVar[dict[str, str]] = {"adresse": "Exemple : 12 rue des Lilas."}


class LogementForm(PalierForm):
    """A dwelling of a programme."""

    numero = TextField(label="Numéro du logement", max_length=20)
    typologie = ChoiceField(label="Typologie", choices=Typologie.choices, initial="T3")
    surface = SurfaceField(label="Surface, en m²")
    etage = WholeField(label="Étage", low=0, high=60, initial=0, help_text="0 pour le rez-de-chaussée.")
    ascenseur = forms.BooleanField(label="Avec ascenseur", required=False)
    adapte = forms.BooleanField(label="Adapté au handicap", required=False)
    financement = ChoiceField(label="Financement", choices=Financement.choices, initial="PLUS")
    loyer_hc_cents = AmountField(label="Loyer hors charges, par mois")
    charges_cents = AmountField(label="Charges, par mois", required=False)
    dpe = ChoiceField(label="Classe énergie", choices=DPE, required=False)
    reservataire = ChoiceField(label="Réservataire", required=False)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["reservataire"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = [("", "Aucun : vous désignez"), *reservataires()]


class OffreForm(PalierForm):
    """A draft offre on a dwelling."""

    disponible_le = DayField(label="Libre à partir du", latest=in_two_years)
    description = LongTextField(label="Description", required=False, max_length=1000)


class WindowForm(PalierForm):
    """The window of a publication: now or later, until the end of a day."""

    debut = ChoiceField(
        label="Publication",
        choices=(("maintenant", "Tout de suite"), ("plus_tard", "Plus tard, au jour et à l'heure écrits")),
        initial="maintenant",
        widget=forms.RadioSelect,
    )
    publiee_le = DayField(label="Jour de publication", required=False, latest=in_two_years)
    heure = ChoiceField(label="Heure de publication", choices=HOURS, initial="09:00", required=False)
    cloture_le = DayField(
        label="Clôture, le", latest=in_two_years, help_text="Jusqu'à 23 h 59 ce jour-là. De 3 à 30 jours."
    )

    def clean(self) -> dict[str, Any]:
        """A later publication has a day."""
        data = super().clean() or {}
        if data.get("debut") == "plus_tard" and not data.get("publiee_le"):
            self.add_error("publiee_le", "Il manque le jour de publication. Exemple : 1 12 2026.")
        return data

    def start(self) -> Any:
        """The aware instant of a later publication, None for now."""
        if self.cleaned_data["debut"] == "maintenant":
            return None
        return local_instant(self.cleaned_data["publiee_le"], self.cleaned_data["heure"] or "09:00")


class CancelForm(PalierForm):
    """Why a proposition is annulled, and words for the person."""

    motif = ChoiceField(label="Motif", widget=forms.RadioSelect)
    texte = LongTextField(label="Ce que la personne lira en plus", required=False, max_length=REASON_LENGTH)

    def __init__(self, *args: Any, choices: list[tuple[str, str]], **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["motif"]
        assert isinstance(field, forms.ChoiceField)
        field.choices = choices


class CodeForm(PalierForm):
    """The one-time code that the person shows."""

    code = TextField(label="Code du guichet", max_length=20, help_text="8 caractères, que la personne vous montre.")
    examples: ClassVar[dict[str, str]] = {"code": "Demandez-le à la personne."}


def longest_validity() -> date:
    """The last day that a piece may be valid until."""
    return plus_mois(clock.today(), 12 * limits.value("piece_validite"))


class PieceForm(PalierForm):
    """A piece seen at the counter."""

    code = ChoiceField(label="Pièce vue")
    vue_le = DayField(label="Vue le")
    expire_le = DayField(label="Valable jusqu'au", required=False, latest=longest_validity)

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        field = self.fields["code"]
        assert isinstance(field, forms.ChoiceField)
        offered = [(each.code, each.libelle) for each in pieces().values() if not each.du_bail]
        field.choices = [("", "Choisir une pièce"), *offered]
