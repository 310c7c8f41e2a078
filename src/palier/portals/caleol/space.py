"""The desk of a member of the commission: its name and its tab."""

from palier.portals.desk import Space

SPACE = Space("caleol", "Commission", (("seances", "Séances", "seances"),))
