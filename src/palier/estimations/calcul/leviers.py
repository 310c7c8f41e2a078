"""What would change a demande most: the admissible actions, each replayed on the same offres, three at most."""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, replace
from typing import Any

import numpy as np

from palier.base import limits
from palier.chances.delais import Profils, Rejeu
from palier.chances.delais.risques import inserer
from palier.chances.leviers import Ecart, Reprise, voisines
from palier.estimations.calcul.changes import change_all
from palier.estimations.calcul.profils import Adverts, Seeker, profils_of
from palier.estimations.calcul.trajets import minutes_from
from palier.estimations.rules import FREE, LEVERS_SHOWN
from palier.estimations.values import Levier

GRAINE = 0
"""Seed of the resampling of offres: the same replay always gives the same range."""


@dataclass(frozen=True)
class Bench:
    """One person in one replay: the columns to compare from, and how a change of version changes them."""

    seeker: Seeker
    profil: Profils
    adverts: Adverts
    replay: Rejeu

    @property
    def adverts_12m(self) -> int:
        """How many offres of the perimeter were published in the last 12 months."""
        return self.adverts.in_perimeter(self.seeker.version, 0)

    def after(self, actions: Sequence[str]) -> Bench:
        """The same person after some changes, at an unchanged rhythm."""
        version = change_all(self.seeker.version, actions, self.seeker.rings)
        other = replace(self.seeker, version=version)
        profil = profils_of([other], self.adverts, self.replay).avec(rythme=self.profil.rythme)
        return replace(self, seeker=other, profil=profil)

    def inputs(self) -> list[Any]:
        """What an outlook is computed from, beside the replay."""
        seeker = self.seeker
        told = {name: value for name, value in vars(seeker.version).items() if name != "instant"}
        return [told, seeker.rings, seeker.mois, str(seeker.depuis), float(self.profil.rythme[0])]


def best_levers(bench: Bench, reprise: Reprise) -> tuple[Levier, ...]:
    """At most three actions whose low bound clearly gains, those that cost nothing first, then by gain."""
    minutes = minutes_from(bench.seeker.version.travail or bench.seeker.version.domicile, bench.replay.communes)
    tried = list(_admissible(bench, minutes))
    if not tried:
        return ()
    gaps = reprise.ecarts(bench.profil, [bench.after([action]).profil for action in tried])
    found = [
        (action not in FREE, -gap.gain, action, gap) for action, gap in zip(tried, gaps, strict=True) if gap.nette
    ]
    return tuple(_lever(bench, action, gap, minutes) for _, _, action, gap in sorted(found)[:LEVERS_SHOWN])


def _admissible(bench: Bench, minutes: dict[str, float]) -> Iterator[str]:
    """What may be proposed: never a fact of the household, never a financement, for those open are all replayed."""
    version = bench.seeker.version
    near = [each for each in bench.replay.communes if each not in version.communes]
    most, reach = limits.value("levier_communes"), limits.value("levier_trajet")
    near = sorted((each for each in near if minutes.get(each, np.inf) <= reach), key=lambda each: (minutes[each], each))
    yield from (f"commune:{each}" for each in near[:most])
    yield from voisines(bench.profil)
    if version.perdus > 0:
        yield "justificatif"
    if not version.complete:
        yield "dossier_complet"


def _lever(bench: Bench, action: str, gap: Ecart, minutes: dict[str, float]) -> Levier:
    name, _, place = action.partition(":")
    travel = minutes.get(place) if name == "commune" else None
    return Levier(
        action=action,
        gain=gap.gain,
        bas80=gap.bas80,
        haut80=gap.haut80,
        gratuit=action in FREE,
        trajet_min=None if travel is None else round(travel),
        loyer_cents=_loyer_of(bench, action) if name in ("commune", "typologie") else None,
        pieces=bench.seeker.manquantes if action == "justificatif" else (),
    )


def _loyer_of(bench: Bench, action: str) -> int | None:
    """The mean loyer, charges included, of the offres of the year that the change brings."""
    after = inserer(bench.replay, bench.after([action]).profil).o
    brought = np.setdiff1d(after, inserer(bench.replay, bench.profil).o)
    loyers = bench.replay.loyer[brought]
    loyers = loyers[~np.isnan(loyers)]
    return round(float(loyers.mean()) * 100) if loyers.size else None
