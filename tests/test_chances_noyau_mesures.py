"""Scores on examples small enough to be done by hand, and on the published vector."""

import math

import numpy as np
import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palier.chances.mesures import (
    auc,
    brier,
    crps,
    d_calibration,
    ece,
    log_perte,
    murphy,
    recouvrement,
    tableau,
)

EXACT = 1e-9
_ROWS = np.arange(24)
P = (_ROWS + 0.5) / 30
Y = ((7 * _ROWS % 24) < 0.8 * (_ROWS + 0.5)).astype(float)


def test_published_vector():
    assert brier(P, Y) == pytest.approx(0.199351852, abs=EXACT)
    assert log_perte(P, Y) == pytest.approx(0.649297552, abs=EXACT)
    assert ece(P, Y, 4) == pytest.approx(0.1, abs=EXACT)
    assert ece(P, Y) == pytest.approx(0.311111111, abs=EXACT)


def test_by_hand():
    p, y = [0.2, 0.4, 0.6, 1.0], [0, 1, 0, 1]
    assert brier(p, y) == pytest.approx((0.04 + 0.36 + 0.36 + 0) / 4)
    assert log_perte(p, y) == pytest.approx(-(math.log(0.8) + 2 * math.log(0.4) + math.log(1 - 1e-4)) / 4)
    assert ece(p, y, 2) == pytest.approx((abs(0.3 - 0.5) + abs(0.8 - 0.5)) / 2)
    assert murphy(p, y, 2) == pytest.approx((0.5 * 0.04 + 0.5 * 0.09, 0.0, 0.25))
    assert auc(p, y) == pytest.approx(0.75)
    assert auc([0.3] * 4, y) == 0.5
    assert auc(p, [0] * 4) == 0.5


def test_weights_count_as_repetitions():
    p, y = np.array([0.2, 0.4, 0.6, 1.0]), np.array([0.0, 1, 0, 1])
    w = np.array([1, 3, 0, 2])
    twice = np.repeat(np.arange(4), w)
    for score in (brier, log_perte, auc):
        assert score(p, y, poids=w) == pytest.approx(score(p[twice], y[twice]))
    assert ece(p, y, 1, poids=w) == pytest.approx(ece(p[twice], y[twice], 1))


def test_one_chance_for_all_is_one_bin_and_empty_bins_are_skipped():
    share, announced, happened = tableau([0.25] * 8, [1, 0] * 4)
    assert (list(share), list(announced), list(happened)) == ([1.0], [0.25], [0.5])
    assert ece([0.25] * 8, [1, 0] * 4) == 0.25


@settings(max_examples=60, deadline=None)
@given(st.lists(st.tuples(st.sampled_from([0.05, 0.2, 0.5, 0.9]), st.booleans()), min_size=1, max_size=60))
def test_the_three_parts_of_murphy_make_the_brier_when_bins_are_pure(rows):
    p, y = np.array([row[0] for row in rows]), np.array([row[1] for row in rows], float)
    reliability, resolution, uncertainty = murphy(p, y, 60)
    pure = all(len(set(p[np.isclose(p, each)])) == 1 for each in p) and len(tableau(p, y, 60)[0]) == len(set(p))
    if pure:
        assert reliability - resolution + uncertainty == pytest.approx(brier(p, y), abs=1e-12)
    assert reliability >= 0 <= resolution
    assert ece(p, y) <= 1


def test_crps_by_hand():
    curve = np.clip(np.arange(1, 37) / 36, 0, 1)
    assert crps([curve], [36]) == pytest.approx(((np.arange(1, 36) / 36) ** 2).sum())
    assert crps([curve], [math.inf]) == pytest.approx((curve**2).sum())
    assert crps([np.ones(36)], [0.5]) == 0
    assert crps([curve, np.ones(36)], [36, 1]) == pytest.approx(crps([curve], [36]) / 2)
    assert crps([curve, np.ones(36)], [36, 1], poids=[1, 0]) == pytest.approx(crps([curve], [36]))


def test_the_deciles_of_an_honest_curve_are_even():
    curve = np.arange(1, 37) / 40
    months = np.arange(0.2, 40, 0.4)
    assert d_calibration(np.tile(curve, (100, 1)), months) == pytest.approx(np.full(10, 0.1), abs=1e-12)


def test_one_who_still_waits_is_spread_over_what_is_left():
    assert d_calibration([np.full(36, 0.75)], [math.inf]) == pytest.approx([0] * 7 + [0.2, 0.4, 0.4])
    assert d_calibration([np.full(36, 0.75)], [36.5]) == pytest.approx([0] * 7 + [0.2, 0.4, 0.4])
    assert d_calibration([np.ones(36)], [50]) == pytest.approx([0] * 9 + [1])
    assert d_calibration([np.linspace(0.5, 0.6, 36)], [0.5])[2] == 1


def test_coverage():
    assert recouvrement([0, 1, 2, 3], [1, 2, math.inf, 3], [0.5, 0.5, 99, 3]) == 0.75


@pytest.mark.parametrize("score", [brier, log_perte, ece, murphy, auc])
def test_nothing_to_score_is_refused(score):
    with pytest.raises(ValueError, match="p: nothing"):
        score([], [])
