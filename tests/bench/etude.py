"""B5: a grid of 20 lines on the demandes of a whole country, against the same grid written by hand in NumPy."""

from __future__ import annotations

import sys
from datetime import date
from decimal import Decimal
from pathlib import Path
from typing import Any

import numpy as np
from numpy.typing import NDArray

from palier.droit.champs import exact_decimal
from palier.droit.cotation import Faits, Grille, coter, lire_grille
from palier.droit.cotation.colonnes import coter_colonnes, lignes_grille, pieces_grille
from tests.bench.measure import Row, keep, pair

DEMANDES = 2_900_000
VERIFIEES = 10_000
ROUNDS = 5
AU = date(2026, 11, 24)

Columns = dict[str, NDArray[Any]]
# rubrique, cumul, then (points or scale, condition, piece) for each line
LINES: list[tuple[str, str, list[tuple[str, str, str]]]] = [
    ("reconnaissance", "le_plus_fort", [("60", "situation.dalo", "DALO"), ("40", "situation.pdalhpd", "PDALHPD")]),
    (
        "logement",
        "le_plus_fort",
        [
            ("30", "situation.sans_logement et non situation.heberge_tiers", "SANS_LOGEMENT"),
            ("25", "situation.menace_expulsion", "EXPULSION"),
            ("20", "situation.mineur_suroccupation_ou_indecence", "NON_DECENT"),
            ("12", "situation.heberge_tiers", "SANS_LOGEMENT"),
        ],
    ),
    (
        "charge",
        "le_plus_fort",
        [
            ("8", "situation.taux_effort_actuel >= 0.40", "TROP_CHER"),
            ("4", "situation.taux_effort_actuel >= 0.33", "TROP_CHER"),
        ],
    ),
    (
        "personne",
        "somme",
        [
            ("30", "situation.violences_couple", "VIOLENCES"),
            ("15", "situation.handicap", "HANDICAP"),
            ("6", "menage.adultes == 1 et menage.a_charge >= 1", ""),
            ("5", "menage.personnes >= 5 ou (menage.adultes == 1 et menage.a_charge >= 3)", ""),
        ],
    ),
    (
        "emploi",
        "somme",
        [
            ("15", "situation.mobilite_professionnelle", "MUTATION_PRO"),
            ("10", "situation.reprise_emploi", "REPRISE_EMPLOI"),
            ("10", "offre.priorite_employeur == 1", ""),
        ],
    ),
    (
        "offre",
        "somme",
        [
            ("6", "offre.lien_domicile == 1", ""),
            ("6", "offre.lien_travail == 1", ""),
            ("4", "offre.trajet_minutes <= 30", ""),
            ("3", "offre.taille_adaptee == 1", ""),
        ],
    ),
    ("anciennete", "somme", [('{fait = "anciennete_mois", pas = 1, points = 1, plafond = 48}', "", "")]),
]


def grille_vingt() -> Grille:
    """The grid of 20 lines, read as any other."""
    made = [
        'code = "vingt"\nlibelle = "Vingt"\nversion = 1\nen_vigueur_depuis = 2026-01-01\n'
        'deliberation = "Délibération fictive"\negalite = "anciennete"\nfictif = true\n'
    ]
    for rubrique, cumul, lines in LINES:
        made.append(f'[[rubrique]]\ncode = "{rubrique}"\ncumul = "{cumul}"\n')
        for number, (points, condition, piece) in enumerate(lines):
            key = "points_par" if points.startswith("{") else "points"
            made.append(f'[[rubrique.critere]]\ncode = "l{number}"\nlibelle = "Ligne {number}"\n{key} = {points}\n')
            made.append(f'si = "{condition}"\n' if condition else "")
            made.append(f'piece = "{piece}"\n' if piece else "")
    return lire_grille("".join(made))


