"""Plain loops that say what the programme of chances means: slow, and kept only to be compared with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Candidat = tuple[float, float, float]
"""p (available), α (the dwelling goes to him if his turn comes), w (the commission ranks him before me)."""


class Programme:
    """Those ahead seen one by one: what is closed, what is open, by number of available candidates ahead."""

    def __init__(self, m: int, b: int) -> None:
        self.m, self.places = m, m * b
        self.closed, self.open = ([1.0] + [0.0] * (self.places - 1) for _ in range(2))

    def see(self, candidat: Candidat) -> None:
        p, alpha, w = candidat
        closed, open_ = self.closed, self.open
        for c in range(self.places - 1, -1, -1):
            full = closed[c] * p * (1 - alpha)
            mine = full if (c + 1) % self.m == 0 else open_[c] * p * (1 - w * alpha)
            closed[c] *= 1 - p
            open_[c] *= 1 - p
            if c + 1 < self.places:
                closed[c + 1] += full
                open_[c + 1] += mine

    def reached(self, tail: list[float]) -> float:
        return sum(self.open[c] * tail[self.m - 1 - c % self.m] for c in range(self.places))


def seats(derriere: Sequence[Candidat], m: int) -> list[float]:
    """What those behind leave me, by number of seats left in my commission."""
    tail = [1.0] * m
    for p, alpha, w in reversed(derriere):
        for s in range(m - 1, 0, -1):
            tail[s] = p * (1 - w * alpha) * tail[s - 1] + (1 - p) * tail[s]
    return tail


def chance(
    devant: Sequence[Candidat], derriere: Sequence[Candidat], *, c_moi: float = 1.0, m: int = 3, b: int = 3,
    arrivees: float = 0.0, forme: float = 1.0, arrivant: Candidat = (0.5, 0.5, 0.75),
) -> float:  # fmt: skip
    """The mixture over 0, 1, 2… arrivals ahead, until less than 1e-12 remains or nobody is reached any more."""
    programme, tail = Programme(m, b), seats(derriere, m)
    for one in devant:
        programme.see(one)
    if arrivees <= 1e-9:
        return c_moi * programme.reached(tail)
    vus, poids, somme, total = 0, (1 + arrivees / forme) ** -forme, 0.0, 0.0
    while True:
        total += poids * programme.reached(tail)
        somme += poids
        if 1 - somme < 1e-12 or max(programme.open) < 1e-15:
            return c_moi * total
        programme.see(arrivant)
        poids *= (forme + vus) / (vus + 1) * arrivees / (forme + arrivees)
        vus += 1


def _visible(rng: np.random.Generator, liste: Sequence[Candidat]) -> list[Candidat]:
    return [one for one in liste if rng.random() < one[0]]


def tire(rng: np.random.Generator, devant: Sequence[Candidat], derriere: Sequence[Candidat], m: int, b: int) -> bool:
    """One draw of the process itself, commission by commission: is the dwelling offered to me?"""
    ahead, behind = _visible(rng, devant), _visible(rng, derriere)
    if len(ahead) >= m * b:
        return False
    queue: list[Candidat | None] = [*ahead, None, *behind]
    for debut in range(0, m * b, m):
        seance = queue[debut : debut + m]
        if None not in seance:
            if any(rng.random() < one[1] for one in seance if one):
                return False
            continue
        before = [one for one in seance if one and rng.random() < one[2]]
        return not any(rng.random() < one[1] for one in before)
    return False
