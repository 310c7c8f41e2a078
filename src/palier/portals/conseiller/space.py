"""The desk of an adviser: its name and its tabs."""

from palier.portals.desk import Space

ROLES = ("conseiller",)
SPACE = Space(
    "conseiller",
    "Espace conseiller",
    (("portefeuille", "Mes demandes", "portefeuille"), ("doublons", "Doublons", "doublons")),
)