def population(grille: Grille, size: int) -> tuple[Columns, Columns]:
    """Draw facts and pieces: a tenth of the boxes ticked, a third of the efforts and trips unknown."""
    draw = np.random.default_rng(2_900)
    facts: Columns = {
        name: draw.random(size) < 0.1 for name in grille.faits if name.startswith("situation.") and "taux" not in name
    }
    facts["situation.taux_effort_actuel"] = np.where(draw.random(size) < 0.3, np.nan, draw.random(size).round(3))
    facts["offre.trajet_minutes"] = np.where(draw.random(size) < 0.3, np.nan, draw.integers(5, 90, size).astype(float))
    facts["menage.adultes"] = draw.integers(1, 3, size)
    facts["menage.a_charge"] = draw.integers(0, 5, size)
    facts["menage.personnes"] = facts["menage.adultes"] + facts["menage.a_charge"]
    facts["anciennete_mois"] = draw.integers(0, 120, size)
    facts |= {name: draw.integers(0, 2, size) for name in grille.faits if name not in facts}
    return facts, {code: draw.random(size) < 0.6 for code in pieces_grille(grille)}


def by_hand(facts: Columns, held: Columns) -> NDArray[np.int64]:
    """The same grid as one would write it for this grid alone."""
    said = {name.split(".")[1]: array for name, array in facts.items() if "." in name}
    proved = np.where
    points = np.maximum(proved(said["dalo"] & held["DALO"], 60, 0), proved(said["pdalhpd"] & held["PDALHPD"], 40, 0))
    logement = proved(said["sans_logement"] & ~said["heberge_tiers"] & held["SANS_LOGEMENT"], 30, 0)
    logement = np.maximum(logement, proved(said["menace_expulsion"] & held["EXPULSION"], 25, 0))
    logement = np.maximum(logement, proved(said["mineur_suroccupation_ou_indecence"] & held["NON_DECENT"], 20, 0))
    points += np.maximum(logement, proved(said["heberge_tiers"] & held["SANS_LOGEMENT"], 12, 0))
    effort = said["taux_effort_actuel"]
    points += np.maximum(
        proved((effort >= 0.4) & held["TROP_CHER"], 8, 0), proved((effort >= 0.33) & held["TROP_CHER"], 4, 0)
    )
    points += proved(said["violences_couple"] & held["VIOLENCES"], 30, 0)
    points += proved(said["handicap"] & held["HANDICAP"], 15, 0)
    alone = said["adultes"] == 1
    points += proved(alone & (said["a_charge"] >= 1), 6, 0)
    points += proved((said["personnes"] >= 5) | (alone & (said["a_charge"] >= 3)), 5, 0)
    points += proved(said["mobilite_professionnelle"] & held["MUTATION_PRO"], 15, 0)
    points += proved(said["reprise_emploi"] & held["REPRISE_EMPLOI"], 10, 0)
    points += proved(said["priorite_employeur"] == 1, 10, 0)
    points += proved(said["lien_domicile"] == 1, 6, 0)
    points += proved(said["lien_travail"] == 1, 6, 0)
    points += proved(said["trajet_minutes"] <= 30, 4, 0)
    points += proved(said["taille_adaptee"] == 1, 3, 0)
    return points + np.minimum(facts["anciennete_mois"], 48)


def _explained(grille: Grille, facts: Columns, held: Columns, rank: int) -> int:
    """The points of one row on the explained way."""
    values: dict[str, bool | Decimal | str] = {}
    for name, array in facts.items():
        cell = array[rank].item()
        if cell == cell:
            values[name] = cell if isinstance(cell, bool) else exact_decimal(cell)
    return coter(grille, Faits(values, {code: None for code, array in held.items() if array[rank]}), AU).points


def run(size: int = DEMANDES) -> list[Row]:
    """One row: the ratio, once the two ways and the explained one agree."""
    grille = grille_vingt()
    facts, held = population(grille, size)
    points = coter_colonnes(grille, facts, held)
    if not np.array_equal(points, by_hand(facts, held)):
        raise AssertionError("the columns and the grid written by hand disagree")
    for rank in np.random.default_rng(1).choice(size, min(VERIFIEES, size), replace=False).tolist():
        if points[rank] != _explained(grille, facts, held, rank):
            raise AssertionError(f"the columns and the explained way disagree on row {rank}")
    ours, base = pair(
        lambda: coter_colonnes(grille, facts, held), lambda: by_hand(facts, held), repeat=1, rounds=ROUNDS
    )
    work = f"grille de {len(lignes_grille(grille))} critères sur {size} demandes"
    note = f"{ours:.2f} s contre {base:.2f} s en NumPy à la main ; {min(VERIFIEES, size)} demandes revues une à une"
    return [Row("B5", work, ours / base, "× main", 3, note=note)]


if __name__ == "__main__":
    keep(run(), Path(sys.argv[1]))
