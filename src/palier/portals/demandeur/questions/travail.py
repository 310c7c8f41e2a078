"""Chapter 3: the work of each adult who signs."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError

from palier.base import clock
from palier.base.refusal import Refused
from palier.demandes.enums import Contrat, RolePersonne, Secteur
from palier.demandes.models import Demande, Personne
from palier.droit.formulaire import attribut, choix
from palier.gateways import sirene
from palier.gateways.outage import GatewayDown
from palier.gateways.sirene import normalise_siret
from palier.portals.codes import explain_code
from palier.portals.demandeur.questions.base import CommuneQuestion, Data, Question
from palier.portals.forms import NBSP, ChoiceField, DayField, TextField, WholeField, YesNoField, quote
from palier.portals.question import CommuneField

OTHERS = (RolePersonne.CONJOINT, RolePersonne.CODEMANDEUR)
BLANK: Data = {
    "siret": "", "employeur": "", "secteur": "", "effectif": None, "contrat": "", "emploi_depuis": None,
    "commune_travail": "",
}  # fmt: skip
AHEAD = 4
"""How many years ahead the end of an allowance may lie."""


def statut_of(demande: Demande, person: Personne | None) -> str:
    """What the person said of their work, or what older answers already say."""
    if person is not None:
        return str(person.travail.get("statut", ""))
    if demande.travail.get("statut") or "travail" not in demande.etapes:
        return str(demande.travail.get("statut", ""))
    if demande.demandeur_emploi:
        return "chomage"
    return "salarie_prive" if demande.siret or demande.employeur or demande.contrat or demande.secteur else "autre"


class WorkQuestion(Question):
    """A question about the work of the holder, or of another adult under the same names."""

    step = "travail"
    per_person = True

    @classmethod
    def asked_of(cls, demande: Demande) -> list[Personne | None]:
        """The holder, then the others who sign, when their work makes the question useful."""
        found = [None, *(each for each in demande.personnes.all() if each.role in OTHERS)]
        return [each for each in found if cls.useful(statut_of(demande, each))]

    @classmethod
    def useful(cls, statut: str) -> bool:
        """Whether the question is worth asking of this status."""
        return True

    def initial_of(self, known: Data) -> Data:
        """The answers of the holder, or of this person."""
        if self.person is None:
            return {**known, **known["travail"], "statut": statut_of(self.demande, None)}
        mine: Data = known["autres"].get(str(self.person.pk), {})
        days = {name: date.fromisoformat(mine[name]) for name in ("emploi_depuis", "fin_chomage") if mine.get(name)}
        return {**mine, **days}

    def written(self, known: Data, said: Data) -> Data:
        """These answers where the step keeps them: the holder's in their columns, another person's apart.

        Nothing, when the work that was just said on the same page has no use for them.
        """
        if not self.useful(self._statut(known)):
            return {}
        if self.person is not None:
            others = known.get("autres") or {}
            key = str(self.person.pk)
            return {"autres": {**others, key: {**others.get(key, {}), **said}}}
        columns = {name: value for name, value in said.items() if name in BLANK or name == "demandeur_emploi"}
        rest = {name: value for name, value in said.items() if name not in columns}
        return {**columns, "travail": {**known["travail"], **rest}} if rest else columns


    def _statut(self, known: Data) -> str:
        work: Data = known["travail"] if self.person is None else known["autres"].get(str(self.person.pk), {})
        return str(work.get("statut", "")) or statut_of(self.demande, self.person)


class ActiviteQuestion(WorkQuestion):
    slug = "activite"
    title = f"Quel est votre travail{NBSP}?"
    why = (
        "Les salariés d'une entreprise privée de 10 personnes ou plus ont accès aux logements d'Action Logement. "
        "Les autres gardent les logements des autres réservataires."
    )
    statut = ChoiceField(label="Aujourd'hui", choices=choix("travail"), widget=forms.RadioSelect)
    profession = TextField(label="Profession", required=False)
    examples: ClassVar[Mapping[str, str]] = {"statut": "Choisissez une réponse."}

    def data_of(self, known: Data) -> Data:
        """The status; without an employer, what was said of one goes away."""
        said = dict(self.cleaned_data)
        statut = said["statut"]
        if self.person is None:
            said["demandeur_emploi"] = statut == "chomage"
        if not attribut("travail", statut, "salarie"):
            said |= BLANK
        elif sector := attribut("travail", statut, "secteur"):
            said["secteur"] = sector
        if statut != "chomage":
            said |= {"chomage_plus_1_an": False, "fin_chomage": None}
        return self.written(known, said)


class EmployeurQuestion(WorkQuestion):
    slug = "employeur"
    title = f"Qui est votre employeur{NBSP}?"
    why = "Le SIRET dit si votre employeur cotise à Action Logement. Nous ne lui demandons rien, et ne lui disons rien."
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

    @classmethod
    def useful(cls, statut: str) -> bool:
        """Whoever has an employer."""
        return bool(attribut("travail", statut, "salarie"))

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
            raise ValidationError(explain_code(typed, "siret") or str(refusal)) from refusal
        if self.establishment is None:
            raise ValidationError(
                f"{quote(typed)} n'est pas dans le répertoire. Vérifiez-le, ou laissez vide et donnez le nom."
            )
        return siret

    def data_of(self, known: Data) -> Data:
        """What the register says wins over what was typed."""
        said, found = dict(self.cleaned_data), self.establishment
        if found:
            said |= {"employeur": found.nom, "secteur": found.secteur, "effectif": found.effectif}
        return self.written(known, said)


class ContratQuestion(WorkQuestion, CommuneQuestion):
    slug = "contrat"
    commune_field = "lieu"
    title = f"Quel est votre contrat{NBSP}?"
    why = "Un contrat court ne ferme aucune porte. Le lieu de travail sert à calculer votre trajet."
    contrat = ChoiceField(
        label="Contrat", choices=[*Contrat.choices, ("", "Sans contrat")], required=False, widget=forms.RadioSelect
    )
    emploi_depuis = DayField(label="Depuis quand", required=False, help_text=f"Exemple{NBSP}: 6 1 2020")
    lieu = CommuneField(label="Commune où vous travaillez", required=False, help_text="Nom ou code postal")
    lieu_code = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)

    @classmethod
    def useful(cls, statut: str) -> bool:
        """Whoever has an employer."""
        return bool(attribut("travail", statut, "salarie"))

    def initial_of(self, known: Data) -> Data:
        """Stored contract; the commune by its name."""
        shown = super().initial_of(known)
        code = shown.get("commune_travail", "")
        return {**shown, "lieu": self.commune_label(code), "lieu_code": code}

    def data_of(self, known: Data) -> Data:
        """Contract, first day, commune of work."""
        said = self.cleaned_data
        part = {"contrat": said["contrat"], "emploi_depuis": said["emploi_depuis"], "commune_travail": said["code"]}
        return self.written(known, part)


class ChomageQuestion(WorkQuestion):
    slug = "chomage"
    title = f"Depuis quand cherchez-vous un emploi{NBSP}?"
    why = "Reprendre un emploi après un an de chômage peut donner une priorité."
    chomage_plus_1_an = YesNoField(label=f"Depuis plus d'un an{NBSP}?", required=False)
    fin_chomage = DayField(
        label="Fin de l'allocation",
        required=False,
        latest=lambda: date(clock.today().year + AHEAD, 12, 31),
        help_text=f"Si vous la connaissez. Exemple{NBSP}: 30 6 2027",
    )

    @classmethod
    def useful(cls, statut: str) -> bool:
        """Job-seekers."""
        return statut == "chomage"

    def initial_of(self, known: Data) -> Data:
        """Stored days as days."""
        shown = super().initial_of(known)
        end = shown.get("fin_chomage")
        return {**shown, "fin_chomage": date.fromisoformat(end) if isinstance(end, str) else end}

    def data_of(self, known: Data) -> Data:
        """How long, and until when."""
        return self.written(known, dict(self.cleaned_data))


QUESTIONS: tuple[type[Question], ...] = (ActiviteQuestion, EmployeurQuestion, ContratQuestion, ChomageQuestion)
