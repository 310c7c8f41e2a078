"""The simulated territories: same seed, same bytes; aggregates near what is published; a journal that holds."""

import ast
from dataclasses import replace
from functools import cache
from pathlib import Path

import numpy as np
import pytest

from palier.chances import simulateur
from palier.chances.journal import CAUSES, JAMAIS, JOUR, PERTES, Journal
from palier.chances.simulateur import Deroulement, Scene
from tests.chances_kit import CODE, content

BANDS = {  # around the aggregates to match, wide: they move with the seed
    "detendu": {"delai_loges": (380, 680), "candidats_mediane": (5, 16), "candidats_p90": (30, 90)},
    "metropole": {"delai_loges": (550, 900), "candidats_mediane": (22, 52), "candidats_p90": (100, 210)},
    "tendu": {"delai_loges": (680, 1000), "candidats_mediane": (40, 105), "candidats_p90": (170, 340)},
}
WAITING = {"detendu": (3.6, 6.0), "metropole": (7.0, 11.5), "tendu": (12.0, 18.5)}


@cache
def run(genre: str, years: float = 6.0) -> Deroulement:
    return simulateur.simuler(genre, graine=7, annees=years)


@pytest.mark.parametrize("genre", simulateur.GENRES)
def test_the_same_seed_gives_the_same_bytes(genre: str):
    first, second = (simulateur.simuler(genre, graine=3, annees=0.5).journal for _ in range(2))
    assert content(first) == content(second)
    assert content(first) != content(simulateur.simuler(genre, graine=4, annees=0.5).journal)


def test_nothing_is_drawn_outside_the_generator_given():
    one = content(simulateur.simuler("tendu", graine=3, annees=0.3).journal)
    np.random.seed(99)
    before = np.random.get_state()[1].copy()
    assert content(simulateur.simuler("tendu", graine=3, annees=0.3).journal) == one
    assert (np.random.get_state()[1] == before).all()


def test_only_the_whole_call_makes_a_generator():
    makers = set()
    for path in Path(simulateur.__file__).parent.glob("*.py"):
        for node in ast.walk(ast.parse(path.read_text())):
            if isinstance(node, ast.Attribute) and node.attr in ("default_rng", "seed", "RandomState"):
                makers.add(path.name)
    assert makers == {"partie.py"}


@pytest.mark.parametrize("genre", simulateur.GENRES)
def test_the_aggregates_fall_near_the_published_ones(genre: str):
    told = simulateur.bilan(run(genre))
    bands = {
        **BANDS[genre], "age_attente": (560, 800), "perte": (0.53, 0.61), "refus": (0.45, 0.59),
        "attente_par_attribution": WAITING[genre],
    }  # fmt: skip
    assert {name: told[name] for name, (low, high) in bands.items() if not low <= told[name] <= high} == {}
    assert 50_000 <= told["candidatures"] <= 560_000


def test_the_tenser_the_longer():
    told = [simulateur.bilan(run(genre)) for genre in simulateur.GENRES]
    for name in ("delai_loges", "candidats_mediane", "candidats_p90", "attente_par_attribution"):
        assert told[0][name] < told[1][name] < told[2][name]


def kinds(journal: Journal, *names: str) -> np.ndarray:
    return np.isin(journal.evenements.type, [CODE[name] for name in names])


@pytest.mark.parametrize("genre", simulateur.GENRES)
def test_every_row_comes_in_its_time(genre: str):
    journal = run(genre).journal
    offres, cands, events = journal.offres, journal.candidatures, journal.evenements
    start, end = journal.parametres.debut, journal.parametres.fin
    assert ((offres.publiee >= start) & (offres.publiee < end) & (offres.cloture > offres.publiee)).all()
    assert ((cands.deposee > offres.publiee[cands.offre_i]) & (cands.deposee < offres.cloture[cands.offre_i])).all()
    assert (np.diff(events.numero) == 1).all()
    assert (np.diff(events.instant) >= 0).all()
    assert (events.instant < end).all()
    named = events.candidature_i >= 0
    assert (events.instant[named] >= cands.deposee[events.candidature_i[named]]).all()
    assert (events.offre_i[named] == cands.offre_i[events.candidature_i[named]]).all()
    late = ~kinds(journal, "retire")
    assert (events.instant[late] >= offres.cloture[events.offre_i[late]]).all()
    first = np.full(len(journal.demandes.demande), JAMAIS)
    np.minimum.at(first, journal.demandes.demande_i, journal.demandes.version_du)
    assert (first[cands.demande_i] <= cands.deposee).all()
    left = np.full(len(first), JAMAIS)
    left[journal.sorties.demande_i] = journal.sorties.sortie
    assert (cands.deposee < left[cands.demande_i]).all()
    assert (np.unique(cands.offre_i * len(first) + cands.demande_i).size) == len(cands.offre_i)
    assert np.isfinite(np.concatenate([cands.points, cands.trajet_min, cands.taux_effort])).all()


