"""Work and incomes."""

from __future__ import annotations

from datetime import date
from typing import Any

from django import forms
from django.core.exceptions import ValidationError

from palier.base import clock
from palier.base.refusal import Refused
from palier.demandes import queries
from palier.demandes.enums import Contrat, Secteur
from palier.demandes.models import Demande, Personne
from palier.gateways import sirene
from palier.gateways.outage import GatewayDown
from palier.gateways.sirene import normalise_siret
from palier.portals.demandeur.questions.base import CommuneForm, Data, Group, StepForm
from palier.portals.forms import (
    NBSP,
    AmountField,
    ChoiceField,
    DayField,
    TextField,
    WholeField,
    quote,
)

NONE_LABEL = "Aucune de ces réponses"


class TravailForm(CommuneForm):
    title = "Quel est votre travail\u00a0?"
    why = (
        "Les salariés d'une entreprise privée de 10 personnes ou plus ont accès aux logements d'Action Logement. "
        "Le lieu de travail sert à calculer le trajet."
    )
    commune_field = "lieu"
    activite = ChoiceField(
        label="Aujourd'hui",
        choices=[("salarie", "Je suis salarié"), ("recherche", "Je cherche un emploi"), ("autre", NONE_LABEL)],
        widget=forms.RadioSelect,
    )
    siret = TextField(
        label="SIRET de l'employeur",
        required=False,
        help_text="14 chiffres, en haut de votre bulletin de salaire.",
        max_length=40,
    )
    employeur = TextField(label="Nom de l'employeur", required=False, help_text="Si vous ne trouvez pas le SIRET.")
    secteur = ChoiceField(
        label="Type d'employeur",
        choices=[("", "Je ne sais pas"), *Secteur.choices],
        required=False,
        help_text="Si vous ne trouvez pas le SIRET.",
        widget=forms.RadioSelect,
    )
    effectif = WholeField(
        label="Nombre de salariés de l'employeur",
        required=False,
        help_text="Si vous ne trouvez pas le SIRET. Environ suffit.",
    )
    contrat = ChoiceField(
        label="Contrat", choices=[("", "Sans contrat"), *Contrat.choices], required=False, widget=forms.RadioSelect
    )
    emploi_depuis = DayField(label="Depuis quand", required=False, help_text=f"Exemple{NBSP}: 6 1 2020")
    lieu = TextField(label="Commune où vous travaillez", required=False, help_text="Nom ou code postal")
    lieu_code = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)

    def initial_of(self, demande: Demande) -> Data:
        """Stored work."""
        known = queries.step_values(demande, "travail")
        if "travail" not in demande.etapes:
            return {}
        working = known["siret"] or known["secteur"] or known["contrat"] or known["employeur"]
        activity = "recherche" if known["demandeur_emploi"] else "salarie" if working else "autre"
        code = known["commune_travail"]
        return {**known, "activite": activity, "lieu": self.commune_label(code), "lieu_code": code}

    def clean_siret(self) -> str:
        """Asked of the register of employers: unknown is said, and a register that is down never blocks."""
        typed = self.cleaned_data["siret"]
        self.establishment: Any = None
        if not typed:
            return ""
        try:
            siret = normalise_siret(typed)
            self.establishment = sirene.sirene().etablissement(siret)
        except GatewayDown:
            return siret
        except Refused as refusal:
            raise ValidationError(str(refusal)) from refusal
        if self.establishment is None:
            raise ValidationError(
                f"{quote(typed)} n'est pas dans le répertoire. Vérifiez-le, ou laissez vide et donnez le nom."
            )
        return siret

    def data_of(self) -> Data:
        """Work: what the register says wins over what was typed."""
        said = self.cleaned_data
        found = self.establishment
        working = said["activite"] == "salarie"
        return {
            "demandeur_emploi": said["activite"] == "recherche",
            "siret": said["siret"] if working else "",
            "employeur": (found.nom if found else said["employeur"]) if working else "",
            "secteur": (found.secteur if found else said["secteur"]) if working else "",
            "effectif": (found.effectif if found else said["effectif"]) if working else None,
            "contrat": said["contrat"] if working else "",
            "emploi_depuis": said["emploi_depuis"] if working else None,
            "commune_travail": said.get("code", "") if working else "",
        }


class RessourcesForm(StepForm):
    title = "Quels sont vos revenus\u00a0?"
    intro = "Recopiez les montants exacts. Laissez vide ce que vous ne connaissez pas\u00a0: vide n'est jamais zéro."
    why = "Les plafonds se comparent au revenu fiscal de référence. Le revenu du mois sert à calculer l'effort."

    def __init__(self, demande: Demande, data: Any = None) -> None:
        self.year = clock.today().year - 2
        self.persons = [
            each for each in demande.personnes.all() if each.role in ("demandeur", "conjoint", "codemandeur")
        ]
        self.persons += [each for each in demande.personnes.all() if each not in self.persons and _is_grown(each)]
        super().__init__(demande, data)
        labels = (
            f"Revenu fiscal de référence {self.year} (avis d'impôt {self.year + 1})",
            f"Revenu fiscal de référence {self.year + 1} (avis d'impôt {self.year + 2})",
            "Total net imposable des 12 derniers mois",
            "Revenu net du dernier mois",
        )
        for person in self.persons:
            for name, label in zip(queries.AMOUNTS, labels, strict=True):
                self.fields[f"{name}_{person.pk.hex}"] = AmountField(label=label, required=False)

    def initial_of(self, demande: Demande) -> Data:
        """Stored amounts."""
        return {
            f"{name}_{each.pk.hex}": getattr(each, name) for each in demande.personnes.all() for name in queries.AMOUNTS
        }

    def groups(self) -> list[Group]:
        """One group per person."""
        return [(_name(each), "", [self[f"{name}_{each.pk.hex}"] for name in queries.AMOUNTS]) for each in self.persons]

    def data_of(self) -> Data:
        """Amounts by person; who was not asked keeps theirs."""
        data: Data = {**queries.step_values(self.demande, "ressources"), "annee_n2": self.year}
        for each in self.persons:
            data[str(each.pk)] = {name: self.cleaned_data[f"{name}_{each.pk.hex}"] for name in queries.AMOUNTS}
        return data


def _name(person: Personne) -> str:
    said = person.identite or {}
    return f"{said.get('prenom', '')} {said.get('nom', '')}".strip()


def _is_grown(person: Personne) -> bool:
    born = (person.identite or {}).get("naissance")
    return born is not None and date.fromisoformat(born).year + 16 <= clock.today().year
