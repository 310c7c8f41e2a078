"""Arrivals, gaps of points, waiting, perimeters: published vectors, hand-made sums, and what must be refused."""

import inspect
import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palier import chances
from palier.chances import (
    arrivees_restantes,
    avant_moi,
    courbe,
    decalage,
    depassements,
    part_devant,
    perimetre,
)
from palier.chances.attente import courbes, cumul, quantiles, vecues

EXACT = 1e-9
HAZARDS = (1.2, 1.3, 1.4, 1.7, 1.9)


def test_published_vectors_of_arrivals():
    assert arrivees_restantes(12, 0.6, 20) == pytest.approx((8.0, 13.5), abs=EXACT)
    assert part_devant(5, 40, 0.3) == pytest.approx(0.126086956522, abs=EXACT)


def test_arrivals_end_at_the_closing_and_never_start_from_nothing():
    assert arrivees_restantes(12, 1.0, 20) == (0.0, 13.5)
    assert arrivees_restantes(0, 0.0, 0.0) == pytest.approx((0.5, 1.5))
    assert arrivees_restantes(0, 0.0, 20, r0=3) == pytest.approx((20.0, 3.0))


def test_first_of_few_leans_on_the_past():
    assert part_devant(1, 1, 0.5) == pytest.approx(3 / 7)
    assert part_devant(1, 4000, 0.5) < 0.001
    assert part_devant(3, 10, 0.9, poids=0) == pytest.approx(0.2)


def test_equal_points_are_a_toss_and_a_wide_gap_is_not():
    before = avant_moi([50, 56, 44, 500], 50, 6)
    assert before[:3] == pytest.approx([0.5, 0.760249938906, 1 - 0.760249938906], abs=EXACT)
    assert before[3] == 1
    assert list(avant_moi([51, 50, 49], 50, 0)) == [1, 0.5, 0]


@settings(max_examples=80, deadline=None)
@given(
    st.lists(st.tuples(st.booleans(), st.floats(-8, 8)), max_size=30), st.floats(0.01, 50)
)
def test_the_offset_solves_its_equation(rows, tau2):
    y, eta = np.array([row[0] for row in rows], float), np.array([row[1] for row in rows], float)
    delta = decalage(y, eta, tau2)
    left = float((y - 1 / (1 + np.exp(-(eta + delta)))).sum()) - delta / tau2
    assert abs(left) < 1e-9 * max(1.0, 1 / tau2)


def test_the_offset_of_nobody_is_zero_and_of_all_is_bounded():
    assert decalage([], [], 0.5) == 0
    assert 0 < decalage([1] * 200, [0] * 200, 0.04) < 1.5


def test_published_vector_of_waiting():
    found = courbe(HAZARDS, 0.92)[[0, 5, 11, 23, 35]]
    assert found == pytest.approx([0.005043467, 0.293255099, 0.522268798, 0.767343379, 0.877101367], abs=EXACT)


def test_waiting_summed_by_hand():
    flat = cumul([[1.2] * 5], 0.5)[0]
    assert flat == pytest.approx(0.1 * (np.arange(1, 37) - 0.5))
    kappa = 1.1 + 1.2
    hazard = math.exp(-0.32) * (0.1 * 11.5) ** 1.03
    assert courbe([1.2] * 5, 0.5)[11] == pytest.approx(1 - (1 + hazard / kappa) ** -kappa, abs=1e-12)


def test_nothing_before_the_dead_time_and_nothing_without_offres():
    late = courbe(HAZARDS, 7.25)
    assert (late[:7] == 0).all()
    assert late[7] > 0
    assert (courbe([0] * 5, 0.5) == 0).all()
    assert (courbe(HAZARDS, 60) == 0).all()


@settings(max_examples=60, deadline=None)
@given(st.lists(st.floats(0, 40), min_size=5, max_size=5), st.floats(0, 40))
def test_a_curve_climbs_and_stays_a_chance(hazards, dead):
    curve = courbe(hazards, dead)
    assert (np.diff(curve) >= 0).all()
    assert curve[0] >= 0
    assert curve[-1] <= 1


