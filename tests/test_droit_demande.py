"""Life of a demande: every state to the day; removal on a closed list; reactivation."""

from __future__ import annotations

from datetime import date

import pytest

from palier.droit.demande import (
    enregistrement_tardif,
    fin_reactivation,
    radiation,
    reactivation,
    validite_demande,
)
from palier.droit.numero_unique import motifs_radiation

DEPUIS = date(2026, 1, 15)


@pytest.mark.parametrize(
    ("au", "etat"),
    [
        ("2026-01-15", "valide"),
        ("2026-12-14", "valide"),
        ("2026-12-15", "a_renouveler"),
        ("2027-01-15", "a_renouveler"),
        ("2027-01-16", "echue"),
        ("2027-02-14", "echue"),
        ("2027-02-15", "radiable"),
        ("2030-01-01", "radiable"),
        ("2026-01-14", None),
    ],
)
def test_states_to_the_day(au: str, etat: str | None) -> None:
    verdict = validite_demande(DEPUIS, date.fromisoformat(au))
    assert verdict.valeur == etat
    assert verdict.texte()
    if etat:
        assert verdict.motifs[0].code == f"demande_{etat}"
        assert verdict.motifs[0].faits["limite"] == "2027-07-15"


@pytest.mark.parametrize(("au", "etat"), [("2027-07-15", "reactivable"), ("2027-07-16", "a_redeposer")])
def test_once_removed(au: str, etat: str) -> None:
    jour = date.fromisoformat(au)
    assert validite_demande(DEPUIS, jour, radiee=True).valeur == etat
    assert reactivation("non_renouvellement", jour, depuis=DEPUIS).valeur is (etat == "reactivable")


@pytest.mark.parametrize(
    ("depuis", "fin"), [("2024-02-29", "2025-08-29"), ("2026-08-31", "2028-02-29"), ("2025-08-31", "2027-02-28")]
)
def test_the_end_of_a_short_month(depuis: str, fin: str) -> None:
    assert fin_reactivation(date.fromisoformat(depuis)).isoformat() == fin


def test_a_demande_of_29_february_ends_on_the_28th() -> None:
    assert validite_demande(date(2024, 2, 29), date(2025, 2, 28)).valeur == "a_renouveler"
    assert validite_demande(date(2024, 2, 29), date(2025, 3, 1)).valeur == "echue"


AU = date(2026, 11, 24)


@pytest.mark.parametrize(
    ("motif", "jours", "valeur"),
    [
        ("attribution", {"fait_le": "2026-11-24"}, True),
        ("attribution", {"fait_le": "2026-11-25"}, False),
        ("attribution", {}, None),
        ("renonciation", {"fait_le": "2026-11-01"}, True),
        ("renonciation", {"avertissement": "2026-01-01"}, None),
        ("sans_reponse", {"avertissement": "2026-10-24"}, True),
        ("sans_reponse", {"avertissement": "2026-10-25"}, False),
        ("sans_reponse", {}, None),
        ("irrecevabilite", {"avertissement": "2026-10-24"}, True),
        ("irrecevabilite", {"avertissement": "2026-10-25"}, False),
        ("irrecevabilite", {"fait_le": "2026-01-01"}, None),
        ("non_renouvellement", {"depuis": "2025-10-24", "avertissement": "2026-09-24"}, True),
        ("non_renouvellement", {"depuis": "2025-10-25", "avertissement": "2026-09-24"}, False),
        ("non_renouvellement", {"depuis": "2025-10-24", "avertissement": "2026-10-25"}, False),
        ("non_renouvellement", {"depuis": "2025-10-24"}, None),
        ("non_renouvellement", {"avertissement": "2026-09-24"}, None),
        ("logement_refuse", {"fait_le": "2026-01-01"}, False),
    ],
)
def test_removal_to_the_day(motif: str, jours: dict[str, str], valeur: bool | None) -> None:
    verdict = radiation(motif, AU, **{nom: date.fromisoformat(jour) for nom, jour in jours.items()})
    assert verdict.valeur is valeur
    assert bool(verdict.manquants) is (valeur is None)


def test_each_ground_says_who_and_the_list_is_closed() -> None:
    faits = {"depuis": date(2020, 1, 1), "avertissement": date(2020, 12, 1), "fait_le": date(2021, 1, 1)}
    par = {motif: radiation(motif, AU, **faits).motifs[0].faits["par"] for motif in motifs_radiation()}
    assert par == {
        "attribution": "bailleur",
        "renonciation": "tout_guichet",
        "sans_reponse": "service_expediteur",
        "irrecevabilite": "bailleur",
        "non_renouvellement": "gestionnaire",
    }
    assert "liste" in radiation("refus", AU).texte()


def test_both_days_missing_are_both_named() -> None:
    faits = {manquant.fait for manquant in radiation("non_renouvellement", AU).manquants}
    assert faits == {"radiation.non_renouvellement.depuis", "radiation.non_renouvellement.avertissement"}


@pytest.mark.parametrize(
    ("motif", "jours", "valeur"),
    [
        ("sans_reponse", {"radiee_le": date(2026, 6, 24)}, True),
        ("sans_reponse", {"radiee_le": date(2026, 6, 23)}, False),
        ("sans_reponse", {}, None),
        ("non_renouvellement", {}, None),
        ("attribution", {"radiee_le": date(2026, 11, 1)}, None),
        ("renonciation", {}, None),
        ("irrecevabilite", {}, None),
    ],
)
def test_reactivation(motif: str, jours: dict[str, date], valeur: bool | None) -> None:
    assert reactivation(motif, AU, **jours).valeur is valeur


def test_the_prefect_after_fifteen_days() -> None:
    assert enregistrement_tardif(date(2026, 11, 9), AU).valeur is False
    assert enregistrement_tardif(date(2026, 11, 8), AU).valeur is True
