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
) -> frozenset[Cle]:
    """Return the keys to hide; `montrees` are already shown elsewhere and stay so, `cachees` are hidden there.

    No shown figure is under `minimum`; no sum leaves hidden figures that count together 1 to `minimum` - 1; no hidden
    figure of 1 to `minimum` - 1 is the only one that agrees with what is shown.
    """
    caches = {cle for cle, valeur in valeurs.items() if valeur < minimum and cle not in montrees} | {*cachees}
    while (faille := _faille(valeurs, sommes, minimum, caches)) is not None:
        complement = _complement(valeurs, faille, sommes, caches, {*caches, *montrees})
        if complement is None:
            break
        caches.add(complement)
    return frozenset(caches)


def _faille(
    valeurs: Mapping[Cle, int], sommes: Sequence[Somme], minimum: int, caches: Collection[Cle]
) -> Sequence[Somme] | None:
    """Return the sums through which a small group can be read, None when there is none."""
    for somme in sommes:
        reste = sum(valeurs[cle] for cle in somme.parts if cle in caches)
        if somme.total not in caches and 0 < reste < minimum:
            return (somme,)
    for cle in _devinees(valeurs, sommes, caches):
        if 0 < valeurs[cle] < minimum:
            return [somme for somme in sommes if cle in (somme.total, *somme.parts)]
    return None


def _complement(
    valeurs: Mapping[Cle, int],
    faille: Sequence[Somme],
    sommes: Sequence[Somme],
    caches: Collection[Cle],
    exclues: Collection[Cle],
) -> Cle | None:
    """Return the smallest shown part, else total, of the sums that tell; else of any sum that holds a hidden figure.

    None when all is hidden already, but what is known elsewhere.
    """
    liees = [somme for somme in sommes if set(caches) & {somme.total, *somme.parts}]
    choix = [
        ({cle for somme in groupe for cle in somme.parts}, {somme.total for somme in groupe})
        for groupe in (faille, liees)
    ]
    restes = [cles - set(exclues) for groupe in choix for cles in groupe]
    return min(next((cles for cles in restes if cles), ()), key=lambda cle: (valeurs[cle], cle), default=None)


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
