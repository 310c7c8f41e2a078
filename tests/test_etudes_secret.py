"""Hidden figures: none under the minimum is shown, none can be worked out. Checked by exhausting every solution."""

from __future__ import annotations

import random

import numpy as np
import pytest

from palier.droit.cotation import lire_grille
from palier.etudes import calcul
from palier.etudes.differences import differences, mois_par_point
from palier.etudes.secret import Cle, Somme, cacher
from tests.etudes_kit import CURRENT, DRAFT

MINIMUM = 3
COLUMNS = ("a", "b")


def table(cells: list[list[int]]) -> tuple[dict[Cle, int], list[Somme]]:
    """A table with its totals by row, by column, and in all."""
    names = [f"r{n}" for n in range(len(cells))]
    values = {(row, col): cells[r][c] for r, row in enumerate(names) for c, col in enumerate(COLUMNS)}
    values |= {(row, "n"): sum(cells[r]) for r, row in enumerate(names)}
    values |= {("t", col): sum(values[row, col] for row in names) for col in (*COLUMNS, "n")}
    rows = [Somme((row, "n"), tuple((row, col) for col in COLUMNS)) for row in (*names, "t")]
    columns = [Somme(("t", col), tuple((row, col) for row in names)) for col in (*COLUMNS, "n")]
    return values, [*rows, *columns]


def guesses(values: dict[Cle, int], sums: list[Somme], hidden: frozenset[Cle], top: int) -> dict[Cle, set[int]]:
    """Every value up to `top` that each hidden cell may have, given what is shown."""
    inner = sorted(key for key in values if key[0] != "t" and key[1] != "n" and key in hidden)
    size = (top + 1) ** len(inner)
    drawn = np.indices([top + 1] * len(inner)).reshape(len(inner), size)
    cells = {key: np.full(size, value) for key, value in values.items()} | dict(zip(inner, drawn, strict=True))
    for each in sums:
        cells[each.total] = np.sum([cells[part] for part in each.parts], axis=0)
    fits = np.ones(size, np.bool_)
    for key, value in values.items():
        fits &= (cells[key] == value) | (key in hidden)
    return {key: set(cells[key][fits].tolist()) for key in hidden}


@pytest.mark.parametrize("seed", range(120))
def test_nothing_small_is_shown_nor_guessed(seed: int):
    draw = random.Random(seed)
    cells = [[draw.choice((0, 0, 1, 2, 3, 4, 6)) for _ in COLUMNS] for _ in range(draw.choice((2, 3)))]
    values, sums = table(cells)
    hidden = cacher(values, sums, MINIMUM)
    assert not any(0 < value < MINIMUM for key, value in values.items() if key not in hidden)
    for key, possible in guesses(values, sums, hidden, 7).items():
        if 0 < values[key] < MINIMUM:
            assert len(possible) > 1, (cells, key)


def test_a_lone_small_figure_takes_another_with_it():
    values, sums = table([[1, 5], [6, 7], [4, 9]])
    hidden = cacher(values, sums, MINIMUM)
    assert ("r0", "a") in hidden
    assert ("r0", "b") in hidden
    assert len([key for key in hidden if key[1] == "a"]) >= 2
    assert ("t", "n") not in hidden


def test_what_is_known_elsewhere_stays_shown_and_counts():
    values, sums = table([[1, 5], [6, 7]])
    known = [("t", name) for name in (*COLUMNS, "n")]
    hidden = cacher(values, sums, MINIMUM, montrees=known)
    assert not hidden & set(known)
    assert {("r0", "a"), ("r1", "a"), ("r0", "b"), ("r1", "b")} <= hidden


def test_what_a_small_category_has_in_common_is_not_worked_out():
    values, sums = table([[0, 2], [6, 7], [4, 9]])
    row = {("r0", name) for name in (*COLUMNS, "n")}
    known = [("t", name) for name in (*COLUMNS, "n")]
    assert 0 in guesses(values, sums, cacher(values, sums, MINIMUM, montrees=known, cachees=row), 9)["r0", "a"]
    hidden = cacher(values, sums, MINIMUM, montrees=known, tues=row)
    found = guesses(values, sums, hidden, 9)
    assert all(len(found[key]) > 1 for key in row)


