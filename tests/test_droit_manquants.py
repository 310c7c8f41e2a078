"""A fact is taken away: each leaf then stands because the fact could not change it, or says what is missing.

Every fact of complete cases is removed in turn. A leaf that stays established must hold for every other value that
the fact might have had; a leaf that no longer is must name the fact, and the piece that settles it.
"""

from __future__ import annotations

import pytest

from palier.droit.menage import lire_cas
from palier.droit.simulation import simulation
from tests.droit_kit import (
    COMPLETS,
    LUS_ABSENTS,
    SANS_PIECE,
    Cas,
    Chemin,
    Feuilles,
    a_oter,
    avec,
    fait_manquant,
    mal_nommees,
    nom_du_fait,
    noms,
    plates,
    possibles,
    sans,
    textes,
    tranchees,
)

LUS, AUTREMENT = a_oter(COMPLETS, LUS_ABSENTS)


def feuilles(un: Cas) -> Feuilles:
    """Every leaf of the answer, by dotted path."""
    return plates(simulation(lire_cas(un)))


@pytest.mark.parametrize(("nom", "chemin"), LUS, ids=noms(LUS))
def test_an_absence_that_is_read_as_a_value_is_that_value(nom: str, chemin: Chemin) -> None:
    entier = COMPLETS[nom]
    valeur = LUS_ABSENTS[nom_du_fait(entier, chemin)]
    assert textes(feuilles(sans(entier, chemin))) == textes(feuilles(avec(entier, chemin, valeur)))


@pytest.mark.parametrize(("nom", "chemin"), AUTREMENT, ids=noms(AUTREMENT))
def test_a_missing_fact_decides_nothing_in_its_place(nom: str, chemin: Chemin) -> None:
    entier = COMPLETS[nom]
    assert not tranchees(feuilles(sans(entier, chemin)), possibles(feuilles, entier, chemin))


@pytest.mark.parametrize(("nom", "chemin"), AUTREMENT, ids=noms(AUTREMENT))
def test_a_missing_fact_is_named_with_its_piece(nom: str, chemin: Chemin) -> None:
    entier = COMPLETS[nom]
    avant, apres = feuilles(entier), feuilles(sans(entier, chemin))
    assert not mal_nommees(avant, apres, fait_manquant(entier, chemin), prouvable=chemin[-1] not in SANS_PIECE)
