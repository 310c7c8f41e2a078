"""A second reading of the law: cases counted by hand that an answer or a sentence got wrong."""

from __future__ import annotations

from datetime import date
from decimal import Decimal
from typing import Any

import pytest

from palier.droit.acces import acces_action_logement
from palier.droit.aide_logement import aide_logement
from palier.droit.aides import catalogue_aides
from palier.droit.dalo import FaitsDalo, motifs_dalo
from palier.droit.effort import unites_consommation
from palier.droit.exactitude import douze_mois_contre_fiches
from palier.droit.explication import explication
from palier.droit.loyer import loyer_maximal
from palier.droit.menage import Cas, lire_cas
from palier.droit.pieces import pieces_exigibles
from palier.droit.publics import publics_prioritaires

AU = date(2026, 11, 24)
NB = "\u00a0"
ADULTE = {"id": "a", "role": "demandeur", "naissance": "1985-05-05", "net_mensuel": 1200, "rfr": {"2024": 9000}}


def _cas(*autres: dict[str, Any], au: str = "2026-11-24", premier: dict[str, Any] = ADULTE, **champs: Any) -> Cas:
    return lire_cas({"au": au, "commune": "44109", "menage": {"personnes": [premier, *autres]}, **champs})


def _phrases(verdict: Any) -> tuple[str, str]:
    """The first sentence in French and in English."""
    return explication(verdict)[0].texte, explication(verdict, "en")[0].texte


def test_the_sheets_of_the_aids_open_on_a_day_before_the_first_rules() -> None:
    logement = {"loyer_hc": 300, "loyer_cc": 380, "financement": "PLUS"}
    emploi = {"secteur": "prive", "contrat": "alternance"}
    un = _cas(au="2017-06-30", premier={**ADULTE, "naissance": "1995-01-01"}, logement=logement, emploi=emploi)
    (fiche,) = (une for une in catalogue_aides(un, aide_logement(un)) if une.code == "mobili_jeune")
    assert not fiche.montant.sur
    assert [absent.fait for absent in fiche.montant.manquants] == ["aides.mobili_jeune.regles"]


CARTE = {"id": "e", "role": "autre", "naissance": "1990-01-01", "handicap": True}


@pytest.mark.parametrize(
    ("autre", "surface", "decent", "valeur", "manque"),
    [
        ({**CARTE, "a_charge": True}, "15.99", None, True, []),
        ({**CARTE, "a_charge": True}, "16", True, False, []),
        ({**CARTE, "a_charge": True}, "16", None, None, ["dalo.non_decent"]),
        ({**CARTE, "a_charge": False}, "15.99", None, False, []),
        ({**CARTE, "a_charge": None}, "15.99", None, None, ["menage.personnes.e.a_charge"]),
        ({**CARTE, "a_charge": None}, "16", None, None, ["menage.personnes.e.a_charge", "dalo.non_decent"]),
        ({**CARTE, "a_charge": None}, "16", True, False, []),
    ],
)
def test_a_card_held_in_the_household_is_a_disability_for_dalo(
    autre: dict[str, Any], surface: str, decent: bool | None, valeur: bool | None, manque: list[str]
) -> None:
    non_decent = None if decent is None else not decent
    faits = FaitsDalo(
        AU, {"personnes_actuelles": 2}, _cas(autre), surface_actuelle=Decimal(surface), non_decent=non_decent
    )
    verdict = motifs_dalo(faits)["INDECENT_SUROCC"]
    assert verdict.valeur is valeur
    assert [absent.fait for absent in verdict.manquants] == manque


