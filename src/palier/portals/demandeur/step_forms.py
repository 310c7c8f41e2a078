"""The questions of the short demande, one form per step. `initial_of` and `data` translate from and to the domain."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from django.forms import BoundField

from palier.base import clock
from palier.base.refusal import Refused
from palier.demandes import queries
from palier.demandes.enums import Contrat, Garde, RolePersonne, Secteur, Union
from palier.demandes.models import Demande, Personne
from palier.droit.bareme import bareme, dictionnaire
from palier.gateways import sirene
from palier.gateways.outage import GatewayDown
from palier.gateways.sirene import normalise_siret
from palier.portals.demandeur import places
from palier.portals.forms import (
    NBSP,
    AmountField,
    ChoiceField,
    DayField,
    MultipleChoiceField,
    PalierForm,
    TextField,
    WholeField,
    YesNoField,
    quote,
)

Data = dict[str, Any]
Group = tuple[str, str, list[BoundField]]
NONE_LABEL = "Aucune de ces réponses"


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


class IdentiteForm(CommuneForm):
    title = "Qui êtes-vous ?"
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
        if born.year + 16 > clock.today().year:
            raise ValidationError(
                f"{quote(born.strftime('%d/%m/%Y'))}{NBSP}: le demandeur a au moins 16 ans. Vérifiez l'année."
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
    title = "Qui vivra avec vous ?"
    intro = "Vous êtes déjà compté. Ajoutez chaque autre personne."
    why = "Le nombre de personnes fixe la taille du logement et les plafonds de ressources."
    enfants_a_naitre = WholeField(
        label="Enfants à naître", high=6, required=False, help_text="Laissez vide s'il n'y en a pas."
    )
    handicap = forms.BooleanField(
        label="J'ai une carte mobilité inclusion « invalidité »",
        required=False,
        help_text="Elle relève les plafonds de ressources.",
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
        label="À votre charge ?", required=False, help_text="Sur votre avis d'impôt. Sans objet pour un conjoint."
    )
    garde = ChoiceField(
        label="Garde, pour un enfant de parents séparés",
        choices=[("", "Sans objet"), *Garde.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    handicap = forms.BooleanField(label="A une carte mobilité inclusion « invalidité »", required=False)

    def clean(self) -> Data:
        """Custody is for children; a dependent child is said so."""
        cleaned: Data = super().clean() or {}
        role = cleaned.get("role")
        if cleaned.get("garde") and role not in (RolePersonne.ENFANT, None):
            self.add_error("garde", "La garde ne concerne qu'un enfant. Choisissez « Sans objet ».")
        if (
            role in (RolePersonne.ENFANT, RolePersonne.ASCENDANT, RolePersonne.AUTRE)
            and cleaned.get("a_charge") is None
        ):
            self.add_error("a_charge", "« À votre charge ? » est vide. Répondez Oui ou Non.")
        return cleaned


class TravailForm(CommuneForm):
    title = "Quel est votre travail ?"
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
                f"{quote(typed)} n'est dans le répertoire d'aucune entreprise. Vérifiez-le, ou laissez vide et donnez le nom."
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
            "effectif": found.effectif if found and working else None,
            "contrat": said["contrat"] if working else "",
            "emploi_depuis": said["emploi_depuis"] if working else None,
            "commune_travail": said.get("code", "") if working else "",
        }


class RessourcesForm(StepForm):
    title = "Quels sont vos revenus ?"
    intro = "Recopiez les montants exacts. Laissez vide ce que vous ne connaissez pas : vide n'est jamais zéro."
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
    return bool(born) and date.fromisoformat(born).year + 16 <= clock.today().year


SIZES = [name for name in bareme("occupation")["pieces_principales"] if name.startswith("T") and name[1:] <= "6"]


class LogementForm(StepForm):
    title = "Quel logement cherchez-vous ?"
    why = "Seules les annonces de ces tailles vous seront proposées d'abord. Vous verrez toujours les autres."
    typologies = MultipleChoiceField(
        label="Taille",
        choices=[
            (
                name,
                f"{name.replace('bis', ' bis')} ({bareme('occupation')['pieces_principales'][name]} pièce{'s' if name[1:] > '2' or name == 'T2' else ''})",
            )
            for name in SIZES
        ],
        help_text="Plusieurs réponses possibles.",
    )
    budget_cents = AmountField(
        label="Loyer le plus élevé, charges comprises", required=False, help_text="Par mois, en euros."
    )
    examples: ClassVar[Mapping[str, str]] = {"typologies": "Cochez-en une au moins."}

    def initial_of(self, demande: Demande) -> Data:
        """Stored search."""
        return queries.step_values(demande, "logement")


FACTS = [fact for fact in dictionnaire("situation")["fait"] if fact["nom"] != "delai_anormalement_long"]


class SituationForm(StepForm):
    title = "Quelle est votre situation ?"
    intro = "Cochez ce qui s'applique. Rien n'est obligatoire. Une pièce sera demandée pour chaque réponse qui compte."
    why = "Ces faits peuvent donner des points. Sans pièce vue au guichet, la ligne vaut 0 et vous le voyez."
    seen_by = "Vous. Les réponses protégées ne sont jamais montrées au bailleur, seulement la priorité reconnue."
    taux_effort_actuel = WholeField(
        label="Part de vos revenus pour le loyer actuel",
        high=100,
        required=False,
        help_text="En %, charges comprises, aide déduite.",
    )
    trajet_travail_minutes = WholeField(
        label="Trajet actuel vers le travail", high=600, required=False, help_text="Minutes, un aller."
    )
    pieces_actuelles = WholeField(
        label="Pièces du logement actuel", low=1, high=30, required=False, help_text="Sans cuisine ni salle de bain."
    )
    personnes_actuelles = WholeField(label="Personnes dans le logement actuel", low=1, high=30, required=False)

    def __init__(self, demande: Demande, data: Any = None) -> None:
        super().__init__(demande, data)
        for fact in FACTS:
            if fact["type"] == "booleen":
                label = fact["sens"][0].upper() + fact["sens"][1:]
                self.fields[fact["nom"]] = forms.BooleanField(label=label, required=False)

    def initial_of(self, demande: Demande) -> Data:
        """Stored facts; the ratio as a percentage."""
        known = queries.step_values(demande, "situation")
        ratio = known.get("taux_effort_actuel")
        return {**known, "taux_effort_actuel": round(ratio * 100) if ratio is not None else None}

    def groups(self) -> list[Group]:
        """Plain facts, protected facts, figures."""
        flags = [fact for fact in FACTS if fact["type"] == "booleen"]
        plain = [self[fact["nom"]] for fact in flags if not fact.get("sensible")]
        protected = [self[fact["nom"]] for fact in flags if fact.get("sensible")]
        figures = [self[fact["nom"]] for fact in FACTS if fact["type"] == "nombre"]
        return [
            ("Logement, travail, reconnaissance", "", plain),
            (
                "Réponses protégées",
                "Santé, violences, difficultés : chiffrées, jamais montrées au bailleur.",
                protected,
            ),
            ("Quelques chiffres", "", figures),
        ]

    def data_of(self) -> Data:
        """Facts of the dictionary; the percentage as a ratio."""
        said = dict(self.cleaned_data)
        percent = said.pop("taux_effort_actuel")
        return {**said, "taux_effort_actuel": None if percent is None else percent / 100}


class RelectureForm(StepForm):
    title = "Relisez, puis déposez"
    why = "La date du dépôt fait votre ancienneté. L'attestation arrive quand le numéro unique est donné."
    vues_consenties = YesNoField(
        label="Garder la liste des annonces que vous ouvrez ?",
        help_text="Elle sert à vous dire ce que vous avez manqué. Refuser ne change rien à vos droits ni à votre rang.",
    )
    exact = forms.BooleanField(label="J'atteste que mes réponses sont exactes")
    examples: ClassVar[Mapping[str, str]] = {
        "vues_consenties": "Répondez Oui ou Non.",
        "exact": "Cochez la case pour déposer.",
    }

    def initial_of(self, demande: Demande) -> Data:
        """The choice made before, if any: never ticked for the person."""
        return queries.step_values(demande, "relecture") if "relecture" in demande.etapes else {}

    def data_of(self) -> Data:
        """The choice about the ads seen."""
        return {"vues_consenties": self.cleaned_data["vues_consenties"]}


FORMS: dict[str, type[StepForm]] = {
    "identite": IdentiteForm,
    "menage": MenageForm,
    "travail": TravailForm,
    "ressources": RessourcesForm,
    "logement": LogementForm,
    "situation": SituationForm,
    "relecture": RelectureForm,
}
