"""`groupes_audit.csv`: who belongs to which group. For the audit alone; no estimate ever opens it."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

from palier.chances.journal import Journal, Mots
from palier.estimations.fichiers.table import Table

NOM = "groupes_audit.csv"


class Groupes(NamedTuple):
    """One row a demande and variable."""

    demande: Mots
    variable: Mots
    modalite: Mots


def lire_groupes(dossier: Path | str, journal: Journal) -> Groupes:
    """Read the groups of a journal; each demande once a variable. A blank modality is an unknown group, left out."""
    table = Table(Path(dossier) / NOM, ("demande", "variable", "modalite"))
    index = {nom: rang for rang, nom in enumerate(journal.demandes.demande.tolist())}
    place = table.places("demande", index, "une demande de demandes.csv")
    variables = table.mots("variable")
    table.uniques("variable", zip(place.tolist(), variables.tolist(), strict=True), "déjà donnée pour cette demande")
    modalites = table.mots("modalite", obligatoire=False)
    connues = modalites != ""
    return Groupes(table.mots("demande")[connues], variables[connues], modalites[connues])
