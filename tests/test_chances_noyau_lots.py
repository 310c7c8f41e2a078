"""Chances by the batch say what one at a time says; the range and the four reasons follow their rules."""

import dataclasses
import math

import numpy as np
import pytest
from scipy.special import expit

from palier.chances import chance, chance_fragile
from palier.chances.fourchette import facteurs, fourchettes
from palier.chances.lots import AUCUNE, Fragilite, Lot, chances_lot, etaler, melanges

SAME = 1e-12
FRAGILE = Fragilite(sigma_u=0.7, charge_u=0.3, pente_p=0.9, saut_p=-0.1, pente_a=1.1, saut_a=0.2)


def make_lot(cases: int, *, seed: int = 1, ahead: int = 30, behind: int = 12, **changed: object) -> Lot:
    """Cases of any length up to these, of two kinds of commission; the padding is full of NaN."""
    rng = np.random.default_rng(seed)
    n_devant, n_derriere = rng.integers(0, ahead + 1, cases), rng.integers(0, behind + 1, cases)

    def column(low: float, high: float, height: int, count: np.ndarray) -> np.ndarray:
        return np.where(np.arange(height)[:, None] < count, rng.uniform(low, high, (height, cases)), math.nan)

    sides = {
        f"{name}_{side}": column(low, high, height, count)
        for side, height, count in (("devant", ahead, n_devant), ("derriere", behind, n_derriere))
        for name, low, high in (("logit_p", -1, 1), ("logit_a", -1, 1), ("c", 0.5, 1), ("w", 0, 1))
    }
    return Lot(
        **{
            **sides, "n_devant": n_devant, "n_derriere": n_derriere,
            "logit_p_moi": rng.uniform(-1, 1, cases), "logit_a_moi": rng.uniform(-1, 1, cases),
            "c_moi": rng.uniform(0.5, 1, cases),
            "presentes": np.where(rng.random(cases) < 0.7, 3, 5),
            "commissions": np.where(rng.random(cases) < 0.7, 3, 1),
            "arrivees": np.where(rng.random(cases) < 0.2, 0, rng.exponential(8, cases)), "part": rng.random(cases),
            "forme": rng.uniform(1.5, 40, cases), "p_moyen": np.full(cases, 0.45), "alpha_moyen": np.full(cases, 0.4),
        }
        | changed
    )  # fmt: skip


def _side(lot: Lot, side: str, column: int) -> list[np.ndarray]:
    count = getattr(lot, f"n_{side}")[column]
    return [getattr(lot, f"{name}_{side}")[:count, column] for name in ("logit_p", "logit_a", "c", "w")]


def _one_by_one(lot: Lot, column: int, u: float, f: Fragilite, *, followers: bool = True, lam: float | None = None):
    """One case under one u, through the door that takes one case."""

    def p_of(logit: object) -> np.ndarray:
        return expit(f.pente_p * np.asarray(logit) + f.saut_p + f.charge_u * u)

    def a_of(logit: object) -> np.ndarray:
        return expit(f.pente_a * np.asarray(logit) + f.saut_a + u)

    lp, la, c, w = _side(lot, "devant", column)
    mean_p, mean_a = (lp.mean(), la.mean()) if lp.size else (lot.logit_p_moi[column], lot.logit_a_moi[column])
    bp, ba, bc, bw = _side(lot, "derriere", column)
    behind_p, behind_a = (bp.mean(), ba.mean()) if bp.size else (mean_p, mean_a)
    arrivals, share, mine = lot.arrivees[column] if lam is None else lam, lot.part[column], lot.c_moi[column]
    expected = arrivals * (1 - share)
    count = min(12 - bp.size, math.ceil(expected)) if followers else 0
    each = p_of(behind_p) * min(1, expected / max(count, 1))
    return chance(
        p_of(lp), c * a_of(la), w,
        [*p_of(bp), *[each] * count], [*(bc * a_of(ba)), *[mine * a_of(behind_a)] * count], [*bw, *[0.25] * count],
        c_moi=mine, presentes=lot.presentes[column], commissions=lot.commissions[column],
        arrivees=arrivals * share, forme=lot.forme[column], arrivant=(p_of(mean_p), mine * a_of(mean_a), 0.75),
    )  # fmt: skip


def test_a_batch_says_what_one_at_a_time_says():
    lot = make_lot(300)
    found = chances_lot(lot, FRAGILE)
    u, weights = FRAGILE.noeuds_u()
    for column in range(0, 300, 3):
        each = [_one_by_one(lot, column, one, FRAGILE) for one in u[:, 0]]
        assert found.proba[column] == pytest.approx(weights @ each, abs=SAME)
        own = expit(0.9 * lot.logit_p_moi[column] - 0.1 + 0.3 * u[:, 0])
        assert found.brute[column] == pytest.approx(weights @ (each * own), abs=SAME)


def test_a_batch_says_what_the_fragile_door_says():
    lot = make_lot(60, arrivees=np.zeros(60))
    plain = Fragilite(sigma_u=0.8, charge_u=0.35)
    found = chances_lot(lot, plain, details=False).proba
    for column in range(60):
        one = chance_fragile(
            *_side(lot, "devant", column), *_side(lot, "derriere", column), sigma_u=0.8, charge_u=0.35,
            c_moi=lot.c_moi[column], presentes=lot.presentes[column], commissions=lot.commissions[column],
        )  # fmt: skip
        assert found[column] == pytest.approx(one, abs=SAME)


