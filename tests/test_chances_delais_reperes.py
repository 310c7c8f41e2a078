"""Three "delays" told apart, curves net and lived, a perimeter counted, the checkpoint, and scores of delays."""

from dataclasses import replace
from math import exp, nan

import numpy as np
import pytest

from palier.chances.delais import predire_delais, tables_rejeu
from palier.chances.delais.perimetre import (
    alertes,
    attendues,
    avec_communes,
    mois_pour,
    point_etape,
    points_manquants,
    risques_par_commune,
    zones,
)
from palier.chances.delais.reperes import reperes
from palier.chances.evaluer_delais import evaluer_delais, poids_de_suivi
from palier.chances.journal import MOIS, Journal, Sorties
from palier.chances.simulateur import Deroulement, simuler
from tests.chances_kit import at, delay_cases
from tests.test_chances_delais import AN, AU, ask, profils, small


@pytest.fixture(scope="module")
def territoire() -> Deroulement:
    return simuler("detendu", graine=5, annees=4.0)


def with_exits(ages: list[float], causes: list[int], waiting: int) -> Journal:
    """Demandes that left at an age in months, by cause, on the last day, and others of 6 months that wait."""
    record, n = small(), len(ages) + waiting
    exits = np.full(len(ages), AU - 1)
    deposits = np.concatenate((exits - (np.array(ages) * MOIS).astype(np.int64), np.full(waiting, AU - int(6 * MOIS))))
    d = record.demandes
    demandes = replace(
        d, demande=np.array([f"D{i:03d}" for i in range(n)]), demande_i=np.arange(n), version_du=deposits,
        deposee=deposits, communes=(("99001",),) * n, typologies=((1,),) * n, financements=((1,),) * n,
        **{
            name: np.repeat(getattr(d, name)[:1], n)
            for name in ("taille", "revenu_mensuel", "commune_domicile", "commune_travail", "points_hors_offre",
                         "points_perdus", "complet")
        },
    )  # fmt: skip
    sorties = Sorties(np.arange(len(ages)), exits, np.array(causes))
    return replace(record, demandes=demandes, sorties=sorties, parametres=replace(record.parametres, debut=AU - 5 * AN))


def test_three_delays_are_not_one():
    record = with_exits([10.0] * 8 + [20.0] * 4 + [3.0] * 5, [0] * 12 + [2] * 5, 30)
    got = reperes(record, AU)
    assert (got.loges.n, got.attente.n, got.stock, got.flux) == (12, 30, 30, 12)
    assert got.loges.mois == pytest.approx((80 + 80) / 12, abs=1e-4)
    assert got.attente.mois == pytest.approx(6, abs=1e-4)
    assert got.stock_flux == pytest.approx(30)


def test_below_ten_there_is_a_count_and_no_mean():
    got = reperes(with_exits([10.0] * 9, [0] * 9, 3), AU)
    assert (got.loges.n, got.attente.n) == (9, 3)
    assert np.isnan([got.loges.mois, got.attente.mois]).all()


def test_net_and_lived_curves_by_hand():
    got = reperes(with_exits([2.5, 2.5, 2.5, 4.5], [0, 2, 2, 0], 0), AU)
    # Third month: 4 present for half of it, 3 leave (2.5 person-months: 4·½ + 1·½); fifth: 1 for half of it.
    first, second = 1 / 2.5, 2 / 2.5
    assert got.nette[1] == 0
    assert got.nette[2] == pytest.approx(1 - exp(-first), abs=1e-6)
    lost = 1 - exp(-first - second)
    assert got.vecue_loge[2] == pytest.approx(lost / 3, abs=1e-6)
    assert got.vecue_sorti[2] == pytest.approx(2 * lost / 3, abs=1e-6)
    assert (got.nette >= got.vecue_loge - 1e-12).all()  # leaving hides some of those who would have been housed


def test_a_cohort_is_housed_gone_or_waiting():
    got = reperes(with_exits([34.0] * 5 + [33.0] * 7, [0] * 5 + [3] * 7, 0), AU).devenir
    assert (got.n, got.logees, got.sorties, got.attendent) == (12, 5, 7, 0)


def test_lived_shares_leave_room_for_those_who_wait(territoire: Deroulement):
    au = at(territoire, 2.0)
    got = predire_delais(tables_rejeu(territoire.journal, au), profils(delay_cases(territoire, au, 60).questions))
    assert (got.loge12 <= got.p12 + 1e-12).all()
    assert (got.loge36 + got.sorti36 <= 1 + 1e-12).all()
    assert (got.sorti36 > 0).all()
    assert got.sorti36.mean() > 0.15
    assert (got.toutes12 >= got.p12 - 1e-12).all()


