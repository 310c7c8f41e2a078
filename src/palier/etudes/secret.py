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
    valeurs: Mapping[Cle, int], sommes: Sequence[Somme], minimum: int, *, montrees: Collection[Cle] = ()
) -> frozenset[Cle]:
    """Return the keys to hide; `montrees` are already known elsewhere and stay shown.

    No shown figure is under `minimum`; no sum leaves hidden figures that count together 1 to `minimum` - 1; no hidden
    figure of 1 to `minimum` - 1 is the only one that agrees with what is shown.
    """
    caches = {cle for cle, valeur in valeurs.items() if valeur < minimum and cle not in montrees}
    while (faille := _faille(valeurs, sommes, minimum, caches)) is not None:
        caches.add(_complement(valeurs, faille, {*caches, *montrees}))
    return frozenset(caches)


def _faille(
    valeurs: Mapping[Cle, int], sommes: Sequence[Somme], minimum: int, caches: Collection[Cle]
) -> Sequence[Somme] | None:
    """Return the sums through which a small group can be read, None when there is none."""
    for somme in sommes:
        reste = sum(valeurs[cle] for cle in somme.parts if cle in caches)
        if somme.total not in caches and 0 < reste < minimum:
            return (somme,)
    for cle in _devinees(sommes, sorted(caches)):
        if 0 < valeurs[cle] < minimum:
            return [somme for somme in sommes if cle in (somme.total, *somme.parts)]
    return None


def _complement(valeurs: Mapping[Cle, int], sommes: Sequence[Somme], exclues: Collection[Cle]) -> Cle:
    """Return the smallest shown part, else the smallest shown total: what is lost by hiding it is the least."""
    parts = {cle for somme in sommes for cle in somme.parts} - set(exclues)
    totaux = {somme.total for somme in sommes} - set(exclues)
    return min(parts or totaux, key=lambda cle: (valeurs[cle], cle))


def _devinees(sommes: Sequence[Somme], caches: Sequence[Cle]) -> list[Cle]:
    """Return the hidden keys that the sums determine: those on which every solution agrees."""
    if not caches:
        return []
    place = {cle: rang for rang, cle in enumerate(caches)}
    systeme = np.zeros((len(sommes), len(caches)))
    for ligne, somme in zip(systeme, sommes, strict=True):
        for cle in somme.parts:
            if cle in place:
                ligne[place[cle]] += 1
        if somme.total in place:
            ligne[place[somme.total]] -= 1
    _, singulieres, bases = np.linalg.svd(systeme)
    libres = bases[int((singulieres > NUL).sum()) :]
    return [cle for cle, rang in place.items() if not (np.abs(libres[:, rang]) > NUL).any()]
