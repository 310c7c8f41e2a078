"""The chance of one candidature: published vectors, the process drawn by hand, edges, and what must never happen."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palier.chances import chance, chance_fragile
from tests import chances_oracle as oracle

EXACT = 1e-9


def _alike(rang: int, *, arrivees: float = 0.0, alpha: float = 0.45, m: int = 3, b: int = 3) -> float:
    ahead, behind = rang - 1, min(12, 80 - rang)
    return chance(
        [0.45] * ahead, [alpha] * ahead, [0.75] * ahead, [0.45] * behind, [alpha] * behind, [0.25] * behind,
        c_moi=0.93, presentes=m, commissions=b, arrivees=arrivees, forme=10, arrivant=(0.45, alpha, 0.75),
    )  # fmt: skip


@pytest.mark.parametrize(
    ("variant", "expected"),
    [
        ({}, {1: 0.733370158, 3: 0.575199196, 5: 0.409094336, 10: 0.134251571, 20: 0.012740862, 51: 0.000000182}),
        (
            {"arrivees": 5.0},
            {2: 0.301562886, 4: 0.198412275, 8: 0.080148599, 15: 0.015397233, 30: 0.000170971},
        ),
        ({"alpha": 0.75}, {1: 0.615253317, 3: 0.385829684, 5: 0.222882884, 10: 0.037795804, 20: 0.000640957}),
        ({"alpha": 0.25}, {2: 0.768629052, 4: 0.661958110, 8: 0.413172328, 15: 0.172107595, 30: 0.005275971}),
        ({"b": 1}, {4: 0.481724148, 5: 0.380902554, 10: 0.067225211}),
        ({"m": 5}, {2: 0.520225647, 5: 0.357701565, 10: 0.160220856, 20: 0.015639346}),
    ],
    ids=["closed", "arrivals", "tempting", "unwanted", "one commission", "five seats"],
)
def test_published_vectors(variant: dict[str, float], expected: dict[int, float]):
    for rang, pi in expected.items():
        assert _alike(rang, **variant) == pytest.approx(pi, abs=EXACT)


def test_published_vector_of_a_mixed_list():
    j, i = np.arange(6), np.arange(5)
    assert chance(
        0.35 + 0.05 * (7 * j % 8), 0.30 + 0.04 * (5 * j % 9), 0.95 - 0.02 * j,
        0.40 + 0.05 * (3 * i % 7), 0.35 + 0.03 * (4 * i % 11), 0.45 - 0.03 * i, c_moi=0.9,
    ) == pytest.approx(0.1441302401, abs=EXACT)  # fmt: skip


FRAGILE = (
    (0.2, -0.4, 0.1), (-0.3, 0.2, 0), (0.9, 0.95, 0.6), (0.8, 0.7, 0.55),
    (0, 0, 0, 0), (-0.2,) * 4, (0.93,) * 4, (0.3,) * 4,
)  # fmt: skip


def test_published_vector_of_a_fragile_dwelling():
    pi = chance_fragile(*FRAGILE, sigma_u=0.8, charge_u=0.35, c_moi=0.93)
    assert pi == pytest.approx(0.5289790298, abs=EXACT)


def test_without_frailty_both_doors_agree():
    p, a = 1 / (1 + np.exp(-np.array(FRAGILE[0]))), 1 / (1 + np.exp(-np.array(FRAGILE[1])))
    q, o = np.full(4, 0.5), np.full(4, 1 / (1 + math.exp(0.2)) * 0.93)
    plain = chance(p, a * FRAGILE[2], FRAGILE[3], q, o, FRAGILE[7], c_moi=0.93)
    assert chance_fragile(*FRAGILE, sigma_u=0, charge_u=0.35, c_moi=0.93) == pytest.approx(plain, abs=1e-12)


def test_each_alone_in_his_commission_waits_for_all_before_to_fail():
    alpha = np.array([0.2, 0.9, 0.5, 0.4])
    for w in (0.0, 0.3, 1.0):
        assert chance([1] * 4, alpha, [w] * 4, [], [], [], presentes=1, commissions=5) == pytest.approx(
            np.prod(1 - alpha), abs=EXACT
        )


def test_nobody_else():
    assert chance([], [], [], [], [], [], c_moi=0.37) == 0.37
    assert chance_fragile(*[[]] * 8, sigma_u=0.8, charge_u=0.3, c_moi=0.37) == pytest.approx(0.37, abs=1e-15)


def test_nobody_yet_but_arrivals():
    expected = oracle.chance([], [], arrivees=7.0, forme=1.5, arrivant=(0.6, 0.4, 0.75))
    found = chance([], [], [], [], [], [], arrivees=7.0, forme=1.5, arrivant=(0.6, 0.4, 0.75))
    assert found == pytest.approx(expected, abs=EXACT)


_proba = st.floats(0.0, 1.0)
_liste = st.lists(st.tuples(_proba, _proba, _proba), max_size=7)


def _columns(liste: list[oracle.Candidat]) -> tuple[list[float], ...]:
    return tuple([one[column] for one in liste] for column in range(3))


_few = settings(max_examples=60, deadline=None)
_arrivant = st.tuples(_proba, _proba, _proba)


@_few
@given(_liste, _liste, st.integers(1, 4), st.integers(1, 3), st.floats(0, 6), st.floats(2, 40), _arrivant)
def test_the_plain_loops_say_the_same(devant, derriere, m, b, arrivees, forme, arrivant):
    found = chance(
        *_columns(devant), *_columns(derriere), presentes=m, commissions=b, arrivees=arrivees, forme=forme,
        arrivant=arrivant,
    )  # fmt: skip
    expected = oracle.chance(devant, derriere, m=m, b=b, arrivees=arrivees, forme=forme, arrivant=arrivant)
    assert found == pytest.approx(expected, abs=1e-11)
    assert 0 <= found <= 1 + 1e-12


@_few
@given(_arrivant, _proba, st.integers(0, 25), st.integers(0, 12), st.integers(1, 4), st.integers(1, 3))
def test_one_more_ahead_never_helps(ahead, below, count, behind, m, b):
    """Among like candidates. One who always fails and fills my commission may help: those behind me leave it."""
    p, alpha, w = ahead
    derriere = _columns([(p, alpha, w * below)] * behind)
    before, after = (
        chance(*_columns([ahead] * number), *derriere, presentes=m, commissions=b) for number in (count, count + 1)
    )
    assert after <= before + 1e-12


@pytest.mark.parametrize(("m", "b", "ahead"), [(3, 3, 5), (3, 1, 2), (2, 4, 7), (5, 2, 6)])
def test_the_process_drawn_by_hand_agrees(m: int, b: int, ahead: int):
    rng = np.random.default_rng(20 * m + b)
    devant = [tuple(rng.uniform((0.2, 0.2, 0.5), (0.9, 0.8, 1.0))) for _ in range(ahead)]
    derriere = [tuple(rng.uniform((0.2, 0.2, 0.0), (0.9, 0.8, 0.5))) for _ in range(4)]
    draws = 40_000
    share = sum(oracle.tire(rng, devant, derriere, m, b) for _ in range(draws)) / draws
    exact = chance(*_columns(devant), *_columns(derriere), presentes=m, commissions=b)
    assert abs(share - exact) < 4 * math.sqrt(exact * (1 - exact) / draws)


def test_zero_and_one_are_accepted_when_given():
    assert chance([1], [1], [1], [], [], []) == 0
    assert chance([1], [1], [0], [], [], []) == 1
    assert chance([0] * 50, [1] * 50, [1] * 50, [1], [1], [0], arrivees=3, arrivant=(0, 1, 1)) == 1
    assert chance([1] * 9, [0] * 9, [1] * 9, [], [], []) == 0
    assert chance([1] * 8, [0] * 8, [1] * 8, [], [], []) == 1


def test_almost_no_arrival_is_none_and_a_crowd_ends():
    assert _alike(4, arrivees=1e-9) == _alike(4)
    assert _alike(4, arrivees=1e-6) < _alike(4)
    crowd = chance([], [], [], [], [], [], arrivees=1e6, forme=1.5, arrivant=(0.5, 0.5, 0.75))
    assert 0 <= crowd < 1e-6
    assert chance([], [], [], [], [], [], arrivees=5e3, forme=2e3, arrivant=(0.5, 0.5, 0.75)) == 0
    assert 0 <= chance([0.45] * 4000, [0.45] * 4000, [0.75] * 4000, [], [], []) < 1e-15


NAMES = (
    "p_devant", "alpha_devant", "w_devant", "p_derriere", "alpha_derriere", "w_derriere",
    "c_moi", "presentes", "commissions", "arrivees", "forme", "arrivant",
)  # fmt: skip
FRAGILE_NAMES = (
    "logit_p_devant", "logit_a_devant", "c_devant", "w_devant",
    "logit_p_derriere", "logit_a_derriere", "c_derriere", "w_derriere",
    "sigma_u", "charge_u", "noeuds", *NAMES[6:],
)  # fmt: skip


def _poisoned(name: str, width: int) -> object:
    if name == "arrivant":
        return (*(0.5,) * (width - 1), math.nan)
    return math.nan if name in NAMES[6:] or name in ("sigma_u", "charge_u", "noeuds") else [0.5, math.nan]


@pytest.mark.parametrize("name", NAMES)
def test_a_nan_is_refused_by_name(name: str):
    given_ = {each: [0.5, 0.5] for each in NAMES[:6]} | {name: _poisoned(name, 3)}
    with pytest.raises(ValueError, match=rf"\b{name}\b"):
        chance(**given_)


@pytest.mark.parametrize("name", FRAGILE_NAMES)
def test_a_nan_is_refused_by_name_for_a_fragile_dwelling(name: str):
    given_ = {each: [0.5, 0.5] for each in FRAGILE_NAMES[:8]} | {"sigma_u": 0.8, "charge_u": 0.3}
    with pytest.raises(ValueError, match=rf"\b{name}\b"):
        chance_fragile(**given_ | {name: _poisoned(name, 4)})


@pytest.mark.parametrize(
    ("name", "bad"),
    [
        ("p_devant", [0.5, 1.1]), ("alpha_devant", [0.5]), ("w_derriere", [-0.1, 0.5]), ("c_moi", 2), ("presentes", 0),
        ("presentes", 2.5), ("commissions", -1), ("arrivees", -1), ("arrivees", math.inf), ("forme", 0),
        ("arrivant", (0.5, 1.5, 0.5)),
    ],
)  # fmt: skip
def test_nonsense_is_refused_by_name(name: str, bad: object):
    given_ = {each: [0.5, 0.5] for each in NAMES[:6]} | {name: bad}
    with pytest.raises(ValueError, match=rf"\b{name}\b"):
        chance(**given_)
