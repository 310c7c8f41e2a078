"""Delays: a year replayed by hand, what is given and what is blank, silence when data are few, the rule of time."""

import json
from dataclasses import fields, replace
from math import erf

import numpy as np
import pytest

from palier.chances import chance, courbe, mesures
from palier.chances.delais import Rejeu, delais, predire_delais, rejouer, tables_rejeu
from palier.chances.delais.gel import ATTRIBUE
from palier.chances.delais.profils import Profils
from palier.chances.journal import JAMAIS, JOUR, MOIS, Journal, QuestionsDelai
from palier.chances.simulateur import Deroulement, simuler
from tests.chances_fuite import futur_brouille, sans_futur
from tests.chances_kit import at, decile_gap, delay_cases
from tests.chances_petit import JOUR_0, candidature, evenement, journal, offre

AN = int(12 * MOIS)
AU = JOUR_0 + 400 * JOUR


def small(offres: int = 6, candidates: int = 2) -> Journal:
    """Offres of one cell that all ended 28 days after they were published, each won by its first candidate."""
    rows, events, ads = [], [], []
    for o in range(offres):
        start = JOUR_0 + (60 + 20 * o) * JOUR
        ads.append(offre(f"O{o}", publiee=start))
        for c in range(candidates):
            rows.append(candidature(f"C{o}{c}", o, c, start + JOUR, points=30.0 - 10 * c))
        if not candidates:
            events.append(evenement(start + 28 * JOUR, o, -1, "sans_suite"))
            continue
        first = len(rows) - candidates
        for kind, day in (("contacte", 9), ("presente", 10), ("classe", 20), ("attribue", 21), ("accepte", 28)):
            events.append(evenement(start + day * JOUR, o, first, kind, commission=1, ordre=1))
    demandes = [(f"D{c}", JOUR_0, JOUR_0, 1) for c in range(max(candidates, 1))]
    return journal(offres=ads, demandes=demandes, candidatures=rows, evenements=events, debut=JOUR_0, fin=AU + AN)


def ask(n: int = 1, **columns: object) -> QuestionsDelai:
    """Visitors with 25 points of their own, who asked today, applying to 6 offres of 6."""
    blank: dict[str, object] = {
        "question": np.array([f"Q{i}" for i in range(n)]),
        "demande_i": np.full(n, -1),
        "instant": np.full(n, AU),
        "communes": (("99001",),) * n,
        "typologies": ((1,),) * n,
        "financements": ((1,),) * n,
        "points_hors_offre": np.full(n, 25.0),
        "points_perdus": np.zeros(n),
        "deposee": np.full(n, AU),
        "taille": np.full(n, 1),
        "revenu_mensuel": np.full(n, 1500.0),
        "commune_domicile": np.full(n, ""),
        "commune_travail": np.full(n, ""),
        "complet": np.ones(n, dtype=np.int64),
        "candidatures_12m": np.full(n, 6.0),
        "offres_12m": np.full(n, 6.0),
    }
    return QuestionsDelai(**{**blank, **columns})


def test_a_year_replayed_by_hand():
    record = small()
    got = delais(record, ask())
    rejeu = tables_rejeu(record, AU)
    p, alpha = (6 + 40 * 1.0) / (6 + 40), (6 + 40 * 1.0) / (6 + 40)  # 6 contacted, 6 presented, 6 accepted
    p, alpha = min(p, 1 - 1e-6), min(alpha, 1 - 1e-6)
    assert rejeu.p[1] == rejeu.alpha[1] == 1 - 1e-6
    sigma = rejeu.gel.sigma_c
    # One ahead (30 points), one behind (20): at 25 points now, then 6, 12, 24 and 36 months more.
    hazards = []
    for more in (0, 6, 12, 24, 36):
        w = [0.5 * (1 + erf((x - 25 - more) / (2 * sigma))) for x in (30, 20)]
        ahead = [i for i, x in enumerate((30, 20)) if x >= 25 + more]
        sides = [
            ([p] * len(side), [alpha] * len(side), [w[i] for i in side])
            for side in (ahead, [i for i in (0, 1) if i not in ahead])
        ]
        reach = chance(*sides[0], *sides[1])
        q = reach * ATTRIBUE * (6 + 6 * rejeu.gel.habitude) / (6 + 6)
        hazards.append(-6 * np.log1p(-q))
    assert rejeu.gel.habitude == 0.9  # everybody applied to everything: bounded
    assert got.offres_rejouees.tolist() == [6]
    f = courbe(hazards, 28 * JOUR / MOIS)
    assert np.allclose(got.courbe[0], f, rtol=0, atol=1e-12)
    assert [got.p6[0], got.p12[0], got.p24[0], got.p36[0]] == [got.courbe[0, m] for m in (5, 11, 23, 35)]


