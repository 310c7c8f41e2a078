"""Aids to find, enter or keep a logement.

`aides` gives the leaves of the contract; `catalogue_aides` every aid with what to bring and where to ask;
`cumuls` which go together; `echeancier` how an advance is paid back.
"""

from palier.droit.aides.catalogue import Aide, catalogue_aides
from palier.droit.aides.combinaisons import Cumul, cumuls
from palier.droit.aides.feuilles import aides
from palier.droit.aides.loca_pass import echeancier

__all__ = ["Aide", "Cumul", "aides", "catalogue_aides", "cumuls", "echeancier"]
