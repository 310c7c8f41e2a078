"""The demande said back to its person: the lines of the last reading, and the dashboard."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from datetime import date
from typing import Any

from palier.base import clock
from palier.demandes import facts, queries
from palier.demandes.models import Demande, Personne
from palier.droit.exactitude import A_VERIFIER, exactitude
from palier.droit.menage import lire_cas
from palier.droit.numero_unique import lire_numero_unique
from palier.portals.demandeur import flow, places
from palier.portals.demandeur.questions.base import first_name

NBSP = "\u00a0"
EMPTY = "Non renseigné"
NOTHING = "Rien à signaler"
FIRST_COMMUNE = "Une commune au moins dans votre secteur prioritaire"


def day(value: date | str | None) -> str:
    """« 02/03/1992 », or what says that nothing is known."""
    if not value:
        return EMPTY
    return (value if isinstance(value, date) else date.fromisoformat(value)).strftime("%d/%m/%Y")


def name_of(person: Personne) -> str:
    """First name and name, as typed."""
    said = person.identite or {}
    return f"{said.get('prenom', '')} {said.get('nom', '')}".strip()


def persons(demande: Demande) -> list[dict[str, Any]]:
    """The other persons of the household, for the list with its acts."""
    return [
        {"id": each.pk, "nom": name_of(each), "detail": _person_detail(each)}
        for each in demande.personnes.all()
        if each.role != "demandeur"
    ]


def _person_detail(person: Personne) -> str:
    born = (person.identite or {}).get("naissance")
    parts = [str(person.get_role_display()), f"né(e) le {day(born)}"]
    if person.role not in ("conjoint", "codemandeur"):
        parts.append("à charge" if person.a_charge else "non à charge")
    if person.garde:
        parts.append(str(person.get_garde_display()).lower())
    return ", ".join(parts)


@dataclass(frozen=True, slots=True)
class Row:
    """One question said back: its words, its answer, where to change it."""

    label: str
    value: str
    url: str

    def __iter__(self) -> Iterator[str]:
        """Label and answer, as the lists of facts read them."""
        yield from (self.label, self.value)

    def __getitem__(self, place: int) -> str:
        return (self.label, self.value)[place]

    def __len__(self) -> int:
        return 2


def lines(demande: Demande) -> list[tuple[str, str, list[Row]]]:
    """(step, its title, what was answered to each of its questions) in the order of the questions."""
    found: dict[str, list[Row]] = {}
    for each in flow.asked(demande):
        found.setdefault(each.step, []).extend(_rows(demande, each))
    return [(step, queries.STEP_LABELS[step], rows) for step, rows in found.items()]


def _rows(demande: Demande, each: flow.Asked) -> list[Row]:
    if each.question is None:
        return [Row(label, value, each.url) for label, value in _perimetre(demande)]
    form = each.form(demande)
    answers = form.said()
    others = [Row(name, detail, each.url) for name, detail in _persons(demande, each)]
    if form.single() is not None or not answers:
        silent = NOTHING if each.answered else EMPTY
        said = ", ".join(value for _label, value in answers) or silent
        return [Row(form.about(), said, each.url), *others] if answers or not others else others
    name = f"{first_name(each.person)}{NBSP}: " if each.person is not None else ""
    return [*others, *(Row(f"{name}{label}", value, each.url) for label, value in answers)]


def _persons(demande: Demande, each: flow.Asked) -> list[tuple[str, str]]:
    if (each.step, each.key) != ("menage", "personnes"):
        return []
    return [(person["nom"], person["detail"]) for person in persons(demande)]


def missing(demande: Demande) -> list[tuple[str, str]]:
    """What is not answered yet and should be, with the page that asks it."""
    found = [each for each in flow.asked(demande) if not each.answered and not each.optional]
    return [(each.form(demande).about() if each.question else FIRST_COMMUNE, each.url) for each in found]


def doubts(demande: Demande) -> list[str]:
    """Figures that look rounded, or that disagree: said kindly, never in the way."""
    if queries.holder_of(demande) is None:
        return []
    verdicts = exactitude(lire_cas(facts.cas(demande, au=clock.today())))
    return [motif.texte for each in verdicts.values() if each.valeur == A_VERIFIER for motif in each.motifs]


def _perimetre(demande: Demande) -> list[tuple[str, str]]:
    first, second = facts.perimetre(demande)
    names = places.known(demande)
    rings = (("Secteur prioritaire", first), ("Secteur secondaire", second))
    return [(label, ", ".join(names.get(code, code) for code in codes) or EMPTY) for label, codes in rings]


def capital(text: str) -> str:
    """The same text, its first letter a capital."""
    return text[:1].upper() + text[1:]


def numero_text(demande: Demande) -> str:
    """The number in its groups, "" while it is awaited."""
    number = (demande.numero or {}).get("numero_unique", "")
    return str(lire_numero_unique(number)) if number else ""


def status(demande: Demande) -> dict[str, str]:
    """Where it stands, who acts, what comes next, by when."""
    until = (
        f"Renouvellement avant le {day(demande.renouveler_avant)}" if demande.renouveler_avant else "Pas de date limite"
    )
    table = {
        "brouillon": (
            "Brouillon, enregistré à chaque étape",
            "Vous",
            "Le dépôt, qui fait votre ancienneté",
            "Pas de date limite",
        ),
        "deposee": (
            "Déposée, numéro unique en attente",
            "Vous, puis le guichet",
            "Le numéro, nécessaire pour la commission. Vous pouvez déjà postuler.",
            until,
        ),
        "active": ("Active", "Vous, quand une annonce vous va", "Une candidature, puis la commission", until),
        "a_renouveler": ("À renouveler", "Vous", "Le renouvellement, sans perdre d'ancienneté", until),
        "radiee": ("Close", "Personne", demande.motif_label, "Rien à faire"),
    }
    ou, qui, ensuite, limite = table[demande.state]
    return {"ou": ou, "qui": qui, "ensuite": ensuite, "au_plus_tard": limite}
