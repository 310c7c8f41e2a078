"""The edges of the law that no usual case reaches: a day before the rules, too much unknown, values of another kind."""

from __future__ import annotations

from dataclasses import replace
from datetime import date
from decimal import Decimal

import numpy as np
import pytest

from palier.droit.acces import acces_action_logement
from palier.droit.champs import CasInvalide
from palier.droit.cotation import Faits, Grille, GrilleInvalide, apercus, coter, grille_fournie, lire_grille
from palier.droit.cotation.colonnes import coter_colonnes
from palier.droit.cotation.expression import faits_lus, lire_expression, vraie
from palier.droit.cotation.grille import textes_partiels
from palier.droit.decision import recours_commission
from palier.droit.ecriture import cas_json
from palier.droit.effort import effort_brut
from palier.droit.explication import explication_texte, obtenir
from palier.droit.foyer import INCONNUES_MAXIMUM, MENAGE_ABSENT, lecture, selon_foyer, un_foyer
from palier.droit.menage import FINANCEMENTS, Cas, Emploi, Logement, Menage, Personne, lire_cas
from palier.droit.occupation import personnes_pour_pieces, sous_occupation
from palier.droit.plafonds import eligibilite, eligibilites
from palier.droit.sources import tableaux

AU = date(2026, 11, 24)
JOURS_ECART = (date(2016, 12, 31), date(2017, 1, 1), date(2017, 1, 28), date(2017, 1, 29), AU)
DEMANDEUR = Personne("d", "demandeur", date(1990, 1, 1), rfr={2024: 20_000_00, 2025: 20_000_00}, net_mensuel=1_700_00)


def test_access_is_not_judged_by_a_rule_that_came_later() -> None:
    verdict = acces_action_logement(Cas(date(2020, 7, 14), emploi=Emploi("prive", 500)))
    assert (verdict.valeur, [manquant.fait for manquant in verdict.manquants]) == (None, ["au"])
    assert acces_action_logement(Cas(date(2020, 7, 15), emploi=Emploi("prive", 500))).valeur is True


def test_under_occupation_has_no_rule_before_2017() -> None:
    vide = Cas(date(2016, 12, 31), menage=Menage((DEMANDEUR,)), logement=Logement("T5"))
    assert [manquant.fait for manquant in sous_occupation(vide).manquants] == ["au"]


def test_one_answer_a_financement_and_no_other_financement() -> None:
    un = Cas(AU, "44109", Menage((DEMANDEUR,)))
    assert eligibilites(un) == {nom: eligibilite(un, nom) for nom in FINANCEMENTS}
    with pytest.raises(ValueError, match="PLX"):
        eligibilite(un, "PLX")


def test_too_much_unknown_is_all_named_and_nothing_is_guessed() -> None:
    """Four children of whom neither age nor charge is known: more readings than are listed, each fact is asked for."""
    enfants = [Personne(f"e{rang}", "enfant") for rang in range(4)]
    menage = Menage((DEMANDEUR, *enfants))
    assert 2 * len(enfants) > INCONNUES_MAXIMUM
    assert lecture(menage, AU) is None
    valeur, manquants = selon_foyer(Cas(AU, menage=menage), lambda foyer: 1)
    assert valeur is None
    voulus = {f"menage.personnes.{enfant.id}.{fait}" for enfant in enfants for fait in ("a_charge", "naissance")}
    assert {manquant.fait for manquant in manquants} == voulus


def test_no_household_has_no_reading() -> None:
    assert selon_foyer(Cas(AU), lambda foyer: 1) == (None, (MENAGE_ABSENT,))
    with pytest.raises(ValueError, match="household"):
        un_foyer(Cas(AU))


def test_a_case_written_back_leaves_out_what_is_unknown() -> None:
    ecrit = cas_json(Cas(AU, logement=Logement("T2", None, 500_00)))
    assert ecrit == {"au": "2026-11-24", "logement": {"typologie": "T2", "loyer_hc": 500}}
    assert lire_cas(ecrit) == Cas(AU, logement=Logement("T2", None, 500_00))


def test_a_ratio_is_said_in_english() -> None:
    verdict = effort_brut(Cas(AU, menage=Menage((DEMANDEUR,)), logement=Logement("T2", None, 400_00, 425_00)))
    assert "takes 25% of your income" in explication_texte(verdict, "en")


ENTETE = """code = "essai"
libelle = "Grille d'essai"
version = 1
en_vigueur_depuis = 2026-01-01
deliberation = "Essai"
egalite = "anciennete"
"""


def grille(*criteres: str) -> Grille:
    """A grid of one rubrique that adds."""
    lignes = "".join(
        f'[[rubrique.critere]]\ncode = "c{rang}"\nlibelle = "C"\n{texte}\n' for rang, texte in enumerate(criteres)
    )
    return lire_grille(f'{ENTETE}[[rubrique]]\ncode = "r"\ncumul = "somme"\n{lignes}')


