"""The rules of a piece that was read: each answer, its sentence, and what a doubt may never do."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from typing import Any

import pytest

from palier.droit.champs import CasInvalide
from palier.droit.explication import ANGLAIS, explication
from palier.droit.lecture_pieces import (
    CONFORME,
    LU,
    NON_CONFORME,
    SIGNATURE_INVALIDE,
    SIGNATURE_VERIFIEE,
    Attendu,
    Bulletin,
    DeuxDDoc,
    Lu,
    PieceLue,
    Regle,
    code_attendu,
    lire_attendu,
    regles_piece,
)
from palier.droit.lecture_pieces.noms import compare

AU = date(2026, 11, 24)
DOUTE = "indetermine"
BASE = {"mots": 80, "confiance": 92}
AVIS = PieceLue("avis_imposition", noms=(Lu("MARTIN Jeanne"),), annee_revenus=Lu(2024), rfr=Lu(21_500_00), **BASE)
CARTE = PieceLue("piece_identite", noms=(Lu("MARTIN Jeanne"),), expiration=Lu(date(2031, 5, 4)), **BASE)


def mois(*rangs: int, net: int = 1_720_00, confiance: int = 100, annee: int = 2026) -> tuple[Bulletin, ...]:
    return tuple(
        Bulletin(Lu(date(annee, rang, 1), confiance), {"net_a_payer": Lu(net, confiance), "autre": Lu(9_00, confiance)})
        for rang in rangs
    )


PAIE = PieceLue("bulletin_salaire", noms=(Lu("MARTIN Jeanne"),), bulletins=mois(8, 9, 10), **BASE)
JEANNE = {"role": "demandeur", "prenom": "Jeanne", "nom": "Martin", "rfr": {"2024": 21_500}, "net_mensuel": 1_720}


def cas(*personnes: dict[str, Any]) -> dict[str, Any]:
    return {"au": "2026-11-24", "menage": {"personnes": list(personnes)}}


def regles(lue: PieceLue, code: str | None = None, *personnes: dict[str, Any], au: date = AU) -> dict[str, Regle]:
    attendu = lire_attendu(cas(*(personnes or (JEANNE,))))
    return {regle.code: regle for regle in regles_piece(lue, code, attendu, au)}


def resultats(lue: PieceLue, code: str | None = None, *personnes: dict[str, Any], au: date = AU) -> dict[str, str]:
    return {cle: regle.resultat for cle, regle in regles(lue, code, *personnes, au=au).items()}


@pytest.mark.parametrize("lue", [AVIS, CARTE, PAIE, replace(CARTE, type="titre_sejour")])
def test_a_good_piece_passes_every_rule_and_each_says_what_it_saw(lue: PieceLue):
    trouvees = regles(lue)
    assert {regle.resultat for regle in trouvees.values()} == {CONFORME}
    assert all(set(regle.json()) == {"code", "resultat", "texte"} and regle.texte for regle in trouvees.values())


def test_the_piece_expected_is_that_of_the_type_read_when_nobody_says():
    attendus = {
        "avis_imposition": "AVIS_IMPOT_N2",
        "bulletin_salaire": "BULLETINS_SALAIRE",
        "piece_identite": "ID_FR",
        "titre_sejour": "TITRE_SEJOUR",
        "livret_famille": "LIVRET_OU_NAISSANCE",
        "attestation_employeur": "ATTESTATION_EMPLOYEUR",
        "autre": None,
    }
    assert {type_: code_attendu(PieceLue(type_)) for type_ in attendus} == attendus
    assert code_attendu(PieceLue("piece_identite", nationalite="ITA")) == "ID_UE"
    assert code_attendu(PieceLue("piece_identite", nationalite="FRA")) == "ID_FR"


@pytest.mark.parametrize(
    ("change", "resultat"),
    [({"mots": 7}, DOUTE), ({"confiance": 69}, DOUTE), ({"vide": True}, NON_CONFORME), ({"mots": 8}, CONFORME)],
)
def test_lisible(change: dict[str, Any], resultat: str):
    assert resultats(replace(AVIS, **change))["lisible"] == resultat


def test_pages_read_are_told_against_those_of_the_document():
    assert "8\u00a0pages sur 61" in regles(replace(AVIS, pages=61, pages_lues=8))["lisible"].texte


@pytest.mark.parametrize(
    ("lue", "code", "resultat"),
    [
        (PAIE, "AVIS_IMPOT_N2", NON_CONFORME),
        (replace(PAIE, type_sur=False), "AVIS_IMPOT_N2", DOUTE),
        (replace(AVIS, type_sur=False), "AVIS_IMPOT_N2", DOUTE),
        (replace(AVIS, type="autre"), "AVIS_IMPOT_N2", DOUTE),
        (AVIS, "AVIS_IMPOT_DERNIER", CONFORME),
        (AVIS, "RAPPORT_SOCIAL", DOUTE),
        (replace(PAIE, type="attestation_employeur"), "BULLETINS_SALAIRE", CONFORME),
        (replace(CARTE, type="titre_sejour"), "ID_AUTRES_MAJEURS", CONFORME),
    ],
)
def test_bon_document(lue: PieceLue, code: str, resultat: str):
    assert resultats(lue, code)["bon_document"] == resultat


def test_a_piece_of_another_code_is_read_for_its_text_and_name_only():
    assert list(resultats(AVIS, "RAPPORT_SOCIAL")) == ["lisible", "bon_document", "bonne_personne"]


@pytest.mark.parametrize(
    ("lu", "prenom", "nom", "reponse"),
    [
        ("MARTIN Jeanne", "Jeanne", "Martin", "meme"),
        ("Mme JEANNE MARTIN", "Jeanne", "Martin", "meme"),
        ("LEGALL LOIC", "Loïc", "Le Gall", "meme"),
        ("LE GALL Loïc", "Loïc", "LeGall", "meme"),
        ("DUPRE BENARD ANAIS", "Anaïs", "Bénard-Dupré", "meme"),
        ("DE LA TOUR Jean Pierre", "Jean-Pierre", "Latour", "meme"),
        ("TOUR Jean-Pierre", "Jean Pierre", "de la Tour", "meme"),
        ("MARTIN MARIE", "Jeanne Marie", "Martin", "meme"),
        ("ŒUVRARD Cœlia", "Coelia", "Oeuvrard", "meme"),
        ("MARTIN", "Jeanne", "Martin", "proche"),
        ("MARTIN J.", "Jeanne", "Martin", "proche"),
        ("MARTIN", "", "Martin", "meme"),
        ("MARTINE Jeanne", "Jeanne", "Martin", "proche"),
        ("MARTIN Zoubir", "Jeanne", "Martin", "autre"),
        ("OKONKWO Paul", "Jeanne", "Martin", "autre"),
        ("", "Jeanne", "Martin", "autre"),
    ],
)
def test_names_are_compared_without_accent_case_order_or_particle(lu: str, prenom: str, nom: str, reponse: str):
    (une,) = lire_attendu(cas({"role": "demandeur", "prenom": prenom, "nom": nom})).personnes
    assert compare(lu, une) == reponse


def test_a_name_of_signs_alone_is_nobody():
    (une,) = lire_attendu(cas({"role": "demandeur", "nom": "---"})).personnes
    assert compare("MARTIN", une) == "autre"


@pytest.mark.parametrize("cle", ["nom", "nom_usage", "nom_naissance"])
def test_any_name_of_the_person_is_theirs(cle: str):
    autre = {**JEANNE, "nom": "Okonkwo", cle: "Martin"}
    assert resultats(AVIS, None, autre)["bonne_personne"] == CONFORME


@pytest.mark.parametrize(
    ("change", "resultat"),
    [
        ({"noms": (Lu("OKONKWO Paul"),)}, NON_CONFORME),
        ({"noms": (Lu("OKONKWO Paul", 60),)}, DOUTE),
        ({"noms": (Lu("OKONKWO Paul"), Lu("MARTLN Jeane", 60))}, DOUTE),
        ({"noms": ()}, DOUTE),
        ({"noms": (), "texte": "Bonjour\nMme Jeanne MARTIN, née"}, CONFORME),
        ({"noms": (Lu("OKONKWO Paul"),), "texte": "M. Martin J"}, DOUTE),
        ({"noms": (Lu("OKONKWO Paul"),), "deux_d_doc": DeuxDDoc(LU, noms=("MARTIN JEANNE",))}, CONFORME),
        ({"deux_d_doc": DeuxDDoc(LU, noms=("OKONKWO PAUL",))}, NON_CONFORME),
        ({"deux_d_doc": DeuxDDoc(SIGNATURE_INVALIDE, noms=("OKONKWO PAUL",))}, CONFORME),
    ],
)
def test_bonne_personne(change: dict[str, Any], resultat: str):
    assert resultats(replace(AVIS, **change))["bonne_personne"] == resultat


def test_without_a_name_in_the_case_nobody_is_the_wrong_person():
    assert resultats(AVIS, None, {"role": "demandeur"})["bonne_personne"] == DOUTE


def test_only_the_person_of_the_piece_is_compared_when_it_is_told():
    paul = {"id": "p2", "role": "conjoint", "prenom": "Paul", "nom": "Okonkwo"}
    seul = lire_attendu(cas({**JEANNE, "id": "p1"}, paul), "p2")
    assert [une.ecrite for une in seul.nommees] == ["Paul Okonkwo"]
    assert {each.code: each.resultat for each in regles_piece(AVIS, None, seul, AU)}["bonne_personne"] == NON_CONFORME


@pytest.mark.parametrize(
    ("annee", "code", "au", "resultat"),
    [
        (2024, "AVIS_IMPOT_N2", AU, CONFORME),
        (2025, "AVIS_IMPOT_N2", AU, NON_CONFORME),
        (2023, "AVIS_IMPOT_N2", AU, NON_CONFORME),
        (2025, "AVIS_IMPOT_DERNIER", AU, CONFORME),
        (2024, "AVIS_IMPOT_DERNIER", AU, NON_CONFORME),
        (2024, "AVIS_IMPOT_DERNIER", date(2026, 9, 30), CONFORME),
        (2023, "AVIS_IMPOT_DERNIER", date(2026, 9, 30), NON_CONFORME),
    ],
)
def test_bonne_annee(annee: int, code: str, au: date, resultat: str):
    assert resultats(replace(AVIS, annee_revenus=Lu(annee)), code, au=au)["bonne_annee"] == resultat


def test_a_year_read_badly_is_a_doubt_and_that_of_the_code_wins():
    assert resultats(replace(AVIS, annee_revenus=None))["bonne_annee"] == DOUTE
    assert resultats(replace(AVIS, annee_revenus=Lu(2025, 60)))["bonne_annee"] == DOUTE
    assert resultats(replace(AVIS, annee_revenus=Lu(2024, 60)))["bonne_annee"] == DOUTE
    code = DeuxDDoc(SIGNATURE_VERIFIEE, annee_revenus=2024)
    assert resultats(replace(AVIS, annee_revenus=Lu(2025), deux_d_doc=code))["bonne_annee"] == CONFORME


@pytest.mark.parametrize(
    ("change", "code", "resultat"),
    [
        ({"expiration": Lu(AU)}, "ID_UE", CONFORME),
        ({"expiration": Lu(date(2026, 11, 23))}, "ID_UE", NON_CONFORME),
        ({"expiration": Lu(date(2026, 11, 23), 60)}, "ID_UE", DOUTE),
        ({"expiration": Lu(date(2031, 5, 4), 60)}, "ID_UE", DOUTE),
        ({"expiration": Lu(date(2031, 5, 4), 60), "nationalite": "FRA"}, "ID_FR", CONFORME),
        ({"expiration": None}, "ID_UE", DOUTE),
        ({"expiration": Lu(date(2020, 1, 1)), "nationalite": "FRA"}, "ID_FR", CONFORME),
        ({"expiration": Lu(date(2020, 1, 1)), "nationalite": None}, "ID_FR", DOUTE),
        ({"expiration": Lu(date(2026, 1, 1)), "type": "titre_sejour"}, "TITRE_SEJOUR", NON_CONFORME),
    ],
)
def test_en_validite(change: dict[str, Any], code: str, resultat: str):
    assert resultats(replace(CARTE, **change), code)["en_validite"] == resultat


@pytest.mark.parametrize(
    ("bulletins", "resultat"),
    [
        (mois(8, 9, 10), CONFORME),
        (mois(10, 8, 9), CONFORME),
        (mois(7, 8, 9, 10), CONFORME),
        (mois(6, 8, 9, 10), CONFORME),
        (mois(8, 9, 10, confiance=60), CONFORME),
        (mois(9, 10), DOUTE),
        (mois(10), DOUTE),
        (mois(7, 9, 10), NON_CONFORME),
        (mois(7, 9, 10, confiance=60), DOUTE),
        (mois(6, 7, 8), CONFORME),
        (mois(5, 6, 7), NON_CONFORME),
        (mois(5, 6, 7, confiance=60), DOUTE),
        (mois(7), NON_CONFORME),
        (mois(12), DOUTE),
        ((), DOUTE),
        ((*mois(8, 9), Bulletin(None)), DOUTE),
        ((Bulletin(None),), DOUTE),
    ],
)
def test_trois_bulletins(bulletins: tuple[Bulletin, ...], resultat: str):
    assert resultats(replace(PAIE, bulletins=bulletins))["trois_bulletins"] == resultat


def test_three_months_follow_one_another_over_the_new_year():
    bulletins = (*mois(11, 12, annee=2025), *mois(1))
    assert resultats(replace(PAIE, bulletins=bulletins), au=date(2026, 2, 3))["trois_bulletins"] == CONFORME


PAUL = {"role": "conjoint", "prenom": "Paul", "nom": "Okonkwo", "rfr": {"2024": 0}, "net_mensuel": 2_240}


@pytest.mark.parametrize(
    ("change", "personnes", "resultat"),
    [
        ({}, (JEANNE,), CONFORME),
        ({"rfr": Lu(21_500_40)}, (JEANNE,), CONFORME),
        ({"rfr": Lu(21_501_00)}, (JEANNE,), NON_CONFORME),
        ({"rfr": Lu(12_500_00, 60)}, (JEANNE,), DOUTE),
        ({"rfr": None}, (JEANNE,), DOUTE),
        ({"annee_revenus": None}, (JEANNE,), DOUTE),
        ({"annee_revenus": Lu(2025)}, (JEANNE,), DOUTE),
        ({}, (JEANNE, PAUL), CONFORME),
        ({"noms": (Lu("MARTIN Jeanne"), Lu("OKONKWO Paul"))}, (JEANNE, {**PAUL, "rfr": {"2024": 5}}), CONFORME),
        ({"rfr": Lu(30_000_00), "noms": (Lu("MARTIN Jeanne"), Lu("OKONKWO Paul"))},
         ({**JEANNE, "rfr": {"2024": 20_000}}, {**PAUL, "rfr": {"2024": 10_000}}), CONFORME),
        ({"noms": (Lu("INCONNU Total"),)}, (JEANNE,), CONFORME),
        ({"rfr": Lu(1_00), "deux_d_doc": DeuxDDoc(LU, 2024, 21_500_00, ("MARTIN JEANNE",))}, (JEANNE,), CONFORME),
        ({"deux_d_doc": DeuxDDoc(LU, 2024, 12_500_00, ("MARTIN JEANNE",))}, (JEANNE,), NON_CONFORME),
    ],
)  # fmt: skip
def test_the_tax_income_agrees_to_the_euro(change: dict[str, Any], personnes: tuple[Any, ...], resultat: str):
    assert resultats(replace(AVIS, **change), None, *personnes)["revenu_concordant"] == resultat


def test_one_net_read_badly_does_not_hide_the_others():
    nets = {"net_a_payer": Lu(99_00, 60), "net_imposable": Lu(900_00), "net_social": Lu(910_00)}
    regle = regles(replace(PAIE, bulletins=(Bulletin(Lu(date(2026, 10, 1)), nets),)))["revenu_concordant"]
    assert regle.resultat == NON_CONFORME
    assert "Nous lisons 900" in regle.texte


@pytest.mark.parametrize(
    ("change", "personne", "resultat"),
    [
        ({}, JEANNE, CONFORME),
        ({"bulletins": mois(8, 9, 10, net=1_900_00)}, JEANNE, CONFORME),
        ({"bulletins": mois(8, 9, 10, net=1_912_00)}, JEANNE, NON_CONFORME),
        ({"bulletins": mois(8, 9, 10, net=1_548_00)}, JEANNE, CONFORME),
        ({"bulletins": mois(8, 9, 10, net=1_547_00)}, JEANNE, NON_CONFORME),
        ({"bulletins": mois(8, 9, 10, net=900_00, confiance=60)}, JEANNE, DOUTE),
        ({"bulletins": ()}, JEANNE, DOUTE),
        ({"bulletins": (*mois(8, 9), Bulletin(Lu(date(2026, 10, 1))))}, JEANNE, DOUTE),
        ({}, {**JEANNE, "net_mensuel": None}, DOUTE),
        ({"bulletins": mois(8, net=9_00), "deux_d_doc": DeuxDDoc(LU, nets=(1_720_00,))}, JEANNE, CONFORME),
    ],
)
def test_the_net_pay_agrees_nearly(change: dict[str, Any], personne: dict[str, Any], resultat: str):
    assert resultats(replace(PAIE, **change), None, personne)["revenu_concordant"] == resultat


CODE = DeuxDDoc(LU, 2024, 21_500_00, ("MARTIN JEANNE",))


@pytest.mark.parametrize(
    ("change", "code", "resultat"),
    [
        ({}, CODE, CONFORME),
        ({}, replace(CODE, etat=SIGNATURE_VERIFIEE), CONFORME),
        ({}, replace(CODE, etat=SIGNATURE_INVALIDE), NON_CONFORME),
        ({"rfr": Lu(11_500_00)}, CODE, NON_CONFORME),
        ({"rfr": Lu(11_500_00, 60)}, CODE, DOUTE),
        ({"annee_revenus": Lu(2025)}, CODE, NON_CONFORME),
        ({"noms": (Lu("OKONKWO Paul"),)}, CODE, NON_CONFORME),
        ({"annee_revenus": None, "rfr": None}, CODE, DOUTE),
        ({"annee_revenus": None}, CODE, CONFORME),
        ({"noms": ()}, CODE, CONFORME),
        ({}, DeuxDDoc(LU), DOUTE),
    ],
)
def test_the_print_agrees_with_the_code(change: dict[str, Any], code: DeuxDDoc, resultat: str):
    assert resultats(replace(AVIS, deux_d_doc=code, **change))["deux_d_doc_concordant"] == resultat


def test_the_pay_printed_agrees_with_that_of_the_code():
    paie = {net: replace(PAIE, deux_d_doc=DeuxDDoc(LU, nets=(net,))) for net in (1_720_00, 2_720_00)}
    trouves = [resultats(lue)["deux_d_doc_concordant"] for lue in paie.values()]
    assert trouves == [CONFORME, NON_CONFORME]


def test_without_a_code_nothing_is_said_of_it():
    assert "deux_d_doc_concordant" not in resultats(AVIS)


def test_no_case_and_a_case_without_persons_expect_nobody():
    assert lire_attendu(None) == lire_attendu({"au": "2026-11-24"}) == Attendu()
    assert lire_attendu({"au": "2026-11-24", "menage": {}}) == Attendu()


@pytest.mark.parametrize("nom", [3, "x" * 101, "a\u0000b"])
def test_a_name_that_cannot_be_one_is_refused_with_its_place(nom: object):
    with pytest.raises(CasInvalide, match=r"menage\.personnes\[1\]\.nom"):
        lire_attendu(cas({**JEANNE, "nom": nom}))


def test_every_answer_is_said_in_english_too():
    lues = [AVIS, PAIE, CARTE, replace(AVIS, vide=True), replace(AVIS, rfr=Lu(1)), replace(PAIE, bulletins=mois(5))]
    for lue in lues:
        for regle in regles(lue).values():
            assert {ligne.langue for ligne in explication(regle.verdict, ANGLAIS)} == {ANGLAIS}


def test_what_must_be_mended_is_said_kindly_and_what_is_doubtful_asks_for_nothing():
    for regle in regles(replace(AVIS, vide=True, noms=(Lu("X Y"),), annee_revenus=Lu(2020), rfr=Lu(1))).values():
        if regle.resultat == NON_CONFORME:
            assert "Ce n'est pas une faute." in regle.texte
    doute = regles(replace(AVIS, annee_revenus=None))["bonne_annee"]
    assert "vous n'avez rien à faire" in doute.texte
