"""How long data is kept after an event."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date

from palier.droit.bareme import bareme
from palier.droit.dates import plus_mois


@dataclass(frozen=True)
class Duree:
    """A retention rule: months after an event (None = no fixed delay), the action, its source."""

    categorie: str
    evenement: str
    mois: int | None
    action: str
    source: str


def duree_conservation(categorie: str) -> Duree:
    """Return the rule of a category (décret 2017-917; CNIL); KeyError when unknown."""
    for ligne in bareme("conservation")["duree"]:
        if ligne["categorie"] == categorie:
            return Duree(categorie, ligne["evenement"], ligne.get("mois"), ligne["action"], ligne["source"])
    raise KeyError(categorie)


def fin_conservation(categorie: str, evenement: date) -> date | None:
    """Return the day when a category is erased, None without a fixed delay (décret 2017-917)."""
    duree = duree_conservation(categorie)
    return None if duree.mois is None else plus_mois(evenement, duree.mois)