def test_many_curves_are_as_one_by_one():
    rng = np.random.default_rng(5)
    hazards, dead = rng.exponential(1.0, (40, 5)), rng.uniform(0, 3, 40)
    one_by_one = [courbe(row, d, a=-0.1, b=0.9, kappa0=2.0) for row, d in zip(hazards, dead, strict=True)]
    assert courbes(hazards, dead, a=-0.1, b=0.9, kappa0=2.0) == pytest.approx(np.array(one_by_one), abs=1e-15)


def test_quantiles_are_linear_between_months_and_infinite_beyond():
    curve = np.clip(np.arange(1, 37) / 40, 0, 1)
    assert quantiles(curve, (0.1, 0.25, 0.5, 0.9, 0.95))[0] == pytest.approx([4, 10, 20, 36, math.inf])
    dead = np.concatenate([np.zeros(6), np.full(30, 0.6)])
    assert quantiles(dead, (0.3, 0.6, 0.61))[0] == pytest.approx([6.5, 7, math.inf])


def test_housed_left_and_waiting_make_one():
    curve = courbe(HAZARDS, 0.92)
    alone, none = vecues(curve, np.zeros(36))
    assert alone[0] == pytest.approx(curve)
    assert (none == 0).all()
    housed, left = vecues(curve, np.full(36, 0.03))
    waiting = (1 - curve) * np.exp(-0.03 * np.arange(1, 37))
    assert housed[0] + left[0] + waiting == pytest.approx(np.ones(36))
    assert (housed[0] < curve).all()


def test_published_vector_of_the_perimeter():
    kept, value = perimetre((0.01, 0.04, 0.02, 0.08, 0.005), (900, 700, 520, 300, 1000), 1 / 24)
    assert list(np.flatnonzero(kept)) == [0, 1, 2, 4]
    assert value == pytest.approx(449.142857143, abs=EXACT)


@settings(max_examples=80, deadline=None)
@given(st.lists(st.tuples(st.floats(0, 0.2), st.floats(-500, 1500)), max_size=8), st.floats(0.005, 0.5))
def test_no_other_set_of_communes_is_worth_more(communes, rho):
    h, v = np.array([c[0] for c in communes], float), np.array([c[1] for c in communes], float)
    kept, value = perimetre(h, v, rho)
    worth = [
        (h[mask] * v[mask]).sum() / (rho + h[mask].sum())
        for code in range(2 ** len(communes))
        for mask in [np.array([code >> place & 1 for place in range(len(communes))], bool)]
    ]
    assert value == pytest.approx(max(worth), abs=1e-6)
    assert (h[kept] * v[kept]).sum() / (rho + h[kept].sum()) == pytest.approx(value, abs=1e-6)


def test_haste_makes_a_larger_perimeter_that_holds_the_smaller():
    rng = np.random.default_rng(8)
    h, v = rng.uniform(0, 0.1, 12), rng.uniform(-200, 1000, 12)
    calm, hurried = perimetre(h, v, 1 / 48)[0], perimetre(h, v, 1 / 6)[0]
    assert calm.sum() < hurried.sum()
    assert not (calm & ~hurried).any()


def test_a_pleasant_commune_with_no_dwelling_is_kept_and_no_commune_is_worth_nothing():
    assert list(perimetre((0.05, 0.0), (500, 900), 0.05)[0]) == [True, True]
    assert perimetre([], [], 0.1)[1] == 0
    assert perimetre((0.1,), (-50,), 0.1)[1] == 0


def test_who_can_still_pass_me():
    bases, shares = (0, 20, 40, 60), (0.4, 0.3, 0.2, 0.1)
    rate = [depassements(6, bases, shares, 12, months) for months in (0, 8, 10, 28, 47, 48, 400)]
    assert rate == pytest.approx([3.6, 1.8, 1.8, 0.6, 0.6, 0, 0])
    assert depassements(6, bases, shares, 12, 400, plafond=20) == pytest.approx(1.8)
    assert depassements(6, bases, shares, 12, 14, par_mois=2) == pytest.approx(0.6)


