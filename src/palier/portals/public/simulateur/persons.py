"""The household while it is being told: who is there, how each is called, one person added, changed or gone."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

from django.utils.translation import gettext as _

from palier.droit.menage import Cas, Menage, Personne

FIRST = Personne("p1", "demandeur")
CHILDREN, OTHERS = ("enfant",), ("ascendant", "autre")


def menage_of(cas: Cas) -> Menage:
    """The household; the demandeur alone as long as nothing is said."""
    return cas.menage or Menage((FIRST,))


def person_of(cas: Cas, person_id: str) -> Personne | None:
    """The person of this id."""
    return next((each for each in menage_of(cas).personnes if each.id == person_id), None)


def with_persons(cas: Cas, personnes: tuple[Personne, ...], **changes: Any) -> Cas:
    """The case with these persons, and other fields of the household."""
    return replace(cas, menage=replace(menage_of(cas), personnes=personnes, **changes))


def with_changes(cas: Cas, changes: dict[str, dict[str, Any]]) -> Cas:
    """The case where each person named (id -> fields) is changed so."""
    persons = tuple(replace(each, **changes.get(each.id, {})) for each in menage_of(cas).personnes)
    return with_persons(cas, persons)


def with_count(personnes: tuple[Personne, ...], roles: tuple[str, ...], wanted: int) -> tuple[Personne, ...]:
    """These persons with `wanted` of these roles: the first stay, new ones are of the last role and unknown."""
    mine = [each for each in personnes if each.role in roles]
    gone = {each.id for each in mine[wanted:]}
    kept = [each for each in personnes if each.id not in gone]
    for _number in range(wanted - len(mine)):
        kept.append(Personne(new_id(kept), roles[-1]))
    return tuple(kept)


def new_id(personnes: list[Personne]) -> str:
    """The first id that nobody has."""
    taken = {each.id for each in personnes}
    return next(f"p{number}" for number in range(1, len(taken) + 2) if f"p{number}" not in taken)


def name_of(cas: Cas, person_id: str) -> str:
    """How a person is called on a page, in the language of the page: « Vous », « Enfant 2 »."""
    persons = menage_of(cas).personnes
    person = next(each for each in persons if each.id == person_id)
    if person.role == "demandeur":
        return _("Vous")
    if person.role == "conjoint":
        return _("Votre conjoint ou conjointe")
    roles = OTHERS if person.role in OTHERS else (person.role,)
    number = [each.id for each in persons if each.role in roles].index(person_id) + 1
    if person.role == "codemandeur":
        return _("L'autre adulte du bail") if number == 1 else _("Autre adulte du bail %(number)s") % {"number": number}
    if person.role == "enfant":
        return _("Enfant %(number)s") % {"number": number}
    return _("Autre proche %(number)s") % {"number": number}
