"""Which questions are asked, in which order: only those whose answer can count for this household."""

from __future__ import annotations

from collections.abc import Iterator

from palier.droit.foyer import majorite
from palier.droit.menage import Cas, Personne
from palier.portals.public.simulateur.persons import CHILDREN, OTHERS, menage_of, person_of
from palier.portals.public.simulateur.state import State

CHAPTERS = {
    "adultes": 1, "naissance": 1, "foyer": 1, "enfant": 1, "charge": 1, "autre": 1, "handicap": 1, "commune": 2,
    "employeur": 3, "effectif": 3, "contrat": 3, "rfr": 4, "recents": 4, "net": 4, "loyer": 5,
}  # fmt: skip
NO_SIZE = "public"
"""The sector where the number of employees changes nothing (CCH L.313-1)."""
LAST_CHAPTER = max(CHAPTERS.values())


def steps(cas: Cas) -> tuple[str, ...]:
    """The keys of the questions of this case: « naissance-p2 » is about one person, « commune » about all."""
    return (*_persons(cas), "handicap", "commune", "employeur", *_work(cas), *_money(cas), "loyer")


def _persons(cas: Cas) -> Iterator[str]:
    menage = menage_of(cas)
    yield "adultes"
    yield from (f"naissance-{each.id}" for each in menage.adultes)
    yield "foyer"
    for each in menage.personnes:
        if each.role in CHILDREN:
            yield f"enfant-{each.id}"
            if asks_charge(each, cas):
                yield f"charge-{each.id}"
    yield from (f"autre-{each.id}" for each in menage.personnes if each.role in OTHERS)


def asks_charge(child: Personne, cas: Cas) -> bool:
    """Tell whether it must be asked if a child is à charge: not of one who visits, nor of a minor who lives there."""
    age = child.age(cas.au)
    return child.garde != "visite" and not (child.garde == "principale" and age is not None and age < majorite())


def _work(cas: Cas) -> Iterator[str]:
    sector = cas.emploi.secteur if cas.emploi is not None else None
    if sector is not None:
        yield from ("contrat",) if sector == NO_SIZE else ("effectif", "contrat")


def _money(cas: Cas) -> Iterator[str]:
    yield "rfr"
    if any(cas.au.year - 2 in each.rfr for each in menage_of(cas).adultes):
        yield "recents"
    yield "net"


def next_step(state: State) -> str:
    """The first question that has no answer yet; "" when all have."""
    return next((key for key in steps(state.cas) if key not in state.seen), "")


def step_before(state: State, key: str) -> str:
    """The question asked before this one; "" before the first."""
    keys = steps(state.cas)
    rank = keys.index(key) if key in keys else 0
    return keys[rank - 1] if rank else ""


def answered(state: State, cas: Cas, key: str) -> State:
    """The state once `key` is answered so: what it emptied is asked again, what no longer applies is forgotten."""
    return State(cas, (state.seen - emptied(state.cas, cas, key) | {key}) & frozenset(steps(cas)))


def emptied(before: Cas, after: Cas, key: str) -> frozenset[str]:
    """The questions whose answer went away with another one: another employer, another custody."""
    if key == "employeur" and before.emploi != after.emploi:
        return frozenset({"effectif", "contrat"})
    name, _dash, person_id = key.partition("-")
    child = person_of(after, person_id)
    if name == "enfant" and child is not None and child.a_charge is None:
        return frozenset({f"charge-{person_id}"})
    return frozenset()


def all_answered(cas: Cas) -> State:
    """The state of a case that comes whole from a file."""
    return State(cas, frozenset(steps(cas)))