CALLS = {
    arrivees_restantes: {"observees": 12, "fraction": 0.6, "moyenne": 20, "r0": 1.5},
    part_devant: {"rang": 5, "observees": 40, "pi0": 0.3, "poids": 6.0},
    avant_moi: {"points": [50.0, 40.0], "mes_points": 45.0, "sigma_c": 6.0},
    decalage: {"y": [1.0, 0.0], "eta": [0.2, 0.1], "tau2": 0.1},
    courbe: {"risques_annuels": list(HAZARDS), "temps_mort": 0.92, "a": -0.32, "b": 1.03, "kappa0": 1.1},
    perimetre: {"h": [0.1, 0.2], "v": [10.0, 20.0], "rho": 0.1},
    depassements: {
        "lam": 6.0, "bases": [0.0, 20.0], "parts": [0.4, 0.6], "ma_base": 12.0, "mois": 3.0, "par_mois": 1.0,
        "plafond": 48.0,
    },
    chances.mesures.brier: {"p": [0.1, 0.2], "y": [0.0, 1.0], "poids": [1.0, 1.0]},
    chances.mesures.murphy: {"p": [0.1, 0.2], "y": [0.0, 1.0], "bacs": 12, "poids": [1.0, 1.0]},
    chances.mesures.log_perte: {"p": [0.1, 0.2], "y": [0.0, 1.0], "poids": [1.0, 1.0]},
    chances.mesures.ece: {"p": [0.1, 0.2], "y": [0.0, 1.0], "bacs": 12, "poids": [1.0, 1.0]},
    chances.mesures.crps: {"F": [[0.1] * 36], "mois": [3.0], "poids": [1.0]},
    chances.mesures.d_calibration: {"F": [[0.1] * 36], "mois": [3.0]},
    chances.equite.ordre: {"points": [1.0, 2.0], "groupe": [0.0, 1.0], "commission": [1.0, 1.0], "rang": [1.0, 2.0]},
    chances.equite.mantel_haenszel: {"y": [0.0, 1.0], "groupe": [0.0, 1.0], "strate": [0.0, 0.0]},
}  # fmt: skip


@pytest.mark.parametrize(
    ("function", "name"), [(f, n) for f, known in CALLS.items() for n in known], ids=lambda x: getattr(x, "__name__", x)
)
def test_a_nan_is_refused_by_name(function, name):
    known = CALLS[function]
    assert set(known) == set(inspect.signature(function).parameters)
    function(**known)
    poisoned = np.array(known[name], dtype=float)
    poisoned.flat[-1] = math.nan
    with pytest.raises(ValueError, match=rf"\b{name}\b"):
        function(**known | {name: poisoned if poisoned.ndim else math.nan})


@pytest.mark.parametrize(
    ("function", "name", "bad"),
    [
        (arrivees_restantes, "fraction", 1.01), (arrivees_restantes, "observees", -1), (part_devant, "rang", 0),
        (avant_moi, "sigma_c", -1), (decalage, "tau2", 0), (courbe, "risques_annuels", [1, 2]),
        (courbe, "temps_mort", -0.1), (courbe, "kappa0", 0), (perimetre, "rho", 0), (perimetre, "v", [1.0]),
        (depassements, "parts", [0.7, 0.6]), (chances.mesures.brier, "y", [1.0]), (chances.mesures.brier, "p", [2, 0]),
        (chances.equite.ordre, "rang", [1.0, 1.0]),
    ],
)  # fmt: skip
def test_nonsense_is_refused_by_name(function, name, bad):
    with pytest.raises(ValueError, match=rf"\b{name}\b"):
        function(**CALLS[function] | {name: bad})
