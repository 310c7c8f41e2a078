"""Is the selection fair: tables done by hand, an effect that was put there and is found, none found where none is."""

import dataclasses
import json
import math

import numpy as np
import pytest
from scipy.stats import false_discovery_control, fisher_exact

from palier.chances import equite, simulateur
from palier.chances.equite import auditer, mantel_haenszel, or_detectable, ordre, p_ajustees, p_exacte
from palier.chances.journal import TYPES

pytestmark = pytest.mark.filterwarnings("error")

KEYS = [
    "variable", "modalite", "reference", "test", "commissions", "odds_ratio", "bas95", "haut95", "z", "alerte",
    "or_detectable",
]  # fmt: skip


def rows_of(*tables: tuple[int, int, int, int]) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
    """(y, group, stratum) of 2×2 tables: a, b of the group (event, none), c, d of the reference."""
    cells = [
        (y, group, stratum)
        for stratum, table in enumerate(tables)
        for (group, y), count in zip(((1, 1), (1, 0), (0, 1), (0, 0)), table, strict=True)
        for _ in range(count)
    ]
    y, group, stratum = np.array(cells, dtype=float).T
    return y, group, stratum


def test_one_table_is_the_plain_odds_ratio_and_woolf():
    ratio, error = mantel_haenszel(*rows_of((10, 20, 5, 25)))
    assert ratio == pytest.approx(10 * 25 / (20 * 5))
    assert error == pytest.approx(math.sqrt(1 / 10 + 1 / 20 + 1 / 5 + 1 / 25))


def test_two_tables_by_hand():
    ratio, error = mantel_haenszel(*rows_of((8, 12, 4, 16), (5, 15, 6, 34)))
    n = np.array([40, 60])
    r, s = np.array([8 * 16, 5 * 34]) / n, np.array([12 * 4, 15 * 6]) / n
    p, q = np.array([24, 39]) / n, np.array([16, 21]) / n
    variance = (
        (p * r).sum() / (2 * r.sum() ** 2)
        + (p * s + q * r).sum() / (2 * r.sum() * s.sum())
        + (q * s).sum() / (2 * s.sum() ** 2)
    )
    assert ratio == pytest.approx(r.sum() / s.sum())
    assert error == pytest.approx(math.sqrt(variance))


def test_strata_shield_from_what_differs_between_them():
    y, group, stratum = rows_of((90, 10, 9, 1), (1, 9, 10, 90))
    assert mantel_haenszel(y, group, stratum)[0] == pytest.approx(1.0)
    assert mantel_haenszel(y, group, np.zeros_like(y))[0] > 3


def test_nothing_to_compare_has_an_infinite_error():
    assert mantel_haenszel([], [], []) == (1.0, math.inf)
    assert mantel_haenszel(*rows_of((5, 5, 0, 0))) == (1.0, math.inf)
    assert mantel_haenszel(*rows_of((0, 5, 5, 5))) == (0.0, math.inf)
    assert mantel_haenszel(*rows_of((5, 0, 5, 5))) == (math.inf, math.inf)


def test_the_exact_test_is_fisher_s_in_one_table_and_ignores_tables_that_say_nothing():
    for table in ((1, 9, 11, 3), (0, 5, 5, 5), (3, 3, 3, 3), (7, 1, 2, 8)):
        expected = fisher_exact([table[:2], table[2:]]).pvalue
        assert p_exacte(*rows_of(table)) == pytest.approx(expected)
        assert p_exacte(*rows_of(table, (4, 4, 0, 0))) == pytest.approx(expected)


def test_false_alerts_of_a_table_are_bounded_as_benjamini_and_hochberg_do():
    p = np.random.default_rng(1).uniform(0, 0.2, 25)
    assert p_ajustees(p) == pytest.approx(false_discovery_control(p))
    assert p_ajustees([]).size == 0


def _orders(rng: np.random.Generator, commissions: int, seats: int, beta: float) -> tuple[np.ndarray, ...]:
    points, group = rng.normal(60, 20, (commissions, seats)), (rng.random((commissions, seats)) < 0.35).astype(float)
    utility = 0.9 * points / 10 + beta * group + rng.gumbel(size=points.shape)
    rank = np.argsort(np.argsort(-utility, axis=1), axis=1) + 1
    return points.ravel(), group.ravel(), np.repeat(np.arange(commissions), seats), rank.ravel()


def test_order_of_pairs_is_the_logistic_of_differences():
    """Two by two: ln(wins / losses) of the group when points are equal, with its plain error."""
    beta, error, commissions = ordre([50] * 40, [1, 0] * 20, np.repeat(np.arange(20), 2), [1, 2] * 5 + [2, 1] * 15)
    assert (beta, commissions) == (pytest.approx(math.log(5 / 15)), 20)
    assert error == pytest.approx(math.sqrt(1 / 5 + 1 / 15))


