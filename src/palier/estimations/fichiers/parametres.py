"""`parametres.csv`: what holds for the whole territory, one key a line."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from palier.chances.journal import Parametres
from palier.estimations.fichiers.refus import JournalRefuse, cite
from palier.estimations.fichiers.table import Table

VERSION = "1"
ENTIERS = {"presentes": (1, 99), "commissions": (1, 99), "delai_reponse_jours": (0, 366)}
REELS = ("points_par_mois", "plafond_mois", "points_lien_domicile", "points_lien_travail")
CLES = ("version_format", "territoire", "debut", "fin", *ENTIERS, *REELS)


def lire_parametres(chemin: Path) -> Parametres:
    """Read the parameters; keys of no use are ignored."""
    table = Table(chemin, ("cle", "valeur"))
    cles = table.textes("cle")
    table.uniques("cle", cles, "cette clé est écrite deux fois")
    rangs = {cle: rang for rang, cle in enumerate(cles)}
    for cle in CLES:
        if cle not in rangs:
            raise JournalRefuse(table.nom, f"la clé {cite(cle)} manque.", ligne=table.hauteur + 2, colonne="cle")
    valeurs = {cle: table.serie("valeur")[rang] for cle, rang in rangs.items() if cle in CLES}
    for cle, valeur in valeurs.items():
        if not valeur:
            table.refuse(rangs[cle], "valeur", f"la valeur de {cite(cle)} est vide.")
    version = valeurs["version_format"]
    if version not in (VERSION, f"{VERSION}.0"):
        table.refuse(rangs["version_format"], "valeur", f"la version {cite(version)} n'est pas lue, seule l'est 1.")
    lus = {cle: _nombre(table, rangs[cle], cle, valeurs[cle]) for cle in (*ENTIERS, *REELS)}
    debut, fin = (table.instant("valeur", rangs[cle]) for cle in ("debut", "fin"))
    if fin <= debut:
        table.refuse(rangs["fin"], "valeur", "la fin doit suivre le début.")
    return Parametres(
        territoire=valeurs["territoire"],
        debut=debut,
        fin=fin,
        presentes=int(lus["presentes"]),
        commissions=int(lus["commissions"]),
        delai_reponse_jours=int(lus["delai_reponse_jours"]),
        points_par_mois=lus["points_par_mois"],
        plafond_mois=lus["plafond_mois"],
        points_lien_domicile=lus["points_lien_domicile"],
        points_lien_travail=lus["points_lien_travail"],
    )


def _nombre(table: Table, rang: int, cle: str, texte: str) -> float:
    """One figure, zero or more; whole and in bounds for those that count things."""
    try:
        valeur = float(texte)
    except ValueError:
        valeur = float("nan")
    if not np.isfinite(valeur) or "_" in texte:
        table.refuse(rang, "valeur", f"{cite(texte)} n'est pas un nombre.")
    minimum, maximum = ENTIERS.get(cle, (0, float("inf")))
    if not minimum <= valeur <= maximum or (cle in ENTIERS and valeur != int(valeur)):
        mot = f"un entier de {minimum} à {maximum}" if cle in ENTIERS else "un nombre d'au moins 0"
        table.refuse(rang, "valeur", f"{cite(texte)} : donnez {mot} pour {cite(cle)}.")
    return valeur