def test_a_case_does_not_depend_on_its_neighbours():
    lot = make_lot(200)
    whole = chances_lot(lot, FRAGILE)
    for column in (0, 7, 63, 199):
        alone = chances_lot(lot.colonnes(np.array([column])), FRAGILE)
        for each in dataclasses.fields(whole):
            assert getattr(alone, each.name)[0] == pytest.approx(getattr(whole, each.name)[column], abs=SAME)


def test_four_factors_in_their_order_and_their_product():
    lot = make_lot(120)
    found = chances_lot(lot, FRAGILE)
    product = found.f_places * found.f_devant * found.f_arrivees * found.f_dossier
    assert product == pytest.approx(found.proba, abs=SAME)
    for column in range(0, 120, 5):
        mine = lot.c_moi[column]
        ahead, behind = lot.n_devant[column], lot.n_derriere[column]
        places = chance(
            [0.45] * ahead, [0.4] * ahead, [0.5] * ahead, [0.45] * behind, [0.4] * behind, [0.5] * behind,
            presentes=lot.presentes[column], commissions=lot.commissions[column],
        )  # fmt: skip
        closed = _one_by_one(lot, column, 0, AUCUNE, followers=False, lam=0.0) / mine
        arrivals = _one_by_one(lot, column, 0, AUCUNE, followers=False) / mine
        assert found.f_places[column] == pytest.approx(places, abs=SAME)
        assert found.f_devant[column] == pytest.approx(closed / places, rel=1e-9)
        assert found.f_arrivees[column] == pytest.approx(arrivals / closed, rel=1e-9, abs=SAME)


def test_nothing_is_left_to_explain_of_no_chance():
    zero, one = np.zeros(1), np.ones(1)
    assert [float(each[0]) for each in facteurs(one, zero, zero, zero)] == [1, 0, 1, 1]


def _range_by_hand(values: np.ndarray, weights: np.ndarray, rank: int, pi: float) -> tuple[float, float]:
    held = np.clip(values, 1e-6, 1 - 1e-6)
    spread = math.sqrt(0.16 + 0.04 * (rank - 1))
    cloud = [
        (math.log(v / (1 - v)) + x * spread, w * y)
        for v, w in zip(held, weights, strict=True)
        if w > 0
        for x, y in ((-math.sqrt(3), 1 / 6), (0, 2 / 3), (math.sqrt(3), 1 / 6))
    ]
    cloud.sort(key=lambda point: point[0])
    points, masses = np.array(cloud).T
    middle = np.cumsum(masses) - masses / 2
    low, high = 1 / (1 + np.exp(-np.interp([0.1, 0.9], middle, points)))
    return min(low, pi), max(high, pi)


def test_the_range_follows_its_rule():
    lot = make_lot(40)
    found = chances_lot(lot, FRAGILE)
    for columns, values, weights in melanges(lot, FRAGILE):
        assert weights.sum(axis=(0, 1)) == pytest.approx(np.ones(len(columns)), abs=1e-12)
        for place, column in enumerate(columns):
            one, masses = values[..., place].ravel(), weights[..., place].ravel()
            pi, rank = found.proba[column], int(lot.n_devant[column]) + 1
            assert one @ masses == pytest.approx(pi, abs=SAME)
            expected = _range_by_hand(one, masses, rank, pi)
            assert (found.bas80[column], found.haut80[column]) == pytest.approx(expected, abs=1e-9)


def one_range(chance_: float, rank: int, announced: float) -> tuple[float, float]:
    low, high = fourchettes(np.full((1, 1), chance_), np.ones((1, 1)), np.array([rank]), np.array([announced]))
    return low[0], high[0]


def test_a_range_is_wider_further_down_the_list_and_holds_the_chance():
    first, tenth = one_range(0.4, 1, 0.4), one_range(0.4, 10, 0.4)
    assert tenth[0] < first[0] < 0.4 < first[1] < tenth[1]
    assert one_range(0.4, 1, 0.95)[1] == 0.95
    assert one_range(0.4, 1, 0.01)[0] == 0.01


def test_no_frailty_and_no_arrival_is_the_bare_programme():
    lot = make_lot(50, arrivees=np.zeros(50))
    found = chances_lot(lot, AUCUNE)
    assert found.f_arrivees == pytest.approx(np.ones(50), abs=SAME)
    assert found.f_dossier == pytest.approx(lot.c_moi, abs=SAME)


def test_empty_lists_and_an_empty_batch():
    alone = make_lot(3, ahead=0, behind=0, arrivees=np.zeros(3))
    assert chances_lot(alone, FRAGILE).proba == pytest.approx(alone.c_moi, abs=1e-14)
    assert chances_lot(make_lot(0), FRAGILE).proba.size == 0


@pytest.mark.parametrize("name", [each.name for each in dataclasses.fields(Lot)])
def test_a_nan_is_refused_by_name(name: str):
    lot = make_lot(4, ahead=3, behind=3)
    lot = dataclasses.replace(lot, n_devant=np.full(4, 1), n_derriere=np.full(4, 1))
    columns = {each.name: np.nan_to_num(getattr(lot, each.name), nan=0.5) for each in dataclasses.fields(Lot)}
    columns[name] = columns[name].astype(float)
    columns[name].flat[0] = math.nan
    with pytest.raises(ValueError, match=rf"\b{name}\b"):
        chances_lot(Lot(**columns), FRAGILE)


def test_lists_laid_end_to_end_become_columns():
    flat = np.arange(1.0, 7)
    assert etaler(flat, np.array([0, 2, 2]), np.array([2, 0, 3])).tolist() == [[1, 0, 3], [2, 0, 4], [0, 0, 5]]
    assert etaler(flat, np.array([0]), np.array([2]), 3)[:, 0].tolist() == [1, 2, 0]