def test_order_finds_what_was_put_there_and_nothing_else():
    rng = np.random.default_rng(7)
    for planted in (-0.7, 0.0, 0.4):
        beta, error, commissions = ordre(*_orders(rng, 3000, 3, planted))
        assert commissions == 3000
        assert abs(beta - planted) < 3 * error < 0.25


def test_order_does_not_move_with_what_a_commission_shares_nor_with_the_order_of_rows():
    rng = np.random.default_rng(3)
    points, group, commission, rank = _orders(rng, 200, 4, -0.5)
    plain = ordre(points, group, commission, rank)
    shift = rng.permutation(len(points))
    assert ordre(points + 40.0 * commission, group, commission, rank)[0] == pytest.approx(plain[0])
    assert ordre(points[shift], group[shift], commission[shift], rank[shift])[:2] == pytest.approx(plain[:2])


def test_order_needs_two_and_somebody_of_each():
    assert ordre([], [], [], []) == (0.0, math.inf, 0)
    assert ordre([50, 60], [1, 0], [1, 2], [1, 1]) == (0.0, math.inf, 0)
    assert ordre([50, 60], [1, 1], [1, 1], [1, 2]) == (0.0, math.inf, 1)
    one, two = ordre([50, 60, 40], [1, 0, 0], [1, 1, 2], [2, 1, 1])[2], ordre([50, 60], [1, 0], [1, 1], [2, 1])[2]
    assert one == two == 1


def _last(commissions: int, exceptions: int = 0) -> tuple[np.ndarray, ...]:
    """Three a commission, in an order that follows points, but for one group that is always ranked last (or nearly)."""
    rng = np.random.default_rng(commissions)
    points, group = rng.normal(60, 20, (commissions, 3)), np.tile([0.0, 0.0, 1.0], (commissions, 1))
    utility = 0.9 * points / 10 + rng.gumbel(size=points.shape)
    utility[exceptions:, 2] = -np.inf
    rank = np.argsort(np.argsort(-utility, axis=1), axis=1) + 1
    return points.ravel(), group.ravel(), np.repeat(np.arange(commissions), 3), rank.ravel()


def test_a_group_always_last_has_the_z_of_the_score_test():
    """Pairs at equal points: 20 lost of 20, 10 expected, variance 5."""
    for order, sign in (([1, 2], -1), ([2, 1], 1)):
        beta, error, commissions = ordre([50] * 40, [0, 1] * 20, np.repeat(np.arange(20), 2), order * 20)
        assert beta / error == pytest.approx(sign * 10 / math.sqrt(5))
        assert commissions == 20


def test_the_longer_a_group_is_always_last_the_surer_it_is():
    z = [beta / error for beta, error, _ in (ordre(*_last(count)) for count in (10, 50, 300, 994, 2000))]
    assert np.isfinite(z).all()
    assert (np.diff(z) < -1).all()
    assert z[1] < -5
    rare = ordre(*_last(300, exceptions=3))
    assert rare[0] / rare[1] < -5, "a few exceptions change the figure, not the alert"


def test_an_order_that_points_explain_wholly_says_nothing_of_a_group():
    rng = np.random.default_rng(5)
    points, group = rng.normal(500, 300, (200, 3)).round(), (rng.random((200, 3)) < 0.4).astype(float)
    rank = np.argsort(np.argsort(-points, axis=1), axis=1) + 1
    beta, error, _ = ordre(points.ravel(), group.ravel(), np.repeat(np.arange(200), 3), rank.ravel())
    assert not abs(beta / error) > 2.58


def test_smallest_departure_that_would_have_been_seen():
    assert or_detectable(0.1, "ordre") == pytest.approx(math.exp(-0.3418))
    assert or_detectable(0.1, "non_attribution") == pytest.approx(math.exp(0.3418))


@pytest.fixture(scope="module")
def found() -> dict[str, list[equite.LigneAudit]]:
    """Three small territories: nothing planted, four points less in the order, five refusals more in a hundred."""
    rows = {}
    for name, planted in (("none", {}), ("order", {"biais_ordre": -4.0}), ("refusal", {"biais_rejet": 0.05})):
        drawn = simulateur.simuler("detendu", graine=11, annees=3, **planted)
        rows[name] = auditer(drawn.journal, simulateur.groupes(drawn))
    return rows


@pytest.mark.parametrize(("name", "alerts"), [("none", []), ("order", ["ordre"]), ("refusal", ["non_attribution"])])
def test_each_test_sees_its_own_departure_and_stays_silent_otherwise(found, name: str, alerts: list[str]):
    assert [row.test for row in found[name]] == ["ordre", "non_attribution"]
    assert [row.test for row in found[name] if row.alerte] == alerts


