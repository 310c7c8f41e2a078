"""One version of a demande: what a kept answer says, and the points that it brings on a grid."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from math import isnan
from typing import Any

from palier.base.clock import local_day
from palier.candidatures.facts import TYPOLOGIES
from palier.demandes import facts
from palier.demandes.facts import ADULTS
from palier.demandes.models import Demande
from palier.droit.champs import CasInvalide
from palier.droit.cotation import Grille, coter, faits_cotation
from palier.droit.menage import Cas, lire_cas
from palier.droit.occupation import typologies
from palier.droit.plafonds import eligibilites
from palier.estimations.facts.tables import financement, seconds, typologie

UNKNOWN = float("nan")
Content = dict[str, Any]
"""The part of a kept version that an estimate needs: case of the law, situation, perimeter, sizes, communes."""


@dataclass(frozen=True)
class Version:
    """One row of the journal's demandes; `points` without seniority and without any line of an offre."""

    instant: int
    taille: int
    revenu: float
    domicile: str
    travail: str
    communes: tuple[str, ...]
    typologies: tuple[int, ...]
    financements: tuple[int, ...]
    points: float
    perdus: float
    complete: bool

    def is_like(self, other: Version) -> bool:
        """True when nothing but the instant differs."""
        return self._content() == other._content()

    def _content(self) -> tuple[object, ...]:
        figures = (self.revenu, self.points, self.perdus)
        return (
            self.taille, self.domicile, self.travail, self.communes, self.typologies, self.financements, self.complete,
            *(None if isnan(each) else each for each in figures),
        )  # fmt: skip


def content_of(data: Mapping[str, Any]) -> Content:
    """What is kept of a version once it is opened; names, addresses and contacts are left behind at once."""
    rings = data.get("perimetre") or {}
    return {
        "cas": data["cas"],
        "situation": data.get("situation") or {},
        "communes": tuple(dict.fromkeys((*rings.get("prioritaires", ()), *rings.get("secondaires", ())))),
        "typologies": tuple(data.get("typologies") or ()),
        "domicile": data.get("commune_domicile") or "",
        "travail": data.get("commune_travail") or "",
    }


def empty_content() -> Content:
    """A version of which nothing is left: the person was erased."""
    return content_of({"cas": {}})


def snapshot_of(demande: Demande) -> Content:
    """The same answers read from the rows as they stand."""
    prioritaires, secondaires = facts.perimetre(demande)
    assert demande.deposee_le is not None
    return {
        "cas": facts.cas(demande, au=demande.deposee_le),
        "situation": facts.situation(demande),
        "perimetre": {"prioritaires": prioritaires, "secondaires": secondaires},
        "typologies": list(demande.typologies),
        "commune_domicile": demande.commune_domicile,
        "commune_travail": demande.commune_travail,
    }


def count_version(
    content: Content, pieces: Mapping[str, date | None], grille: Grille | None, *, at: datetime, complete: bool
) -> Version:
    """The version of an instant: its points on the grid, and those that a missing proof withholds."""
    day = local_day(at)
    cas = _case(content, day)
    points, lost = _points(cas, content, pieces, grille, day)
    size = _size(cas, content, day)
    asked = content["typologies"] or _usual(cas)
    return Version(
        instant=seconds(at),
        taille=size,
        revenu=_ressources(content),
        domicile=content["domicile"],
        travail=content["travail"],
        communes=content["communes"],
        typologies=tuple(dict.fromkeys(typologie(each) for each in asked)),
        financements=_open(cas),
        points=points,
        perdus=lost,
        complete=complete,
    )


def _case(content: Content, day: date) -> Cas | None:
    """The case of the law on that day; None when nothing was kept of it, or what was kept can no longer be read."""
    if not content["cas"]:
        return None
    try:
        return lire_cas({**content["cas"], "au": day.isoformat()})
    except CasInvalide:
        return None


def _points(
    cas: Cas | None, content: Content, pieces: Mapping[str, date | None], grille: Grille | None, day: date
) -> tuple[float, float]:
    """Points that count, and those that would with every piece that the grid asks for."""
    if cas is None or grille is None:
        return UNKNOWN, UNKNOWN
    codes = {line.piece for rubrique in grille.rubriques for line in rubrique.criteres if line.piece}
    try:
        held = coter(grille, faits_cotation(cas.menage, content["situation"], au=day, pieces=dict(pieces)), day)
        every = dict.fromkeys(sorted(codes))
        whole = coter(grille, faits_cotation(cas.menage, content["situation"], au=day, pieces=every), day)
    except CasInvalide:
        return UNKNOWN, UNKNOWN
    return float(held.points), float(max(0, whole.points - held.points))


def _size(cas: Cas | None, content: Content, day: date) -> int:
    """Persons of the household for the law; -1 when it is not known."""
    if cas is None or cas.menage is None:
        return -1
    found = faits_cotation(cas.menage, {}, au=day).valeurs.get("menage.personnes")
    return len(cas.menage.personnes) if found is None else int(str(found))


def _ressources(content: Content) -> float:
    """What the adults receive a month, in euros; unknown as soon as one of them is."""
    people = (content["cas"].get("menage") or {}).get("personnes") or ()
    received = [each.get("net_mensuel") for each in people if each.get("role") in ADULTS]
    if not received or any(each is None for each in received):
        return UNKNOWN
    return float(sum(received))


def _usual(cas: Cas | None) -> tuple[str, ...]:
    """The sizes that suit the household, when the person named none."""
    if cas is None:
        return ()
    bounds = typologies(cas)
    low, high = bounds["min"].valeur, bounds["max"].valeur
    if low is None or high is None:
        return ()
    return TYPOLOGIES[TYPOLOGIES.index(low) : TYPOLOGIES.index(high) + 1]


def _open(cas: Cas | None) -> tuple[int, ...]:
    """The financements that no ceiling closes; one that cannot be told stays open, as when applying."""
    if cas is None:
        return ()
    return tuple(financement(name) for name, verdict in eligibilites(cas).items() if verdict.valeur is not False)
