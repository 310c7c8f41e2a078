"""Chapter 4: what each person receives, by year and by kind."""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from palier.base import clock
from palier.demandes import queries
from palier.demandes.models import Demande, Personne
from palier.droit.dates import plus_mois
from palier.droit.formulaire import choix, libelle_formulaire, liste
from palier.droit.menage import age_minimum_demandeur
from palier.portals.demandeur.questions.base import ADULTS, Data, Question
from palier.portals.forms import NBSP, AmountField, MultipleChoiceField

NONE = "AUCUNE"
KINDS = [*choix("ressource"), *choix("charge"), (NONE, "Aucune ressource")]


def earners(demande: Demande) -> list[Personne | None]:
    """The holder (None), the others who sign, then who is old enough to earn."""
    found: list[Personne | None] = []
    for each in demande.personnes.all():
        if each.role == "demandeur":
            found.insert(0, None)
        elif each.role in ADULTS or _is_grown(each):
            found.append(each)
    return found


def _is_grown(person: Personne) -> bool:
    born = (person.identite or {}).get("naissance")
    return born is not None and plus_mois(date.fromisoformat(born), 12 * age_minimum_demandeur()) <= clock.today()


class MoneyQuestion(Question):
    """A question about the money of one person."""

    step = "ressources"
    per_person = True

    @property
    def _id(self) -> str:
        person = self.person or queries.holder_of(self.demande)
        assert person is not None
        return str(person.pk)

    @classmethod
    def asked_of(cls, demande: Demande) -> list[Personne | None]:
        """Everybody who may earn."""
        return earners(demande)

    def initial_of(self, known: Data) -> Data:
        """This person's amounts."""
        return dict(known.get(self._id, {}))

    def written(self, known: Data, said: Data) -> Data:
        """This person's amounts with these ones."""
        year = clock.today().year - 2
        return {"annee_n2": year, self._id: {**known.get(self._id, {}), **said}}


class RfrQuestion(MoneyQuestion):
    slug = "rfr"
    title = f"Que disent vos avis d'impôt{NBSP}?"
    intro = "Recopiez les montants exacts. Laissez vide ce que vous ne connaissez pas\u00a0: vide n'est jamais zéro."
    why = "Les plafonds se comparent au revenu fiscal de référence. Une baisse récente peut jouer pour vous."
    joint: ClassVar[str] = "Avis commun\u00a0: le total pour vous, 0 pour l'autre personne."

    def __init__(self, demande: Demande, person: Personne | None = None, data: Any = None) -> None:
        super().__init__(demande, person, data)
        year = clock.today().year - 2
        labels = (
            f"Revenu fiscal de référence {year} (avis d'impôt {year + 1})",
            f"Revenu fiscal de référence {year + 1} (avis d'impôt {year + 2})",
            "Total net imposable des 12 derniers mois",
        )
        for name, label in zip(queries.AMOUNTS[:3], labels, strict=True):
            self.fields[name] = AmountField(label=label, required=False)
        if demande.union:
            self.fields["rfr_n2_cents"].help_text = self.joint

    def data_of(self, known: Data) -> Data:
        """Three amounts, each known or not."""
        return self.written(known, dict(self.cleaned_data))


class NaturesQuestion(MoneyQuestion):
    slug = "natures"
    title = f"Que recevez-vous chaque mois{NBSP}?"
    intro = "Avant le prélèvement à la source, sans l'aide au logement. Les montants viennent ensuite."
    why = "Chaque ressource demande une seule pièce. Ce qui n'est pas coché n'est pas demandé."
    natures = MultipleChoiceField(label="Ressources du mois", choices=KINDS, required=False)

    def initial_of(self, known: Data) -> Data:
        """Stored kinds; none at all when the net is a known zero."""
        mine = super().initial_of(known)
        codes = list(mine.get("ressources") or {})
        return {"natures": codes or ([NONE] if mine.get("net_mensuel_cents") == 0 else [])}

    def clean(self) -> Data:
        """None is none."""
        cleaned: Data = super().clean() or {}
        ticked = cleaned.get("natures") or []
        if NONE in ticked and len(set(ticked) - {NONE, *liste("charge")}) > 0:
            message = "«\u00a0Aucune ressource\u00a0» va seule. Décochez-la, ou décochez les autres."
            self.add_error("natures", message)
        return cleaned

    def data_of(self, known: Data) -> Data:
        """The kinds, with the amounts already known."""
        ticked = self.cleaned_data["natures"]
        before: Data = known.get(self._id, {}).get("ressources") or {}
        kinds = {code: before.get(code) for code in ticked if code != NONE}
        part: Data = {"ressources": kinds}
        if NONE in ticked:
            part["net_mensuel_cents"] = 0
        elif not kinds and known.get(self._id, {}).get("net_mensuel_cents") == 0:
            part["net_mensuel_cents"] = None
        return self.written(known, part)


class MontantsQuestion(MoneyQuestion):
    slug = "montants"
    title = f"Combien par mois{NBSP}?"
    intro = "Le net du dernier mois. Si cela varie, la moyenne des 12 derniers mois."
    why = "Le total sert à calculer la part du loyer. Un montant recopié évite un refus au bailleur."

    def __init__(self, demande: Demande, person: Personne | None = None, data: Any = None) -> None:
        super().__init__(demande, person, data)
        for code in self._codes(demande, person):
            label = libelle_formulaire("charge" if code in liste("charge") else "ressource", code)
            self.fields[code] = AmountField(label=label, required=False)

    @classmethod
    def asked_of(cls, demande: Demande) -> list[Personne | None]:
        """Whoever ticked something."""
        return [each for each in earners(demande) if cls._codes(demande, each)]

    @staticmethod
    def _codes(demande: Demande, person: Personne | None) -> list[str]:
        found = person or queries.holder_of(demande)
        kept = found.ressources if found else {}
        return [code for code, _label in KINDS if code in kept]

    def initial_of(self, known: Data) -> Data:
        """Stored amounts by code."""
        return dict(super().initial_of(known).get("ressources") or {})

    def data_of(self, known: Data) -> Data:
        """Amounts by code, known or not; a kind ticked meanwhile on the same page keeps its place."""
        kept: Data = known.get(self._id, {}).get("ressources") or {}
        return self.written(known, {"ressources": {code: self.cleaned_data.get(code) for code in kept}})


QUESTIONS: tuple[type[Question], ...] = (RfrQuestion, NaturesQuestion, MontantsQuestion)
