"""The chance of one candidature: the exact programme that goes down an ordered list of candidates.

Candidates are in order. Each is available with probability p. The first m available are presented together to a
commission, which reorders them: w is the probability that it ranks one before me. α is the probability that the
dwelling goes to one whose turn comes. If all m fail, the next m available form another commission, B at most.

Two weights a state, a state being the number c of available candidates ahead of me so far (c < mB):
`closed`: every one of them failed; `open`: the same, but those of the commission that would be mine only need to fail
or to be ranked after me. A commission that fills up ahead of me turns what was open into closed.

The engine takes any batch: its arrays end with the axes of the batch; `chance` and `chance_fragile` give it one case.
"""

from __future__ import annotations

from collections.abc import Iterator

import numpy as np
from numpy.typing import ArrayLike, NDArray
from scipy.special import expit

from palier.chances.nombres import Reels, entier, memes_longueurs, noeuds_gauss, nombre, probas, reels

RESTE = 1e-12
"""Arrivals are mixed until less than this weight remains."""
VIDE = 1e-15
"""An open weight below this reaches nobody any more."""
SANS_ARRIVEE = 1e-9
"""Fewer expected arrivals than this are none."""


def depart(places: int, forme: tuple[int, ...]) -> Reels:
    """States before anybody was seen: axis 0 is closed then open, axis 1 counts those available ahead."""
    etats = np.zeros((2, places, *forme))
    etats[:, 0] = 1.0
    return etats


def avancer(etats: Reels, pas: Reels, reste: Reels, presentes: int, travail: Reels) -> None:
    """One more candidate ahead, in place. `pas`: p(1−α) then p(1−wα) on axis 0; `reste`: 1−p."""
    np.multiply(etats, pas[:, None], out=travail)
    travail[1, presentes - 1 :: presentes] = travail[0, presentes - 1 :: presentes]
    etats *= reste
    etats[:, 1:] += travail[:, :-1]


def pas_de(p: Reels, alpha: Reels, w: ArrayLike) -> Reels:
    """The two ways to move one seat on: failed outright, or failed or ranked after me."""
    return np.stack(np.broadcast_arrays(p * (1 - alpha), p * (1 - np.asarray(w) * alpha)))


def parcourir(p: Reels, alpha: Reels, w: Reels, presentes: int, commissions: int) -> Reels:
    """States after every candidate ahead, best first on axis 0."""
    etats = depart(presentes * commissions, p.shape[1:])
    travail = np.empty_like(etats)
    pas, reste = pas_de(p, alpha, w), 1 - p
    for rang in range(p.shape[0]):
        avancer(etats, pas[:, rang], reste[rang], presentes, travail)
    return etats


def sieges(p: Reels, alpha: Reels, w: Reels, presentes: int) -> Reels:
    """What those behind leave me: one row a number of seats left in my commission; nearest first on axis 0."""
    tail = np.ones((presentes, *p.shape[1:]))
    pas, reste = p * (1 - w * alpha), 1 - p
    for rang in range(p.shape[0] - 1, -1, -1):
        tail[1:] = pas[rang] * tail[:-1] + reste[rang] * tail[1:]
    return tail


def valeur(etats: Reels, tail: Reels) -> Reels:
    """The probability that my turn comes, over every number of seats taken before me."""
    presentes = tail.shape[0]
    ouverts: Reels = etats[1].reshape(-1, presentes, *etats.shape[2:]).sum(axis=0)
    ouverts *= tail[::-1]
    return np.asarray(ouverts.sum(axis=0))


def poids_arrivees(moyenne: Reels, forme: Reels) -> Iterator[tuple[Reels, NDArray[np.bool_]]]:
    """Weights of 0, 1, 2… arrivals (Gamma-Poisson), in logs so that none is lost, and where all the rest is nothing."""
    with np.errstate(divide="ignore"):
        pente = np.log(moyenne) - np.log(forme + moyenne)
    limite = moyenne / (forme + moyenne)
    log_poids, nombre_vu = -forme * np.log1p(moyenne / forme), 0
    while True:
        poids = np.exp(log_poids)
        suite = np.maximum((forme + nombre_vu) / (nombre_vu + 1) * limite, limite)
        yield poids, (suite < 1) & (poids * suite < RESTE * (1 - suite))
        log_poids = log_poids + np.log((forme + nombre_vu) / (nombre_vu + 1)) + pente
        nombre_vu += 1


def melanger(
    etats: Reels, tail: Reels, arrivant: tuple[Reels, Reels, float | Reels], moyenne: Reels, forme: Reels
) -> tuple[Reels, Reels]:
    """Values and weights for 0, 1, 2… arrivals ahead, `etats` used up; a last row of value 0 carries what remains.

    `arrivant`: p, α, w of the average arrival. One who is never available changes nothing: none is then expected.
    Each case stops by itself, its weights being 0 from there on: no case depends on its neighbours.
    """
    p, alpha, w = arrivant
    presentes = tail.shape[0]
    moyenne = np.where((moyenne > SANS_ARRIVEE) & (p > 0).reshape(-1, moyenne.shape[-1]).any(axis=0), moyenne, 0.0)
    pas, reste, travail = pas_de(p, alpha, w), 1 - p, np.empty_like(etats)
    valeurs, poids, actif = [], [], np.ones(moyenne.shape, dtype=bool)
    for vus, (un_poids, fini) in enumerate(poids_arrivees(moyenne, forme)):
        valeurs.append(valeur(etats, tail))
        poids.append(un_poids * actif)
        actif &= ~fini
        if vus % 4 == 0:
            actif &= etats[1].reshape(-1, actif.size).max(axis=0) >= VIDE
        if not actif.any():
            break
        avancer(etats, pas, reste, presentes, travail)
    poids.append(np.maximum(1 - np.sum(poids, axis=0), 0.0))
    valeurs.append(np.zeros_like(valeurs[0]))
    return np.stack(valeurs), np.stack(poids)


