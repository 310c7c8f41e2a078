"""The desk of a réservataire: its name and its tab."""

from palier.portals.desk import Space

SPACE = Space("reservataire", "Espace réservataire", (("candidats", "Désignations", "candidats"),))
