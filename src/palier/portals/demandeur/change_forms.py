"""The doors of « Signaler un changement »: one short form each, and the steps of the demande that it writes."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any, ClassVar

from django import forms
from django.forms import BoundField

from palier.base.refusal import Refused
from palier.demandes import queries
from palier.demandes.enums import Contrat, Garde, RolePersonne, Secteur
from palier.demandes.models import Demande, Personne
from palier.demandes.rules import account_of
from palier.droit.formulaire import choix, libelle_formulaire, liste
from palier.portals.demandeur import places
from palier.portals.forms import AmountField, ChoiceField, DayField, PalierForm, TextField, YesNoField

NBSP = "\u00a0"
ADULTS = ("demandeur", "conjoint", "codemandeur")
LEFT = ("separe", "instance_divorce", "divorce", "fin_pacs", "celibataire", "veuf")
"""What one may be once the other adult has left."""
Data = dict[str, Any]
Steps = Mapping[str, Mapping[str, Any]]


class ChangeForm(PalierForm):
    """One door: `steps()` is what it writes, step by step, as `save_step` takes it."""

    title: ClassVar[str] = ""
    card: ClassVar[str] = ""
    why: ClassVar[str] = ""

    def __init__(self, demande: Demande, data: Any = None) -> None:
        self.demande = demande
        super().__init__(data)
        self.draw()

    @classmethod
    def opens(cls, demande: Demande) -> bool:
        """False when the door would lead nowhere for this household."""
        return True

    def draw(self) -> None:
        """Add the fields that depend on the household."""

    def rows(self) -> list[BoundField]:
        """The fields in their order."""
        return list(self.visible_fields())

    def steps(self) -> Steps:
        """The steps written."""
        raise NotImplementedError

    def known(self, step: str) -> Data:
        """The step as it stands."""
        return queries.step_values(self.demande, step)


def first_name(person: Personne) -> str:
    """How a person of the household is called on a page."""
    said = person.identite or {}
    return str(said.get("prenom") or said.get("nom") or person.get_role_display())


def _without(menage: Data, person_id: str) -> Data:
    """The household without one person; no union without the other adult."""
    left = [each for each in menage["personnes"] if each["id"] != person_id]
    union = menage["union"] if any(each["role"] == RolePersonne.CONJOINT for each in left) else ""
    return {**menage, "union": union, "personnes": left}


class Naissance(ChangeForm):
    title = "Un enfant est né"
    card = "Une naissance ou une adoption"
    why = "Un enfant de plus peut changer votre catégorie, vos plafonds et la taille du logement."
    prenom = TextField(label="Son prénom")
    nom = TextField(label="Son nom de famille")
    naissance = DayField(label="Sa date de naissance", help_text=f"Exemple{NBSP}: 12 3 2026")
    garde = ChoiceField(label="Il vit avec vous", choices=Garde.choices, initial="principale", widget=forms.RadioSelect)

    def draw(self) -> None:
        """The family name is most often the holder's."""
        holder = queries.holder_of(self.demande)
        self.fields["nom"].initial = (holder.identite or {}).get("nom", "") if holder else ""

    def steps(self) -> Steps:
        """The child, and one fewer to come."""
        menage, said = self.known("menage"), self.cleaned_data
        child = {**said, "role": RolePersonne.ENFANT, "a_charge": True}
        coming = max(0, menage["enfants_a_naitre"] - 1)
        when = menage["naissance_prevue"] if coming else None
        persons = [*menage["personnes"], child]
        return {"menage": {**menage, "enfants_a_naitre": coming, "naissance_prevue": when, "personnes": persons}}


class Separation(ChangeForm):
    title = "Vous vous séparez"
    card = "Une séparation, un veuvage"
    why = "Vos plafonds et vos ressources seront comptés sans l'autre adulte. Votre ancienneté ne change pas."
    situation_familiale = ChoiceField(
        label="Votre situation à présent",
        choices=[(code, label) for code, label in choix("situation_familiale") if code in LEFT],
        widget=forms.RadioSelect,
    )

    @classmethod
    def opens(cls, demande: Demande) -> bool:
        """There is another adult in the couple."""
        return any(each.role == RolePersonne.CONJOINT for each in demande.personnes.all())

    def draw(self) -> None:
        """Where each child will live."""
        for child in self._children():
            self.fields[f"garde_{child['id']}"] = ChoiceField(
                label=f"{child['prenom'] or child['nom']} vivra avec vous",
                choices=[(Garde.PRINCIPALE, "Tout le temps"), (Garde.ALTERNEE, "Une partie du temps, en alternance"),
                         (Garde.VISITE, "Pendant les visites"), ("non", "Non")],
                widget=forms.RadioSelect,
            )  # fmt: skip

    def _children(self) -> list[Data]:
        return [each for each in self.known("menage")["personnes"] if each["role"] == RolePersonne.ENFANT]

    def steps(self) -> Steps:
        """The other adult and whoever follows them leave; the children keep what was said of them."""
        menage = self.known("menage")
        for each in menage["personnes"]:
            garde = self.cleaned_data.get(f"garde_{each['id']}")
            if garde:
                each |= {"garde": garde, "a_charge": garde in (Garde.PRINCIPALE, Garde.ALTERNEE)}
        gone = [each["id"] for each in menage["personnes"]
                if each["role"] == RolePersonne.CONJOINT or each["garde"] == "non"]  # fmt: skip
        for person_id in gone:
            menage = _without(menage, person_id)
        said = {"situation_familiale": self.cleaned_data["situation_familiale"]}
        return {"identite": {**self.known("identite"), **said}, "menage": menage}


