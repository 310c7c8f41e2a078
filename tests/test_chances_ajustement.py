"""What is learned from a journal: only its past, by known formulas, and hypotheses while it says nothing."""

from __future__ import annotations

import json
from dataclasses import replace

import numpy as np
import pytest
from scipy.optimize import approx_fprime, minimize
from scipy.special import expit, logit, ndtr

from palier.chances import simulateur
from palier.chances.ajustement import Ajustement, ajuster, ajuster_ensemble
from palier.chances.ajustement.commission import sigma_commission
from palier.chances.ajustement.covariables import NOMS, covariables
from palier.chances.ajustement.flux import supposee
from palier.chances.ajustement.fragilite import (
    CENTRES,
    Observations,
    fragilite,
    moins_log_vraisemblance,
)
from palier.chances.ajustement.regressions import logistique, logistiques, ridge, variance_des_decalages
from palier.chances.journal import JOUR, MOIS, Journal
from tests.chances_fuite import futur_brouille, sans_futur
from tests.chances_petit import JOUR_0, candidature, evenement, journal, offre


@pytest.fixture(scope="module")
def territoire() -> Journal:
    return simuler()


def simuler() -> Journal:
    return simulateur.simuler("detendu", graine=11, annees=2).journal


def au_milieu(j: Journal) -> int:
    return (j.parametres.debut + j.parametres.fin) // 2 + 12_345


def test_covariates_count_only_what_came_strictly_before() -> None:
    petit = journal(
        offres=[offre("O1", typologie=2, qualite=0.5)],
        demandes=[("D1", JOUR_0, JOUR_0 - 100 * JOUR, 1)],
        candidatures=[
            candidature("C1", 0, 0, JOUR_0 + 2 * JOUR),
            candidature("C2", 0, 0, JOUR_0 + 40 * JOUR),
            candidature("C3", 0, 0, JOUR_0 + 60 * JOUR, trajet=31.0, effort=0.4, complet=False),
            candidature("C4", 0, 0, JOUR_0 + 60 * JOUR),
        ],
        debut=JOUR_0,
    )
    (ligne,) = covariables(petit, np.array([2]), np.array([JOUR_0 + 60 * JOUR]))
    rythme = np.log(1 + 2 / (60 * JOUR / MOIS))
    assert dict(zip(NOMS, ligne, strict=True)) == pytest.approx(
        {
            "trajet_min": 31.0,
            "taux_effort": 0.4,
            "effort_fort": 1.0,
            "rythme": rythme,
            "recentes": 1.0,
            "complet": 0.0,
            "qualite": 0.5,
        }
    )
    (debutant,) = covariables(petit, np.array([0]), np.array([JOUR_0 + 2 * JOUR]))
    assert debutant[NOMS.index("rythme")] == 0.0


def test_an_unknown_figure_counts_as_the_mean() -> None:
    rng = np.random.default_rng(1)
    x = rng.normal(size=(500, len(NOMS)))
    y = (rng.random(500) < expit(x[:, 0])).astype(float)
    fit = logistique(x, y, np.zeros(500, dtype=np.int64), (0.45, 0.45))
    inconnue = np.full((1, len(NOMS)), np.nan)
    assert fit.logits(inconnue, np.array([0])) == pytest.approx(fit.logits(fit.moyennes[None], np.array([0])))


def test_the_ridge_is_the_minimum_of_its_penalised_loss() -> None:
    rng = np.random.default_rng(2)
    x, poids = rng.normal(size=(300, 3)), rng.uniform(0.5, 2.0, 300)
    y = (rng.random(300) < expit(0.3 + x @ [1.0, -0.5, 0.0])).astype(float)

    def perte(theta: np.ndarray) -> float:
        eta = theta[0] + x @ theta[1:]
        return float(poids @ (np.logaddexp(0, eta) - y * eta) + 0.5 * theta[1:] @ theta[1:])

    cherche = minimize(perte, np.zeros(4), tol=1e-12).x
    beta, ordonnee = ridge(x, y, poids)
    assert [ordonnee, *beta] == pytest.approx(list(cherche), abs=1e-4)


