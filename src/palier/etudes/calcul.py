"""The study itself, on columns: two grids counted on the same demandes, who gains, who moves, and what may be said.

Pure functions of arrays, one cell a demande. NumPy is loaded here: only the queue imports this module.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, fields
from typing import Any, TypeAlias

import numpy as np
from numpy.typing import NDArray

from palier.droit.cotation import Grille
from palier.droit.cotation.colonnes import coter_colonnes
from palier.etudes.differences import mois_par_point
from palier.etudes.enums import Priorite, Quartile, Taille, TypeMenage
from palier.etudes.secret import Cle, Somme, cacher

Tableau: TypeAlias = "NDArray[Any]"
Categories: TypeAlias = "Sequence[tuple[str, str]]"

SENS = ("gagnent", "egaux", "perdent")
ORDRE = ("montent", "immobiles", "descendent")
TOTAL, RESTES = "total", "restes"
AXES: Mapping[str, tuple[str, Categories]] = {
    "menage": ("Type de ménage", TypeMenage.choices),
    "taille": ("Taille du ménage", Taille.choices),
    "quartile": ("Revenus par unité de consommation", Quartile.choices),
    "priorite": ("Priorité", Priorite.choices),
}
COMMUNE = ("commune", "Commune demandée en premier")
BORNES = (-20, -10, 0, 1, 11, 21)
ECARTS = (
    ("moins_21", "21 points de moins, ou plus encore"),
    ("moins_11", "11 à 20 points de moins"),
    ("moins_1", "1 à 10 points de moins"),
    ("zero", "Autant de points"),
    ("plus_1", "1 à 10 points de plus"),
    ("plus_11", "11 à 20 points de plus"),
    ("plus_21", "21 points de plus, ou plus encore"),
)
PARTS_ECARTS = {"perdent": slice(0, 3), "egaux": slice(3, 4), "gagnent": slice(4, 7)}


@dataclass(frozen=True)
class Colonnes:
    """The demandes in columns: facts and valid pieces of both grids, day of filing (ordinal), and what sorts results.

    `ressources`: cents a year per consumption unit, NaN when unknown. `menage`, `taille`, `priorite`: places in the
    lists of `enums`; `commune`: place in the list given to `etudier`.
    """

    faits: Mapping[str, Tableau]
    pieces: Mapping[str, Tableau]
    deposee: Tableau
    ressources: Tableau
    menage: Tableau
    taille: Tableau
    priorite: Tableau
    commune: Tableau


@dataclass(frozen=True)
class Comptes:
    """The points of both grids, and what sorts results: all that is kept of a lot."""

    avant: Tableau
    apres: Tableau
    deposee: Tableau
    ressources: Tableau
    menage: Tableau
    taille: Tableau
    priorite: Tableau
    commune: Tableau


def compter(colonnes: Colonnes, actuelle: Grille, projet: Grille) -> Comptes:
    """Count the points of a lot on both grids. ColonneInvalide when a grid expects another kind of fact."""
    n = len(colonnes.deposee)
    avant, apres = (coter_colonnes(grille, colonnes.faits, colonnes.pieces, n=n) for grille in (actuelle, projet))
    tries = {each.name: getattr(colonnes, each.name) for each in fields(Comptes)[2:]}
    return Comptes(avant, apres, **tries)


def reunir(lots: Iterable[Comptes]) -> Comptes:
    """Join the lots."""
    faits = list(lots)
    return Comptes(*(np.concatenate([getattr(lot, each.name) for lot in faits]) for each in fields(Comptes)))


def etudier(colonnes: Colonnes, actuelle: Grille, projet: Grille, communes: Categories, minimum: int) -> dict[str, Any]:
    """Count both grids on a whole population and return the aggregates of `agreger`."""
    return agreger(compter(colonnes, actuelle, projet), actuelle, projet, communes, minimum)


def agreger(comptes: Comptes, actuelle: Grille, projet: Grille, communes: Categories, minimum: int) -> dict[str, Any]:
    """Return who gains and who moves, in all and by category, as JSON; a figure under `minimum`, but 0, is None."""
    if len(comptes.avant) < minimum:
        return {"ensemble": None, "axes": [], "ecarts": [], "mois": None}
    sens = 1 - np.sign(comptes.apres - comptes.avant)
    ordre = deplacements(comptes)
    ensemble = _lignes(np.zeros(len(sens), np.int64), [(TOTAL, "Ensemble")], sens, ordre)
    caches = cacher(_cellules(ensemble), _sommes_lignes(ensemble), minimum)
    axes = {
        **{code: (libelle, getattr(comptes, code, None), choix) for code, (libelle, choix) in AXES.items()},
        COMMUNE[0]: (COMMUNE[1], comptes.commune, communes),
    }
    axes["quartile"] = (AXES["quartile"][0], quartiles(comptes.ressources), AXES["quartile"][1])
    return {
        "ensemble": _montrees(ensemble, caches)[0],
        "axes": [
            _axe(code, libelle, _lignes(places, choix, sens, ordre), ensemble[0], caches, minimum)
            for code, (libelle, places, choix) in axes.items()
            if places is not None
        ],
        "ecarts": _ecarts(comptes, ensemble[0], caches, minimum),
        "mois": _mois(comptes, actuelle, projet, minimum),
    }


@dataclass(frozen=True)
class Liste:
    """What becomes of one closed list: first places, how many go to another file, and whether the very first does."""

    places: int
    changent: int
    premier: bool


def remues(listes: Sequence[Liste], minimum: int) -> dict[str, int | None]:
    """Add closed lists up; a count that few lists or places make, or leave, is None, and so is what would give it."""
    places, changent = sum(liste.places for liste in listes), sum(liste.changent for liste in listes)
    touchees, premiers = sum(liste.changent > 0 for liste in listes), sum(liste.premier for liste in listes)

    def montrable(part: int, tout: int) -> bool:
        return all(reste == 0 or reste >= minimum for reste in (part, tout - part))

    sures = montrable(touchees, len(listes)) and montrable(changent, places)
    return {
        "listes": len(listes),
        "places": places,
        "changent": changent if sures else None,
        "touchees": touchees if sures else None,
        "premiers": premiers if sures and montrable(premiers, len(listes)) else None,
    }


def deplacements(comptes: Comptes) -> Tableau:
    """Return 0 for a demande that goes up among those of its commune, 1 unmoved, 2 down.

    Both orders: more points, then the older demande, then the same order as given (equal keys never move).
    """
    ancienne = np.lexsort((comptes.deposee, comptes.commune))
    places = []
    for points in (comptes.avant, comptes.apres):
        haut, etendue = points.max(), np.ptp(points) + 1
        cle = comptes.commune[ancienne] * etendue + (haut - points[ancienne])
        place = np.empty(len(points), np.int64)
        place[ancienne[np.argsort(cle, kind="stable")]] = np.arange(len(points))
        places.append(place)
    sens: Tableau = 1 - np.sign(places[0] - places[1])
    return sens


def quartiles(ressources: Tableau) -> Tableau:
    """Return the quarter of each demande by income, 4 when unknown; equal incomes stay together."""
    connues = ressources[~np.isnan(ressources)]
    if not len(connues):
        return np.full(len(ressources), 4)
    bornes = np.quantile(connues, (0.25, 0.5, 0.75))
    return np.where(np.isnan(ressources), 4, np.searchsorted(bornes, ressources, side="left"))


def _lignes(places: Tableau, choix: Categories, sens: Tableau, ordre: Tableau) -> list[dict[str, Any]]:
    """Count each category that somebody is in."""
    combien = len(choix)
    effectifs = np.bincount(places, minlength=combien)
    comptes = [np.bincount(places * 3 + issue, minlength=3 * combien).reshape(combien, 3) for issue in (sens, ordre)]
    return [
        {
            "code": code,
            "libelle": str(libelle),
            "demandes": int(effectifs[rang]),
            **dict(zip(SENS, comptes[0][rang].tolist(), strict=True)),
            **dict(zip(ORDRE, comptes[1][rang].tolist(), strict=True)),
        }
        for rang, (code, libelle) in enumerate(choix)
        if effectifs[rang]
    ]


def _cellules(lignes: Sequence[Mapping[str, Any]]) -> dict[Cle, int]:
    return {(ligne["code"], nom): ligne[nom] for ligne in lignes for nom in ("demandes", *SENS, *ORDRE)}


def _sommes_lignes(lignes: Sequence[Mapping[str, Any]]) -> list[Somme]:
    """Say that the outcomes of a category add up to its demandes."""
    return [
        Somme((ligne["code"], "demandes"), tuple((ligne["code"], nom) for nom in noms))
        for ligne in lignes
        for noms in (SENS, ORDRE)
    ]


def _montrees(lignes: Sequence[Mapping[str, Any]], caches: frozenset[Cle]) -> list[dict[str, Any]]:
    """Return the lines with None for what is hidden."""
    return [
        {nom: None if (ligne["code"], nom) in caches else valeur for nom, valeur in ligne.items()} for ligne in lignes
    ]


def _axe(
    code: str,
    libelle: str,
    lignes: list[dict[str, Any]],
    ensemble: Mapping[str, Any],
    caches: frozenset[Cle],
    minimum: int,
) -> dict[str, Any]:
    """Return one table; the line of the whole is known to the reader and counts in what can be worked out.

    Every figure of a too small category is hidden, nil ones too: they would say what all its demandes have in common.
    Several such categories are protected as one: together they may well be many.
    """
    noms = ("demandes", *SENS, *ORDRE)
    petites = [ligne for ligne in lignes if ligne["demandes"] < minimum]
    grandes = [ligne for ligne in lignes if ligne["demandes"] >= minimum]
    restes = [{"code": RESTES, **{nom: sum(ligne[nom] for ligne in petites) for nom in noms}}] if petites else []
    colonnes = [Somme((TOTAL, nom), tuple((ligne["code"], nom) for ligne in [*grandes, *restes])) for nom in noms]
    connues = {(TOTAL, nom) for nom in noms}
    secrets = cacher(
        _cellules([*grandes, *restes, ensemble]),
        [*colonnes, *_sommes_lignes([*grandes, *restes, ensemble])],
        minimum,
        montrees=connues - caches,
        cachees=connues & caches | {*_cellules(restes)},
        tues={
            (ligne["code"], nom) for ligne in restes for nom in noms if ligne["demandes"] < minimum and ensemble[nom]
        },
    )
    return {"code": code, "libelle": libelle, "lignes": _montrees(lignes, secrets | {*_cellules(petites)})}


def _ecarts(
    comptes: Comptes, ensemble: Mapping[str, Any], caches: frozenset[Cle], minimum: int
) -> list[dict[str, Any]]:
    """Return how many demandes by difference of points."""
    places = np.searchsorted(BORNES, comptes.apres - comptes.avant, side="right")
    effectifs = np.bincount(places, minlength=len(ECARTS)).tolist()
    cles = [(code, "demandes") for code, _ in ECARTS]
    valeurs = dict(zip(cles, effectifs, strict=True)) | {(TOTAL, nom): ensemble[nom] for nom in ("demandes", *SENS)}
    sommes = [Somme((TOTAL, nom), tuple(cles[parts])) for nom, parts in PARTS_ECARTS.items()]
    sommes.append(Somme((TOTAL, "demandes"), tuple((TOTAL, nom) for nom in SENS)))
    connues = [(TOTAL, nom) for nom in ("demandes", *SENS)]
    secrets = cacher(valeurs, sommes, minimum, montrees=set(connues) - caches, cachees=set(connues) & caches)
    return [
        {"code": code, "libelle": libelle, "demandes": None if cle in secrets else valeurs[cle]}
        for cle, (code, libelle) in zip(cles, ECARTS, strict=True)
    ]


def _mois(comptes: Comptes, actuelle: Grille, projet: Grille, minimum: int) -> dict[str, Any] | None:
    """Return the median gain and loss in months of waiting, each grid at its own price; None without seniority."""
    prix = [mois_par_point(grille) for grille in (actuelle, projet)]
    if prix[0] is None or prix[1] is None:
        return None
    ecart = comptes.apres * float(prix[1]) - comptes.avant * float(prix[0])
    groupes = {"gagnent": ecart[ecart > 0], "perdent": -ecart[ecart < 0]}
    medianes = {nom: round(float(np.median(mois))) if len(mois) >= minimum else None for nom, mois in groupes.items()}
    return {"actuelle": float(prix[0]), "projet": float(prix[1]), **medianes}
