"""What a grid must be before it is published: every fault names rubrique, critère, key, and its line."""

from __future__ import annotations

import re
import time
from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palier.config.cli_droit import coter as coter_commande
from palier.droit.bareme import texte_donnees
from palier.droit.cotation import (
    controle_publication,
    controle_texte,
    faits_publiables,
    grille_fournie,
    lire_grille,
)
from palier.droit.cotation.canonique import canonique
from palier.droit.cotation.expression import lire_expression, vraie
from palier.droit.cotation.lignes_mortes import chute_anciennete, est_dominee, jamais_vraie
from palier.droit.cotation.temoins import Travail, temoins
from palier.droit.pieces import pieces

ENTETE = """code = "essai"
libelle = "Essai"
version = 1
en_vigueur_depuis = 2026-01-01
deliberation = "Délibération d'essai"
egalite = "anciennete"
"""
MOIS = 'points_par = {fait = "anciennete_mois", pas = 1, points = 1, plafond = 48}'


def ligne(code: str, *cles: str, points: int | None = 5, reference: str = "CCH L.441-1") -> str:
    """One critère, its keys as written."""
    donnees = [f'code = "{code}"', f'libelle = "{code}"', f'reference = "{reference}"', *cles]
    if points is not None:
        donnees.append(f"points = {points}")
    return "[[rubrique.critere]]\n" + "\n".join(donnees) + "\n"


def grille(*lignes: str, cumul: str = "somme", entete: str = "") -> str:
    """A grid of one rubrique « r »."""
    return f'{ENTETE}{entete}[[rubrique]]\ncode = "r"\ncumul = "{cumul}"\n' + "".join(lignes)


def defauts(*lignes: str, cumul: str = "somme", entete: str = "") -> list[tuple[str, str, str]]:
    """(code, critère, key) of each fault."""
    return [(d.code, d.critere, d.cle) for d in controle_texte(grille(*lignes, cumul=cumul, entete=entete))]


def si(condition: str) -> str:
    return f"si = '{condition}'"


@pytest.mark.parametrize("nom", ["territoire_demo", "territoire_exemple"])
def test_the_grids_of_the_package_are_fit_for_publication(nom: str):
    assert controle_publication(grille_fournie(nom)) == ()


def test_a_fault_names_its_place_its_line_and_its_mend():
    texte = grille(ligne("a", si("situation.dalo")), ligne("b", si("situation.nationalite_francaise")))
    (faute,) = controle_texte(texte)
    assert (faute.code, faute.rubrique, faute.critere, faute.cle) == ("fait_inconnu", "r", "b", "si")
    assert texte.split("\n")[(faute.ligne or 0) - 1] == si("situation.nationalite_francaise")
    assert faute.texte.replace("\u00a0", " ") == (
        "Rubrique « r », critère « b », clé « si » : « situation.nationalite_francaise » n'est pas un fait du "
        "dictionnaire. Choisissez-en un de la liste."
    )


@pytest.mark.parametrize(
    "fait", ["situation.sexe", "situation.origine", "menage.nationalite", "emploi.secteur", "menage.union", "commune"]
)
def test_what_the_dictionary_does_not_hold_does_not_exist(fait: str):
    assert defauts(ligne("a", si(f'{fait} == "x"'))) == [("fait_inconnu", "a", "si")]


def test_no_fact_of_nationality_origin_sex_or_further_health():
    mots = ("national", "origine", "sexe", "genre", "religion", "grossesse", "maladie", "sante")
    assert [chemin for chemin in faits_publiables() if any(mot in chemin for mot in mots)] == []


def test_every_line_cites_a_text():
    assert defauts(ligne("a", si("situation.dalo"), reference="n.r.")) == []
    sans = ligne("a", si("situation.dalo")).replace('reference = "CCH L.441-1"\n', "")
    assert defauts(sans) == [("sans_reference", "a", "reference")]


@pytest.mark.parametrize(
    ("condition", "fautive"),
    [
        ("situation.dalo", False),
        ("situation.dalo == vrai", False),
        ("situation.dalo == 1", True),
        ("situation.dalo >= 1", True),
        ("situation.dalo > situation.handicap", True),
        ("offre.lien_domicile", True),
        ("offre.lien_domicile == 1", False),
        ("menage.adultes == vrai", True),
        ('menage.adultes == "deux"', True),
        ("menage.adultes dans [1, 2]", False),
        ('menage.adultes dans ["un"]', True),
        ("situation.pieces_actuelles < menage.personnes", False),
        ("situation.dalo et non (menage.a_charge et situation.handicap)", True),
    ],
)
def test_types_agree(condition: str, fautive: bool):
    assert defauts(ligne("a", si(condition))) == ([("type", "a", "si")] if fautive else [])


