"""What only a simulation knows: phantoms, the effect of a change, the chance of one who knew more."""

from dataclasses import replace
from functools import cache

import numpy as np
import pytest

from palier.chances import simulateur
from palier.chances.journal import JAMAIS, JOUR, MOIS
from palier.chances.simulateur import Deroulement, Menages
from tests.chances_kit import CODE, at, candidature_cases, content


@cache
def run() -> Deroulement:
    return simulateur.simuler("detendu", graine=7, annees=5)


def newcomers(n: int, seed: int = 1) -> Menages:
    deroulement, rng = run(), np.random.default_rng(seed)
    start = deroulement.journal.parametres.debut
    when = np.sort(rng.integers(start, start + int(1.9 * 365 * JOUR), n))
    awake = replace(deroulement.scene.reglages, dormantes=0.0)
    return simulateur.menages(deroulement.scene.territoire, awake, rng, when)


def test_phantoms_take_nothing():
    one, two = (simulateur.simuler("tendu", graine=5, annees=0.6) for _ in range(2))
    before = content(one.journal), content(one.scene), one.verite.sortie.tobytes()
    men = simulateur.candidats_fantomes(one, 50, one.journal.parametres.debut + 90 * JOUR, np.random.default_rng(1))
    simulateur.fantomes(one, men, one.journal.parametres.debut + 90 * JOUR).tirer(np.random.default_rng(1))
    simulateur.clairvoyante(one, np.arange(20), np.random.default_rng(1), 100)
    assert (content(one.journal), content(one.scene), one.verite.sortie.tobytes()) == before
    assert content(two.journal) == before[0]


def test_phantoms_live_what_real_newcomers_live():
    deroulement, men = run(), newcomers(600)
    truth = simulateur.fantomes(deroulement, men, men.deposee).F
    real = deroulement.scene.menages
    last = deroulement.journal.parametres.debut + 1.9 * 365 * JOUR
    new = (real.deposee > deroulement.journal.parametres.debut) & (real.deposee < last) & ~real.dormante
    journal = deroulement.journal
    place = {each: rank for rank, each in enumerate(real.demande)}
    first = np.full(len(real), JAMAIS)
    offered = journal.evenements.type == CODE["attribue"]
    who = journal.candidatures.demande_i[journal.evenements.candidature_i[offered]]
    rows = np.array([place[each] for each in journal.demandes.demande[who]])
    np.minimum.at(first, rows, journal.evenements.instant[offered])
    left = deroulement.verite.sortie[new]
    seen = np.minimum(first[new], left) - real.deposee[new]
    hit = first[new] <= left
    for months in (6, 12, 24):
        order = np.argsort(seen)
        at_risk = len(seen) - np.arange(len(seen))
        steps = np.where(hit[order] & (seen[order] <= months * MOIS), 1 - 1 / at_risk, 1.0)
        assert abs((1 - steps.prod()) - truth[:, months - 1].mean()) < 0.05


def test_the_first_hit_follows_the_exact_curve():
    men = newcomers(800)
    phantoms = simulateur.fantomes(run(), men, men.deposee)
    months = phantoms.tirer(np.random.default_rng(2))
    assert (np.diff(phantoms.F, axis=1) >= 0).all()
    for horizon in (3, 12, 36):
        assert abs((months <= horizon).mean() - phantoms.F[:, horizon - 1].mean()) < 0.05


def test_a_proof_never_lowers_the_chance_and_a_commune_opens_offres():
    deroulement, men = run(), newcomers(60)
    ter = deroulement.scene.territoire
    base = simulateur.fantomes(deroulement, men, men.deposee).F[:, 11]
    lost = np.flatnonzero(men.points_perdus > 0)
    proven = simulateur.joindre([simulateur.varier(men, int(i), "justificatif", ter) for i in lost])
    assert (simulateur.fantomes(deroulement, proven, proven.deposee).F[:, 11] >= base[lost] - 0.02).all()
    assert simulateur.fantomes(deroulement, proven, proven.deposee).F[:, 11].mean() > base[lost].mean() + 0.02
    wider = simulateur.varier(men, 0, f"commune:{ter.communes[~men.communes[0]][0]}", ter)
    assert wider.communes.sum() == men.communes[0].sum() + 1
    for action in ("commune:00000", "typologie:T9", "demenager"):
        with pytest.raises(ValueError, match="action"):
            simulateur.varier(men, 0, action, ter)


