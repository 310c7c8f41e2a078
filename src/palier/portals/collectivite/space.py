"""The desk of a collectivité: its name and its tabs."""

from palier.portals.desk import Space

ROLES = ("collectivite",)
SPACE = Space(
    "collectivite", "Espace collectivité", (("grilles", "Grilles", "grilles"), ("etudes", "Études", "etudes"))
)
