"""A simulated territory: who applies to which offre, who is reached, presented, ordered, attributed, who accepts.

Every figure of it is a hypothesis, or was chosen so that an aggregate falls near a published one (`reglages`). It
serves to test estimates whose truth is known, and to give a demonstration its past. It proves nothing about a real
territory: a simulator and an estimator share their structure, so real errors will be larger.

NOT modelled: chains of transfers (who moves frees a logement), several contingents on one offre, DALO outside the
order of the list, seasons, batches of new buildings, reactions to the chance displayed, points lost by refusing.
Nor: households that change (births, incomes, moves), perimeters that widen with time, bailleurs that differ from one
another, people who learn the points of others, two members of a household who apply apart.

Everything is drawn from the `numpy.random.Generator` given: the same seed gives the same bytes.
"""

from palier.chances.simulateur.bilan import bilan
from palier.chances.simulateur.clairvoyance import clairvoyante, destin
from palier.chances.simulateur.fantomes import Fantomes, candidats_fantomes, fantomes, joindre, varier
from palier.chances.simulateur.monde import (
    annonces,
    changements,
    comportements,
    fragilites,
    menages,
    population,
    territoire,
)
from palier.chances.simulateur.moteur import Deroulement, Verite, derouler
from palier.chances.simulateur.partie import groupes, simuler
from palier.chances.simulateur.reglages import GENRES, Reglages, reglages, tirer_reglages
from palier.chances.simulateur.scene import (
    Annonces,
    Changements,
    Menages,
    Scene,
    Territoire,
    effort_net,
    un_a_un,
    un_a_un_effort,
)

__all__ = [
    "GENRES", "Annonces", "Changements", "Deroulement", "Fantomes", "Menages", "Reglages", "Scene", "Territoire",
    "Verite", "annonces", "bilan", "candidats_fantomes", "changements", "clairvoyante", "comportements", "derouler",
    "destin", "effort_net", "fantomes", "fragilites", "groupes", "joindre", "menages", "population", "reglages",
    "simuler", "territoire", "tirer_reglages", "un_a_un", "un_a_un_effort", "varier",
]  # fmt: skip
