"""Candidatures drawn at one instant each, with what became of them and how much each counts in a score.

Facts hide part of the truth: whoever was reached and lost would perhaps have been chosen. Each case is therefore
weighted: 1/p when she was reached and presented, p being her own estimated availability; 0 when reached and lost; 1
when never reached, and then nothing was attributed to her. Who withdrew before being reached is left out: the chance
is that of somebody who stays.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, fields

import numpy as np

from palier.chances.ajustement.matiere import Matiere
from palier.chances.journal import JAMAIS, Entiers, Journal, Reels, Vrais

P_MINIMUM = 0.05


@dataclass(frozen=True)
class Tirage:
    """Candidatures at one instant each, with what became of them."""

    candidature_i: Entiers
    instant: Entiers
    y: Reels
    contactee: Vrais
    presentee: Vrais

    def poids(self, p_moi: Reels) -> Reels:
        """Weigh each case so that those who were lost do not bend the score."""
        vue = np.where(self.presentee, 1.0 / np.maximum(p_moi, P_MINIMUM), 0.0)
        return np.where(self.contactee, vue, 1.0)

    def comptent(self) -> bool:
        """Tell whether the outcome of anybody is known."""
        return bool((self.presentee | ~self.contactee).any())

    def une_sur(self, combien: int) -> Tirage:
        """Keep one case in so many."""
        return Tirage(**{champ.name: getattr(self, champ.name)[::combien] for champ in fields(Tirage)})


def tirer(journal: Journal, faits: Matiere, offres: Vrais, part: Callable[[int], Reels]) -> Tirage:
    """Take one instant for each candidature of these offres that stayed.

    `part` gives, for so many cases, the share of the time between deposit and closing that is over, in [0, 1).
    """
    candidatures = journal.candidatures
    cloture = journal.offres.cloture[candidatures.offre_i]
    restee = (faits.retiree == JAMAIS) | faits.contactees
    qui = np.flatnonzero(offres[candidatures.offre_i] & faits.connues & (candidatures.deposee < cloture) & restee)
    duree = (cloture - candidatures.deposee)[qui]
    return Tirage(
        candidature_i=qui,
        instant=candidatures.deposee[qui] + 1 + (part(qui.size) * duree).astype(np.int64),
        y=faits.attribuees[qui].astype(np.float64),
        contactee=faits.contactees[qui],
        presentee=faits.presentees[qui],
    )