def test_a_row_is_as_published(found):
    for row in found["order"]:
        published = row.ligne()
        assert list(published) == KEYS
        assert row.bas95 < row.odds_ratio < row.haut95
        error = math.log(row.haut95 / row.odds_ratio) / 1.959964
        assert row.z == pytest.approx(math.log(row.odds_ratio) / error, rel=1e-5)
        assert row.or_detectable == pytest.approx(or_detectable(error, row.test), rel=1e-5)
        assert not row.exact
    assert dataclasses.replace(found["order"][0], haut95=math.inf).ligne()["haut95"] is None


@pytest.fixture(scope="module")
def drawn() -> simulateur.Deroulement:
    return simulateur.simuler("detendu", graine=11, annees=1)


def _always(drawn: simulateur.Deroulement, type_: str, *, better: bool) -> list[equite.LigneAudit]:
    """The audit of a territory where the least group is always ranked last (or first), or always (or never) refused."""
    journal = drawn.journal
    ids, _, modality = simulateur.groupes(drawn)
    names, counts = np.unique(modality, return_counts=True)
    of_group = dict(zip(ids.tolist(), (modality == names[counts.argmin()]).tolist(), strict=True))
    e, whose = journal.evenements, journal.demandes.demande[journal.candidatures.demande_i]
    member = np.array([of_group[whose[c]] if c >= 0 else False for c in e.candidature_i])
    kinds, order = e.type.copy(), e.ordre.copy()
    if type_ == "ordre":
        rows = np.flatnonzero((e.type == TYPES.index("classe")) & (e.ordre > 0))
        first = member[rows] != better
        sort = np.lexsort((e.ordre[rows], first, e.commission[rows], e.offre_i[rows]))
        keys = np.stack([e.offre_i[rows], e.commission[rows]])[:, sort]
        starts = np.concatenate(([True], (np.diff(keys) != 0).any(axis=0)))
        order[rows[sort]] = np.arange(len(rows)) - np.flatnonzero(starts)[np.cumsum(starts) - 1] + 1
    else:
        examined = np.isin(e.type, [TYPES.index("non_attribue"), TYPES.index("attribue")])
        kinds[examined & member] = TYPES.index("attribue" if better else "non_attribue")
    said = dataclasses.replace(e, type=kinds, ordre=order)
    rows = auditer(dataclasses.replace(journal, evenements=said), simulateur.groupes(drawn))
    return [row for row in rows if row.test == type_]


@pytest.mark.parametrize("test", ["ordre", "non_attribution"])
@pytest.mark.parametrize("better", [False, True])
def test_a_departure_without_exception_is_an_alert_against_the_group_alone(drawn, test: str, better: bool):
    (row,) = _always(drawn, test, better=better)
    assert row.alerte is not better
    worse = (row.z < 0) is (test == "ordre")
    assert worse is not better
    assert abs(row.z) > 5
    published = row.ligne()
    assert published["odds_ratio"] is None
    low, high = published["bas95"], published["haut95"]
    assert (low == 0 and high < 1) if row.z < 0 else (low > 1 and high is None)
    assert np.isfinite(row.or_detectable)
    json.dumps(published, allow_nan=False)


def test_groups_of_fewer_than_eleven_are_never_shown_and_the_most_frequent_is_the_reference():
    drawn = simulateur.simuler("detendu", graine=11, annees=1)
    journal = drawn.journal
    events = journal.evenements
    presented = events.candidature_i[events.type == TYPES.index("classe")]
    persons = np.unique(journal.candidatures.demande_i[presented])
    names = np.full(len(persons), "grand", dtype="<U8")
    names[:10], names[10:34] = "dix", "plus"
    ids = journal.demandes.demande[persons]
    groups = (ids, np.full(len(ids), "statut"), names)
    shown = auditer(journal, groups)
    assert {(row.modalite, row.reference) for row in shown} == {("plus", "grand")}
    assert all(row.effectif >= 11 for row in shown)
    assert any(row.exact for row in shown)
    assert auditer(journal, groups, "statut") == shown
    assert auditer(journal, groups, "autre") == []
    assert auditer(journal, (ids[:0], names[:0], names[:0])) == []


def test_unknown_persons_of_the_groups_are_left_out():
    drawn = simulateur.simuler("detendu", graine=11, annees=1)
    ids, variable, modality = simulateur.groupes(drawn)
    more = [np.append(column, word) for column, word in ((ids, "inconnue"), (variable, variable[0]), (modality, "B"))]
    assert auditer(drawn.journal, tuple(more)) == auditer(drawn.journal, (ids, variable, modality))
