"""The questions about who lives there, and where."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django import forms
from django.core.exceptions import ValidationError
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from palier.droit.menage import ENFANTS_A_NAITRE_MAXIMUM, PERSONNES_MAXIMUM, UNIONS, Cas, Personne
from palier.portals.forms import ChoiceField, DayField, MultipleChoiceField, WholeField, quote
from palier.portals.public.simulateur.persons import (
    CHILDREN,
    OTHERS,
    menage_of,
    name_of,
    new_id,
    with_changes,
    with_count,
    with_persons,
)
from palier.portals.public.simulateur.question import DONT_KNOW, UNKNOWN, Data, Question
from palier.portals.question import CommuneField
from palier.territoires.queries import find_commune, resolve_communes, suggest_communes

DATE_HELP = gettext_lazy("Jour, mois, année. Exemple\u00a0: 12 3 1992")
CHARGE = [("oui", gettext_lazy("Oui")), ("non", gettext_lazy("Non")), (UNKNOWN, DONT_KNOW)]
CHARGE_CODES = {"oui": True, "non": False, UNKNOWN: None}
MOST_CHILDREN, MOST_OTHERS = 15, 8


def code_of(value: object, codes: dict[str, Any]) -> str:
    """The radio that stands for a stored value."""
    return next(code for code, each in codes.items() if each == value)


class AdultesForm(Question):
    title = gettext_lazy("Avec quel adulte vivrez-vous\u00a0?")
    why = gettext_lazy("Le nombre d'adultes et l'âge d'un couple changent les plafonds de ressources.")
    adultes = ChoiceField(
        label=title,
        help_text=gettext_lazy("Les enfants et les autres proches viennent après."),
        choices=[
            ("seul", gettext_lazy("Aucun autre adulte")),
            ("mariage", gettext_lazy("En couple, avec mariage")),
            ("pacs", gettext_lazy("En couple, avec pacs")),
            ("concubinage", gettext_lazy("En couple, sans mariage ni pacs")),
            ("codemandeur", gettext_lazy("Un autre adulte qui signe le bail avec moi, sans être en couple")),
        ],
        widget=forms.RadioSelect,
    )

    def known(self) -> Data:
        """The adults of the case; nothing is ticked for whoever has not answered."""
        menage = self.cas.menage
        if menage is None:
            return {}
        if menage.couple:
            return {"adultes": menage.union}
        return {"adultes": "codemandeur" if len(menage.adultes) > 1 else "seul"}

    def applied(self) -> Cas:
        """The household with this adult; whoever is there keeps what was said of them."""
        said, menage = self.cleaned_data["adultes"], menage_of(self.cas)
        union = said if said in UNIONS else None
        role = "conjoint" if union else "codemandeur"
        first = next(each for each in menage.personnes if each.role == "demandeur")
        adults = [first]
        if said != "seul":
            other = next((each for each in menage.adultes if each is not first), None)
            adults.append(replace(other, role=role) if other else Personne(new_id(list(menage.personnes)), role))
        rest = tuple(each for each in menage.personnes if not each.adulte)
        return with_persons(self.cas, (*adults, *rest), union=union)


class NaissanceForm(Question):
    unknown = DONT_KNOW
    why = gettext_lazy("L'âge ouvre ou ferme certaines aides. Il compte aussi pour un jeune couple.")
    naissance = DayField(help_text=DATE_HELP)

    def __init__(self, cas: Cas, person_id: str = "", data: Any = None) -> None:
        super().__init__(cas, person_id, data)
        self.ask("naissance")

    def heading(self) -> str:
        """The birth date of whom."""
        if self.person.role == "demandeur":
            return _("Quelle est votre date de naissance\u00a0?")
        return _("%(who)s\u00a0: quelle date de naissance\u00a0?") % {"who": self.about()}

    def known(self) -> Data:
        """The date of the case."""
        return {"naissance": self.person.naissance}

    def applied(self) -> Cas:
        """The person with this birth date."""
        return with_changes(self.cas, {self.person.id: {"naissance": self.cleaned_data["naissance"]}})

    def forgotten(self) -> Cas:
        """The person without a birth date."""
        return with_changes(self.cas, {self.person.id: {"naissance": None}})


class FoyerForm(Question):
    title = gettext_lazy("Qui d'autre vivra avec vous\u00a0?")
    intro = gettext_lazy("Écrivez 0 s'il n'y a personne.")
    why = gettext_lazy("Chaque personne compte pour la taille du logement, et souvent pour les plafonds.")
    enfants = WholeField(
        label=gettext_lazy("Enfants"),
        help_text=gettext_lazy("Même une partie du temps."),
        high=MOST_CHILDREN,
    )
    naitre = WholeField(label=gettext_lazy("Enfants à naître"), high=ENFANTS_A_NAITRE_MAXIMUM)
    autres = WholeField(
        label=gettext_lazy("Autres proches"),
        help_text=gettext_lazy("Un parent âgé, un frère, une sœur…"),
        high=MOST_OTHERS,
    )

    def known(self) -> Data:
        """The counts of the case."""
        menage = menage_of(self.cas)
        roles = [each.role for each in menage.personnes]
        return {
            "enfants": sum(role in CHILDREN for role in roles),
            "naitre": menage.enfants_a_naitre,
            "autres": sum(role in OTHERS for role in roles),
        }

    def clean(self) -> Data:
        """Refuse a household that the law's reader would refuse."""
        cleaned: Data = super().clean() or {}
        adults = len(menage_of(self.cas).adultes)
        if adults + (cleaned.get("enfants") or 0) + (cleaned.get("autres") or 0) > PERSONNES_MAXIMUM:
            message = _("Ce ménage dépasse %(most)s personnes. Vérifiez les nombres.") % {"most": PERSONNES_MAXIMUM}
            self.add_error("enfants", message)
        return cleaned

    def applied(self) -> Cas:
        """The household with so many children and others."""
        persons = with_count(menage_of(self.cas).personnes, CHILDREN, self.cleaned_data["enfants"])
        persons = with_count(persons, OTHERS, self.cleaned_data["autres"])
        return with_persons(self.cas, persons, enfants_a_naitre=self.cleaned_data["naitre"])


