"""Plain loops that say what the programme of chances means: slow, and kept only to be compared with."""

from __future__ import annotations

from collections.abc import Sequence

import numpy as np

Candidat = tuple[float, float, float]
"""p (available), α (the dwelling goes to him if his turn comes), w (the commission ranks him before me)."""


def seul(devant: Sequence[Candidat], derriere: Sequence[Candidat], m: int, b: int) -> float:
    """The probability that my turn comes, nobody arriving."""
    places = m * b
    closed, open_ = [1.0] + [0.0] * (places - 1), [1.0] + [0.0] * (places - 1)
    for p, alpha, w in devant:
        for c in range(places - 1, -1, -1):
            full = closed[c] * p * (1 - alpha)
            mine = full if (c + 1) % m == 0 else open_[c] * p * (1 - w * alpha)
            closed[c] *= 1 - p
            open_[c] *= 1 - p
            if c + 1 < places:
                closed[c + 1] += full
                open_[c + 1] += mine
    tail = [1.0] * m
    for p, alpha, w in reversed(derriere):
        for s in range(m - 1, 0, -1):
            tail[s] = p * (1 - w * alpha) * tail[s - 1] + (1 - p) * tail[s]
    return sum(open_[c] * tail[m - 1 - c % m] for c in range(places))


def negbin(moyenne: float, forme: float) -> list[float]:
    """Weights of 0, 1, 2… arrivals until less than 1e-12 remains."""
    if moyenne <= 1e-9:
        return [1.0]
    poids, somme = [(1 + moyenne / forme) ** -forme], 0.0
    while 1 - (somme := somme + poids[-1]) > 1e-12 and len(poids) < 400:
        vus = len(poids) - 1
        poids.append(poids[-1] * (forme + vus) / (vus + 1) * moyenne / (forme + moyenne))
    return poids


def chance(
    devant: Sequence[Candidat], derriere: Sequence[Candidat], *, c_moi: float = 1.0, m: int = 3, b: int = 3,
    arrivees: float = 0.0, forme: float = 1.0, arrivant: Candidat = (0.5, 0.5, 0.75),
) -> float:  # fmt: skip
    """The mixture over arrivals, the whole programme run again for each number of them."""
    return c_moi * sum(
        poids * seul([*devant, *[arrivant] * vus], derriere, m, b)
        for vus, poids in enumerate(negbin(arrivees, forme))
    )


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
