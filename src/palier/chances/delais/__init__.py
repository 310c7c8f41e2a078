"""Delays of a demande: the last 12 months replayed with the person in every list, then a chance by month.

`delais` answers the questions of a file; `tables_rejeu`, `predire_delais` and `rejouer` serve whoever stores a replay.
A person's own past candidatures are left out of the lists: nobody competes with oneself.
"""

from palier.chances.delais.profils import Profils, rythme
from palier.chances.delais.rejeu import Rejeu
from palier.chances.delais.reponses import ReponsesDelai, delais, predire_delais, tables_rejeu
from palier.chances.delais.risques import Rejoue, rejouer

__all__ = [
    "Profils", "Rejeu", "Rejoue", "ReponsesDelai", "delais", "predire_delais", "rejouer", "rythme", "tables_rejeu",
]  # fmt: skip