class EnfantForm(Question):
    why = gettext_lazy("Un enfant en garde alternée compte en entier. Un enfant en visite compte pour les pièces.")
    naissance = DayField(label=gettext_lazy("Date de naissance"), help_text=DATE_HELP, required=False)
    garde = ChoiceField(
        label=gettext_lazy("Où vit cet enfant\u00a0?"),
        choices=[
            ("principale", gettext_lazy("Avec vous")),
            ("alternee", gettext_lazy("En garde alternée, chez vous et ailleurs")),
            ("visite", gettext_lazy("Ailleurs, et chez vous pour les visites")),
            (UNKNOWN, DONT_KNOW),
        ],
        widget=forms.RadioSelect,
    )

    def heading(self) -> str:
        """Which child."""
        return self.about()

    def known(self) -> Data:
        """The child of the case."""
        return {"naissance": self.person.naissance, "garde": self.person.garde}

    def applied(self) -> Cas:
        """The child; one who lives there is à charge until it is asked, one who visits is not."""
        custody = self.cleaned_data["garde"]
        changes: Data = {
            "naissance": self.cleaned_data["naissance"],
            "garde": None if custody == UNKNOWN else custody,
        }
        if custody in ("principale", "visite"):
            changes["a_charge"] = custody == "principale"
        elif custody != self.person.garde:
            changes["a_charge"] = None
        return with_changes(self.cas, {self.person.id: changes})


class ChargeForm(Question):
    why = gettext_lazy("Votre avis d'impôt le dit\u00a0: personnes à charge, à vous seul ou partagées.")
    a_charge = ChoiceField(
        help_text=gettext_lazy("Sur votre avis d'impôt, même pour la moitié."), choices=CHARGE, widget=forms.RadioSelect
    )

    def __init__(self, cas: Cas, person_id: str = "", data: Any = None) -> None:
        super().__init__(cas, person_id, data)
        self.ask("a_charge")

    def heading(self) -> str:
        """Is this child à charge."""
        return _("%(who)s\u00a0: à votre charge\u00a0?") % {"who": self.about()}

    def known(self) -> Data:
        """The answer of the case; nothing is ticked as long as it is unknown."""
        return {} if self.person.a_charge is None else {"a_charge": code_of(self.person.a_charge, CHARGE_CODES)}

    def applied(self) -> Cas:
        """The child, à charge or not."""
        said = CHARGE_CODES[self.cleaned_data["a_charge"]]
        return with_changes(self.cas, {self.person.id: {"a_charge": said}})


