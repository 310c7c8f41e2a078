"""Chapter 2: who will live there."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms

from palier.base import clock
from palier.demandes.enums import Garde, RolePersonne, Union
from palier.demandes.models import Demande, Personne
from palier.droit.formulaire import choix
from palier.portals.demandeur.questions.base import Data, Question, full_name, short
from palier.portals.demandeur.questions.identite import BirthField, birth_data, checked_nir
from palier.portals.forms import (
    NBSP,
    ChoiceField,
    DayField,
    MultipleChoiceField,
    PalierForm,
    TextField,
    WholeField,
    YesNoField,
)

FAR = 3
"""How many years ahead a birth that is announced may lie."""
HIDDEN = "Vous, et l'agent qui vérifie. Jamais le bailleur\u00a0: il ne voit que la priorité reconnue."
COLOCATAIRES = 3


class PersonneForm(PalierForm):
    """Who one other person of the household is."""

    examples: ClassVar[Mapping[str, str]] = {"role": "Choisissez un lien.", "naissance": f"Exemple{NBSP}: 5 5 2019"}
    role = ChoiceField(
        label="Lien avec vous",
        choices=[each for each in RolePersonne.choices if each[0] != RolePersonne.DEMANDEUR],
        help_text=(
            "Conjoint : marié, pacsé ou en couple avec vous. Codemandeur : un autre adulte qui signera le bail. "
            "Ascendant : un parent ou un grand-parent."
        ).replace(" :", f"{NBSP}:"),
        widget=forms.RadioSelect,
    )
    prenom = TextField(label="Prénoms", required=False)
    nom = TextField(label="Nom de naissance")
    naissance = BirthField(
        label="Date de naissance",
        help_text=f"Exemple{NBSP}: 5 5 2019. Si le titre ne dit pas le jour, écrivez 00.",
    )
    sexe = ChoiceField(
        label="Sexe", choices=[*choix("sexe"), ("", "Non précisé")], required=False, widget=forms.RadioSelect
    )

    def data_of(self) -> Data:
        """The person under the names of the domain."""
        return {**self.cleaned_data, **birth_data(self.cleaned_data["naissance"])}


class PersonnesQuestion(Question):
    step, slug = "menage", "personnes"
    title = f"Qui vivra avec vous{NBSP}?"
    intro = "Vous êtes déjà compté. Ajoutez chaque autre personne, même un enfant en visite."
    why = "Le nombre de personnes fixe la taille du logement et les plafonds de ressources."
    enfants_a_naitre = WholeField(
        label="Enfants à naître", high=6, required=False, help_text="Laissez vide s'il n'y en a pas."
    )
    colocation = forms.BooleanField(
        label="Je cherche une colocation", required=False, help_text="Chaque colocataire dépose sa propre demande."
    )

    def initial_of(self, known: Data) -> Data:
        """Stored counts."""
        return {"enfants_a_naitre": known["enfants_a_naitre"] or None, "colocation": bool(known["colocataires"])}

    def data_of(self, known: Data) -> Data:
        """The unborn, and room for the colocataires to be named."""
        said = self.cleaned_data
        named = known.get("colocataires") or [{}]
        data: Data = {
            "enfants_a_naitre": said["enfants_a_naitre"],
            "colocataires": named if said["colocation"] else [],
        }
        return data if said["enfants_a_naitre"] else {**data, "naissance_prevue": None}


class NaissancePrevueQuestion(Question):
    step, slug = "menage", "naissance-prevue"
    title = f"Quand la naissance est-elle prévue{NBSP}?"
    why = "Un enfant à naître compte pour la taille du logement. Le certificat se donne après 12 semaines."
    naissance_prevue = DayField(
        label="Naissance prévue",
        required=False,
        latest=lambda: date(clock.today().year + FAR, 12, 31),
        help_text=f"Environ suffit. Exemple{NBSP}: 12 3 2027",
    )

    @classmethod
    def asked_of(cls, demande: Demande) -> list[Personne | None]:
        """Asked when a birth is expected."""
        return [None] if demande.enfants_a_naitre else []


class UnionQuestion(Question):
    step, slug = "menage", "union"
    title = f"Quelle est votre union{NBSP}?"
    why = "Mariage, Pacs ou concubinage\u00a0: les revenus des deux comptent. Les deux noms iront sur le bail."
    examples: ClassVar[Mapping[str, str]] = {"union": "Choisissez une réponse."}
    union = ChoiceField(label="Union", choices=Union.choices, widget=forms.RadioSelect)

    @classmethod
    def asked_of(cls, demande: Demande) -> list[Personne | None]:
        """Asked of couples."""
        return [None] if any(each.role == RolePersonne.CONJOINT for each in demande.personnes.all()) else []


class PersonQuestion(Question):
    """A question about one other person: it writes the whole household, changed for that person."""

    step = "menage"
    per_person = True
    keys: ClassVar[tuple[str, ...]] = ()

    def initial_of(self, known: Data) -> Data:
        """What is stored of this person."""
        return next((each for each in known["personnes"] if each["id"] == self._id), {})

    @property
    def _id(self) -> str:
        assert self.person is not None
        return str(self.person.pk)

    def data_of(self, known: Data) -> Data:
        """The household with this person's answers."""
        persons = [
            {**each, **self.answers()} if str(each["id"]) == self._id else each for each in known["personnes"]
        ]  # fmt: skip
        return {"personnes": persons}

    def answers(self) -> Data:
        """The answers about this person."""
        return dict(self.cleaned_data)


