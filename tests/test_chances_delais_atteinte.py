"""A list replayed with somebody inserted: the same number as the programme of one candidature, whoever is there."""

import numpy as np
import pytest

from palier.chances import avant_moi, chance
from palier.chances.delais.atteinte import Listes, atteintes


def listes(tailles: list[int], m: int, commissions: int, graine: int) -> Listes:
    rng = np.random.default_rng(graine)
    points = [np.sort(rng.integers(0, 60, n).astype(float))[::-1] for n in tailles]
    n = len(tailles)
    return Listes(
        bornes=np.concatenate(([0], np.cumsum(tailles))).astype(np.int64),
        points=np.concatenate(points),
        deposees=np.full(sum(tailles), 100),
        demandes=np.arange(sum(tailles)),
        typologies=rng.integers(0, 3, n),
        presentes=np.full(n, m),
        commissions=np.full(n, commissions),
    )


P, ALPHA = np.array([0.35, 0.5, 0.62]), np.array([0.3, 0.42, 0.55])


def expected(les: Listes, o: int, points: float, deposee: int, soi: int, sigma: float) -> float:
    """One pair, by the programme of one candidature."""
    rows = [r for r in range(les.bornes[o], les.bornes[o + 1]) if r != soi]
    if not rows:
        return 0.9
    ahead = [r for r in rows if (les.points[r], -les.deposees[r]) >= (points, -deposee)]
    behind = [r for r in rows if r not in ahead][:10]
    if len(ahead) > 40:
        return 0.0
    typologie = les.typologies[o]
    p, a = P[typologie], ALPHA[typologie]
    w = [avant_moi(les.points[part], points, sigma) if part else [] for part in (ahead, behind)]
    sides = [(np.full(len(part), p), np.full(len(part), a), w[i]) for i, part in enumerate((ahead, behind))]
    return chance(*sides[0], *sides[1], presentes=int(les.presentes[o]), commissions=int(les.commissions[o]))


@pytest.mark.parametrize(("m", "commissions"), [(3, 3), (5, 1), (1, 4), (4, 2)])
def test_a_replayed_list_agrees_with_the_programme(m: int, commissions: int):
    les = listes([0, 1, 2, 5, 30, 90], m, commissions, m)
    rng = np.random.default_rng(1)
    n = 300
    o, points = rng.integers(0, 6, n), rng.integers(0, 60, n).astype(float)
    soi = np.where(rng.random(n) < 0.4, les.bornes[o] + rng.integers(0, 90, n), -1)
    soi = np.where((soi >= 0) & (soi < les.bornes[o + 1]), soi, -1)
    deposee = rng.choice([50, 150], n)
    got, ahead = atteintes(les, o, points, deposee, soi, p=P, alpha=ALPHA, sigma_c=4.0)
    wanted = [expected(les, *row, 4.0) for row in zip(o, points, deposee, soi, strict=True)]
    assert np.allclose(got, wanted, rtol=0, atol=1e-12)
    assert (ahead[soi < 0] >= 0).all()


def test_an_equal_elder_goes_first_and_my_own_row_does_not_compete():
    les = listes([1], 1, 1, 0)
    mine = les.points[0]
    args = {"p": P, "alpha": ALPHA, "sigma_c": 4.0}
    o, points = np.zeros(3, dtype=np.int64), np.full(3, mine)
    got, ahead = atteintes(les, o, points, np.array([50, 150, 150]), np.array([-1, -1, 0]), **args)
    assert ahead.tolist() == [0, 1, 0]
    assert got[0] == 1.0  # m = 1: nobody ahead sits beside me
    assert got[1] < 1.0
    assert got[2] == 0.9  # alone on the list: like an offre to which nobody applied


def test_pairs_asked_together_or_apart_are_the_same():
    les = listes([40, 60, 80], 3, 3, 5)
    rng = np.random.default_rng(2)
    o, points = rng.integers(0, 3, 50), rng.uniform(0, 60, 50)
    args = {"p": P, "alpha": ALPHA, "sigma_c": 6.0}
    none = np.full(50, -1)
    together = atteintes(les, o, points, none, none, **args)[0]
    apart = [atteintes(les, o[i : i + 1], points[i : i + 1], none[:1], none[:1], **args)[0][0] for i in range(50)]
    assert (together == np.array(apart)).all()