class AutreForm(Question):
    lien = ChoiceField(
        label=gettext_lazy("Qui est-ce\u00a0?"),
        choices=[
            ("ascendant", gettext_lazy("Un parent ou un grand-parent")),
            ("autre", gettext_lazy("Une autre personne")),
        ],
        widget=forms.RadioSelect,
    )
    naissance = DayField(label=gettext_lazy("Date de naissance"), help_text=DATE_HELP, required=False)
    a_charge = ChoiceField(
        label=gettext_lazy("À votre charge, sur votre avis d'impôt\u00a0?"), choices=CHARGE, widget=forms.RadioSelect
    )
    why = gettext_lazy(
        "Une personne à votre charge compte pour les plafonds. Les autres adultes signent le bail, ou ne comptent pas."
    )

    def heading(self) -> str:
        """Which person."""
        return self.about()

    def known(self) -> Data:
        """The person of the case."""
        said: Data = {"lien": self.person.role, "naissance": self.person.naissance}
        if self.person.a_charge is not None:
            said["a_charge"] = code_of(self.person.a_charge, CHARGE_CODES)
        return said

    def applied(self) -> Cas:
        """The person with these answers."""
        said = self.cleaned_data
        changes = {"role": said["lien"], "naissance": said["naissance"], "a_charge": CHARGE_CODES[said["a_charge"]]}
        return with_changes(self.cas, {self.person.id: changes})


class HandicapForm(Question):
    title = gettext_lazy("Qui a une carte mobilité inclusion «\u00a0invalidité\u00a0»\u00a0?")
    why = gettext_lazy("Cette carte relève les plafonds. Une autre carte, ou un dossier MDPH, ne les change pas.")
    cartes = MultipleChoiceField(
        label=title, help_text=gettext_lazy("Ne cochez rien si personne ne l'a."), required=False
    )

    def __init__(self, cas: Cas, person_id: str = "", data: Any = None) -> None:
        super().__init__(cas, person_id, data)
        named = [(each.id, name_of(cas, each.id)) for each in menage_of(cas).personnes]
        self.fields["cartes"].choices = named  # type: ignore[attr-defined]

    def known(self) -> Data:
        """Who holds the card in the case."""
        return {"cartes": [each.id for each in menage_of(self.cas).personnes if each.handicap]}

    def answer(self) -> str:
        """Nobody, or who."""
        return super().answer() if self.initial["cartes"] else _("Personne")

    def applied(self) -> Cas:
        """Each person with or without the card."""
        held = self.cleaned_data["cartes"]
        persons = menage_of(self.cas).personnes
        return with_changes(self.cas, {each.id: {"handicap": each.id in held} for each in persons})


class CommuneForm(Question):
    title = gettext_lazy("Dans quelle commune cherchez-vous\u00a0?")
    why = gettext_lazy("Les plafonds et les aides changent selon la zone de la commune.")
    unknown = DONT_KNOW
    commune = CommuneField(label=title, help_text=gettext_lazy("Nom ou code postal"), max_length=80)
    commune_code = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)

    def known(self) -> Data:
        """The commune of the case by its name."""
        code = self.cas.commune or ""
        found = resolve_communes([code]).get(code) if code else None
        return {"commune": found.label if found else code, "commune_code": code}

    def clean_commune(self) -> str:
        """The INSEE code of what was typed; homonyms are listed."""
        typed = self.cleaned_data["commune"]
        hint = self.data.get("commune_code", "")
        found = find_commune(hint) if hint and hint.isascii() and hint.isalnum() else None
        if found is None or found.nom.casefold() not in typed.casefold():
            found = find_commune(typed)
        if found is not None:
            return found.code
        near = suggest_communes(typed, 5)
        if not near:
            said = _("%(value)s n'est aucune commune connue. Écrivez son nom ou son code postal.")
            raise ValidationError(said % {"value": quote(typed)})
        said = _("%(value)s peut désigner plusieurs communes. Écrivez l'une de celles-ci\u00a0: %(names)s.")
        raise ValidationError(said % {"value": quote(typed), "names": ", ".join(each.label for each in near)})

    def applied(self) -> Cas:
        """The case in this commune."""
        return replace(self.cas, commune=self.cleaned_data["commune"])

    def forgotten(self) -> Cas:
        """The case without a commune."""
        return replace(self.cas, commune=None)