OUI = "points = 3\nsi = 'situation.dalo'"
PAS = 'points_par = {fait = "situation.enfants", pas = 1, points = 2}'


def test_points_by_step_need_a_number() -> None:
    par_enfant = grille(PAS)
    assert coter(par_enfant, Faits({"situation.enfants": Decimal(3)}, {}), AU).points == 6
    with pytest.raises(CasInvalide, match="nombre"):
        coter(par_enfant, Faits({"situation.enfants": "trois"}, {}), AU)


def test_a_line_is_found_by_its_codes() -> None:
    une = grille(OUI, PAS)
    assert une.critere("r", "c1") is une.rubriques[0].criteres[1]
    for rubrique, critere in (("r", "c2"), ("autre", "c0")):
        with pytest.raises(KeyError, match=critere):
            une.critere(rubrique, critere)


def test_a_box_of_a_line_is_true_or_false() -> None:
    assert grille(f"{OUI}\nsensible = true").critere("r", "c0").sensible
    with pytest.raises(GrilleInvalide, match="true ou false"):
        grille(f'{OUI}\nsensible = "oui"')


def test_the_extracts_of_real_grids_are_read() -> None:
    assert len(textes_partiels()) == 3
    assert all(lire_grille(texte).code == code for code, texte in textes_partiels().items())


@pytest.mark.parametrize(
    ("source", "attendu"),
    [("vrai", True), ("faux", False), ("non faux", True), ("1 dans [1, 2]", True), ("3 dans [1, 2]", False)],
)
def test_an_expression_without_a_fact(source: str, attendu: bool) -> None:
    """It reads nothing, and holds alike for one household and for many."""
    noeud = lire_expression(source)
    assert list(faits_lus(noeud)) == []
    assert vraie(noeud, {}) is attendu
    une = grille(f"points = 5\nsi = '{source}'")
    assert coter_colonnes(une, {}, n=2).tolist() == [5 * attendu] * 2


def test_columns_that_nobody_fills_are_unknown() -> None:
    une = grille('points = 5\nsi = "local.a == local.b"', "points = 3\nsi = 'local.c == \"x\"'")
    texte = np.ma.MaskedArray(np.array(["x", "x"]), [True, True])
    assert coter_colonnes(une, {"local.c": texte, "local.a": np.array([1, 2])}).tolist() == [0, 0]
    assert coter_colonnes(une, {"local.c": np.array(["x", "y"])}).tolist() == [3, 0]


def test_a_draft_shows_each_move_of_points_with_its_sign() -> None:
    avant = grille_fournie("territoire_demo")
    apres = replace(avant, rubriques=avant.rubriques[1:])
    menages = apercus(apres, avant, AU)
    assert len(menages) == 3
    for menage in menages:
        lignes = {ligne.libelle: ligne for ligne in menage.lignes if ligne.change}
        assert all(ligne.ecart == f"−{ligne.avant}" for ligne in lignes.values())
        perdus = sum(ligne.avant or 0 for ligne in lignes.values())
        assert menage.total == (menage.avant or 0) - perdus
        assert menage.ecart == (f"−{perdus}" if perdus else "0")
    assert {menage.ecart for menage in apercus(avant, None, AU)} == {""}
    assert any(ligne.ecart.startswith("+") for menage in apercus(avant, apres, AU) for ligne in menage.lignes)


def test_how_to_obtain_a_piece_is_said_in_two_languages() -> None:
    assert obtenir("AVIS_IMPOT_N2") != obtenir("AVIS_IMPOT_N2", "en") != ""
    assert obtenir("LOCALE") == ""


def test_values_hold_from_their_first_day_to_their_last() -> None:
    (tableau,) = (un for un in tableaux("occupation") if un.chemin == "occupation.sous_occupation")
    tenues = {au: [v.valeurs["ecart"].valeur for v in tableau.versions if v.en_vigueur(au)] for au in JOURS_ECART}
    assert list(tenues.values()) == [[], [2], [2], [1], [1]]


def test_persons_for_rooms_are_said_or_what_is_missing() -> None:
    enfant = Personne("e", "enfant", date(2020, 1, 1), garde="visite")
    assert personnes_pour_pieces(Cas(AU, menage=Menage((DEMANDEUR, enfant)))).valeur == 2
    assert personnes_pour_pieces(Cas(AU)).manquants == (MENAGE_ABSENT,)


def test_a_delay_still_to_be_read_again_is_named_and_never_established() -> None:
    """From 31 December, two months end on the last day of February."""
    codes = {}
    for au in (date(2027, 2, 28), date(2027, 3, 1)):
        verdict = recours_commission(date(2026, 12, 31), au)
        (absent,) = verdict.manquants
        assert (verdict.valeur, absent.fait, absent.faits["dernier_jour"]) == (None, "decision.recours", "2027-02-28")
        codes[au.month] = absent.code
    assert codes == {2: "recours_a_verifier", 3: "recours_passe_a_verifier"}
