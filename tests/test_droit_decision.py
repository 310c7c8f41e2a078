"""Decisions a) to e): what each must hold, what none may rest on, and what follows."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from palier.droit.decision import (
    Projet,
    decision_caleol,
    motifs_interdits,
    motifs_non_attribution,
    reponse_offre,
)

SEANCE = date(2026, 11, 24)
COMPLETS = {
    "a": Projet("a", SEANCE),
    "b": Projet("b", SEANCE, ordre=1),
    "c": Projet("c", SEANCE, condition="un garant", avant=date(2026, 12, 24)),
    "d": Projet("d", SEANCE, motif="taille_inadaptee"),
    "e": Projet("e", SEANCE, motif="ressources_superieures_plafond"),
}


def _codes(projet: Projet) -> list[str]:
    return [motif.code for motif in decision_caleol(projet).motifs]


@pytest.mark.parametrize(
    ("lettre", "effet"),
    [
        ("a", ["reponse_dix_jours"]),
        ("b", ["reponse_dix_jours"]),
        ("c", ["condition_suspensive", "reponse_dix_jours"]),
        ("d", ["non_attribution_motivee"]),
        ("e", ["irrecevabilite_a_avertir"]),
    ],
)
def test_a_complete_decision_holds_and_says_what_follows(lettre: str, effet: list[str]) -> None:
    assert decision_caleol(COMPLETS[lettre]).valeur is True
    assert _codes(COMPLETS[lettre]) == ["decision_complete", *effet]


@pytest.mark.parametrize(
    ("lettre", "champ", "vide"),
    [
        ("b", "ordre", None),
        ("c", "condition", ""),
        ("c", "condition", "  "),
        ("c", "avant", None),
        ("d", "motif", ""),
        ("e", "motif", " "),
    ],
)
def test_each_missing_part_is_named_not_refused(lettre: str, champ: str, vide: object) -> None:
    verdict = decision_caleol(replace(COMPLETS[lettre], **{champ: vide}))
    assert verdict.valeur is None
    assert [manquant.fait for manquant in verdict.manquants] == [f"decision.{champ}"]


@pytest.mark.parametrize("lettre", "abcde")
@pytest.mark.parametrize("motif", sorted(motifs_interdits()))
def test_no_decision_rests_on_a_forbidden_motive(lettre: str, motif: str) -> None:
    verdict = decision_caleol(replace(COMPLETS[lettre], motif=motif))
    assert (verdict.valeur, verdict.motifs[0].code) == (False, "motif_interdit")


@pytest.mark.parametrize("motif", [*motifs_non_attribution(), "Un garage manque, et la famille a deux véhicules."])
def test_any_other_written_motive_will_do(motif: str) -> None:
    assert decision_caleol(replace(COMPLETS["d"], motif=motif)).valeur is True


@pytest.mark.parametrize("lettre", ["f", "", "A", "ab"])
def test_there_are_five_letters(lettre: str) -> None:
    assert _codes(Projet(lettre, SEANCE)) == ["decision_inconnue"]


@pytest.mark.parametrize(("avant", "valeur"), [("2026-11-23", False), ("2026-11-24", True), ("2026-11-25", True)])
def test_a_condition_ends_after_the_meeting(avant: str, valeur: bool) -> None:
    projet = replace(COMPLETS["c"], avant=date.fromisoformat(avant))
    assert decision_caleol(projet).valeur is valeur
    assert decision_caleol(replace(COMPLETS["a"], avant=date.fromisoformat(avant))).valeur is True


def test_a_removal_waits_a_month_after_the_warning() -> None:
    verdict = decision_caleol(replace(COMPLETS["e"], avertissement=date(2026, 1, 31)))
    assert verdict.motifs[1].faits["possible_le"] == "2026-02-28"
    assert "28/02/2026" in verdict.texte()
    assert "avertissement écrit" in decision_caleol(COMPLETS["e"]).texte()


@pytest.mark.parametrize(
    ("au", "reponse", "valeur"),
    [
        ("2026-11-24", None, "en_attente"),
        ("2026-12-04", None, "en_attente"),
        ("2026-12-05", None, "refus"),
        ("2026-12-05", "acceptation", "acceptation"),
        ("2026-11-25", "refus", "refus"),
        ("2026-12-05", "peut-être", "refus"),
    ],
)
def test_ten_days_then_silence_refuses(au: str, reponse: str | None, valeur: str) -> None:
    assert reponse_offre(SEANCE, date.fromisoformat(au), reponse).valeur == valeur
