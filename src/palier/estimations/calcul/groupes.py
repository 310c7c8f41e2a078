"""Who belongs to which group, as each person declared it: for the audit alone, in memory, during its task.

Nothing here is stored, and nothing else may import this module: the import contracts hold it. A group is never
inferred, never read from a name. Unknown stays unknown. Addresses in a priority district are not audited: the
platform holds no map of them.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Iterator
from datetime import date
from uuid import UUID

import numpy as np

from palier import coffre
from palier.chances.equite import Groupes
from palier.demandes.enums import Contrat
from palier.demandes.facts import ADULTS, situation
from palier.demandes.models import Demande, Personne
from palier.droit.dates import mois_complets
from palier.droit.formulaire import liste
from palier.estimations.facts.tables import CHUNK, words

SEX = {"MME": "femme", "M": "homme"}
NATIONS = {"FR": "France", "UE": "Union européenne", "HORS_UE": "hors Union européenne"}
AGES = ((30, "moins de 30 ans"), (45, "30 à 44 ans"), (60, "45 à 59 ans"))
OLDEST = "60 ans et plus"
QUARTERS = ("premier quart", "deuxième quart", "troisième quart", "dernier quart")
RESSOURCES = "revenu"
VARIABLES = ("sexe", "age", "famille", "handicap", "nationalite", RESSOURCES, "emploi")
Line = tuple[str, str, str]


def groups_of(demandes: Iterable[UUID], au: date) -> Groupes:
    """One row a demande and a variable known of it, for `chances.equite`."""
    lines: list[Line] = []
    ressources: dict[str, float] = {}
    for part in _parts(sorted(set(demandes))):
        for demande in part:
            lines += _declared(demande, au)
            amount = _ressources(demande)
            if amount is not None:
                ressources[str(demande.pk)] = amount
    lines += _quarters(ressources)
    who, what, which = ([line[place] for line in lines] for place in range(3))
    return words(who), words(what), words(which)


def _parts(pks: list[UUID]) -> Iterator[list[Demande]]:
    """The demandes by parts, under their keys; whoever was erased is left out."""
    for start in range(0, len(pks), CHUNK):
        rows = Demande.objects.filter(pk__in=pks[start : start + CHUNK]).order_by("pk")
        holders = [pk for pk in rows.values_list("titulaire_id", flat=True) if not coffre.is_destroyed(pk)]
        with coffre.ring(holders):
            yield list(rows.filter(titulaire__in=holders).prefetch_related("personnes"))


def _declared(demande: Demande, au: date) -> Iterator[Line]:
    holder = next((each for each in demande.personnes.all() if each.role == "demandeur"), None)
    if holder is None:
        return
    readers: dict[str, Callable[[], str | None]] = {
        "sexe": lambda: SEX.get(_said(holder, "civilite")),
        "age": lambda: _age(_said(holder, "naissance"), au),
        "famille": lambda: _family(_said(holder, "situation_familiale")),
        "handicap": lambda: "oui" if _handicap(demande) else "non",
        "nationalite": lambda: NATIONS.get(_said(holder, "nationalite")),
        "emploi": lambda: _work(demande),
    }
    for name, reader in readers.items():
        found = reader()
        if found:
            yield str(demande.pk), name, found


def _said(person: Personne, name: str) -> str:
    return str((person.identite or {}).get(name) or "")


def _age(born: str, au: date) -> str | None:
    if not born:
        return None
    years = mois_complets(date.fromisoformat(born), au) // 12
    return next((label for limit, label in AGES if years < limit), OLDEST)


def _family(code: str) -> str | None:
    row = liste("situation_familiale").get(code)
    return str(row["libelle"]) if row else None


def _handicap(demande: Demande) -> bool:
    said = any((each.protege or {}).get(name) for each in demande.personnes.all() for name in ("handicap", "mdph"))
    return bool(said or situation(demande).get("handicap"))


def _work(demande: Demande) -> str | None:
    if demande.demandeur_emploi:
        return "en recherche d'emploi"
    return str(Contrat(demande.contrat).label) if demande.contrat else None


def _ressources(demande: Demande) -> float | None:
    """Monthly amount of the adults for each person of the household; None while one figure is unknown."""
    persons = list(demande.personnes.all())
    earned = [each.net_mensuel_cents for each in persons if each.role in ADULTS]
    if not earned or any(cents is None for cents in earned):
        return None
    return sum(cents or 0 for cents in earned) / len(persons)


def _quarters(ressources: dict[str, float]) -> Iterator[Line]:
    """The quarter of each amount among those looked at."""
    if not ressources:
        return
    bounds = np.quantile(list(ressources.values()), [0.25, 0.5, 0.75])
    for demande, amount in ressources.items():
        yield demande, RESSOURCES, QUARTERS[int(np.searchsorted(bounds, amount, "left"))]