def test_what_is_blank_comes_from_the_demande_as_it_was():
    record = small()
    blank = ask(
        demande_i=np.array([1]), communes=(None,), typologies=(None,), financements=(None,), deposee=np.array([JAMAIS]),
        points_hors_offre=np.array([np.nan]), points_perdus=np.array([np.nan]), taille=np.array([-1]),
        revenu_mensuel=np.array([np.nan]), complet=np.array([-1]), candidatures_12m=np.array([np.nan]),
        offres_12m=np.array([np.nan]), commune_domicile=np.array([""]), commune_travail=np.array([""]),
    )  # fmt: skip
    given = replace(
        blank, communes=(("99001",),), typologies=((1,),), financements=((1,),), deposee=np.array([JOUR_0]),
        points_hors_offre=np.array([0.0]), points_perdus=np.array([0.0]), taille=np.array([1]),
        revenu_mensuel=np.array([1500.0]), complet=np.array([1]), commune_domicile=np.array(["99001"]),
    )  # fmt: skip
    assert delais(record, blank).courbe.tolist() == delais(record, given).courbe.tolist()
    other = replace(given, points_hors_offre=np.array([40.0]))
    assert delais(record, other).p12[0] > delais(record, given).p12[0]


def test_nobody_competes_with_oneself():
    record = small(candidates=1)
    rejeu = tables_rejeu(record, AU)
    me = Profils(
        places=np.array([0, -1]), communes=(("99001",),) * 2, typologies=((1,),) * 2, financements=((1,),) * 2,
        points_hors_offre=np.zeros(2), points_perdus=np.zeros(2), mois=np.full(2, 13.0), deposee=np.full(2, JOUR_0),
        taille=np.full(2, 1), revenu=np.full(2, 1500.0), domicile=np.full(2, ""), travail=np.full(2, ""),
        complet=np.ones(2, dtype=bool), rythme=np.ones(2),
    )  # fmt: skip
    assert rejeu.places(["D0", "nobody"]).tolist() == [0, -1]
    served = rejouer(rejeu, me).servies
    assert served[0] == pytest.approx(6 * 0.9)  # without me, nobody applied
    assert served[1] < 6 * 0.9


