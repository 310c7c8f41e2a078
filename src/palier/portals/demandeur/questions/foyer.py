"""Who asks, and who will live there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from palier.base import clock
from palier.demandes import queries
from palier.demandes.enums import Garde, RolePersonne, Union
from palier.demandes.models import Demande
from palier.droit.dates import plus_mois
from palier.droit.menage import age_minimum_demandeur
from palier.portals.demandeur import places
from palier.portals.demandeur.questions.base import CommuneForm, Data, StepForm
from palier.portals.forms import (
    NBSP,
    ChoiceField,
    DayField,
    PalierForm,
    TextField,
    WholeField,
    YesNoField,
    quote,
)


class IdentiteForm(CommuneForm):
    title = "Qui êtes-vous\u00a0?"
    intro = "Comme sur votre pièce d'identité."
    why = (
        "Le nom et la date de naissance servent à demander votre numéro unique. "
        "L'adresse sert à vous écrire. Habiter une commune donne parfois des points."
    )
    examples: ClassVar[Mapping[str, str]] = {
        "nom": "Écrivez votre nom de famille.",
        "naissance": f"Exemple{NBSP}: 12 3 1992",
        "commune": "Écrivez le nom ou le code postal.",
    }
    prenom = TextField(label="Prénom", required=False)
    nom = TextField(label="Nom de famille")
    naissance = DayField(label="Date de naissance", help_text=f"Jour, mois, année. Exemple{NBSP}: 12 3 1992")
    telephone = TextField(label="Téléphone", required=False, max_length=30)
    adresse = TextField(label="Numéro et rue", required=False)
    commune = TextField(label="Commune où vous habitez", help_text="Nom ou code postal")
    commune_code = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)

    def initial_of(self, demande: Demande) -> Data:
        """Stored identity; the commune by its name."""
        known = queries.step_values(demande, "identite")
        born = known.get("naissance")
        code = known.get("commune_domicile", "")
        return {
            **known,
            "naissance": date.fromisoformat(born) if born else None,
            "commune": self.commune_label(code),
            "commune_code": code,
        }

    def clean_naissance(self) -> date:
        """The person who files is of age, or an emancipated minor: 16 at least (Cerfa 14069)."""
        born: date = self.cleaned_data["naissance"]
        least = age_minimum_demandeur()
        if plus_mois(born, 12 * least) > clock.today():
            raise ValidationError(
                f"{quote(born.strftime('%d/%m/%Y'))}{NBSP}: le demandeur a au moins {least} ans. Vérifiez la date."
            )
        return born

    def data_of(self) -> Data:
        """Identity, contact and commune of residence."""
        said = self.cleaned_data
        town = places.find(said["code"])
        return {
            **{name: said[name] for name in ("prenom", "nom", "naissance", "telephone", "adresse")},
            "code_postal": town.codes_postaux[0] if town and town.codes_postaux else "",
            "ville": town.nom if town else "",
            "commune_domicile": said["code"],
        }


class MenageForm(StepForm):
    title = "Qui vivra avec vous\u00a0?"
    intro = "Vous êtes déjà compté. Ajoutez chaque autre personne."
    why = "Le nombre de personnes fixe la taille du logement et les plafonds de ressources."
    enfants_a_naitre = WholeField(
        label="Enfants à naître", high=6, required=False, help_text="Laissez vide s'il n'y en a pas."
    )
    handicap = forms.BooleanField(
        label="J'ai une carte mobilité inclusion «\u00a0invalidité\u00a0»",
        required=False,
        help_text=(
            "Elle relève les plafonds de ressources. "
            "Un handicap reconnu (MDPH) se déclare à l'étape «\u00a0Votre situation\u00a0»."
        ),
    )

    def __init__(self, demande: Demande, data: Any = None) -> None:
        super().__init__(demande, data)
        if any(each.role == RolePersonne.CONJOINT for each in demande.personnes.all()):
            choices = [("", "Aucune"), *Union.choices]
            self.fields["union"] = ChoiceField(
                label="Votre union", choices=choices, required=False, widget=forms.RadioSelect
            )

    def initial_of(self, demande: Demande) -> Data:
        """Stored household, without its persons."""
        return queries.step_values(demande, "menage") if queries.holder_of(demande) else {}

    def data_of(self) -> Data:
        """The household as it stands, with these answers."""
        known = queries.step_values(self.demande, "menage")
        return {**known, **self.cleaned_data, "union": self.cleaned_data.get("union", "")}


class PersonneForm(PalierForm):
    """One other person of the household."""

    examples: ClassVar[Mapping[str, str]] = {"role": "Choisissez un lien.", "naissance": f"Exemple{NBSP}: 5 5 2019"}
    role = ChoiceField(
        label="Lien avec vous",
        choices=[each for each in RolePersonne.choices if each[0] != RolePersonne.DEMANDEUR],
        widget=forms.RadioSelect,
    )
    prenom = TextField(label="Prénom", required=False)
    nom = TextField(label="Nom de famille")
    naissance = DayField(label="Date de naissance", help_text=f"Jour, mois, année. Exemple{NBSP}: 5 5 2019")
    a_charge = YesNoField(
        label="À votre charge\u00a0?", required=False, help_text="Sur votre avis d'impôt. Sans objet pour un conjoint."
    )
    garde = ChoiceField(
        label="Garde, pour un enfant de parents séparés",
        choices=[("", "Sans objet"), *Garde.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    handicap = forms.BooleanField(label="A une carte mobilité inclusion «\u00a0invalidité\u00a0»", required=False)

    def clean(self) -> Data:
        """Custody is for children; a dependent child is said so."""
        cleaned: Data = super().clean() or {}
        role = cleaned.get("role")
        if cleaned.get("garde") and role not in (RolePersonne.ENFANT, None):
            self.add_error("garde", "La garde ne concerne qu'un enfant. Choisissez «\u00a0Sans objet\u00a0».")
        if (
            role in (RolePersonne.ENFANT, RolePersonne.ASCENDANT, RolePersonne.AUTRE)
            and cleaned.get("a_charge") is None
        ):
            self.add_error("a_charge", "«\u00a0À votre charge ?\u00a0» est vide. Répondez Oui ou Non.")
        return cleaned
