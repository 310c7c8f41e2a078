"""Figures that look copied from memory, or that do not agree: a kind sentence, never a refusal."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palier.droit.exactitude import (
    chiffre_rond,
    chiffres_ronds,
    douze_mois_contre_fiches,
    exactitude,
    fiches_contre_avis,
)
from palier.droit.menage import Cas, lire_cas

MOI = {"id": "p1", "role": "demandeur", "rfr": {"2024": 18_576}, "net_mensuel": 1_720}


def _cas(*personnes: dict) -> Cas:
    return lire_cas({"au": "2026-11-24", "menage": {"personnes": list(personnes)}})


@pytest.mark.parametrize(
    ("centimes", "pas"),
    [
        (2_000_000, 1000),
        (2_050_000, 500),
        (2_010_000, 100),
        (2_005_000, None),
        (2_000_001, None),
        (0, None),
        (10_000, 100),
        (100_000, 1000),
    ],
)
def test_a_round_figure_is_named_with_its_step(centimes: int, pas: int | None) -> None:
    verdict = chiffre_rond(centimes, "menage.personnes.p1.net_mensuel", "BULLETINS_SALAIRE")
    assert verdict.valeur == ("a_verifier" if pas else "coherent")
    assert verdict.motifs[0].faits["pas"] == pas
    if pas:
        assert "gardez-le" in verdict.texte()
        assert "bulletins" in verdict.texte()


def test_an_unknown_figure_names_its_piece() -> None:
    verdict = chiffre_rond(None, "menage.personnes.p1.rfr.2024", "AVIS_IMPOT_N2")
    assert (verdict.valeur, verdict.manquants[0].piece) == (None, "AVIS_IMPOT_N2")


def test_every_known_amount_is_checked_and_old_years_are_not() -> None:
    rfr = {"2019": 1000, "2024": 20000, "2025": 19500}
    cas = _cas({**MOI, "rfr": rfr, "douze_mois": 18_123.5}, {"id": "e", "role": "enfant", "net_mensuel": 300})
    ronds = {fait: verdict.valeur for fait, verdict in chiffres_ronds(cas).items()}
    assert ronds == {
        "menage.personnes.p1.rfr.2024": "a_verifier",
        "menage.personnes.p1.rfr.2025": "a_verifier",
        "menage.personnes.p1.douze_mois": "coherent",
        "menage.personnes.p1.net_mensuel": "coherent",
        "menage.personnes.e.net_mensuel": "a_verifier",
    }
    assert chiffres_ronds(lire_cas({"au": "2026-11-24"})) == {}


@pytest.mark.parametrize(
    ("rfr", "code"),
    [
        (18_576, "avis_et_fiches_proches"),
        (26_537.14, "avis_et_fiches_proches"),
        (26_537.15, "fiches_sous_avis"),
        (13_003.20, "avis_et_fiches_proches"),
        (13_003.19, "fiches_au_dessus_avis"),
        (0, "fiches_au_dessus_avis"),
    ],
)
def test_payslips_against_the_tax_notice_within_thirty_per_cent(rfr: float, code: str) -> None:
    verdict = fiches_contre_avis(_cas({**MOI, "rfr": {"2024": rfr}}))
    assert verdict.motifs[0].code == code
    assert verdict.valeur == ("coherent" if code == "avis_et_fiches_proches" else "a_verifier")
    if code == "fiches_sous_avis":
        assert "peut jouer pour vous" in verdict.texte()


def test_a_joint_notice_is_read_on_the_household() -> None:
    conjoint = {"role": "conjoint", "rfr": {"2024": 0}, "net_mensuel": 1_500}
    assert fiches_contre_avis(_cas({**MOI, "rfr": {"2024": 34_776}}, conjoint)).valeur == "coherent"


def test_nothing_earned_and_nothing_taxed_agree() -> None:
    assert fiches_contre_avis(_cas({**MOI, "rfr": {"2024": 0}, "net_mensuel": 0})).valeur == "coherent"


@pytest.mark.parametrize(
    ("douze", "valeur"),
    [
        (20_640, "coherent"),
        (14_860.80, "coherent"),
        (14_860.79, "a_verifier"),
        (24_768, "coherent"),
        (24_768.01, "a_verifier"),
    ],
)
def test_twelve_months_against_payslips_before_or_after_the_deduction(douze: float, valeur: str) -> None:
    verdict = douze_mois_contre_fiches(_cas({**MOI, "douze_mois": douze}))
    assert verdict.valeur == valeur
    assert ("Relisez" in verdict.texte()) is (valeur == "a_verifier")


@pytest.mark.parametrize(
    ("retire", "comparaison"),
    [("rfr", fiches_contre_avis), ("net_mensuel", fiches_contre_avis), ("net_mensuel", douze_mois_contre_fiches)],
)
def test_each_missing_figure_is_named(retire: str, comparaison: object) -> None:
    verdict = comparaison(_cas({cle: v for cle, v in {**MOI, "douze_mois": 20_000}.items() if cle != retire}))
    assert verdict.valeur is None
    assert retire in verdict.manquants[0].fait


def test_missing_twelve_months_household_and_unknown_dependants() -> None:
    assert douze_mois_contre_fiches(_cas(MOI)).manquants[0].fait == "menage.personnes.p1.douze_mois"
    vide = lire_cas({"au": "2026-11-24"})
    assert fiches_contre_avis(vide).manquants[0].fait == "menage.personnes"
    assert douze_mois_contre_fiches(vide).manquants[0].fait == "menage.personnes"
    riche = {"id": "x", "role": "autre", "garde": None, "naissance": "1990-01-01", "rfr": {"2024": 90_000}}
    assert fiches_contre_avis(_cas(MOI, riche)).manquants[0].fait == "menage.personnes.x.a_charge"
    assert fiches_contre_avis(_cas(MOI, {**riche, "rfr": {"2024": 500}})).valeur == "coherent"


MONTANTS = st.none() | st.integers(0, 10_000_000)


@settings(max_examples=150, deadline=None)
@given(MONTANTS, MONTANTS, MONTANTS)
def test_never_a_refusal_always_a_sentence(rfr: int | None, net: int | None, douze: int | None) -> None:
    cas = _cas({**MOI, "rfr": {"2024": rfr}, "net_mensuel": net, "douze_mois": douze})
    for verdict in exactitude(cas).values():
        assert verdict.valeur in ("coherent", "a_verifier", None)
        assert verdict.texte().endswith(".")
        assert all(len(phrase.split()) <= 25 for phrase in verdict.texte().split(". "))