@pytest.mark.parametrize(
    ("seen", "expected", "p", "verdict"),
    [
        (7, 6.0, 0.7439797, "normal"),
        (2, 6.0, 0.0619688, "normal"),
        (1, 6.0, 0.0173513, "moins"),
        (0, 0.0, 1.0, "normal"),
    ],
)
def test_the_checkpoint_is_a_poisson_tail(seen: int, expected: float, p: float, verdict: str):
    got = point_etape(seen, expected)
    assert got[0] == pytest.approx(p, abs=1e-7)
    assert got[1] == verdict


@pytest.mark.parametrize(
    ("seen", "expected", "name"), [(1, nan, "attendues"), (1, -1.0, "attendues"), (-1, 2.0, "vues")]
)
def test_a_checkpoint_of_nothing_is_refused(seen: int, expected: float, name: str):
    with pytest.raises(ValueError, match=name):
        point_etape(seen, expected)


def test_expected_ads_are_those_of_the_replay():
    rejeu = tables_rejeu(small(), AU)
    assert attendues(rejeu, profils(ask()), 2.0).tolist() == pytest.approx([6 * 2 / 12])


@pytest.mark.parametrize(
    ("others", "mine", "places", "missing"),
    [([30, 20, 10], 5.0, 3, 5.0), ([30, 20, 10], 15.0, 3, 0.0), ([30, 20], 0.0, 3, 0.0), ([10, 30, 20], 5.0, 1, 25.0)],
)
def test_points_missing(others: list[float], mine: float, places: int, missing: float):
    assert points_manquants(others, mine, places) == missing


def test_months_for_points_stop_at_the_ceiling():
    assert mois_pour(12, anciennete=10, par_mois=1, plafond=48) == 12
    assert mois_pour(2.5, anciennete=10, par_mois=2, plafond=48) == 2
    assert mois_pour(39, anciennete=10, par_mois=1, plafond=48) is None
    assert mois_pour(0, anciennete=48, par_mois=1, plafond=48) == 0
    assert mois_pour(1, anciennete=0, par_mois=0, plafond=48) is None


def test_longer_travels_bring_more_and_are_told(territoire: Deroulement):
    au = at(territoire, 2.0)
    rejeu, me = tables_rejeu(territoire.journal, au), profils(delay_cases(territoire, au, 1).questions)
    minutes = {code: 15.0 + 5 * rank for rank, code in enumerate(rejeu.communes)}
    got = zones(rejeu, me, minutes)
    assert [zone.limite for zone in got] == [20, 30, 40, 50, 60]
    assert (np.diff([zone.p12 for zone in got]) >= -1e-12).all()
    for zone in got:
        assert len(zone.communes) == sum(value <= zone.limite for value in minutes.values())
        held = np.isnan(zone.trajet) or zone.trajet <= zone.limite
        assert held
    whole = predire_delais(rejeu, avec_communes(me, rejeu.communes)).p12[0]
    assert got[-1].p12 == pytest.approx(whole)


def test_a_perimeter_too_narrow_or_too_wide():
    hazards, _ = risques_par_commune(tables_rejeu(small(), AU), profils(ask()))
    assert set(hazards) == {"99001"}
    assert alertes({"a": 0.01, "b": 0.01}) == ("trop_etroit",)
    assert alertes({"a": 0.05, "b": 0.05}, refusees=["b"]) == ("trop_large",)
    assert alertes({"a": 0.05, "b": 0.02}, refusees=["b"]) == ()
    assert alertes({}) == ("trop_etroit",)


def test_who_is_lost_gives_its_weight_to_those_still_followed():
    months = np.array([2.5, 4.5, 6.5, 8.5])
    seen = np.array([True, False, True, False])
    got = poids_de_suivi(months, seen, 7)
    assert got[0].tolist() == [1, 1, 1, 1, 1, 1, 1]
    assert got[1].tolist() == [1, 1, 1, 1, 0, 0, 0]
    assert got[2] == pytest.approx([1, 1, 1, 1, 1.5, 1.5, 1.5])
    assert got.sum(axis=0) == pytest.approx([4] * 7)


def test_the_model_announces_delays_better_than_three_simple_rules(territoire: Deroulement):
    cut = at(territoire, 2.0)
    got = evaluer_delais(territoire.journal, cut)
    assert got["n"] > 500
    for other in ("publie", "stock_flux", "kaplan_meier"):
        for score in ("crps", "brier12"):
            assert got["modele"][score] < got[other][score], (other, score)


def test_a_cut_at_the_end_or_before_anybody_scores_nothing(territoire: Deroulement):
    parametres = territoire.journal.parametres
    assert evaluer_delais(territoire.journal, parametres.fin - 86_400)["modele"] == {"crps": None, "brier12": None}
    short = evaluer_delais(territoire.journal, parametres.fin - int(5.5 * MOIS))
    assert short["modele"]["crps"] > 0
    assert short["modele"]["brier12"] is None
