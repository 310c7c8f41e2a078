"""The desk of an employer: its name and its tab."""

from palier.portals.desk import Space

ROLES = ("employeur",)
SPACE = Space("employeur", "Espace employeur", (("codes", "Codes spécifiques", "codes"),))