def test_a_scale_counts_a_number():
    bareme = 'points_par = {fait = "situation.dalo", pas = 1, points = 1}'
    assert defauts(ligne("a", bareme, points=None)) == [("type", "a", "points_par")]
    bareme = 'points_par = {fait = "situation.age", pas = 1, points = 1}'
    assert defauts(ligne("a", bareme, points=None)) == [("fait_inconnu", "a", "points_par")]


@pytest.mark.parametrize(
    ("condition", "morte"),
    [
        ("faux", True),
        ("situation.dalo et non situation.dalo", True),
        ("menage.adultes > 1 et menage.adultes < 2", True),
        ("menage.adultes == 0", True),
        ("menage.personnes == 1 et menage.a_charge >= 1", True),
        ("menage.personnes == 2 et menage.a_charge >= 1", False),
        ("menage.personnes == 2 et menage.a_charge == 2", True),
        ("menage.adultes == 2 et menage.a_charge == 1 et menage.personnes == 4", True),
        ("menage.adultes == 2 et menage.a_charge == 1 et menage.personnes == 3", False),
        ("menage.personnes == 2 et menage.adultes == 3", True),
        ("situation.taux_effort_actuel > 0.33 et situation.taux_effort_actuel < 0.34", False),
        ("situation.taux_effort_actuel < 0", True),
        ("offre.lien_travail == 2", True),
        ("anciennete_mois > 1200", True),
        ("situation.dalo == faux", False),
        ("non situation.dalo", False),
    ],
)
def test_a_line_that_can_never_be_true_is_dead(condition: str, morte: bool):
    assert defauts(ligne("a", si(condition))) == ([("ligne_morte", "a", "si")] if morte else [])


def test_a_line_without_points_is_dead():
    assert defauts(ligne("a", si("situation.dalo"), points=0)) == [("ligne_morte", "a", "points")]
    nul = 'points_par = {fait = "menage.a_charge", pas = 1, points = 0}'
    assert defauts(ligne("a", nul, points=None)) == [("ligne_morte", "a", "points_par")]
    ferme = 'points_par = {fait = "menage.a_charge", pas = 1, points = 3, plafond = 0}'
    assert defauts(ligne("a", ferme, points=None)) == [("ligne_morte", "a", "points_par")]
    loin = 'points_par = {fait = "anciennete_mois", pas = 5000, points = 3}'
    assert defauts(ligne("a", loin, points=None)) == [("ligne_morte", "a", "si")]
    assert defauts(ligne("a", si("situation.dalo"), points=-5)) == []


def dominee(*lignes: str) -> list[str]:
    return [code for faute, code, _ in defauts(*lignes, cumul="le_plus_fort") if faute == "ligne_morte"]


def test_the_weaker_of_two_thresholds_is_alive_and_the_hidden_one_dead():
    haut, bas = si("situation.taux_effort_actuel >= 0.5"), si("situation.taux_effort_actuel >= 0.3")
    assert dominee(ligne("haut", haut, points=20), ligne("bas", bas, points=10)) == []
    assert dominee(ligne("haut", haut, points=10), ligne("bas", bas, points=20)) == ["haut"]
    assert dominee(ligne("haut", haut, points=20), ligne("bas", bas, points=20)) == []
    assert dominee(ligne("bas", bas, points=20), ligne("haut", haut, points=20)) == ["haut"]


def test_a_piece_that_may_be_missing_keeps_the_weaker_line_alive():
    forte = ligne("forte", si("situation.dalo"), 'piece = "DALO"', points=20)
    faible = ligne("faible", si("situation.dalo"), points=10)
    assert dominee(forte, faible) == []
    assert dominee(faible.replace("points = 10", "points = 30"), forte) == ["forte"]


def test_two_lines_together_can_hide_a_third():
    lignes = (
        ligne("un", si("situation.dalo et situation.handicap"), points=20),
        ligne("deux", si("situation.dalo et non situation.handicap"), points=20),
        ligne("trois", si("situation.dalo"), points=10),
    )
    assert dominee(*lignes) == ["trois"]
    assert defauts(*lignes, cumul="somme") == []


