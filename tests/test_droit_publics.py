"""Priority publics: DALO apart, each with its proof, what is an aim and what is no public."""

from __future__ import annotations

import re
from datetime import date, timedelta

import pytest

from palier.droit.pieces import pieces
from palier.droit.publics import (
    autres_objectifs,
    non_publics,
    objectifs,
    public_prioritaire,
    publics,
    publics_prioritaires,
)
from palier.droit.situation import faits_situation

AU = date(2026, 11, 24)
CODES = {
    "DALO": "DALO",
    "HANDICAP": "HANDICAP",
    "ACT": "ATTESTATION_STRUCTURE",
    "MAL_LOGE": "RAPPORT_SOCIAL",
    "HEBERGE_STRUCTURE": "ATTESTATION_STRUCTURE",
    "REPRISE_EMPLOI": "REPRISE_EMPLOI",
    "HABITAT_INDIGNE": "INSALUBRE_DANGEREUX",
    "VIOLENCES_COUPLE": "VIOLENCES",
    "VIOL_AGRESSION": "DECISION_JUDICIAIRE",
    "SORTIE_PROSTITUTION": "AUTORISATION_PARCOURS",
    "TRAITE_PROXENETISME": "PLAINTE_OU_DECISION",
    "MINEUR_SUROCC_INDECENT": "NON_DECENT",
    "SANS_LOGEMENT": "SANS_LOGEMENT",
    "MENACE_EXPULSION": "EXPULSION",
    "ASE": "ASE",
    "SPV": "SPV",
}


def test_the_list_and_the_dictionary_of_situations_agree() -> None:
    assert {code: public.pieces[0] for code, public in publics().items()} == CODES
    assert next(iter(publics())) == "DALO"
    par_fait = {fait.public: nom for nom, fait in faits_situation().items() if fait.public}
    assert {code: public.fait for code, public in publics().items()} == par_fait
    assert all(code in pieces() for public in publics().values() for code in public.pieces)
    assert {code for code, public in publics().items() if public.sensible} == {
        fait.public for fait in faits_situation().values() if fait.public and fait.sensible
    }


@pytest.mark.parametrize("code", CODES)
def test_each_public_by_its_box_and_its_proof(code: str) -> None:
    fait, piece = publics()[code].fait, CODES[code]
    assert publics_prioritaires({}, AU)[code].motifs[0].code == "public_non_declare"
    assert publics_prioritaires({}, AU)[code].valeur is False
    declare = publics_prioritaires({fait: True}, AU)[code]
    assert (declare.valeur, declare.motifs[0].code) == (True, "public_declare")
    assert declare.motifs[0].faits["piece"] == piece
    assert [autre for autre, verdict in publics_prioritaires({fait: True}, AU).items() if verdict.valeur] == [code]
    sans = publics_prioritaires({fait: True}, AU, {})[code]
    assert (sans.valeur, sans.manquants[0].piece) == (None, piece)
    assert "manque" in sans.texte()
    assert publics_prioritaires({fait: True}, AU, {piece: None})[code].motifs[0].code == "public_prouve"
    assert publics_prioritaires({fait: True}, AU, {piece: AU})[code].valeur is True
    expiree = publics_prioritaires({fait: True}, AU, {piece: AU - timedelta(days=1)})[code]
    assert expiree.valeur is None
    assert "expiré" in expiree.texte()


def test_a_situation_not_asked_yet_is_undecided() -> None:
    for code, verdict in publics_prioritaires(None, AU).items():
        assert verdict.valeur is None
        assert verdict.manquants[0].piece == CODES[code]
    assert public_prioritaire(None, AU).valeur is None


@pytest.mark.parametrize("valeur", [None, False, "oui", 1])
def test_only_a_ticked_box_counts(valeur: object) -> None:
    assert publics_prioritaires({"dalo": valeur}, AU)["DALO"].valeur is False


def test_premises_unfit_for_living_have_their_own_proof() -> None:
    verdict = publics_prioritaires({"habitat_indigne": True}, AU, {"IMPROPRE": None})["HABITAT_INDIGNE"]
    assert (verdict.valeur, verdict.motifs[0].faits["piece"]) == (True, "IMPROPRE")


def test_the_list_is_known_from_its_date_on() -> None:
    veille = publics_prioritaires({"handicap": True}, date(2022, 2, 22))["HANDICAP"]
    assert (veille.valeur, veille.manquants[0].fait) == (None, "au")
    assert publics_prioritaires({"handicap": True}, date(2022, 2, 23))["HANDICAP"].valeur is True
    assert publics_prioritaires({"dalo": True}, date(2017, 1, 1))["DALO"].valeur is True


def test_any_ground_makes_a_priority() -> None:
    assert public_prioritaire({}, AU).valeur is False
    assert public_prioritaire({}, AU).motifs[0].code == "aucun_public"
    deux = public_prioritaire({"dalo": True, "handicap": True}, AU)
    assert (deux.valeur, [motif.faits["public"] for motif in deux.motifs]) == (True, ["DALO", "HANDICAP"])
    assert public_prioritaire({"dalo": True, "handicap": True}, AU, {"HANDICAP": None}).valeur is True
    assert public_prioritaire({"dalo": True}, AU, {}).manquants[0].piece == "DALO"
    assert public_prioritaire({"travailleur_essentiel": True}, AU).valeur is False


def test_aims_stand_apart() -> None:
    assert list(objectifs()) == ["TRAVAILLEUR_ESSENTIEL", "Q1", "RELOGEMENT_NPNRU"]
    assert not set(objectifs()) & set(publics())
    verdicts = autres_objectifs({"travailleur_essentiel": True}, AU, {"ATTESTATION_EMPLOYEUR": None})
    assert verdicts["TRAVAILLEUR_ESSENTIEL"].valeur is True
    assert (verdicts["Q1"].valeur, verdicts["RELOGEMENT_NPNRU"].valeur) == (None, None)
    assert autres_objectifs({}, AU)["TRAVAILLEUR_ESSENTIEL"].valeur is False
    assert "seuil" in verdicts["Q1"].texte()


def test_what_is_no_public_says_so_without_blame() -> None:
    assert set(non_publics()) == {"famille_monoparentale", "salarie_en_mobilite", "jeune_de_moins_de_30_ans"}
    for verdict in non_publics().values():
        assert verdict.valeur is False
        assert "grille locale" in verdict.texte()


def test_no_letter_is_ever_shown_and_a_text_to_read_again_says_so() -> None:
    for code, verdict in publics_prioritaires({public.fait: True for public in publics().values()}, AU).items():
        assert not re.search(r"L\.441-1 [a-z]\b", verdict.motifs[0].reference)
        assert ("à vérifier" in verdict.motifs[0].reference) is (code in ("ASE", "SPV"))
        assert all(len(phrase.split()) <= 25 for phrase in verdict.texte().split(". "))