@pytest.mark.parametrize("genre", simulateur.GENRES)
def test_each_offre_is_told_to_its_end(genre: str):
    journal = run(genre).journal
    events, n = journal.evenements, len(journal.candidatures.offre_i)

    def per(*names: str) -> np.ndarray:
        rows = events.candidature_i[kinds(journal, *names)]
        return np.bincount(rows[rows >= 0], minlength=n)

    ends = np.bincount(events.offre_i[kinds(journal, "accepte", "sans_suite", "offre_retiree")])
    assert ends.max() == 1
    settled = journal.offres.cloture < journal.parametres.fin - 180 * JOUR
    assert (np.pad(ends, (0, len(settled) - len(ends)))[settled] == 1).all()
    reached, presented, ranked = per("contacte"), per("presente"), per("classe")
    examined, attributed = per("attribue", "non_attribue"), per("attribue")
    answered = per("accepte", "refuse", "sans_reponse")
    assert max(each.max() for each in (reached, presented, ranked, examined, answered)) == 1
    done = np.isin(journal.candidatures.offre_i, np.flatnonzero(ends))
    for part, whole in ((presented, reached), (ranked, presented), (examined, ranked), (answered, attributed)):
        assert (part <= whole).all()
    assert (answered[done] == attributed[done]).all()
    lost_after = per(*PERTES)
    assert ((presented + lost_after)[done & (reached > 0)] == 1).all()


def test_the_list_is_gone_down_in_order_and_the_whole_commission_is_ranked():
    deroulement = run("metropole")
    journal = deroulement.journal
    events, cands = journal.evenements, journal.candidatures
    ranked = kinds(journal, "classe")
    keys = events.offre_i[ranked] * 10 + events.commission[ranked]
    order = np.lexsort((events.ordre[ranked], keys))
    starts = np.r_[0, np.flatnonzero(np.diff(keys[order])) + 1]
    assert (events.ordre[ranked][order][starts] == 1).all()
    assert events.ordre[ranked].max() == journal.parametres.presentes
    assert events.commission.max() == journal.parametres.commissions
    reached = np.flatnonzero(kinds(journal, "contacte"))
    for offre in np.unique(events.offre_i[reached])[::50]:
        rows = events.candidature_i[reached[events.offre_i[reached] == offre]]
        keys = list(zip(-cands.points[rows], cands.candidature[rows], strict=True))
        assert [each[0] for each in keys] == sorted(each[0] for each in keys)


def test_who_is_housed_accepted_once_and_leaves_then():
    journal = run("detendu").journal
    events = journal.evenements
    accepted = kinds(journal, "accepte")
    who = journal.candidatures.demande_i[events.candidature_i[accepted]]
    assert np.unique(who).size == who.size
    housed = journal.sorties.cause == CAUSES.index("loge_plateforme")
    told = dict(zip(who, events.instant[accepted], strict=True))
    left = dict(zip(journal.sorties.demande_i[housed], journal.sorties.sortie[housed], strict=True))
    assert {each: at for each, at in left.items() if each in told} == told


def test_points_are_those_that_the_versions_give():
    journal = run("detendu").journal
    demandes, cands, p = journal.demandes, journal.candidatures, journal.parametres
    offres = journal.offres
    closing = offres.cloture[cands.offre_i]
    keys = demandes.demande_i.astype(np.float64) * 1e11 + demandes.version_du
    row = np.searchsorted(keys, cands.demande_i.astype(np.float64) * 1e11 + closing, side="right") - 1
    assert (demandes.demande_i[row] == cands.demande_i).all()
    months = np.minimum((closing - demandes.deposee[row]) / (365.25 / 12 * JOUR), p.plafond_mois)
    links = p.points_lien_domicile * (demandes.commune_domicile[row] == offres.commune[cands.offre_i])
    links = links + p.points_lien_travail * (demandes.commune_travail[row] == offres.commune[cands.offre_i])
    again = demandes.points_hors_offre[row] + p.points_par_mois * months + links
    assert np.allclose(again, cands.points, atol=1e-9)
    assert (demandes.points_perdus >= 0).all()
    assert len(demandes.demande_i) > len(demandes.demande)  # some changed