def test_a_scale_can_hide_a_line():
    bareme = 'points_par = {fait = "menage.a_charge", pas = 1, points = 10}'
    assert dominee(ligne("n", bareme, points=None), ligne("un", si("menage.a_charge >= 1"), points=5)) == ["un"]
    assert dominee(ligne("n", bareme, points=None), ligne("un", si("menage.a_charge >= 1"), points=15)) == []


@pytest.mark.parametrize(
    ("un", "autre", "meme"),
    [
        ("situation.dalo", "situation.dalo", True),
        ("situation.dalo et situation.handicap", "situation.handicap et situation.dalo", True),
        ("menage.adultes == 1", "menage.adultes dans [1]", True),
        ("menage.adultes > 1", "menage.adultes >= 2", True),
        ("situation.taux_effort_actuel >= 0.4", "situation.taux_effort_actuel >= 0.40", True),
        ("situation.taux_effort_actuel >= 0.4", "situation.taux_effort_actuel > 0.4", False),
        ("non (situation.dalo ou situation.ase)", "non situation.dalo et non situation.ase", True),
        ("situation.dalo", "situation.dalo == vrai", True),
        ("non situation.dalo", "situation.dalo == faux", False),
        ("situation.dalo", "situation.handicap", False),
    ],
)
def test_one_condition_written_twice(un: str, autre: str, meme: bool):
    attendu = [("ligne_double", "b", "si")] if meme else []
    assert defauts(ligne("a", si(un), points=5), ligne("b", si(autre), points=7)) == attendu


def test_one_scale_written_twice():
    assert defauts(ligne("a", MOIS, points=None), ligne("b", MOIS, points=None)) == [
        ("ligne_double", "b", "points_par")
    ]
    annees = MOIS.replace("pas = 1", "pas = 12")
    assert defauts(ligne("a", MOIS, points=None), ligne("b", annees, points=None)) == []


def test_two_pieces_may_prove_one_condition_under_the_strongest():
    lignes = (
        ligne("a", si("situation.heberge_structure"), 'piece = "ATTESTATION_STRUCTURE"'),
        ligne("b", si("situation.heberge_structure"), 'piece = "RAPPORT_SOCIAL"', points=4),
    )
    assert defauts(*lignes, cumul="le_plus_fort") == []
    assert defauts(*lignes) == [("ligne_double", "b", "si")]


def test_seniority_only_adds_points():
    assert defauts(ligne("m", MOIS, points=None), ligne("d", si("anciennete_mois > 36"), points=20)) == []
    moins = 'points_par = {fait = "anciennete_mois", pas = 1, points = -1}'
    assert ("anciennete", "m", "points_par") in defauts(ligne("m", moins, points=None))
    assert defauts(ligne("m", si("anciennete_mois < 12"))) == [("anciennete", "m", "si")]
    assert defauts(ligne("m", MOIS, si("anciennete_mois <= 400"), points=None)) == [("anciennete", "m", "si")]
    assert defauts(ligne("m", MOIS, si("situation.dalo et anciennete_mois <= 40"), points=None))[0][0] == "anciennete"
    assert defauts(ligne("m", si("non (anciennete_mois >= 12)"))) == [("anciennete", "m", "si")]


def test_steps_of_seniority_that_follow_one_another_are_fair():
    pas = [ligne("un", si("anciennete_mois >= 12 et anciennete_mois < 24"), points=5)]
    pas += [ligne("deux", si("anciennete_mois >= 24"), points=9)]
    assert defauts(*pas) == []
    assert defauts(*pas[:1], pas[1].replace("points = 9", "points = 4"))[0] == ("anciennete", "un", "si")
    assert defauts(*pas, cumul="le_plus_fort") == []


def test_seniority_falls_only_without_a_piece():
    lignes = (
        ligne("avant", si("anciennete_mois < 24"), points=5),
        ligne("apres", si("anciennete_mois >= 24"), 'piece = "DALO"', points=9),
    )
    assert [faute[0] for faute in defauts(*lignes)] == ["anciennete"]


def test_pieces_are_of_the_list_and_before_the_lease():
    assert defauts(ligne("a", si("situation.dalo"), 'piece = "DALO"')) == []
    assert defauts(ligne("a", si("situation.dalo"), 'piece = "CASIER"')) == [("piece_inconnue", "a", "piece")]
    (bail, *_) = [piece.code for piece in pieces().values() if piece.du_bail]
    assert defauts(ligne("a", si("situation.dalo"), f'piece = "{bail}"')) == [("piece_tardive", "a", "piece")]


