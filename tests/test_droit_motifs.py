"""What reasons say: the figure that was kept, its year, and why a table gives no answer."""

from __future__ import annotations

from typing import Any

import pytest

from palier.droit import plafonds
from palier.droit.menage import lire_cas
from palier.droit.plafonds import eligibilite, plafond_ressources
from palier.droit.ressources import ressources_retenues

NB = "\u00a0"


def cas(au: str = "2026-11-24", *roles: str, **premier: Any) -> Any:
    annee = int(au[:4]) - 2
    personnes = [{"id": f"p{rang}", "role": role, "naissance": "1980-01-01", "rfr": {str(annee): 10_000}}
                 for rang, role in enumerate(roles or ("demandeur",), 1)]  # fmt: skip
    personnes[0].update(premier)
    return lire_cas({"au": au, "commune": "44109", "menage": {"personnes": personnes}})


@pytest.mark.parametrize(
    ("premier", "code", "texte"),
    [
        ({"rfr": {"2024": 20_000}}, "revenus_n2", f"Les revenus fiscaux 2024 du ménage comptent, soit 20{NB}000{NB}€."),
        ({"rfr": {"2024": 20_000, "2025": 18_001}}, "revenus_n2",
         f"Les revenus fiscaux 2024 du ménage comptent, soit 20{NB}000{NB}€."),
        ({"rfr": {"2024": 20_000, "2025": 18_000}}, "revenus_n1",
         f"Les revenus de 2025 sont plus bas d'au moins 10{NB}%. Ils comptent, soit 18{NB}000{NB}€."),
        ({"rfr": {"2024": 20_000}, "douze_mois": 17_000}, "douze_mois",
         f"Les revenus des douze derniers mois sont plus bas d'au moins 10{NB}%. Ils comptent, soit 17{NB}000{NB}€."),
    ],
)  # fmt: skip
def test_the_reason_says_which_figure_was_kept(premier: dict[str, Any], code: str, texte: str) -> None:
    (motif,) = ressources_retenues(cas(**premier)).motifs
    assert (motif.code, motif.texte) == (code, texte)
    assert motif.faits["annee"] == 2024
    assert motif.faits["rfr_n2"] == 20_000


@pytest.mark.parametrize(
    ("au", "roles", "texte"),
    [
        ("2026-06-01", ("demandeur", "conjoint", "codemandeur"),
         "Le texte du logement intermédiaire ne prévoit pas trois adultes ou plus."),
        ("2027-06-01", ("demandeur",), "Les plafonds PLI 2027 de cette zone ne sont pas publiés ici."),
    ],
)  # fmt: skip
def test_a_table_without_a_row_says_which(au: str, roles: tuple[str, ...], texte: str) -> None:
    un = cas(au, *roles)
    for verdict in (plafond_ressources(un, "PLI"), eligibilite(un, "PLI")):
        assert [manquant.texte for manquant in verdict.manquants] == [texte]


@pytest.mark.parametrize("financement", ["PLUS", "PLI"])
def test_a_table_that_lost_a_row_is_unknown_and_no_refusal(monkeypatch: pytest.MonkeyPatch, financement: str) -> None:
    entiere = plafonds._plafonds()
    sans_couple = {cle: {k: v for k, v in lignes.items() if k != "2"} for cle, lignes in entiere.items()}
    monkeypatch.setattr(plafonds, "_plafonds", lambda: sans_couple)
    un = cas("2026-11-24", "demandeur", "conjoint")
    for verdict in (plafond_ressources(un, financement), eligibilite(un, financement)):
        assert not verdict.sur
        texte = f"Le plafond {financement} 2026 d'un tel ménage n'est pas publié ici."
        assert [manquant.texte for manquant in verdict.manquants] == [texte]


def test_the_year_that_is_missing_is_two_years_before() -> None:
    for au, annee in (("2025-03-01", 2023), ("2026-03-01", 2024)):
        (manquant,) = ressources_retenues(cas(au, rfr={})).manquants
        assert manquant.fait == f"menage.personnes.p1.rfr.{annee}"
        assert str(annee) in manquant.texte


@pytest.mark.parametrize(
    ("financement", "reference"),
    [
        ("PLAI", "CCH R.441-1 ; arrêté du 29/07/1987, annexe II"),
        ("PLUS", "CCH R.441-1 ; arrêté du 29/07/1987, annexe I"),
        ("PLS", "CCH R.441-1 ; arrêté du 29/07/1987, art. 1 et annexe I (PLUS majoré de 30 %)"),
        ("PLI", "CGI, annexe III, art. 2 terdecies D"),
    ],
)
def test_each_eligibility_names_its_text(financement: str, reference: str) -> None:
    assert eligibilite(cas(), financement).motifs[0].reference == reference


def test_the_year_of_the_reason_follows_the_day() -> None:
    (motif,) = ressources_retenues(cas("2025-03-01", rfr={"2023": 12_000})).motifs
    assert (motif.faits["annee"], motif.faits["rfr_n2"], motif.faits["retenu"]) == (2023, 12_000, 12_000)


@pytest.mark.parametrize(
    ("premier", "financement", "codes"),
    [
        ({"rfr": {"2024": 90_000}}, "PLUS", ["baisse_a_prouver"]),
        ({"rfr": {"2024": 90_000, "2025": 90_000}}, "PLUS", ["baisse_a_prouver"]),
        ({"rfr": {"2024": 90_000}, "douze_mois": 90_000}, "PLUS", ["baisse_a_prouver"]),
        ({"rfr": {"2024": 90_000, "2025": 90_000}, "douze_mois": 90_000}, "PLUS", []),
        ({"rfr": {"2024": 90_000}, "douze_mois": 90_000}, "PLI", ["revenu_n1_a_prouver"]),
        ({"rfr": {"2024": 90_000, "2025": 90_000}}, "PLI", []),
    ],
)
def test_a_no_says_which_unknown_can_still_change_it(
    premier: dict[str, Any], financement: str, codes: list[str]
) -> None:
    verdict = eligibilite(cas(**premier), financement)
    assert verdict.valeur is False
    assert [motif.code for motif in verdict.motifs[1:]] == codes


def test_the_year_before_the_day_is_named_too() -> None:
    assert ressources_retenues(cas()).motifs[0].faits["annee_n1"] == 2025


def test_both_unknowns_of_an_eligibility_are_named() -> None:
    """The size of the household and the income are unknown: neither hides the other."""
    un = lire_cas({
        "au": "2026-11-24",
        "commune": "44109",
        "menage": {"personnes": [
            {"id": "p1", "role": "demandeur", "naissance": "1980-01-01"},
            {"id": "p2", "role": "enfant", "naissance": "2015-01-01", "garde": "principale"},
        ]},
    })  # fmt: skip
    faits = {manquant.fait for manquant in eligibilite(un, "PLUS").manquants}
    assert faits == {"menage.personnes.p1.rfr.2024", "menage.personnes.p2.a_charge"}
