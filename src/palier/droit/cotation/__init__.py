"""Points of a household on a territory's grid: reading the grid, counting, showing.

`lire_grille` and `grille_fournie` give a `Grille`; `coter` gives a `Cotation`; `parties` and `bande` say what others
than the person may see; `cle_ordre` orders; `controle_publication` says what forbids to publish a grid.
"""

from palier.droit.cotation.apercu import Apercu, apercus
from palier.droit.cotation.calcul import Cotation, Ligne, coter
from palier.droit.cotation.controle import Defaut, controle_publication, controle_texte
from palier.droit.cotation.dictionnaire import FaitGrille, faits_publiables
from palier.droit.cotation.ecriture import ecrire_grille, texte_adopte
from palier.droit.cotation.faits import Faits, faits_cotation, lire_pieces
from palier.droit.cotation.grille import (
    Critere,
    Grille,
    GrilleInvalide,
    PointsPar,
    Rubrique,
    grille_fournie,
    lire_grille,
    textes_partiels,
)
from palier.droit.cotation.ordre import cle_egalite, cle_ordre
from palier.droit.cotation.vue import Parties, bande, bande_total, parties

__all__ = [
    "Apercu",
    "Cotation",
    "Critere",
    "Defaut",
    "FaitGrille",
    "Faits",
    "Grille",
    "GrilleInvalide",
    "Ligne",
    "Parties",
    "PointsPar",
    "Rubrique",
    "apercus",
    "bande",
    "bande_total",
    "cle_egalite",
    "cle_ordre",
    "controle_publication",
    "controle_texte",
    "coter",
    "ecrire_grille",
    "faits_cotation",
    "faits_publiables",
    "grille_fournie",
    "lire_grille",
    "lire_pieces",
    "parties",
    "texte_adopte",
    "textes_partiels",
]