def test_dates_follow_one_another_and_an_extract_is_never_published():
    assert defauts(ligne("a", si("situation.dalo")), entete="en_vigueur_jusqu_au = 2026-01-01\n") == []
    retard = defauts(ligne("a", si("situation.dalo")), entete="en_vigueur_jusqu_au = 2025-12-31\n")
    assert retard == [("dates", "", "en_vigueur_jusqu_au")]
    assert defauts(ligne("a", si("situation.dalo")), entete="partiel = true\n") == [("grille_partielle", "", "partiel")]


def test_all_faults_come_at_once_and_a_line_at_fault_hides_no_other():
    lignes = (
        ligne("a", si("situation.inconnue"), 'piece = "CASIER"'),
        ligne("b", si("situation.dalo == 1")),
        ligne("c", si("situation.handicap"), points=0),
        ligne("d", si("situation.ase")),
        ligne("e", si("situation.ase")),
    )
    codes = [code for code, _, _ in defauts(*lignes)]
    assert codes == ["piece_inconnue", "fait_inconnu", "type", "ligne_morte", "ligne_double"]


@pytest.mark.parametrize(
    ("texte", "ligne_attendue", "mot"),
    [
        (f"{ENTETE}[[rubrique]\n", 7, "ligne 7, colonne"),
        (f'{ENTETE}x = "non fermé', 7, "ligne"),
        (grille(ligne("a", "si = 'situation.dalo et'")), 14, "incomplète"),
        (grille(ligne("a", si("situation.dalo")).replace("points = 5", 'points = "cinq"')), 15, "points"),
        (grille(ligne("a", si("situation.dalo"))).replace("version = 1", "version = 1.5"), 3, "version"),
        (grille(ligne("a", si("situation.dalo")), ligne("a", si("situation.ase"))), 7, "deux fois"),
        ("", 1, "rubrique"),
    ],
)
def test_what_cannot_be_read_says_its_line(texte: str, ligne_attendue: int, mot: str):
    (faute,) = controle_texte(texte)
    assert faute.code == "grille_illisible"
    assert mot in faute.texte
    assert faute.ligne == ligne_attendue


def test_a_wide_grid_is_checked_in_a_second():
    noms = [chemin for chemin, fait in faits_publiables().items() if fait.type == "booleen"][:20]
    lignes = [ligne(f"l{rang}", si(" ou ".join(noms[rang:])), points=5 + rang) for rang in range(20)]
    debut = time.process_time()
    controle_texte(grille(*lignes, cumul="le_plus_fort"))
    assert time.process_time() - debut < 5


def test_a_grid_too_large_or_too_tangled_is_still_answered_in_time():
    noms = [chemin for chemin, fait in faits_publiables().items() if fait.type == "booleen"]
    tordues = [
        ligne(
            f"l{rang}",
            si(" et ".join(noms[rang % 9 : rang % 9 + 9]) + f" et menage.personnes > {rang}"),
            points=rang + 1,
        )
        for rang in range(200)
    ]
    seuils = [ligne(f"s{rang}", si(f"situation.taux_effort_actuel >= 0.{rang:03d}")) for rang in range(1, 200)]
    for lignes in (tordues, seuils):
        for cumul in ("le_plus_fort", "somme"):
            debut = time.process_time()
            controle_texte(grille(*lignes, cumul=cumul))
            assert time.process_time() - debut < 20
    assert defauts(*seuils, *tordues[:2]) == [("trop_de_criteres", "", "rubrique")]


def test_what_is_too_many_to_try_is_not_called_dead():
    travail = Travail(10)
    (critere,) = lire_grille(grille(ligne("a", si("situation.dalo et non situation.dalo")))).rubriques[0].criteres
    assert temoins([critere], travail) is not None
    assert temoins([critere], travail) is None
    assert jamais_vraie(critere, Travail())
    assert not jamais_vraie(critere, Travail(0))
    assert not est_dominee(critere, [critere, critere], Travail(0))


def test_seniority_is_checked_even_when_the_rest_is_too_many_to_try():
    baisse = ligne("a", si("situation.dalo et anciennete_mois < 12"), 'piece = "DALO"')
    (rubrique,) = lire_grille(grille(baisse)).rubriques
    chute = chute_anciennete(rubrique, rubrique.criteres, Travail(0))
    assert chute is not None
    assert (chute[0].code, chute[1]) == ("a", 12)


