"""The parsed form of published grids, kept in memory by fingerprint."""

from palier.base.refusal import Refused
from palier.droit import cotation
from palier.territoires.models import Grille

MAX_KEPT = 64
_read: dict[str, cotation.Grille] = {}


def complete(grille: cotation.Grille) -> cotation.Grille:
    """The grid, when it is whole: an extract orders nobody. Refused otherwise."""
    if not grille.partiel:
        return grille
    raise Refused(
        "grille_partielle",
        f"«\u00a0{grille.libelle}\u00a0» n'est qu'un extrait de grille.",
        mend="Un extrait ne sert jamais à classer.",
    )


def grille_lue(grille: Grille) -> cotation.Grille:
    """The grid as the law reads it. Parsed once per process and fingerprint: a published text never changes."""
    known = _read.get(grille.empreinte)
    if known is None:
        known = complete(cotation.lire_grille(grille.texte))
        if len(_read) >= MAX_KEPT:
            _read.pop(next(iter(_read)), None)
        _read[grille.empreinte] = known
    return known