def small(menages: int = 6, offres: int = 1, **others: object) -> Scene:
    rng = np.random.default_rng(5)
    start = simulateur.partie.DEBUT
    end = start + 90 * JOUR
    reg = simulateur.reglages("metropole", nombre_communes=1, dormantes=0.0, **others)
    ter = simulateur.territoire(reg, rng)
    men = simulateur.menages(ter, reg, rng, np.full(menages, start, dtype=np.int64))
    every = {name: np.ones_like(getattr(men, name)) for name in ("communes", "typologies", "financements")}
    men = replace(men, demande=np.array([f"D{each}" for each in range(menages)], dtype="<U8"), **every)
    ann = simulateur.annonces(ter, reg, rng, debut=start + JOUR, fin=end).lignes(np.arange(offres))
    return Scene(ter, men, ann, reg, start, end + 300 * JOUR)


def test_anybodys_grid_decides_who_may_apply_and_in_what_order():
    scene = small(40, 3, postuler=50.0)

    def points(demande: int, offre: int, au: int) -> float | None:
        assert au == scene.annonces.cloture[offre]
        return None if demande % 2 else float(demande)

    played = replace(scene, coter=simulateur.un_a_un(points), effort=simulateur.un_a_un_effort(lambda d, o: 0.2))
    journal = simulateur.derouler(played, np.random.default_rng(1)).journal
    ids = journal.demandes.demande[journal.candidatures.demande_i]
    assert {int(each[1:]) % 2 for each in ids} == {0}
    assert (journal.candidatures.points == [float(each[1:]) for each in ids]).all()
    assert (journal.candidatures.taux_effort == 0.2).all()


def test_anybodys_order_settles_equal_points():
    scene = small(30, 1, postuler=50.0, retrait=0.0, offre_retiree=0.0)
    played = replace(
        scene,
        coter=lambda demandes, offre, au: np.zeros(len(demandes)),
        egalite=lambda demandes, offre: -demandes.astype(np.float64),
    )
    journal = simulateur.derouler(played, np.random.default_rng(1)).journal
    reached = journal.evenements.candidature_i[kinds(journal, "contacte")]
    assert (np.diff(journal.candidatures.demande_i[reached]) < 0).all()


@pytest.mark.parametrize(("menages", "offres"), [(0, 2), (1, 1), (5, 0)])
def test_an_almost_empty_territory_is_played(menages: int, offres: int):
    journal = simulateur.derouler(small(menages, offres, postuler=50.0), np.random.default_rng(1)).journal
    assert len(journal.offres.offre) == offres
    assert len(journal.candidatures.points) <= menages * offres


@pytest.mark.parametrize(
    ("change", "word"),
    [({"sigma_c": float("nan")}, "sigma_c"), ({"presentes": 0}, "presentes"), ({"genre": "x"}, "genre")],
)
def test_settings_that_make_no_territory_are_refused_by_name(change: dict[str, object], word: str):
    with pytest.raises(ValueError, match=word):
        replace(simulateur.reglages("tendu"), **change)


@pytest.mark.parametrize("wrong", [{"annees": 0}, {"annees": float("nan")}, {"amorce": -1}, {"graine": -1}])
def test_a_run_of_no_time_or_no_seed_is_refused_by_name(wrong: dict[str, float]):
    with pytest.raises(ValueError, match=next(iter(wrong))):
        simulateur.simuler("tendu", **{"graine": 1, **wrong})


def test_columns_that_do_not_fit_are_refused_by_name():
    scene = small()
    with pytest.raises(ValueError, match="revenu_mensuel"):
        replace(scene.menages, revenu_mensuel=np.full(6, np.nan))
    with pytest.raises(ValueError, match="taille"):
        replace(scene.menages, taille=np.ones(2, dtype=np.int64))
    with pytest.raises(ValueError, match="cloture"):
        replace(scene.annonces, cloture=scene.annonces.publiee)


def test_a_bias_touches_its_group_and_is_told_to_the_audit_only():
    fair = simulateur.simuler("detendu", graine=2, annees=2)
    hard = simulateur.simuler("detendu", graine=2, annees=2, biais_rejet=0.3)

    def rejected(deroulement: Deroulement) -> tuple[float, float]:
        ids, variable, group = simulateur.groupes(deroulement)
        assert set(variable) == {"groupe"}
        assert (ids == deroulement.journal.demandes.demande).all()
        journal = deroulement.journal
        b = (group == "B")[journal.candidatures.demande_i[journal.evenements.candidature_i]]
        no, seen = kinds(journal, "non_attribue"), kinds(journal, "attribue", "non_attribue")
        return float(no[b & seen].mean()), float(no[~b & seen].mean())

    in_group, others = rejected(hard)
    assert in_group > others + 0.2
    in_group, others = rejected(fair)
    assert abs(in_group - others) < 0.06
