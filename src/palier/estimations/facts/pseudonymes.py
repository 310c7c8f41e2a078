"""The names under which a journal leaves the platform: numbers that lead to no row and no person."""

from __future__ import annotations

from dataclasses import replace

import numpy as np

from palier.chances.journal import Journal, Mots


def renamed(journal: Journal) -> Journal:
    """The same journal under numbers. Those of candidatures follow their ids, so that ties keep their order."""
    return replace(
        journal,
        offres=replace(
            journal.offres, offre=_numbers("o", journal.offres.offre), bailleur=_numbers("b", journal.offres.bailleur)
        ),
        demandes=replace(journal.demandes, demande=_numbers("d", journal.demandes.demande)),
        candidatures=replace(journal.candidatures, candidature=_numbers("c", journal.candidatures.candidature)),
    )


def _numbers(letter: str, names: Mots) -> Mots:
    """A number for each name, in the order of the names."""
    distinct, places = np.unique(names, return_inverse=True)
    return np.array([f"{letter}{place + 1:0{len(str(len(distinct)))}d}" for place in places.tolist()], dtype=np.str_)
