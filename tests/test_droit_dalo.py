"""DALO: conditions, grounds, proofs; delays step by step; the abnormally long delay, only where it was read."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import pytest

from palier.droit.bareme import bareme
from palier.droit.dalo import FaitsDalo, RecoursDalo, motifs_dalo, recours_dalo
from palier.droit.delais_dalo import (
    delai_anormalement_long,
    delai_dalo,
    echeance_dalo,
    etapes_dalo,
    formulaire_dalo,
    perte_dalo,
    silence_dalo,
)
from palier.droit.menage import Cas, lire_cas
from palier.droit.pieces import pieces

AU = date(2026, 11, 24)


def _cas(rfr: int | None = 15000, *autres: dict) -> Cas:
    moi = {"role": "demandeur", "rfr": {"2024": rfr}}
    return lire_cas({"au": "2026-11-24", "commune": "44109", "menage": {"personnes": [moi, *autres]}})


CLOS = FaitsDalo(AU, cas=_cas(), sejour_regulier=True, proposition_adaptee=True)
"""Conditions met, an adapted offer made: the delay is no ground."""


@pytest.mark.parametrize(
    ("departement", "typologie", "mois", "valeur"),
    [
        ("75", "T1", 71, False),
        ("75", "T1", 72, True),
        ("75", "T1bis", 72, True),
        ("75", "T2", 107, False),
        ("75", "T3", 108, True),
        ("75", "T4", 119, False),
        ("75", "T8", 120, True),
        ("75", None, 71, False),
        ("75", None, 72, None),
        ("75", None, 119, None),
        ("75", None, 120, True),
        ("31", None, 35, False),
        ("31", "T5", 36, True),
        ("69", "T2", 24, True),
        ("69", "T2", 23, False),
        ("92", "T2", 500, None),
        ("13", "T2", 0, None),
        ("44", "T2", 500, None),
        (None, "T2", 500, None),
        ("75", "T2", None, None),
    ],
)
def test_the_delay_of_the_prefect(
    departement: str | None, typologie: str | None, mois: int | None, valeur: bool | None
) -> None:
    verdict = delai_anormalement_long(departement, typologie, mois, AU)
    assert verdict.valeur is valeur
    assert bool(verdict.manquants) is (valeur is None)


def test_a_delay_still_to_be_read_is_said_as_such() -> None:
    texte = delai_anormalement_long("92", None, 500, AU).texte()
    assert "48" in texte
    assert "à vérifier" in texte
    assert "48" not in delai_anormalement_long("44", None, 500, AU).texte()
    assert not delai_anormalement_long("75", "T1", 100, date(2016, 12, 31)).sur
    assert "préfecture" in delai_anormalement_long("69", None, 30, AU).texte()


def test_only_rows_that_were_read_decide() -> None:
    for ligne in bareme("dalo")["anormalement_long"]["lignes"]:
        typologie = ligne.get("typologies", [None])[0]
        verdict = delai_anormalement_long(ligne["departement"], typologie, ligne["mois"], AU)
        assert verdict.valeur is (True if ligne["statut"] == "lu" else None)


@pytest.mark.parametrize(
    ("etape", "departement", "valeur"),
    [
        ("accuse_reception", None, 30),
        ("decision_logement", "44", 3),
        ("decision_logement", "75", 3),
        ("decision_logement", "974", 6),
        ("decision_logement", None, None),
        ("decision_logement", "99", None),
        ("decision_hebergement", None, 6),
        ("offre_logement", "974", 6),
        ("offre_logement", "75", None),
        ("offre_logement", "48", None),
        ("offre_logement", None, None),
        ("offre_hebergement", None, 6),
        ("offre_transition", None, 3),
        ("recours_gracieux", None, 2),
        ("exces_de_pouvoir", None, 2),
        ("injonction", "44", None),
        ("jugement", None, 2),
        ("avis_du_maire", None, 15),
    ],
)
def test_each_step_has_its_delay(etape: str, departement: str | None, valeur: int | None) -> None:
    verdict = delai_dalo(etape, departement)
    assert verdict.valeur == valeur
    if valeur is not None:
        assert str(valeur) in verdict.texte()
        assert verdict.motifs[0].faits["delai"] == valeur


def test_every_step_is_answered() -> None:
    assert {etape for etape in etapes_dalo() if delai_dalo(etape, "974").sur} == set(etapes_dalo()) - {"injonction"}
    assert "à vérifier" in delai_dalo("injonction", "974").texte()
    assert "6 mois" in delai_dalo("offre_logement", "75").texte().replace("\u00a0", " ")


@pytest.mark.parametrize(
    ("etape", "depuis", "departement", "fin"),
    [
        ("decision_logement", "2026-11-30", "44", "2027-02-28"),
        ("decision_logement", "2026-08-31", "974", "2027-02-28"),
        ("decision_hebergement", "2026-11-24", None, "2027-01-05"),
        ("accuse_reception", "2026-01-31", None, "2026-03-02"),
        ("offre_logement", "2026-11-24", "75", None),
    ],
)
def test_a_delay_becomes_a_day(etape: str, depuis: str, departement: str | None, fin: str | None) -> None:
    assert echeance_dalo(etape, date.fromisoformat(depuis), departement).valeur == fin


@pytest.mark.parametrize(
    ("au", "valeur"), [("2026-11-24", "en_attente"), ("2027-02-24", "en_attente"), ("2027-02-25", "rejet")]
)
def test_silence_is_a_rejection_after_the_last_day(au: str, valeur: str) -> None:
    verdict = silence_dalo("logement", AU, "44", date.fromisoformat(au))
    assert verdict.valeur == valeur
    assert ("recours" in verdict.texte()) is (valeur == "rejet")
    assert silence_dalo("logement", AU, None, date.fromisoformat(au)).valeur is None
    assert silence_dalo("hebergement", AU, None, date(2027, 1, 6)).valeur == "rejet"


def test_refusing_an_adapted_offer_costs_only_after_a_warning() -> None:
    assert [perte_dalo(avertie).valeur for avertie in (True, False, None)] == [True, False, None]


def test_forms() -> None:
    assert formulaire_dalo("logement").valeur == "Cerfa 15036"
    assert formulaire_dalo("hebergement").valeur is None
    assert "15037" in formulaire_dalo("hebergement").texte()


def _un(faits: FaitsDalo, code: str) -> bool | None:
    return motifs_dalo(faits)[code].valeur


def test_the_delay_needs_a_wait_and_no_adapted_offer() -> None:
    attente = FaitsDalo(AU, departement="75", typologie="T1", depot=date(2020, 11, 24), proposition_adaptee=False)
    assert _un(attente, "DELAI") is True
    assert _un(replace(attente, depot=date(2020, 11, 25)), "DELAI") is False
    assert _un(replace(attente, proposition_adaptee=True), "DELAI") is False
    assert _un(replace(attente, proposition_adaptee=None), "DELAI") is None
    assert _un(replace(attente, departement="44"), "DELAI") is None
    assert _un(replace(attente, depot=None), "DELAI") is None
    assert _un(replace(attente, departement="44", situation={"delai_anormalement_long": True}), "DELAI") is True


@pytest.mark.parametrize(("fait", "code"), [("sans_logement", "SANS_LOGEMENT"), ("habitat_indigne", "IMPROPRE")])
def test_a_box_is_a_ground(fait: str, code: str) -> None:
    assert _un(FaitsDalo(AU, {fait: True}), code) is True
    assert _un(FaitsDalo(AU), code) is False


def test_an_eviction_needs_a_judge() -> None:
    menace = FaitsDalo(AU, {"menace_expulsion": True})
    assert _un(menace, "EXPULSION") is None
    assert motifs_dalo(menace)["EXPULSION"].manquants[0].piece == "EXPULSION"
    assert _un(replace(menace, jugement_expulsion=False), "EXPULSION") is False
    assert _un(replace(menace, jugement_expulsion=True), "EXPULSION") is True
    assert _un(FaitsDalo(AU), "EXPULSION") is False


@pytest.mark.parametrize(
    ("lieu", "depuis", "structure", "transition"),
    [
        ("structure", "2026-05-24", False, False),
        ("structure", "2026-05-23", True, False),
        ("transition", "2025-05-24", False, False),
        ("transition", "2025-05-23", False, True),
        ("transition", "2026-05-23", False, False),
        (None, "2026-05-24", False, False),
        (None, "2026-05-23", None, False),
        (None, "2025-05-23", None, None),
        ("structure", None, None, False),
        (None, None, None, None),
    ],
)
def test_more_than_six_or_eighteen_months(
    lieu: str | None, depuis: str | None, structure: bool | None, transition: bool | None
) -> None:
    quand = date.fromisoformat(depuis) if depuis else None
    faits = FaitsDalo(AU, {"heberge_structure": True}, lieu=lieu, lieu_depuis=quand)
    assert (_un(faits, "STRUCTURE"), _un(faits, "TRANSITION")) == (structure, transition)


def test_an_unknown_kind_of_place_that_changes_nothing_does_not_block() -> None:
    faits = replace(CLOS, situation={"heberge_structure": True}, lieu_depuis=date(2025, 5, 23))
    assert recours_dalo(faits).fonde.valeur is True
    plus_court = recours_dalo(replace(faits, lieu_depuis=date(2025, 5, 24))).fonde
    assert (plus_court.valeur, plus_court.manquants[0].fait) == (None, "dalo.lieu")
    assert recours_dalo(replace(faits, lieu_depuis=date(2026, 5, 24))).fonde.valeur is False
    double = recours_dalo(replace(faits, situation={"heberge_structure": True, "sans_logement": True})).fonde
    assert [motif.faits.get("motif") for motif in double.motifs] == ["SANS_LOGEMENT", None]


MINEUR = {"role": "enfant", "naissance": "2020-01-01", "a_charge": True}


@pytest.mark.parametrize(
    ("situation", "cas", "surface", "non_decent", "valeur"),
    [
        ({"mineur_suroccupation_ou_indecence": True}, None, None, None, True),
        ({}, None, None, None, False),
        ({}, None, "10", True, False),
        ({"handicap": True}, None, None, None, None),
        ({"handicap": True}, None, None, True, True),
        ({"handicap": True, "personnes_actuelles": 2}, None, "15.99", False, True),
        ({"handicap": True, "personnes_actuelles": 2}, None, "16", False, False),
        ({"handicap": True, "personnes_actuelles": 2}, None, "16", None, None),
        ({"handicap": True, "personnes_actuelles": 0}, None, "16", False, None),
        ({"handicap": True}, None, "16", False, None),
        ({"personnes_actuelles": 2}, _cas(1, MINEUR), "15.99", None, True),
        ({"personnes_actuelles": 2}, _cas(1, MINEUR), "16", None, False),
        ({}, _cas(1, MINEUR), None, None, False),
        ({}, _cas(1, MINEUR), None, True, True),
        ({}, _cas(1, {**MINEUR, "naissance": "2008-11-24"}), None, True, False),
        ({}, _cas(1, {"role": "enfant", "a_charge": True}), None, True, None),
        ({}, _cas(1, {"role": "enfant", "a_charge": True}), None, False, False),
        ({}, _cas(1, {**MINEUR, "a_charge": None}), None, True, None),
        ({}, _cas(1, {"role": "enfant", "garde": "visite"}), None, True, False),
        ({}, _cas(1, {"role": "ascendant", "a_charge": True}), None, True, False),
    ],
)
def test_a_minor_or_a_disability_and_a_bad_dwelling(
    situation: dict, cas: Cas | None, surface: str | None, non_decent: bool | None, valeur: bool | None
) -> None:
    mesure = Decimal(surface) if surface else None
    faits = FaitsDalo(AU, situation, cas, surface_actuelle=mesure, non_decent=non_decent)
    assert _un(faits, "INDECENT_SUROCC") is valeur


def test_a_missing_measure_is_named() -> None:
    faits = FaitsDalo(AU, {"handicap": True, "personnes_actuelles": 2}, surface_actuelle=Decimal(16))
    assert [m.fait for m in motifs_dalo(faits)["INDECENT_SUROCC"].manquants] == ["dalo.non_decent"]


def test_a_whole_recourse_and_each_fact_removed_in_turn() -> None:
    plein = FaitsDalo(
        AU, cas=_cas(), departement="75", typologie="T2", depot=date(2017, 1, 1), sejour_regulier=True,
        proposition_adaptee=False,
    )  # fmt: skip
    recours = recours_dalo(plein)
    assert recours.fonde.valeur is True
    assert "bonne foi" in recours.fonde.texte()
    assert [code for code, verdict in recours.motifs.items() if verdict.valeur] == ["DELAI"]
    for nom in ("cas", "departement", "depot", "sejour_regulier", "proposition_adaptee"):
        sans = recours_dalo(replace(plein, **{nom: None})).fonde
        assert sans.valeur is None, nom
        assert sans.manquants
    assert recours_dalo(replace(plein, typologie=None)).fonde.valeur is None
    assert recours_dalo(replace(plein, typologie=None, depot=date(2015, 1, 1))).fonde.valeur is True
    assert recours_dalo(replace(plein, cas=_cas(None))).fonde.manquants[0].piece == "AVIS_IMPOT_N2"


def _refuse(recours: RecoursDalo, code: str) -> None:
    assert recours.fonde.valeur is False
    assert recours.fonde.motifs[0].code == code
    assert "spécialement motivée" in recours.fonde.texte()


def test_a_condition_that_fails_is_said_and_the_commission_may_still_accept() -> None:
    logis = replace(CLOS, situation={"sans_logement": True})
    assert recours_dalo(logis).fonde.valeur is True
    assert recours_dalo(logis).pieces == ("SANS_LOGEMENT",)
    _refuse(recours_dalo(replace(logis, sejour_regulier=False)), "dalo_sejour_absent")
    _refuse(recours_dalo(replace(logis, cas=_cas(200_000))), "au_dessus_plafond")
    _refuse(recours_dalo(replace(logis, cas=_cas(200_000), sejour_regulier=None)), "au_dessus_plafond")
    _refuse(recours_dalo(CLOS), "dalo_aucun_motif")


def test_a_resource_between_two_ceilings_still_opens_social_housing() -> None:
    conditions = recours_dalo(replace(CLOS, cas=_cas(28_000))).conditions
    assert conditions["conditions_acces"].valeur is True


def test_every_proof_is_a_known_piece() -> None:
    assert all(ligne.get("piece", "DALO") in pieces() for ligne in bareme("dalo")["motif"])
    recours = recours_dalo(replace(CLOS, situation={"sans_logement": True, "habitat_indigne": True}))
    assert recours.pieces == ("SANS_LOGEMENT", "INSALUBRE_DANGEREUX")