class Arrivee(ChangeForm):
    title = "Quelqu'un vient vivre avec vous"
    card = "Quelqu'un arrive dans le foyer"
    why = "Une personne de plus peut changer votre catégorie, vos plafonds et la taille du logement."
    role = ChoiceField(
        label="C'est",
        choices=[
            ("conjoint", "Mon conjoint ou ma conjointe"), ("enfant", "Un enfant"), ("ascendant", "Un parent"),
            ("autre", "Une autre personne"),
        ],
        widget=forms.RadioSelect,
    )  # fmt: skip
    prenom = TextField(label="Son prénom")
    nom = TextField(label="Son nom de famille")
    naissance = DayField(label="Sa date de naissance", help_text=f"Exemple{NBSP}: 12 3 1990")
    a_charge = YesNoField(label="À votre charge", required=False, help_text="Sauf pour votre conjoint.")

    def clean(self) -> Data:
        """Whoever is not the other adult is dependent, or not: it is asked."""
        cleaned: Data = super().clean() or {}
        if cleaned.get("role") not in (None, "conjoint") and cleaned.get("a_charge") is None:
            self.add_error("a_charge", f"«{NBSP}À votre charge{NBSP}» est vide. Répondez Oui ou Non.")
        return cleaned

    def steps(self) -> Steps:
        """One more person; a couple without another word lives together."""
        menage, said = self.known("menage"), self.cleaned_data
        garde = Garde.PRINCIPALE.value if said["role"] == "enfant" else ""
        person = {**said, "a_charge": bool(said["a_charge"]), "garde": garde}
        union = (menage["union"] or "concubinage") if said["role"] == "conjoint" else menage["union"]
        return {"menage": {**menage, "union": union, "personnes": [*menage["personnes"], person]}}


class Depart(ChangeForm):
    title = "Quelqu'un quitte votre foyer"
    card = "Quelqu'un quitte le foyer"
    why = "Cette personne ne sera plus comptée, ses revenus non plus."

    @classmethod
    def opens(cls, demande: Demande) -> bool:
        """Somebody lives with the holder."""
        return any(each.role != "demandeur" for each in demande.personnes.all())

    def draw(self) -> None:
        """Who it is."""
        others = [each for each in self.demande.personnes.all() if each.role != "demandeur"]
        self.fields["personne"] = ChoiceField(
            label="Qui quitte le foyer",
            choices=[(str(each.pk), first_name(each)) for each in others],
            widget=forms.RadioSelect,
        )

    def steps(self) -> Steps:
        """One person fewer."""
        return {"menage": _without(self.known("menage"), self.cleaned_data["personne"])}


class Emploi(ChangeForm):
    title = "Votre nouvel emploi"
    card = "Un nouvel emploi, un nouveau contrat"
    why = "Le lieu de travail sert au trajet, le contrat et l'employeur aux logements réservés aux salariés."
    employeur = TextField(label="Nom de l'employeur")
    secteur = ChoiceField(label="Type d'employeur", choices=Secteur.choices, widget=forms.RadioSelect)
    contrat = ChoiceField(label="Contrat", choices=Contrat.choices, widget=forms.RadioSelect)
    emploi_depuis = DayField(label="Depuis quand", help_text=f"Exemple{NBSP}: 6 1 2026")
    net_mensuel = AmountField(
        label="Salaire net du dernier mois", required=False, help_text="Laissez vide si vous ne le connaissez pas."
    )

    def steps(self) -> Steps:
        """The work, whose place and head count are asked later; then the wage."""
        said = self.cleaned_data
        work = {name: said[name] for name in ("employeur", "secteur", "contrat", "emploi_depuis")}
        kept = {**self.known("travail"), "demandeur_emploi": False, "siret": "", "effectif": None, **work}
        return {"travail": _status(kept, ""), **_wage(self, said["net_mensuel"])}