class ChargeQuestion(PersonQuestion):
    slug = "charge"
    title = f"Est-elle à votre charge{NBSP}?"
    why = "Un enfant en garde alternée à charge compte entier. Un enfant en visite compte pour les pièces."
    a_charge = YesNoField(label=f"À votre charge{NBSP}?", help_text="Sur votre avis d'impôt.")
    garde = ChoiceField(
        label="Garde, pour un enfant de parents séparés",
        choices=[("", "Sans objet"), *Garde.choices],
        required=False,
        widget=forms.RadioSelect,
    )
    examples: ClassVar[Mapping[str, str]] = {"a_charge": "Répondez Oui ou Non."}

    def __init__(self, demande: Demande, person: Personne | None = None, data: Any = None) -> None:
        super().__init__(demande, person, data)
        if person is None or person.role != RolePersonne.ENFANT:
            del self.fields["garde"]

    @classmethod
    def asked_of(cls, demande: Demande) -> list[Personne | None]:
        """Asked of children, ascendants and others."""
        asked = (RolePersonne.ENFANT, RolePersonne.ASCENDANT, RolePersonne.AUTRE)
        return [each for each in demande.personnes.all() if each.role in asked]

    def heading(self) -> str:
        """« Léo est-il à votre charge ? » without guessing a gender."""
        return f"{_name(self.person)}{NBSP}: à votre charge{NBSP}?"

    def clean(self) -> Data:
        """A child who only visits is not à charge."""
        cleaned: Data = super().clean() or {}
        if cleaned.get("garde") == Garde.VISITE and cleaned.get("a_charge"):
            self.add_error("garde", "Un enfant en visite n'est pas à charge. Choisissez une autre réponse.")
        return cleaned