def test_the_spread_of_offsets_has_a_floor_and_a_default() -> None:
    y, p = np.array([1.0, 0.0]), np.array([0.5, 0.5])
    assert variance_des_decalages(y, p, np.array([0, 1]), 6) == 0.02
    egaux = np.tile([0.0, 1.0], 50)
    assert variance_des_decalages(egaux, np.full(100, 0.5), np.zeros(100, dtype=np.int64), 6) == 0.01


def test_the_likelihood_of_frailty_has_the_gradient_it_says() -> None:
    rng = np.random.default_rng(3)
    p = Observations(np.repeat(np.arange(8), 5), rng.normal(size=40), rng.integers(0, 2, 40).astype(float))
    a = Observations(np.repeat(np.arange(6), 2), rng.normal(size=12), rng.integers(0, 2, 12).astype(float))
    theta = CENTRES + 0.1 * np.arange(6)
    _, gradient = moins_log_vraisemblance(theta, p, a, 8)
    numerique = approx_fprime(theta, lambda t: moins_log_vraisemblance(t, p, a, 8)[0], 1e-6)
    assert gradient == pytest.approx(numerique, abs=1e-3)


def test_frailty_gives_back_what_bad_dwellings_took_from_the_averages() -> None:
    """Each dwelling is offered until somebody says yes: pooled averages then say less than the middle dwelling."""
    rng = np.random.default_rng(4)
    groupe, y = [], []
    for i, u in enumerate(rng.normal(0.0, 1.0, 1500)):
        while True:
            oui = rng.random() < expit(0.2 + u)
            groupe.append(i)
            y.append(float(oui))
            if oui or groupe.count(i) > 8:
                break
    naive = float(logit(np.mean(y)))
    a = Observations(np.array(groupe), np.full(len(y), naive), np.array(y))
    rien = Observations(np.zeros(0, dtype=np.int64), np.zeros(0), np.zeros(0))
    trouvee = fragilite(rien, a, 1500)
    assert naive < 0.0
    assert trouvee.sigma_u == pytest.approx(1.0, abs=0.2)
    assert trouvee.pente_a * naive + trouvee.saut_a == pytest.approx(0.2, abs=0.15)


def test_the_spread_of_a_commission_is_read_from_neighbours_by_points() -> None:
    rng = np.random.default_rng(5)
    ecart = rng.uniform(1.0, 30.0, 4000)
    premier = rng.random(4000) < ndtr(ecart / (np.sqrt(2) * 7.0))
    assert sigma_commission(ecart, premier) == pytest.approx(7.0, rel=0.1)
    assert sigma_commission(ecart[:19], premier[:19]) == pytest.approx(8 / np.sqrt(2))
    assert sigma_commission(ecart[:0], premier[:0]) == 6.0
    assert sigma_commission(ecart, np.ones(4000, dtype=bool)) == pytest.approx(1 / np.sqrt(2), rel=1e-3)


def test_a_journal_that_says_nothing_leaves_the_hypotheses() -> None:
    vide = ajuster(journal(offres=[], demandes=[], candidatures=[]), JOUR_0)
    assert not vide.suffisant
    assert vide.p_moyen == pytest.approx(0.45)
    assert (vide.sigma_c, vide.fragilite.sigma_u, vide.fragilite.charge_u) == (6.0, 0.8, 0.35)
    x = np.full((2, len(NOMS)), np.nan)
    x[:, NOMS.index("effort_fort")] = [0.0, 1.0]
    assert expit(vide.c.logits(x, np.array([0, 3]))) == pytest.approx([0.94, 0.62])
    assert expit(vide.a.logits(x, np.array([0, 3]))) == pytest.approx([0.45, 0.45])
    assert vide.flux.attendues(np.array(["99001"]), np.array([2])) == pytest.approx([20.0])
    demi = vide.flux.part_deposee(np.array([0.5, 1.0]), np.array([7.0, 7.0]))
    assert demi == pytest.approx([1 - 0.75 * np.exp(-0.5 * 7 / 2.2), 1.0])


