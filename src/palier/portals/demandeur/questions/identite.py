"""Chapter 1: who asks, how to write and call."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, ClassVar

from django import forms
from django.core.exceptions import ValidationError
from stdnum.exceptions import ValidationError as StdnumError
from stdnum.fr import nir

from palier.base import clock
from palier.demandes import queries
from palier.droit.dates import plus_mois
from palier.droit.formulaire import choix
from palier.droit.menage import age_minimum_demandeur
from palier.portals.demandeur import places
from palier.portals.demandeur.questions.base import CommuneQuestion, Data, Question
from palier.portals.forms import NBSP, ChoiceField, DayField, TextField, quote
from palier.portals.question import CommuneField

WRONG_NIR = "Ce numéro ou sa clé n'est pas juste. Recopiez les 15 chiffres de la carte."
UNKNOWN_PART = ("0", "00")


class Birth(date):
    """A birth date; `partial` when the title of identity does not say its day or its month."""

    partial: bool = False


class BirthField(DayField):
    """A birth date, where 00 stands for a day or a month that no title says."""

    def _day(self, parts: list[str]) -> date:
        known = ["1" if part in UNKNOWN_PART else part for part in parts[:2]]
        day = super()._day([*known, parts[2]])
        born = Birth(day.year, day.month, day.day)
        born.partial = known != parts[:2]
        return born


def checked_nir(typed: str) -> str:
    """Fifteen characters with their key, or "". The refusal never says the number again."""
    try:
        return str(nir.validate(typed)) if typed else ""
    except StdnumError as error:
        raise ValidationError(WRONG_NIR) from error


def birth_initial(known: Data) -> list[Any] | date | None:
    """What one would type again: 00 for an unknown part."""
    if not known.get("naissance"):
        return None
    born = date.fromisoformat(str(known["naissance"]))
    if known.get("naissance_partielle"):
        return ["00", "00" if born.month == 1 else born.month, born.year]
    return born


def birth_data(born: date) -> Data:
    """The birth date under the names of the domain."""
    return {"naissance": date(born.year, born.month, born.day), "naissance_partielle": getattr(born, "partial", False)}


class NomQuestion(Question):
    step, slug = "identite", "nom"
    title = f"Comment vous appelez-vous{NBSP}?"
    intro = "Comme sur votre pièce d'identité."
    why = "Le nom sert à demander votre numéro unique, et à ne pas vous confondre avec quelqu'un d'autre."
    examples: ClassVar[Mapping[str, str]] = {
        "nom": "Écrivez votre nom de naissance.",
        "civilite": "Choisissez une réponse.",
    }
    civilite = ChoiceField(label="Civilité", choices=choix("civilite"), widget=forms.RadioSelect)
    prenom = TextField(label="Prénoms", required=False, help_text="Sans prénom sur votre titre, laissez vide.")
    nom = TextField(label="Nom de naissance")
    nom_usage = TextField(label="Nom d'usage", required=False)


class NaissanceQuestion(Question):
    step, slug = "identite", "naissance"
    title = f"Quelle est votre date de naissance{NBSP}?"
    why = "Certains logements sont réservés à un âge. L'âge ne donne aucun point par lui-même."
    examples: ClassVar[Mapping[str, str]] = {"naissance": f"Exemple{NBSP}: 12 3 1992"}
    naissance = BirthField(
        label="Date de naissance",
        help_text=f"Exemple{NBSP}: 12 3 1992. Si votre titre ne dit pas le jour, écrivez 00.",
    )

    def initial_of(self, known: Data) -> Data:
        """The stored day."""
        return {"naissance": birth_initial(known)}

    def clean_naissance(self) -> date:
        """The person who files is of age, or an emancipated minor: 16 at least (Cerfa 14069)."""
        born: date = self.cleaned_data["naissance"]
        least = age_minimum_demandeur()
        if plus_mois(date(born.year, born.month, born.day), 12 * least) > clock.today():
            raise ValidationError(
                f"{quote(born.strftime('%d/%m/%Y'))}{NBSP}: le demandeur a au moins {least} ans. Vérifiez la date."
            )
        return born

    def data_of(self, known: Data) -> Data:
        """The day, and whether it is whole."""
        return birth_data(self.cleaned_data["naissance"])


class NationaliteQuestion(Question):
    step, slug = "identite", "nationalite"
    title = f"Quelle est votre nationalité{NBSP}?"
    why = "Elle dit seulement quel titre demander\u00a0: carte d'identité, passeport ou titre de séjour."
    seen_by = "Vous, et l'agent qui vérifie votre titre."
    nationalite = ChoiceField(label="Nationalité", choices=choix("nationalite"), widget=forms.RadioSelect)
    examples: ClassVar[Mapping[str, str]] = {"nationalite": "Choisissez une réponse."}


class FamilleQuestion(Question):
    step, slug = "identite", "famille"
    title = f"Quelle est votre situation familiale{NBSP}?"
    why = "Un divorce ou un décès change les revenus qui comptent. La loi demande alors une pièce."
    situation_familiale = ChoiceField(
        label="Situation familiale",
        choices=[*choix("situation_familiale"), ("", "Je préfère répondre plus tard")],
        required=False,
        widget=forms.RadioSelect,
    )


class TelephoneQuestion(Question):
    step, slug = "identite", "telephone"
    title = f"Comment vous joindre{NBSP}?"
    why = "Une proposition de logement laisse peu de jours pour répondre. Un appel évite de la manquer."
    telephone = TextField(
        label="Téléphone", max_length=30, help_text="Celui d'un proche convient.",
        widget=forms.TextInput({"type": "tel", "autocomplete": "tel"}),
    )  # fmt: skip
    accord_mail = forms.BooleanField(label="J'accepte d'être informé par courrier électronique", required=False)
    accord_sms = forms.BooleanField(label="J'accepte d'être informé par SMS", required=False)
    examples: ClassVar[Mapping[str, str]] = {"telephone": "Écrivez un numéro où vous joindre."}


class AdresseQuestion(CommuneQuestion):
    step, slug = "identite", "adresse"
    title = f"Où habitez-vous{NBSP}?"
    why = "L'adresse sert à vous écrire. Habiter une commune donne parfois des points."
    adresse = TextField(
        label="Numéro et rue", required=False, help_text="Sans domicile, laissez vide et donnez la commune."
    )
    commune = CommuneField(label="Commune où vous habitez", help_text="Nom ou code postal")
    commune_code = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)
    heberge_chez = TextField(label="Chez qui", required=False, help_text="Si quelqu'un vous héberge.")
    examples: ClassVar[Mapping[str, str]] = {"commune": "Écrivez le nom ou le code postal."}

    def initial_of(self, known: Data) -> Data:
        """Stored address; the commune by its name."""
        code = known.get("commune_domicile", "")
        return {**known, "commune": self.commune_label(code), "commune_code": code}

    def data_of(self, known: Data) -> Data:
        """Address and commune of residence."""
        said = self.cleaned_data
        town = places.find(said["code"])
        return {
            "adresse": said["adresse"],
            "heberge_chez": said["heberge_chez"],
            "code_postal": town.codes_postaux[0] if town and town.codes_postaux else "",
            "ville": town.nom if town else "",
            "commune_domicile": said["code"],
        }


class CourrierQuestion(Question):
    step, slug, optional = "identite", "courrier", True
    title = f"Où vous écrire{NBSP}?"
    intro = "Passez cette question si vous recevez votre courrier chez vous."
    why = "Un courrier perdu peut coûter un logement. Une adresse de confiance, ou une domiciliation, convient."
    courrier_chez = TextField(label="Chez qui", required=False)
    courrier_adresse = TextField(label="Numéro et rue", required=False)
    courrier_code_postal = TextField(label="Code postal", required=False, max_length=10)
    courrier_ville = TextField(label="Ville", required=False)


class AidantQuestion(Question):
    step, slug, optional = "identite", "aidant", True
    title = f"Quelqu'un vous aide-t-il{NBSP}?"
    intro = "Un proche, un travailleur social, une association. Sinon, passez cette question."
    why = "Nous ne lui écrivons que si vous l'acceptez. Il n'entre pas dans votre compte."
    aidant_nom = TextField(label="Son nom", required=False)
    aidant_telephone = TextField(label="Son téléphone", required=False, max_length=30)
    aidant_email = forms.EmailField(label="Son adresse électronique", required=False, max_length=254)
    aidant_accord = forms.BooleanField(label="J'accepte que ma demande lui soit transmise", required=False)


class NirQuestion(Question):
    step, slug, optional = "identite", "nir", True
    title = f"Quel est votre numéro de sécurité sociale{NBSP}?"
    why = "Le formulaire national le prévoit. Il évite les doublons. Sans lui, votre demande vaut autant."
    seen_by = "Personne. Il est chiffré, et jamais affiché en entier."
    nir = TextField(
        label="Numéro de sécurité sociale", required=False, max_length=30,
        help_text="13 chiffres et la clé. Laissez vide pour ne rien changer.",
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "off"}),
    )  # fmt: skip
    nir_effacer = forms.BooleanField(label="Effacer le numéro enregistré", required=False)

    def initial_of(self, known: Data) -> Data:
        """The number is never put back in a page."""
        return {}

    def clean_nir(self) -> str:
        """Fifteen characters with their key; what is wrong is said without saying the number again."""
        return checked_nir(self.cleaned_data["nir"])

    def data_of(self, known: Data) -> Data:
        """A new number, none, or the one already kept."""
        if self.cleaned_data["nir_effacer"]:
            return {"nir": ""}
        return {"nir": self.cleaned_data["nir"]} if self.cleaned_data["nir"] else {}

    def said(self) -> list[tuple[str, str]]:
        """Its last two figures at most."""
        kept = str(queries.step_values(self.demande, "identite").get("nir") or "")
        return [(str(self.fields["nir"].label), f"Enregistré, se termine par {kept[-2:]}")] if kept else []


QUESTIONS: tuple[type[Question], ...] = (
    NomQuestion, NaissanceQuestion, NationaliteQuestion, FamilleQuestion, TelephoneQuestion, AdresseQuestion,
    CourrierQuestion, AidantQuestion, NirQuestion,
)  # fmt: skip
