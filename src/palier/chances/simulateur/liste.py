"""The closed list of one offre, with what chance alone will decide for each, drawn once for all.

Every latent is drawn for everybody, reached or not: what would have happened to those never reached is then known,
and somebody more can be placed in the list without moving the others.
"""

from __future__ import annotations

from dataclasses import dataclass

import numpy as np

from palier.chances.journal import Entiers, Reels, Vrais
from palier.chances.simulateur.reglages import Reglages


@dataclass
class Liste:
    """Those who are on the list at the closing, in the order of the list; withdrawn ones are elsewhere."""

    offre: int
    ligne: Entiers  # row of the candidature in the run
    demande: Entiers
    depot: Entiers
    points: Reels
    minutes: Reels
    effort: Reels
    complet: Vrais
    ecart: Reels  # what the commission adds to the points
    a: Reels  # of accepting
    c: Reels  # of being attributed when the turn comes
    p: Reels  # of being available if still there; known from the first contact on
    tirage_volonte: Reels
    valide: Vrais  # the file
    attribuable: Vrais
    accepte: Vrais
    contact: int = 0  # instant of the first contact
    disponible: Vrais | None = None
    commission: int = 0
    position: int = 0
    fini: int = 0

    def __len__(self) -> int:
        """Count the candidates."""
        return len(self.demande)


@dataclass(frozen=True)
class Traits:
    """What the draws of one list rest on."""

    minutes: Reels
    effort: Reels
    complet: Vrais
    activite: Reels
    groupe: Entiers
    vivantes: Reels


def succes(liste: Liste, sortie: Entiers) -> Vrais:
    """Return who would take the logement if the turn came: attributed, willing, and not gone before the end."""
    return liste.attribuable & liste.accepte & (sortie[liste.demande] >= liste.fini)


def expit(x: Reels) -> Reels:
    """Return 1/(1+e^-x) without overflow."""
    return np.asarray(0.5 * (1.0 + np.tanh(0.5 * np.asarray(x))), dtype=np.float64)


def chance_de_postuler(reg: Reglages, traits: Traits, qualite: float) -> Reels:
    """Return the probability of applying to an ad."""
    logit = reg.postuler + traits.activite + reg.postuler_minute * (traits.minutes - reg.minutes_neutres)
    logit = logit + reg.postuler_qualite * qualite + reg.postuler_effort * np.maximum(0.0, traits.effort - 0.33)
    return expit(logit + reg.postuler_vivante * traits.vivantes)


def chance_de_vouloir(reg: Reglages, traits: Traits, u: float) -> Reels:
    """Return the probability of being reached and willing, for who has not left and has a valid file."""
    logit = reg.disponible + reg.disponible_activite * traits.activite + reg.disponible_u * u
    logit = logit + reg.disponible_minute * (traits.minutes - reg.minutes_neutres)
    return expit(logit + reg.disponible_vivante * traits.vivantes)


def pret(reg: Reglages, complet: Vrais) -> Reels:
    """Return the probability that the file is valid in time."""
    return np.asarray(np.where(complet, reg.pret_complet, reg.pret_incomplet), dtype=np.float64)


def chance_d_attribution(reg: Reglages, effort: Reels, groupe: Entiers) -> Reels:
    """Return the probability that the commission attributes when the turn comes."""
    sans_biais = np.where(effort > reg.effort_lourd, reg.attribue_effort, reg.attribue)
    return np.asarray(np.clip(sans_biais - reg.biais_rejet * groupe, 0.0, 1.0), dtype=np.float64)


def logit_d_accepter(reg: Reglages, traits: Traits, qualite: float, u: float) -> Reels:
    """Return the logit of saying yes."""
    logit = reg.accepter + reg.accepter_minute * (traits.minutes - reg.minutes_neutres)
    return np.asarray(logit + reg.accepter_effort * (traits.effort - 0.25) + reg.accepter_qualite * qualite + u)