def test_a_short_record_is_not_read_as_a_poor_year():
    record = small()
    later = replace(record, parametres=replace(record.parametres, debut=AU - AN // 2))
    assert tables_rejeu(record, AU).couverture == 1.0
    assert tables_rejeu(later, AU).couverture == pytest.approx(0.5, abs=1e-6)


CASES = [(4, 0, "insuffisant"), (6, 0, "ok"), (6, 60, "insuffisant")]


@pytest.mark.parametrize(("offres", "candidates", "statut"), CASES)
def test_few_offres_or_none_served_give_no_figure(offres: int, candidates: int, statut: str):
    got = delais(small(offres, candidates), ask(points_hors_offre=np.array([-900.0])))
    assert got.statut.tolist() == [statut]
    assert np.isfinite(got.courbe).all()
    assert got.moins_de12[0] >= got.p12[0]


def test_an_empty_territory_says_nothing_and_breaks_nothing():
    empty = small(1, 0)
    got = delais(empty, ask(communes=(("99009",),)))
    assert (got.courbe == 0).all()
    assert got.statut.tolist() == ["insuffisant"]
    assert np.isnan(got.q50).all()
    assert got.offres_rejouees.tolist() == [0]
    none = ask(0)
    assert len(delais(empty, none).question) == 0


@pytest.mark.parametrize("name", ["points_hors_offre", "communes"])
def test_a_visitor_who_says_too_little_is_refused_by_name(name: str):
    missing = {"points_hors_offre": np.array([np.nan]), "communes": (None,)}[name]
    with pytest.raises(ValueError, match=name):
        delais(small(), ask(**{name: missing}))


def test_a_stored_replay_answers_the_same_through_json(territoire: Deroulement):
    au = at(territoire, 2.0)
    case = delay_cases(territoire, au, 40)
    rejeu = tables_rejeu(territoire.journal, au)
    back = Rejeu.from_dict(json.loads(json.dumps(rejeu.to_dict())))
    me = profils(case.questions)
    one, other = predire_delais(rejeu, me), predire_delais(back, me)
    for column in fields(one):
        assert np.array_equal(getattr(one, column.name), getattr(other, column.name), equal_nan=column.name != "statut"
                              and column.name != "question"), column.name  # fmt: skip


def profils(asked: QuestionsDelai) -> Profils:
    return Profils(
        places=np.full(len(asked.question), -1), communes=asked.communes, typologies=asked.typologies,
        financements=asked.financements, points_hors_offre=asked.points_hors_offre, points_perdus=asked.points_perdus,
        mois=(asked.instant - asked.deposee) / MOIS, deposee=asked.deposee, taille=asked.taille,
        revenu=asked.revenu_mensuel, domicile=asked.commune_domicile, travail=asked.commune_travail,
        complet=asked.complet > 0, rythme=np.full(len(asked.question), 0.2),
    )  # fmt: skip


@pytest.fixture(scope="module")
def territoire() -> Deroulement:
    return simuler("detendu", graine=31, annees=4.2)


def ask_journal(record: Journal, deroulement: Deroulement, years: list[float], n: int = 30) -> QuestionsDelai:
    """Questions on demandes of the journal, all blank, at several instants."""
    instants = np.repeat([at(deroulement, each) + 7 for each in years], n)
    known = [np.unique(record.demandes.demande_i[record.demandes.version_du < each])[-n:] for each in instants[::n]]
    total = len(instants)
    return ask(
        total, demande_i=np.concatenate(known), instant=instants, communes=(None,) * total, typologies=(None,) * total,
        financements=(None,) * total, points_hors_offre=np.full(total, np.nan), points_perdus=np.full(total, np.nan),
        deposee=np.full(total, JAMAIS), taille=np.full(total, -1), revenu_mensuel=np.full(total, np.nan),
        complet=np.full(total, -1), candidatures_12m=np.full(total, np.nan), offres_12m=np.full(total, np.nan),
    )  # fmt: skip


@pytest.mark.parametrize("how", ["dropped", "scrambled"])
def test_nothing_later_changes_an_answer(territoire: Deroulement, how: str):
    record = territoire.journal
    asked = ask_journal(record, territoire, [2.9, 3.3, 3.5])
    tau = int(asked.instant.max())
    other = sans_futur(record, tau)[0] if how == "dropped" else futur_brouille(record, tau, np.random.default_rng(3))
    one, two = delais(record, asked), delais(other, asked)
    for column in fields(one):
        a, b = getattr(one, column.name), getattr(two, column.name)
        assert (a == b).all() if a.dtype.kind == "U" else np.allclose(a, b, rtol=0, atol=1e-9, equal_nan=True), column


def test_questions_asked_apart_are_answered_the_same(territoire: Deroulement):
    asked = ask_journal(territoire.journal, territoire, [2.9, 3.3], 20)
    first = np.arange(25)
    few = QuestionsDelai(
        **{
            each.name: (tuple(v[i] for i in first) if isinstance(v, tuple) and v else v[:25])
            for each in fields(asked)
            for v in (getattr(asked, each.name),)
        }
    )
    assert np.array_equal(delais(territoire.journal, asked).courbe[:25], delais(territoire.journal, few).courbe)


def test_phantoms_find_their_delays_in_the_range(territoire: Deroulement):
    case = delay_cases(territoire, at(territoire, 1.2), 700, seed=5)
    got = delais(territoire.journal, case.questions)
    high = np.where(np.isnan(got.q90), np.inf, got.q90)
    low = np.where(np.isnan(got.q10), np.inf, got.q10)
    inside = (case.months >= low) & (case.months <= high)
    assert 0.72 <= inside.mean() <= 0.92
    assert decile_gap(mesures.d_calibration(got.courbe, case.months)) < 0.06  # one territory, 700 draws
    share = (case.months <= 18).mean()
    assert mesures.crps(got.courbe, case.months) < 0.7 * mesures.crps(np.full_like(got.courbe, share), case.months)


@pytest.mark.parametrize("years", [0.001, 0.05, 4.15, 6.0])
def test_an_instant_where_little_is_known_still_has_an_answer(territoire: Deroulement, years: float):
    start = territoire.journal.parametres.debut
    got = delais(territoire.journal, ask(instant=np.array([start + int(years * AN)]), deposee=np.array([JAMAIS])))
    assert np.isfinite(got.courbe).all()
    assert (np.diff(got.courbe[0]) >= 0).all()
    assert np.isfinite([got.loge36[0], got.sorti36[0], got.moins_de12[0], got.offres_servies[0]]).all()