class AdulteQuestion(PersonQuestion):
    slug = "adulte"
    title = f"Qui est cette personne{NBSP}?"
    why = "Elle signera le bail avec vous. La loi demande les mêmes réponses qu'à vous."
    civilite = ChoiceField(label="Civilité", choices=choix("civilite"), widget=forms.RadioSelect)
    nationalite = ChoiceField(label="Nationalité", choices=choix("nationalite"), widget=forms.RadioSelect)
    lien = ChoiceField(label="Lien avec vous", choices=choix("lien"), required=False, widget=forms.RadioSelect)
    nom_usage = TextField(label="Nom d'usage", required=False)
    nir = TextField(
        label="Numéro de sécurité sociale", required=False, max_length=30,
        help_text="Facultatif. Jamais affiché en entier. Laissez vide pour ne rien changer.",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    examples: ClassVar[Mapping[str, str]] = {
        "civilite": "Choisissez une réponse.", "nationalite": "Choisissez une réponse.",
    }  # fmt: skip

    def __init__(self, demande: Demande, person: Personne | None = None, data: Any = None) -> None:
        super().__init__(demande, person, data)
        if person is None or person.role != RolePersonne.CODEMANDEUR:
            del self.fields["lien"]

    @classmethod
    def asked_of(cls, demande: Demande) -> list[Personne | None]:
        """Asked of who signs with the holder."""
        asked = (RolePersonne.CONJOINT, RolePersonne.CODEMANDEUR)
        return [each for each in demande.personnes.all() if each.role in asked]

    def initial_of(self, known: Data) -> Data:
        """What is stored, the number of social security apart."""
        return {name: value for name, value in super().initial_of(known).items() if name != "nir"}

    def clean_nir(self) -> str:
        """Fifteen characters with their key."""
        return checked_nir(self.cleaned_data["nir"])

    def answers(self) -> Data:
        """A number left empty changes nothing."""
        return {name: value for name, value in self.cleaned_data.items() if name != "nir" or value}


class HandicapQuestion(Question):
    step, slug = "menage", "handicap"
    title = f"Handicap, santé, protection{NBSP}: qui est concerné{NBSP}?"
    intro = "Cochez ce qui s'applique. Sinon, continuez."
    why = (
        "La carte «\u00a0invalidité\u00a0» relève les plafonds de ressources. "
        "Un handicap reconnu (MDPH) peut donner une priorité. Aucun diagnostic n'est demandé."
    )
    seen_by = HIDDEN
    choices: ClassVar[list[tuple[str, str]]] = [
        ("handicap", "Carte mobilité inclusion «\u00a0invalidité\u00a0»"),
        ("priorite", "Carte mobilité inclusion «\u00a0priorité\u00a0»"),
        ("stationnement", "Carte mobilité inclusion «\u00a0stationnement\u00a0»"),
        ("mdph", "Handicap reconnu par la MDPH"),
        ("sante", "Raison de santé, avec un certificat sans diagnostic"),
        ("tutelle", "Tutelle ou curatelle"),
    ]

    def __init__(self, demande: Demande, person: Personne | None = None, data: Any = None) -> None:
        self.persons = list(demande.personnes.all())
        super().__init__(demande, person, data)
        for each in self.persons:
            choices = list(self.choices)
            if each.role == RolePersonne.CONJOINT:
                choices.append(("en_etablissement", "Vit en établissement (Ehpad)"))
            self.fields[f"cartes_{short(each)}"] = MultipleChoiceField(
                label=full_name(each), choices=choices, required=False
            )

    def initial_of(self, known: Data) -> Data:
        """Stored cards, person by person."""
        return {
            f"cartes_{short(each)}": [name for name, value in (each.protege or {}).items() if value]
            for each in self.demande.personnes.all()
        }

    def data_of(self, known: Data) -> Data:
        """Cards of the holder, then of each other person."""
        said = {str(each.pk): self.cleaned_data[f"cartes_{short(each)}"] for each in self.persons}
        holder = next(each for each in self.persons if each.role == RolePersonne.DEMANDEUR)
        persons = [{**each, **_cards(said.get(str(each["id"]), []))} for each in known["personnes"]]
        return {**_cards(said[str(holder.pk)]), "personnes": persons}


def _cards(ticked: list[str]) -> Data:
    names = ("mdph", "priorite", "stationnement", "tutelle", "en_etablissement", "sante")
    return {"handicap": "handicap" in ticked, "protege": {name: name in ticked for name in names}}


class ColocatairesQuestion(Question):
    step, slug, optional = "menage", "colocataires", True
    title = f"Avec qui cherchez-vous une colocation{NBSP}?"
    intro = "Chacun dépose sa propre demande. Laissez vide ce que vous ne savez pas."
    why = "Le bailleur rapproche les demandes des colocataires pour le même logement."

    def __init__(self, demande: Demande, person: Personne | None = None, data: Any = None) -> None:
        super().__init__(demande, person, data)
        for rank in range(1, COLOCATAIRES + 1):
            self.fields[f"prenom_{rank}"] = TextField(label=f"Prénom {rank}", required=False)
            self.fields[f"nom_{rank}"] = TextField(label=f"Nom {rank}", required=False)
            self.fields[f"naissance_{rank}"] = DayField(label=f"Date de naissance {rank}", required=False)

    @classmethod
    def asked_of(cls, demande: Demande) -> list[Personne | None]:
        """Asked when a colocation is looked for."""
        return [None] if (demande.contact or {}).get("colocataires") else []

    def initial_of(self, known: Data) -> Data:
        """Stored names."""
        shown: Data = {}
        for rank, each in enumerate(known.get("colocataires") or (), start=1):
            born = each.get("naissance")
            shown |= {f"prenom_{rank}": each.get("prenom", ""), f"nom_{rank}": each.get("nom", "")}
            shown[f"naissance_{rank}"] = date.fromisoformat(born) if born else None
        return shown

    def data_of(self, known: Data) -> Data:
        """The persons named, at least room for one."""
        said, found = self.cleaned_data, []
        for rank in range(1, COLOCATAIRES + 1):
            row = {"prenom": said[f"prenom_{rank}"], "nom": said[f"nom_{rank}"]}
            if said[f"naissance_{rank}"]:
                row["naissance"] = said[f"naissance_{rank}"].isoformat()
            if any(row.values()):
                found.append(row)
        return {"colocataires": found or [{}]}


def _name(person: Personne | None) -> str:
    return full_name(person) if person is not None else ""


QUESTIONS: tuple[type[Question], ...] = (
    PersonnesQuestion, UnionQuestion, AdulteQuestion, ChargeQuestion, NaissancePrevueQuestion, HandicapQuestion,
    ColocatairesQuestion,
)  # fmt: skip
