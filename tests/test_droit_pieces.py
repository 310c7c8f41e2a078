"""Pieces that may be asked for: the closed national list, by stage and situation, and nothing else."""

from __future__ import annotations

from datetime import date
from itertools import chain

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palier.droit.bareme import dictionnaire
from palier.droit.menage import Cas, lire_cas
from palier.droit.pieces import (
    DECLARES,
    ETAPES,
    piece_exigible,
    piece_recente,
    pieces,
    pieces_exigibles,
)
from palier.droit.situation import faits_situation

AU = date(2026, 11, 24)
CAS = {
    "au": "2026-11-24",
    "menage": {
        "union": "mariage",
        "enfants_a_naitre": 1,
        "personnes": [
            {"role": "demandeur", "naissance": "1990-01-01", "rfr": {"2024": 20000}, "handicap": True},
            {"role": "conjoint", "rfr": {"2024": 0}},
            {"role": "enfant", "naissance": "2015-01-01", "a_charge": True},
        ],
    },
    "emploi": {"secteur": "prive", "contrat": "cdi"},
}
SEUL = lire_cas({"au": "2026-11-24", "menage": {"personnes": [{"role": "demandeur"}]}})
LISTE = {
    "enregistrement": "ID_FR ID_UE TITRE_SEJOUR",
    "instruction": "ID_AUTRES_MAJEURS LIVRET_OU_NAISSANCE TUTELLE_CURATELLE AVIS_IMPOT_N2 AVIS_IMPOT_DERNIER "
    "PATRIMOINE BULLETINS_SALAIRE BILAN_NON_SALARIE NOTIFICATION_PENSION AVIS_ARE INDEMNITES_JOURNALIERES "
    "PENSION_ALIMENTAIRE_RECUE ATTESTATION_CAF_MSA BOURSE BAISSE_RESSOURCES EHPAD_CONJOINT MARIAGE PACS GROSSESSE "
    "DIVORCE INSTANCE_DIVORCE FIN_PACS VEUVAGE CARTE_ETUDIANT CONTRAT_APPRENTISSAGE AUTRE_SITUATION_PRO SANS_LOGEMENT "
    "NON_DECENT INSALUBRE_DANGEREUX IMPROPRE REPRIS_VENDU EXPULSION TROP_CHER ACCEDANT_DIFFICULTE VIOLENCES HANDICAP "
    "SANTE REGROUPEMENT_FAMILIAL ASE SPV RAPPROCHEMENT_TRAVAIL MUTATION_PRO AGREMENT_ASSMAT",
    "apres_attribution": "ASSURANCE_HABITATION RIB",
}


def _codes(cas: Cas, situation: dict, etape: str) -> list[str]:
    return [piece.code for piece, _ in pieces_exigibles(cas, situation, etape)]


def test_at_the_counter_identity_alone() -> None:
    assert _codes(SEUL, {}, "enregistrement") == ["ID_FR", "ID_UE", "TITRE_SEJOUR"]
    assert _codes(SEUL, {"nationalite": "FR"}, "enregistrement") == ["ID_FR"]
    assert _codes(SEUL, {"nationalite": "HORS_UE", "dalo": True}, "enregistrement") == ["TITRE_SEJOUR"]
    _, motif = pieces_exigibles(SEUL, {}, "enregistrement")[0]
    assert motif.code == "piece_nationalite_inconnue"
    assert "Une seule" in motif.texte


def test_a_person_alone_shows_tax_notices_and_assets() -> None:
    assert _codes(SEUL, {}, "instruction") == ["AVIS_IMPOT_N2", "AVIS_IMPOT_DERNIER", "PATRIMOINE"]
    assert _codes(lire_cas({"au": "2026-11-24"}), {}, "instruction") == _codes(SEUL, {}, "instruction")


def test_a_family_shows_what_it_is_made_of() -> None:
    assert _codes(lire_cas(CAS), {}, "instruction") == [
        "ID_AUTRES_MAJEURS",
        "LIVRET_OU_NAISSANCE",
        "AVIS_IMPOT_N2",
        "AVIS_IMPOT_DERNIER",
        "PATRIMOINE",
        "BULLETINS_SALAIRE",
        "MARIAGE",
        "GROSSESSE",
        "HANDICAP",
    ]