def _liste(suffixe: str, colonnes: dict[str, ArrayLike]) -> list[Reels]:
    """Columns of one list, checked: `logit_*` may be anything but NaN, all else is a probability."""
    noms = [f"{nom}_{suffixe}" for nom in colonnes]
    lues = [
        reels(nom, colonne) if nom.startswith("logit") else probas(nom, colonne)
        for nom, colonne in zip(noms, colonnes.values(), strict=True)
    ]
    memes_longueurs(noms, lues)
    return lues


def _calculer(
    devant: tuple[Reels, Reels, Reels], derriere: tuple[Reels, Reels, Reels], *, presentes: int, commissions: int,
    arrivees: float, forme: float, arrivant: tuple[Reels, Reels, float],
) -> Reels:  # fmt: skip
    """The chance of each case of a batch of one column, arrivals ahead mixed."""
    m, b = entier("presentes", presentes), entier("commissions", commissions)
    moyenne, r = nombre("arrivees", arrivees, 0.0), nombre("forme", forme, 0.0, exclu=True)
    etats, tail = parcourir(*devant, m, b), sieges(*derriere, m)
    valeurs, poids = melanger(etats, tail, arrivant, np.full(1, moyenne), np.full(1, r))
    return np.asarray((valeurs * poids[:, None]).sum(axis=0))


def chance(
    p_devant: ArrayLike, alpha_devant: ArrayLike, w_devant: ArrayLike,
    p_derriere: ArrayLike, alpha_derriere: ArrayLike, w_derriere: ArrayLike, *,
    c_moi: float = 1.0, presentes: int = 3, commissions: int = 3,
    arrivees: float = 0.0, forme: float = 1.0, arrivant: tuple[float, float, float] = (0.5, 0.5, 0.75),
) -> float:  # fmt: skip
    """The chance that the dwelling is attributed to me. Lists are best first.

    `arrivees` are expected ahead, of shape `forme`; `arrivant`: p, α and w of the average one. Nobody is added behind.
    """
    devant = _liste("devant", {"p": p_devant, "alpha": alpha_devant, "w": w_devant})
    derriere = _liste("derriere", {"p": p_derriere, "alpha": alpha_derriere, "w": w_derriere})
    p, alpha, w = probas("arrivant", arrivant)
    moi = nombre("c_moi", c_moi, 0.0, 1.0)
    pis = _calculer(
        _un_cas(devant), _un_cas(derriere), presentes=presentes, commissions=commissions,
        arrivees=arrivees, forme=forme, arrivant=(np.full((1, 1), p), np.full((1, 1), alpha), w),
    )  # fmt: skip
    return float(moi * pis[0, 0])


def chance_fragile(
    logit_p_devant: ArrayLike, logit_a_devant: ArrayLike, c_devant: ArrayLike, w_devant: ArrayLike,
    logit_p_derriere: ArrayLike, logit_a_derriere: ArrayLike, c_derriere: ArrayLike, w_derriere: ArrayLike, *,
    sigma_u: float, charge_u: float, noeuds: int = 7, c_moi: float = 1.0, presentes: int = 3, commissions: int = 3,
    arrivees: float = 0.0, forme: float = 1.0, arrivant: tuple[float, float, float, float] = (0.0, 0.0, 1.0, 0.75),
) -> float:  # fmt: skip
    """The same, averaged over what the dwelling hides: u ~ N(0, σ_u²) moves each logit a by u, each logit p by ℓu."""
    nodes, weights = noeuds_gauss(entier("noeuds", noeuds))
    u = nombre("sigma_u", sigma_u, 0.0) * nodes[:, None]
    charge = nombre("charge_u", charge_u)
    devant, derriere = (
        _liste(ou, {"logit_p": lp, "logit_a": la, "c": c, "w": w})
        for ou, lp, la, c, w in (
            ("devant", logit_p_devant, logit_a_devant, c_devant, w_devant),
            ("derriere", logit_p_derriere, logit_a_derriere, c_derriere, w_derriere),
        )
    )
    lp, la, c, w = reels("arrivant", arrivant)
    probas("arrivant", arrivant[2:])
    moi = nombre("c_moi", c_moi, 0.0, 1.0)
    pis = _calculer(
        _selon_u(devant, u, charge), _selon_u(derriere, u, charge), presentes=presentes, commissions=commissions,
        arrivees=arrivees, forme=forme, arrivant=(expit(lp + charge * u), c * expit(la + u), float(w)),
    )  # fmt: skip
    return float(moi * (weights @ pis[:, 0]))


def _un_cas(liste: list[Reels]) -> tuple[Reels, Reels, Reels]:
    """A list as a batch of one node and one case."""
    p, alpha, w = (colonne[:, None, None] for colonne in liste)
    return p, alpha, w


def _selon_u(liste: list[Reels], u: Reels, charge: float) -> tuple[Reels, Reels, Reels]:
    """p, α, w of a list, one row a node of u."""
    lp, la, c, w = (colonne[:, None, None] for colonne in liste)
    return expit(lp + charge * u), c * expit(la + u), np.broadcast_to(w, (w.shape[0], *u.shape))
