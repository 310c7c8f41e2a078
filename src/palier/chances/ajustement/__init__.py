"""Fits: what a territory's past says of who is available, who accepts, who is attributed, and of how people arrive.

`ajuster(journal, au)` reads only what happened before `au`. The method is written in docs/chances.md.
"""

from palier.chances.ajustement.ajuster import ajuster, ajuster_ensemble
from palier.chances.ajustement.parametres import Ajustement

__all__ = ["Ajustement", "ajuster", "ajuster_ensemble"]