@pytest.mark.parametrize(
    ("personne", "codes"),
    [
        ({"role": "enfant"}, ["LIVRET_OU_NAISSANCE"]),
        ({"role": "enfant", "naissance": "2008-11-25"}, ["LIVRET_OU_NAISSANCE"]),
        ({"role": "enfant", "naissance": "2008-11-24"}, ["ID_AUTRES_MAJEURS"]),
        ({"role": "ascendant"}, ["ID_AUTRES_MAJEURS"]),
        ({"role": "autre"}, []),
        ({"role": "codemandeur"}, ["ID_AUTRES_MAJEURS"]),
    ],
)
def test_eighteen_separates_the_two_proofs_of_identity(personne: dict, codes: list[str]) -> None:
    cas = lire_cas({"au": "2026-11-24", "menage": {"personnes": [{"role": "demandeur"}, personne]}})
    assert [
        code for code in _codes(cas, {}, "instruction") if code in ("LIVRET_OU_NAISSANCE", "ID_AUTRES_MAJEURS")
    ] == (codes)


@pytest.mark.parametrize(
    ("codes", "pieces_dues"),
    [
        (["SAL"], ["BULLETINS_SALAIRE"]),
        (["RET"], ["NOTIFICATION_PENSION"]),
        (["PINV", "CHO"], ["NOTIFICATION_PENSION", "AVIS_ARE"]),
        (["PAR", "RSA", "BE"], ["PENSION_ALIMENTAIRE_RECUE", "ATTESTATION_CAF_MSA", "BOURSE"]),
        (["AUT"], []),
        ([], []),
        ([["SAL"]], []),
    ],
)
def test_each_monthly_resource_has_its_proof(codes: list, pieces_dues: list[str]) -> None:
    dues = _codes(lire_cas(CAS), {"ressources": codes}, "instruction")
    preuves = {une.code for une in pieces().values() if une.declencheur in dictionnaire("pieces")["ressources"]}
    assert [code for code in dues if code in preuves] == pieces_dues


@pytest.mark.parametrize(
    ("emploi", "salaire"),
    [
        ({"secteur": "public"}, True),
        ({"contrat": "cdd"}, True),
        ({"contrat": "cdd", "demandeur_emploi": True}, False),
        ({}, False),
    ],
)
def test_payslips_come_from_the_work_when_no_resource_is_named(emploi: dict, salaire: bool) -> None:
    cas = lire_cas({**CAS, "emploi": emploi})
    assert ("BULLETINS_SALAIRE" in _codes(cas, {}, "instruction")) is salaire


def test_a_work_study_contract_is_shown() -> None:
    cas = lire_cas({**CAS, "emploi": {"contrat": "alternance"}})
    assert "CONTRAT_APPRENTISSAGE" in _codes(cas, {}, "instruction")


def test_a_fall_may_be_proved_never_must() -> None:
    personne = {"role": "demandeur", "rfr": {"2024": 20000, "2025": 18000}}
    cas = lire_cas({"au": "2026-11-24", "menage": {"personnes": [personne]}})
    assert "BAISSE_RESSOURCES" in _codes(cas, {}, "instruction")
    assert not pieces()["BAISSE_RESSOURCES"].bloquante
    personne["rfr"]["2025"] = 18001
    cas = lire_cas({"au": "2026-11-24", "menage": {"personnes": [personne]}})
    assert "BAISSE_RESSOURCES" not in _codes(cas, {}, "instruction")


def test_a_ticked_box_asks_for_its_own_piece_only() -> None:
    socle = _codes(SEUL, {}, "instruction")
    for nom, fait in faits_situation().items():
        dues = [code for code in _codes(SEUL, {nom: True}, "instruction") if code not in socle]
        attendue = fait.piece if fait.type == "booleen" and fait.piece in LISTE["instruction"].split() else None
        assert dues == ([attendue] if attendue else []), nom
        assert _codes(SEUL, {nom: False}, "instruction") == socle
    assert _codes(SEUL, {"motifs": ["locaux_impropres", "sante"]}, "instruction") == [*socle, "IMPROPRE", "SANTE"]


@pytest.mark.parametrize("nom", DECLARES)
def test_each_declared_event_asks_for_one_piece(nom: str) -> None:
    etape = "apres_attribution" if nom == "prelevement" else "instruction"
    assert len(_codes(SEUL, {nom: True}, etape)) == len(_codes(SEUL, {}, etape)) + 1
    assert _codes(SEUL, {nom: "oui"}, etape) == _codes(SEUL, {}, etape)


def test_at_the_lease_nothing_holds_the_demande() -> None:
    assert _codes(SEUL, {}, "apres_attribution") == ["ASSURANCE_HABITATION"]
    assert _codes(SEUL, {"prelevement": True}, "apres_attribution") == ["ASSURANCE_HABITATION", "RIB"]
    assert all(pieces()[code].du_bail and not pieces()[code].bloquante for code in ("ASSURANCE_HABITATION", "RIB"))