def test_usual_arrivals_are_drawn_to_the_mean_of_the_typologie() -> None:
    """Two adverts of T2 in one commune with 4 and 2 left at closing, one elsewhere with 9: mean 5, cell (6 + 15)/5."""
    depots = [(0, 5), (1, 2), (2, 9)]
    petit = journal(
        offres=[offre("O1", commune="99001"), offre("O2", commune="99001"), offre("O3", commune="99002")],
        demandes=[("D1", JOUR_0, JOUR_0, 1)],
        candidatures=[
            candidature(f"C{o}{i}", o, 0, JOUR_0 + 3600 * (i + 1), points=float(i)) for o, n in depots for i in range(n)
        ],
        evenements=[evenement(JOUR_0 + 5 * 3600, 0, 4, "retire")],
    )
    avant, apres = ajuster(petit, JOUR_0 + 7 * JOUR), ajuster(petit, JOUR_0 + 7 * JOUR + 1)
    assert avant.flux.attendues(np.array(["99001"]), np.array([1])) == pytest.approx([20.0])
    assert apres.flux.attendues(np.array(["99001", "99009"]), np.array([1, 1])) == pytest.approx([4.2, 5.0])
    devant = apres.flux.part_devant(np.array([0.0, 8.0, 8.5]), np.array([1, 1, 1]))
    assert devant == pytest.approx([1.0, 1 / 15, 0.0])
    dans_une_heure = apres.flux.part_deposee(np.array([1.5 / 168]), np.array([7.0]))
    attendu = np.interp(1.5 / 168, [0.005, 0.01], (np.array([0, 3]) + 20 * supposee(np.array([0.005, 0.01]), 7.0)) / 36)
    assert dans_une_heure == pytest.approx([attendu], abs=1e-9)


def test_the_fit_finds_the_territory_it_was_drawn_from(territoire: Journal) -> None:
    fin = ajuster(territoire, territoire.parametres.fin)
    vrai = simulateur.simuler("detendu", graine=11, annees=2).scene.reglages
    assert fin.suffisant
    assert fin.sigma_c == pytest.approx(vrai.sigma_c, rel=0.35)
    assert fin.fragilite.sigma_u == pytest.approx(vrai.sigma_u, abs=0.3)
    assert fin.fragilite.saut_a > 0.0
    assert fin.a.beta[NOMS.index("qualite")] > 0.2
    assert fin.p.beta[NOMS.index("complet")] > 0.2
    assert fin.c.beta[NOMS.index("effort_fort")] < -0.1


def test_what_is_stored_comes_back_exactly(territoire: Journal) -> None:
    fait = replace(ajuster(territoire, au_milieu(territoire)), recalage=(0.1, 0.9, -0.05))
    relu = Ajustement.from_dict(json.loads(json.dumps(fait.to_dict())))
    assert relu.to_dict() == fait.to_dict()


@pytest.mark.parametrize("comment", ["dropped", "scrambled"])
def test_nothing_later_changes_a_fit(territoire: Journal, comment: str) -> None:
    au = au_milieu(territoire)
    rng = np.random.default_rng(6)
    autre = sans_futur(territoire, au)[0] if comment == "dropped" else futur_brouille(territoire, au, rng)
    assert ajuster(autre, au).to_dict() == ajuster(territoire, au).to_dict()


def test_a_thin_territory_borrows_what_covariates_do_and_keeps_its_level() -> None:
    rng = np.random.default_rng(7)

    def territoire_de(n: int, niveau: float) -> tuple[np.ndarray, np.ndarray, np.ndarray]:
        x = rng.normal(size=(n, len(NOMS)))
        y = (rng.random(n) < expit(niveau + 0.8 * x[:, 0])).astype(float)
        return x, y, rng.integers(0, 3, n)

    vaste, mince = logistiques([territoire_de(4000, 0.0), territoire_de(80, -1.5)], (0.45, 0.45))
    seule = np.zeros((1, len(NOMS)))
    assert mince.beta[0] == vaste.beta[0] > 0.5
    assert mince.logits(seule, np.array([1]))[0] < vaste.logits(seule, np.array([1]))[0] - 0.5


def test_several_territories_are_fitted_together(territoire: Journal) -> None:
    au = au_milieu(territoire)
    seul, vide = ajuster(territoire, au), journal(offres=[], demandes=[], candidatures=[])
    vaste, mince = ajuster_ensemble([territoire, vide], au)
    assert vaste.a.beta == pytest.approx(seul.a.beta)
    assert (mince.a.beta == vaste.a.beta).all()
    assert not mince.suffisant