def test_the_rhythm_of_a_phantom_is_within_its_perimeter():
    deroulement = run()
    at = deroulement.journal.parametres.debut + 800 * JOUR
    men = simulateur.candidats_fantomes(deroulement, 200, at, np.random.default_rng(3))
    made, seen = simulateur.fantomes(deroulement, men, at).douze_mois(np.random.default_rng(3))
    assert (made <= seen).all()
    assert 0.05 < made.sum() / seen.sum() < 0.6


def test_phantoms_need_the_simulated_grid():
    deroulement = run()
    other = replace(deroulement.scene, coter=lambda demandes, offre, au: np.zeros(len(demandes)))
    with pytest.raises(ValueError, match="scene"):
        simulateur.fantomes(replace(deroulement, scene=other), newcomers(2), 0)


def available_rows(deroulement: Deroulement, n: int) -> np.ndarray:
    """Candidatures of the head of their list whose holder was available: they did stay candidates."""
    journal, scene = deroulement.journal, deroulement.scene
    offres = {each: rank for rank, each in enumerate(scene.annonces.offre)}
    demandes = {each: rank for rank, each in enumerate(scene.menages.demande)}
    kept = []
    for row in np.random.default_rng(4).permutation(len(journal.candidatures.points))[: 8 * n]:
        liste = deroulement.verite.listes[offres[journal.offres.offre[journal.candidatures.offre_i[row]]]]
        demande = demandes[journal.demandes.demande[journal.candidatures.demande_i[row]]]
        place = np.flatnonzero(liste.demande == demande)
        if len(place) and place[0] < 25 and liste.disponible[place[0]]:
            kept.append(row)
    return np.array(kept[:n])


def test_the_clairvoyant_chance_is_what_happens():
    deroulement = run()
    rows = available_rows(deroulement, 900)
    told = simulateur.clairvoyante(deroulement, rows, np.random.default_rng(6), 300)
    events = deroulement.journal.evenements
    offered = np.isin(rows, events.candidature_i[events.type == CODE["attribue"]])
    assert ((told >= 0) & (told <= 1)).all()
    assert abs(told.mean() - offered.mean()) < 0.045
    bold = told > 0.5
    assert abs(told[bold].mean() - offered[bold].mean()) < 0.08


def test_the_clairvoyant_chance_of_someone_alone_is_that_of_being_attributed():
    deroulement = run()
    journal = deroulement.journal
    alone = np.flatnonzero(np.bincount(journal.candidatures.offre_i)[journal.candidatures.offre_i] == 1)[:5]
    reg = deroulement.scene.reglages
    heavy = journal.candidatures.taux_effort[alone] > reg.effort_lourd
    told = simulateur.clairvoyante(deroulement, alone, np.random.default_rng(6), 10)
    assert np.allclose(told, np.where(heavy, reg.attribue_effort, reg.attribue))


def test_what_would_have_come_is_what_came_to_those_presented():
    deroulement = run()
    events = deroulement.journal.evenements
    ended = events.offre_i[events.type == CODE["accepte"]]
    presented = events.candidature_i[(events.type == CODE["presente"]) & np.isin(events.offre_i, ended)]
    told = simulateur.destin(deroulement, presented)
    assert (told == np.isin(presented, events.candidature_i[events.type == CODE["attribue"]])).all()
    assert 0.3 < told.mean() < 0.9


def test_the_clairvoyant_chance_is_that_of_what_would_have_come():
    deroulement = run()
    rows = candidature_cases(deroulement, at(deroulement, 1), at(deroulement, 3), 1500).questions.candidature_i
    told = simulateur.clairvoyante(deroulement, rows, np.random.default_rng(8), 200)
    assert abs(told.mean() - simulateur.destin(deroulement, rows).mean()) < 0.03
