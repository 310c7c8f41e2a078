"""How chances are scored: an instant a candidature, weights for outcomes nobody knows, simple rules beside."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from scipy.special import logit

from palier.chances import simulateur
from palier.chances.ajustement.matiere import matiere
from palier.chances.evaluer import Regles, evaluer_candidatures, table_score
from palier.chances.journal import JAMAIS, JOUR, TYPES, Journal
from palier.chances.mesures import ece
from palier.chances.recalage import bruit, recalage
from palier.chances.tirage import Tirage, tirer
from tests.chances_petit import JOUR_0, candidature, evenement, journal, offre


@pytest.fixture(scope="module")
def territoire() -> Journal:
    return simulateur.simuler("detendu", graine=13, annees=2).journal


def coupe(j: Journal) -> int:
    return j.parametres.debut + 2 * (j.parametres.fin - j.parametres.debut) // 3


def test_who_was_lost_weighs_nothing_and_who_was_presented_weighs_more() -> None:
    tirage = Tirage(
        candidature_i=np.arange(4), instant=np.zeros(4, dtype=np.int64), y=np.array([1.0, 0.0, 0.0, 0.0]),
        contactee=np.array([True, True, True, False]), presentee=np.array([True, True, False, False]),
    )  # fmt: skip
    assert tirage.poids(np.array([0.5, 0.01, 0.5, 0.5])) == pytest.approx([2.0, 20.0, 0.0, 1.0])


def test_who_withdrew_before_being_reached_is_left_out() -> None:
    j = journal(
        offres=[offre("O1")],
        demandes=[(f"D{i}", JOUR_0, JOUR_0, 1) for i in range(4)],
        candidatures=[candidature(f"C{i}", 0, i, JOUR_0 + 100 + i, points=10.0 - i) for i in range(4)],
        evenements=[
            evenement(JOUR_0 + JOUR, 0, 0, "retire"),
            evenement(JOUR_0 + 8 * JOUR, 0, 1, "contacte"),
            evenement(JOUR_0 + 8 * JOUR, 0, 1, "retire"),
            evenement(JOUR_0 + 8 * JOUR, 0, 2, "contacte"),
            evenement(JOUR_0 + 8 * JOUR, 0, 2, "presente"),
            evenement(JOUR_0 + 9 * JOUR, 0, 2, "attribue"),
            evenement(JOUR_0 + 9 * JOUR, 0, 2, "accepte"),
        ],
    )
    faits = matiere(j, JAMAIS)
    tirage = tirer(j, faits, faits.finies, np.random.default_rng(0).random)
    assert tirage.candidature_i.tolist() == [1, 2, 3]
    assert tirage.y.tolist() == [0.0, 1.0, 0.0]
    assert ((tirage.instant > j.candidatures.deposee[1:]) & (tirage.instant <= j.offres.cloture[0])).all()


def test_simple_rules_are_the_frequencies_of_the_past() -> None:
    rang, n = np.array([1, 1, 2, 3, 60]), np.array([2, 4, 4, 6, 80])
    y, poids = np.array([1.0, 0.0, 1.0, 0.0, 0.0]), np.array([1.0, 1.0, 2.0, 1.0, 1.0])
    dit = Regles(rang, n, y, poids).annoncer(np.array([1, 2, 5, 6, 51]), np.array([5, 5, 5, 10, 60]))
    assert dit["base"] == pytest.approx([0.5] * 5)
    assert dit["rang"][:2] == pytest.approx([0.75, 0.75])
    assert dit["seuils"] == pytest.approx([0.6, 0.6, 0.6, 0.5, 0.0])
    assert all(((p >= 0) & (p <= 1)).all() for p in dit.values())


def test_the_model_beats_every_simple_rule(territoire: Journal) -> None:
    fait, encore = (evaluer_candidatures(territoire, coupe(territoire), np.random.default_rng(1)) for _ in range(2))
    dit = fait.json()
    assert encore.json() == dit
    assert set(fait.candidatures) == {"modele", "base", "rang", "part", "seuils", "logistique"}
    assert set(fait.brute) == {"brier", "log_perte", "ece", "auc"}
    assert dit["n"] == fait.n > 1000 > 0
    modele = fait.candidatures["modele"]
    for nom, score in fait.candidatures.items():
        if nom != "modele":
            assert modele["brier"] < score["brier"] - 0.002, nom
            assert modele["log_perte"] < score["log_perte"], nom
    assert modele["ece"] < 0.04
    assert fait.brute["ece"] < 0.03
    assert fait.couverture is not None
    assert fait.couverture > 0.6


def test_a_cut_with_nothing_on_one_side_is_refused(territoire: Journal) -> None:
    for instant in (territoire.parametres.debut, territoire.parametres.fin):
        with pytest.raises(ValueError, match="coupe"):
            evaluer_candidatures(territoire, instant, np.random.default_rng(3))


def test_a_past_where_everybody_was_lost_is_refused() -> None:
    evenements = [
        evenement(JOUR_0 + 8 * JOUR, 0, 0, "contacte"),
        evenement(JOUR_0 + 8 * JOUR, 0, 0, "injoignable"),
        evenement(JOUR_0 + 8 * JOUR, 0, -1, "sans_suite"),
    ]
    perdue = candidature("C0", 0, 0, JOUR_0 + 60)
    j = journal(
        offres=[offre("O1")], demandes=[("D0", JOUR_0, JOUR_0, 1)], candidatures=[perdue], evenements=evenements
    )
    with pytest.raises(ValueError, match=r"coupe: .* before"):
        evaluer_candidatures(j, JOUR_0 + 20 * JOUR, np.random.default_rng(0))


def test_luck_alone_does_not_recalibrate() -> None:
    """Twelve bins of 40 honest announces show a gap that `bruit` expects."""
    rng = np.random.default_rng(4)
    p = rng.uniform(0.05, 0.95, 480)
    ecarts = [ece(p, (rng.random(480) < p).astype(float)) for _ in range(200)]
    assert np.mean(ecarts) == pytest.approx(bruit(p, np.ones(480)), rel=0.1)


def test_a_territory_that_changed_recalibrates_and_gains() -> None:
    """After a year the commissions attribute to one in five of those they would have chosen: chances are too high."""
    j = simulateur.simuler("detendu", graine=14, annees=2).journal
    assert recalage(j, coupe(j)) is None
    e, rng = j.evenements, np.random.default_rng(5)
    tard = e.instant >= coupe(j) - 270 * JOUR
    refus = (e.type == TYPES.index("attribue")) & tard & (rng.random(tard.size) < 0.8)
    change = replace(j, evenements=replace(e, type=np.where(refus, TYPES.index("non_attribue"), e.type)))
    regle = recalage(change, coupe(j))
    assert regle is not None
    constante, pente, du_rang = regle
    assert constante + (pente - 1) * logit(0.5) + du_rang * np.log(2) < -0.3


def test_a_table_of_scores_by_group() -> None:
    p, y = np.array([0.2, 0.4, 0.9, 0.5]), np.array([0.0, 1.0, 1.0, 1.0])
    lignes = table_score(p, y, np.array([1.0, 1.0, 2.0, 0.0]), np.array(["A/T2", "A/T2", "B/T3", "B/T3"]))
    assert [(ligne.groupe, ligne.n) for ligne in lignes] == [("A/T2", 2), ("B/T3", 1)]
    assert lignes[0].brier == pytest.approx((0.04 + 0.36) / 2)
    assert lignes[0].base == 0.5
    assert lignes[1].annonce == 0.9