def test_large_figures_are_all_shown():
    values, sums = table([[5, 5], [6, 7]])
    assert cacher(values, sums, MINIMUM) == frozenset()


def population(n: int, seed: int) -> calcul.Colonnes:
    draw = np.random.default_rng(seed)
    return calcul.Colonnes(
        faits={
            "anciennete_mois": draw.integers(0, 90, n),
            "menage.adultes": draw.integers(1, 3, n),
            "menage.a_charge": draw.integers(0, 4, n),
            "situation.dalo": draw.random(n) < 0.05,
        },
        pieces={"DALO": draw.random(n) < 0.9},
        deposee=draw.integers(730_000, 733_000, n),
        ressources=np.where(draw.random(n) < 0.1, np.nan, draw.integers(300_000, 4_000_000, n)),
        menage=draw.integers(0, 5, n),
        taille=draw.integers(0, 6, n),
        priorite=draw.integers(0, 3, n),
        commune=draw.integers(0, 40, n),
    )


def test_a_large_population_adds_up_and_hides_small_communes():
    communes = [(f"{44000 + n}", f"Commune {n}") for n in range(40)]
    found = calcul.etudier(population(1_500, 1), lire_grille(CURRENT), lire_grille(DRAFT), communes, 11)
    whole = found["ensemble"]
    assert whole["gagnent"] + whole["egaux"] + whole["perdent"] == whole["demandes"] == 1_500
    for axe in found["axes"]:
        lines = axe["lignes"]
        shown = [line for line in lines if line["demandes"] is not None]
        assert shown, axe["code"]
        assert all(line["demandes"] >= 11 for line in shown)
        if len(shown) == len(lines):
            assert sum(line["demandes"] for line in lines) == 1_500
    quartile = next(axe for axe in found["axes"] if axe["code"] == "quartile")
    known = [line["demandes"] for line in quartile["lignes"][:4]]
    assert max(known) - min(known) <= 5
    assert any(None in line.values() for line in found["axes"][-1]["lignes"])
    gained = [each["demandes"] for each in found["ecarts"][4:]]
    assert None in gained or sum(gained) == whole["gagnent"]


def test_nobody_moves_when_everybody_gains_the_same():
    more = CURRENT.replace("version = 1", "version = 2") + (
        '\n[[rubrique]]\ncode = "tous"\ncumul = "somme"\n  [[rubrique.critere]]\n  code = "tous"\n  libelle = "Tous"\n'
        '  points = 7\n  si = "menage.adultes >= 1"\n  reference = "essai"\n'
    )
    found = calcul.etudier(
        population(200, 2), lire_grille(CURRENT), lire_grille(more), [(str(n), str(n)) for n in range(40)], 11
    )
    assert found["ensemble"]["gagnent"] == found["ensemble"]["immobiles"] == 200
    assert found["ensemble"]["montent"] == 0
    assert (found["mois"]["gagnent"], found["mois"]["perdent"]) == (7, None)


def test_a_point_has_its_price_in_months_of_waiting():
    current = lire_grille(CURRENT)
    half = lire_grille(CURRENT.replace("pas = 1, points = 1", "pas = 1, points = 2"))
    none = lire_grille(CURRENT[: CURRENT.rindex("[[rubrique]]")])
    assert (mois_par_point(current), mois_par_point(half), mois_par_point(none)) == (1, 0.5, None)
    changed = {each["libelle"]: each for each in differences(current, lire_grille(DRAFT))}
    alone = changed["Parent seul avec au moins un enfant à charge"]
    assert (alone["avant"], alone["apres"], alone["mois"]) == ("6\u00a0points", "30\u00a0points", 24.0)
    assert len(changed) == 2
    assert differences(current, current) == []
    gone = differences(current, none)
    assert [(each["apres"], each["mois"]) for each in gone] == [(None, None)]