@pytest.mark.parametrize(
    ("code", "faits"),
    [
        ("STRUCTURE", FaitsDalo(AU, lieu="structure", lieu_depuis=date(2026, 5, 24))),
        ("TRANSITION", FaitsDalo(AU, lieu="transition", lieu_depuis=date(2025, 5, 24))),
        ("DELAI", FaitsDalo(AU, proposition_adaptee=True)),
        ("EXPULSION", FaitsDalo(AU, jugement_expulsion=False)),
    ],
)
def test_a_ground_that_was_declared_is_never_said_not_declared(code: str, faits: FaitsDalo) -> None:
    verdict = motifs_dalo(faits)[code]
    assert verdict.valeur is False
    francais, anglais = _phrases(verdict)
    assert francais.startswith("Ce motif n'est pas rempli")
    assert anglais.startswith("This ground is not met")


@pytest.mark.parametrize(
    ("autre", "due"),
    [
        ({"role": "enfant", "naissance": "2000-01-01", "a_charge": False}, False),
        ({"role": "autre", "naissance": "2000-01-01", "a_charge": False}, False),
        ({"role": "ascendant", "a_charge": False}, False),
        ({"role": "enfant", "naissance": "2000-01-01", "a_charge": True}, True),
        ({"role": "enfant", "naissance": "2000-01-01", "garde": "visite", "a_charge": False}, True),
        ({"role": "codemandeur", "naissance": "1990-01-01"}, True),
    ],
)
def test_nobody_outside_the_demande_is_asked_for_an_identity(autre: dict[str, Any], due: bool) -> None:
    codes = [piece.code for piece, _ in pieces_exigibles(_cas(autre), {}, "instruction")]
    assert ("ID_AUTRES_MAJEURS" in codes) is due


@pytest.mark.parametrize(
    ("emploi", "au", "valeur"),
    [
        ({"effectif": 9}, "2026-11-24", False),
        ({"effectif": 10}, "2026-11-24", None),
        ({"effectif": 9}, "2020-07-14", None),
        ({}, "2026-11-24", None),
    ],
)
def test_too_few_employees_for_every_sector_needs_no_sector(
    emploi: dict[str, Any], au: str, valeur: bool | None
) -> None:
    assert acces_action_logement(_cas(au=au, emploi=emploi)).valeur is valeur


def test_one_is_said_in_the_singular() -> None:
    un = _cas(emploi={"secteur": "prive", "effectif": 1})
    assert _phrases(acces_action_logement(un))[0].startswith(f"Votre employeur (privé) compte 1{NB}salarié.")
    sans_secteur = acces_action_logement(_cas(emploi={"effectif": 1}))
    assert _phrases(sans_secteur) == (
        f"Votre employeur compte 1{NB}salarié. Il en faut au moins 10.",
        f"Your employer has 1{NB}employee. At least 10 are needed.",
    )
    assert _phrases(unites_consommation(_cas())) == (
        "Votre ménage compte 1 unité de consommation.",
        f"Your household counts 1{NB}consumption unit.",
    )
    deux = unites_consommation(_cas({"role": "conjoint"}, {"role": "ascendant", "a_charge": True}))
    assert _phrases(deux)[0] == "Votre ménage compte 2 unités de consommation."


def test_a_sentence_holds_words_and_no_code() -> None:
    logement = {"surface": 62, "financement": "PLI"}
    un = lire_cas({"au": "2025-11-24", "commune": "97411", "logement": logement})
    francais, anglais = _phrases(loyer_maximal(un, annexes=Decimal(0)))
    assert francais.startswith("Outre-mer, le plafond est de 12,02")
    assert anglais.startswith("Overseas, the ceiling is €12.02")


def test_an_estimate_is_round_and_says_about() -> None:
    un = _cas(premier={**ADULTE, "net_mensuel": 1720.33, "douze_mois": 40_000})
    francais, anglais = _phrases(douze_mois_contre_fiches(un))
    assert f"environ 20{NB}640{NB}€" in francais
    assert "about €20,640" in anglais


def test_each_public_fits_in_a_sentence() -> None:
    for situation in (None, {}):
        for verdict in publics_prioritaires(situation, AU).values():
            assert all(len(verdict.texte().split()) <= 25 for _ in verdict.motifs or verdict.manquants)
