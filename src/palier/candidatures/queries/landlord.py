"""The former name of `presented`, kept for those who still import it."""

from palier.candidatures.queries.presented import bailleur_view as landlord_view
from palier.candidatures.queries.presented import ranked

__all__ = ["landlord_view", "ranked"]
