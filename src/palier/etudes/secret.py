"""Which figures of a set of tables must be hidden, so that no group under a minimum is shown nor can be worked out.

A figure under the minimum is hidden; then others are, until no sum gives a small group back.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass
from typing import TypeAlias

import numpy as np

Cle: TypeAlias = "tuple[str, str]"
NUL = 1e-9
ESSAIS = 60


@dataclass(frozen=True)
class Somme:
    """`total` is the sum of `parts`: what a reader can add and subtract."""

    total: Cle
    parts: tuple[Cle, ...]


def cacher(
    valeurs: Mapping[Cle, int],
    sommes: Sequence[Somme],
    minimum: int,
    *,
    montrees: Collection[Cle] = (),
    cachees: Collection[Cle] = (),
    tues: Collection[Cle] = (),
) -> frozenset[Cle]:
    """Return the keys to hide; `montrees` are already shown elsewhere and stay so, `cachees` are hidden anyway.

    `tues`, hidden too, must not be worked out whatever they count, as long as hiding one more figure prevents it.

    No shown figure is 1 to `minimum` - 1 (a nil figure tells of nobody). No sum leaves hidden figures that count
    together 1 to `minimum` - 1. No hidden figure of 1 to `minimum` - 1 can be worked out from what is shown.
    """
    caches = {cle for cle, valeur in valeurs.items() if 0 < valeur < minimum and cle not in montrees}
    caches |= {*cachees, *tues}
    tables = _Tables(valeurs, sommes, frozenset(montrees), frozenset(tues))
    while (complement := tables.complement(caches, minimum)) is not None:
        caches.add(complement)
    return frozenset(caches)


@dataclass(frozen=True)
class _Tables:
    """Figures, the sums that bind them, and those that cannot be hidden."""

    valeurs: Mapping[Cle, int]
    sommes: Sequence[Somme]
    montrees: frozenset[Cle]
    tues: frozenset[Cle]

    def complement(self, caches: set[Cle], minimum: int) -> Cle | None:
        """Return the next figure to hide; None when nothing leaks, or when nothing is left to hide."""
        for somme in self.sommes:
            reste = sum(self.valeurs[cle] for cle in somme.parts if cle in caches)
            if somme.total not in caches and 0 < reste < minimum:
                return next(iter(self._candidats([somme], caches)), None)
        for fuite in _devinees(self.valeurs, self.sommes, caches):
            petite = 0 < self.valeurs[fuite] < minimum
            remede = self._remede(fuite, caches, petite) if petite or fuite in self.tues else None
            if remede is not None:
                return remede
        return None

    def _remede(self, fuite: Cle, caches: set[Cle], petite: bool) -> Cle | None:
        """Return the least figure whose hiding makes a leak uncertain again.

        For a small figure that no single one mends, the least of all: another will follow.
        """
        liees = [somme for somme in self.sommes if caches & {somme.total, *somme.parts}]
        candidats = self._candidats(liees, caches)
        for candidat in candidats[:ESSAIS]:
            if fuite not in _devinees(self.valeurs, self.sommes, caches | {candidat}):
                return candidat
        return next(iter(candidats), None) if petite else None

    def _candidats(self, sommes: Sequence[Somme], caches: Collection[Cle]) -> list[Cle]:
        """Return the figures that may be hidden in these sums: parts before totals, the least first."""
        exclues = {*caches, *self.montrees}
        parts = {cle for somme in sommes for cle in somme.parts}
        tous = {cle for cle in parts | {somme.total for somme in sommes} if self.valeurs[cle] and cle not in exclues}
        return sorted(tous, key=lambda cle: (cle not in parts, self.valeurs[cle], cle))


def _devinees(valeurs: Mapping[Cle, int], sommes: Sequence[Somme], caches: Collection[Cle]) -> list[Cle]:
    """Return the hidden keys that a reader can work out: by sums, and because what adds up to nil is nil."""
    inconnues = set(caches)
    while True:
        trouvees = {*_resolues(sommes, sorted(inconnues)), *_nulles(valeurs, sommes, inconnues)}
        if not trouvees:
            return sorted(set(caches) - inconnues)
        inconnues -= trouvees


def _nulles(valeurs: Mapping[Cle, int], sommes: Sequence[Somme], inconnues: Collection[Cle]) -> set[Cle]:
    """Return the unknown parts of a known total that its known parts exhaust."""
    nulles: set[Cle] = set()
    for somme in sommes:
        restes = {cle for cle in somme.parts if cle in inconnues}
        if somme.total not in inconnues and not any(valeurs[cle] for cle in restes):
            nulles |= restes
    return nulles


def _resolues(sommes: Sequence[Somme], inconnues: Sequence[Cle]) -> list[Cle]:
    """Return the unknowns that the sums determine: those on which every solution agrees."""
    if not inconnues:
        return []
    place = {cle: rang for rang, cle in enumerate(inconnues)}
    systeme = np.zeros((len(sommes), len(inconnues)))
    for ligne, somme in zip(systeme, sommes, strict=True):
        for cle in somme.parts:
            if cle in place:
                ligne[place[cle]] += 1
        if somme.total in place:
            ligne[place[somme.total]] -= 1
    _, singulieres, bases = np.linalg.svd(systeme)
    libres = bases[int((singulieres > NUL).sum()) :]
    return [cle for cle, rang in place.items() if not (np.abs(libres[:, rang]) > NUL).any()]
