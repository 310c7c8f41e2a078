"""The desk of a bailleur: its name, its tabs, its menu."""

from palier.portals.desk import Space

ROLES = ("bailleur",)
SPACE = Space(
    "bailleur",
    "Espace bailleur",
    (
        ("logements", "Logements", "accueil"),
        ("candidats", "Candidats", "candidats"),
        ("seances", "Commissions", "seances"),
        ("baux", "Baux", "baux"),
    ),
    (("Programmes", "programmes"), ("Guichet", "guichet")),
)