class PerteEmploi(ChangeForm):
    title = "Vous avez perdu votre emploi"
    card = "La fin d'un emploi"
    why = "Une baisse de revenus, prouvée, peut vous ouvrir d'autres logements."
    net_mensuel = AmountField(
        label="Ce que vous recevez maintenant par mois",
        required=False,
        help_text="Allocation nette. Laissez vide si vous ne la connaissez pas encore.",
    )

    def steps(self) -> Steps:
        """No more work; what is received instead."""
        blank: Data = {"siret": "", "employeur": "", "secteur": "", "effectif": None, "contrat": ""}
        place: Data = {"emploi_depuis": None, "commune_travail": "", "demandeur_emploi": True}
        kept = {**self.known("travail"), **blank, **place}
        return {"travail": _status(kept, "chomage"), **_wage(self, self.cleaned_data["net_mensuel"], code="CHO")}


def _status(work: Data, statut: str) -> Data:
    """The work of the holder with another status: « » when the questions of the chapter will say it."""
    said = {name: value for name, value in work["travail"].items() if name != "statut"}
    return {**work, "travail": {**said, "statut": statut} if statut else said}


WAGES = ("SAL", "CHO")
"""Codes of the form that a change of work replaces: the wage, and the unemployment benefit."""


def _wage(form: ChangeForm, cents: int | None, code: str = "SAL") -> Steps:
    """The holder's monthly income with what the work brings now; unknown while it was left empty."""
    holder = queries.holder_of(form.demande)
    if holder is None:
        return {}
    known = form.known("ressources")
    mine: Data = known[str(holder.pk)]
    received = {name: amount for name, amount in mine["ressources"].items() if name not in WAGES}
    kept: Data = {**mine, "net_mensuel_cents": cents}
    if mine["ressources"]:
        kept["ressources"] = {**received, code: cents}
    return {"ressources": {**known, str(holder.pk): kept}}


class Adresse(ChangeForm):
    title = "Votre nouvelle adresse"
    card = "Un déménagement"
    why = "Les courriers et le lien avec votre commune suivent cette adresse."
    adresse = TextField(label="Numéro et rue")
    code_postal = TextField(label="Code postal", max_length=10)
    commune = TextField(label="Commune", help_text="Nom ou code postal")
    commune_code = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)

    def clean(self) -> Data:
        """The commune typed becomes one INSEE code, or the sentence says which ones it may be."""
        cleaned: Data = super().clean() or {}
        typed = cleaned.get("commune")
        if typed:
            try:
                cleaned["code"] = places.code_of(typed, cleaned.get("commune_code", ""))
            except Refused as refusal:
                self.add_error("commune", f"{refusal.detail} {refusal.mend}")
        return cleaned

    def steps(self) -> Steps:
        """The address; names and telephone stay."""
        said = self.cleaned_data
        town = places.labels([said["code"]]).get(said["code"], said["commune"]).rpartition(" (")[0] or said["commune"]
        moved = {"adresse": said["adresse"], "code_postal": said["code_postal"], "ville": town}
        return {"identite": {**self.known("identite"), **moved, "commune_domicile": said["code"]}}


class Revenus(ChangeForm):
    title = "Vos revenus ont changé"
    card = "Des revenus qui changent"
    why = "Une baisse d'au moins 10 %, prouvée, se compare aux plafonds à la place du revenu fiscal."

    def draw(self) -> None:
        """For each adult, what they receive by kind, or in one sum, then the last twelve months."""
        for person in self._adults():
            name, key = first_name(person), person.pk.hex
            for code, cents in person.ressources.items() or (("", person.net_mensuel_cents),):
                label = libelle_formulaire("charge" if code in liste("charge") else "ressource", code)
                label = label or "Revenu net du dernier mois"
                field = AmountField(label=f"{name}, {label[:1].lower()}{label[1:]}", required=False, initial=cents)
                self.fields[f"{code or 'net'}_{key}"] = field
            self.fields[f"douze_{key}"] = AmountField(
                label=f"{name}, total des 12 derniers mois", required=False, initial=person.douze_mois_cents
            )

    def _adults(self) -> list[Personne]:
        """Those whose incomes the holder may read: the other adult who has an account says theirs."""
        mine = (None, self.demande.titulaire_id)
        return [p for p in self.demande.personnes.all() if p.role in ADULTS and account_of(p) in mine]

    def steps(self) -> Steps:
        """The incomes of each adult; the tax notices stay."""
        known, said = self.known("ressources"), self.cleaned_data
        for person in self._adults():
            key, mine = person.pk.hex, dict(known[str(person.pk)])
            mine["douze_mois_cents"] = said[f"douze_{key}"]
            if person.ressources:
                mine["ressources"] = {code: said[f"{code}_{key}"] for code in person.ressources}
            else:
                mine["net_mensuel_cents"] = said[f"net_{key}"]
            known[str(person.pk)] = mine
        return {"ressources": known}


DOORS: dict[str, type[ChangeForm]] = {
    "naissance": Naissance,
    "separation": Separation,
    "emploi": Emploi,
    "perte-emploi": PerteEmploi,
    "revenus": Revenus,
    "adresse": Adresse,
    "arrivee": Arrivee,
    "depart": Depart,
}