@pytest.mark.parametrize(
    ("cle", "valeur"),
    [
        ("libelle", '"a\\nb"'), ("libelle", '"\\u0000"'), ("libelle", '"' + "x" * 161 + '"'),
        ("deliberation", '"' + "x" * 201 + '"'), ("code", '"' + "x" * 61 + '"'),
        ("version", "0"), ("version", "-1"), ("version", "40000"),
    ],
)  # fmt: skip
def test_the_heading_fits_what_is_kept(cle: str, valeur: str):
    texte = re.sub(rf"^{cle} = .*$", lambda _: f"{cle} = {valeur}", ENTETE, flags=re.MULTILINE)
    (faute,) = controle_texte(texte + grille(ligne("a", si("situation.dalo"))).removeprefix(ENTETE))
    assert (faute.cle, faute.rubrique) == (cle, "")
    assert (faute.ligne or 0) > 0


def test_names_and_references_stand_on_one_line():
    lignes = ligne("a", si("situation.dalo"), reference="CCH\\tL.441-1").replace('libelle = "a"', 'libelle = "a\\r"')
    texte = grille(lignes).replace("cumul =", 'libelle = "R\\nR"\ncumul =')
    assert [(d.code, d.critere, d.cle) for d in controle_texte(texte)] == [
        ("texte", "", "libelle"), ("texte", "a", "libelle"), ("texte", "a", "reference"),
    ]  # fmt: skip


FAITS = ["situation.dalo", "situation.handicap", "menage.adultes >= 2", "menage.a_charge == 0", "menage.personnes > 3"]
conditions = st.recursive(
    st.sampled_from(FAITS),
    lambda plus: st.one_of(
        plus.map(lambda a: f"non ({a})"),
        st.tuples(plus, st.sampled_from(["et", "ou"]), plus).map(lambda t: f"({t[0]} {t[1]} {t[2]})"),
    ),
    max_leaves=6,
)


@settings(max_examples=150, deadline=None)
@given(
    conditions,
    st.booleans(),
    st.booleans(),
    st.integers(1, 6),
    st.integers(0, 8),
)
def test_the_witnesses_hold_every_household(condition: str, dalo: bool, handicap: bool, adultes: int, a_charge: int):
    """What a drawn household opens, a witness opens too: « never true » is never said of a line that lives."""
    (critere,) = lire_grille(grille(ligne("a", si(condition)))).rubriques[0].criteres
    faits = {
        "situation.dalo": dalo, "situation.handicap": handicap, "menage.adultes": Decimal(adultes),
        "menage.a_charge": Decimal(a_charge), "menage.personnes": Decimal(adultes + a_charge),
    }  # fmt: skip
    assert critere.si is not None
    vus = temoins([critere], Travail())
    assert vus is not None
    if vraie(critere.si, faits):
        assert any(vraie(critere.si, temoin) for temoin in vus)
    else:
        assert not all(vraie(critere.si, temoin) for temoin in vus)


@settings(max_examples=100, deadline=None)
@given(conditions)
def test_the_canonical_form_keeps_the_sense(condition: str):
    lue = lire_expression(canonique(lire_expression(condition)))
    (critere,) = lire_grille(grille(ligne("a", si(condition)))).rubriques[0].criteres
    assert critere.si is not None
    for temoin in temoins([critere], Travail()) or []:
        assert vraie(critere.si, temoin) == vraie(lue, temoin)


def test_the_command_lists_the_faults(tmp_path, capsys: pytest.CaptureFixture[str]):
    place = tmp_path / "grille.toml"
    place.write_text(texte_donnees("donnees/grilles/territoire_demo.toml"), encoding="utf-8")
    assert coter_commande(["--grille", str(place), "--verifier"]) == 0
    assert "peut être publiée" in capsys.readouterr().out
    place.write_text(grille(ligne("a", si("situation.x")), ligne("b", si("faux"))), encoding="utf-8")
    assert coter_commande(["--grille", str(place), "--verifier"]) == 1
    sortie = capsys.readouterr()
    assert [mot.split("\u00a0")[0] for mot in sortie.out.splitlines()] == ["Ligne 14", "Ligne 20"]
    assert sortie.err.count("\n") == 1
    assert coter_commande(["--grille", str(place), "--verifier", "cas.json"]) == 2