SITUATIONS = st.fixed_dictionaries(
    {},
    optional={
        **{nom: st.sampled_from([True, False, None, "oui", 3]) for nom in (*faits_situation(), *DECLARES)},
        "nationalite": st.sampled_from(["FR", "UE", "HORS_UE", None, "XX"]),
        "ressources": st.lists(st.sampled_from(["SAL", "RET", "CHO", "AF", "BE", "??"]), max_size=3),
        "motifs": st.lists(st.sampled_from(["sante", "handicap", "logement_trop_cher", "RIB"]), max_size=3),
        "RIB": st.booleans(),
    },
)


@settings(max_examples=200, deadline=None)
@given(SITUATIONS, st.sampled_from(ETAPES), st.booleans())
def test_nothing_outside_the_list_ever_comes_out(situation: dict, etape: str, famille: bool) -> None:
    dues = pieces_exigibles(lire_cas(CAS) if famille else SEUL, situation, etape)
    codes = [piece.code for piece, _ in dues]
    assert set(codes) <= set(LISTE[etape].split())
    assert len(set(codes)) == len(codes)
    for piece, motif in dues:
        assert motif.texte.endswith(".")
        assert motif.reference
        assert motif.faits["piece"] == piece.code
        assert not (piece.sensible and piece.bloquante)


def test_every_piece_of_the_list_can_be_asked_for_and_each_cause_has_a_reason() -> None:
    par_etape = {etape: [p.code for p in pieces().values() if p.etape == etape] for etape in ETAPES}
    assert par_etape == {etape: codes.split() for etape, codes in LISTE.items()}
    causes = {
        cause
        for piece in pieces().values()
        if piece.etape in ETAPES
        for cause in (piece.declencheur, piece.motif)
        if cause
    }
    raisons = dictionnaire("pieces")["raisons"]
    assert causes | {"nationalite_inconnue", "situation"} == set(raisons)
    assert all(p.declencheur or p.motif for p in pieces().values() if p.etape in ETAPES)
    assert all(len(phrase.split()) <= 25 for texte in raisons.values() for phrase in texte.split(". "))
    assert set(dictionnaire("pieces")["ressources"]) < set(raisons)
    assert not {code for code in chain(*dictionnaire("pieces")["ressources"].values()) if not code.isupper()}


def test_protected_pieces_never_hold_a_demande() -> None:
    sensibles = {piece.code for piece in pieces().values() if piece.sensible}
    assert {"VIOLENCES", "HANDICAP", "SANTE", "ASE"} <= sensibles
    assert not any(piece.bloquante for piece in pieces().values() if piece.sensible)
    assert pieces()["AVIS_IMPOT_N2"].bloquante
    assert pieces()["ID_FR"].bloquante
    assert not pieces()["DALO"].bloquante


@pytest.mark.parametrize(
    ("code", "etape", "valeur", "motif"),
    [
        ("AVIS_IMPOT_N2", "instruction", True, "piece_toujours"),
        ("AVIS_IMPOT_N2", "enregistrement", False, "piece_autre_etape"),
        ("ID_FR", "enregistrement", True, "piece_nationalite_inconnue"),
        ("RIB", "instruction", False, "piece_autre_etape"),
        ("JUSTIFICATIF_DOMICILE", "instruction", False, "piece_hors_liste"),
        ("CONTRAT_DE_TRAVAIL_SALARIE", "instruction", False, "piece_hors_liste"),
        ("DALO", "instruction", False, "piece_hors_liste"),
        ("BULLETIN_SCOLAIRE", "instruction", False, "piece_hors_liste"),
        ("VEUVAGE", "instruction", False, "piece_sans_objet"),
    ],
)
def test_one_piece_is_judged_with_its_reason(code: str, etape: str, valeur: bool, motif: str) -> None:
    verdict = piece_exigible(code, SEUL, {}, etape)
    assert (verdict.valeur, verdict.motifs[0].code) == (valeur, motif)


def test_a_known_piece_off_the_list_is_named_in_words() -> None:
    assert "Justificatif de domicile" in piece_exigible("JUSTIFICATIF_DOMICILE", SEUL, {}, "instruction").texte()


def test_an_unknown_stage_is_a_fault_of_the_program() -> None:
    with pytest.raises(ValueError, match="unknown stage"):
        pieces_exigibles(SEUL, {}, "depot")


@pytest.mark.parametrize(
    ("code", "datee", "valeur"),
    [
        ("BULLETINS_SALAIRE", "2026-08-24", True),
        ("BULLETINS_SALAIRE", "2026-08-23", False),
        ("BULLETINS_SALAIRE", "2026-11-24", True),
        ("BULLETINS_SALAIRE", "2026-11-25", None),
        ("AVIS_IMPOT_N2", "2024-01-01", True),
    ],
)
def test_payslips_are_three_months_old_at_most(code: str, datee: str, valeur: bool | None) -> None:
    verdict = piece_recente(code, date.fromisoformat(datee), AU)
    assert verdict.valeur is valeur
    assert verdict.texte()
