"""The edges of the counting of points: limits, exact words of refusals, what is read and what is not."""

from __future__ import annotations

from dataclasses import FrozenInstanceError, fields, is_dataclass
from datetime import date
from decimal import Decimal

import pytest

from palier.droit.bareme import texte_donnees
from palier.droit.champs import CasInvalide
from palier.droit.cotation import (
    Cotation,
    Critere,
    Faits,
    Grille,
    GrilleInvalide,
    Ligne,
    Parties,
    PointsPar,
    Rubrique,
    bande_total,
    cle_ordre,
    coter,
    expression,
    faits_cotation,
    lire_grille,
    lire_pieces,
    parties,
)
from palier.droit.cotation.expression import PROFONDEUR_MAXIMUM, ExpressionInvalide, lire_expression, vraie

AU = date(2026, 11, 24)
ENTETE = """code = "essai"
libelle = "Grille d'essai"
version = 1
en_vigueur_depuis = 2026-01-01
deliberation = "Essai"
egalite = "anciennete"
"""


def grille(*criteres: str, cumul: str = "somme") -> Grille:
    """A grid of one rubrique."""
    lignes = "\n".join(
        f'[[rubrique.critere]]\ncode = "c{i}"\nlibelle = "C"\n{texte}' for i, texte in enumerate(criteres)
    )
    return lire_grille(f'{ENTETE}[[rubrique]]\ncode = "r"\ncumul = "{cumul}"\n{lignes}\n')


def compte(une: Grille, **faits: object) -> Cotation:
    """Count with facts given by name, `__` for a dot."""
    valeurs = {cle.replace("__", "."): valeur for cle, valeur in faits.items()}
    exactes = {c: v if isinstance(v, bool) else Decimal(str(v)) for c, v in valeurs.items()}
    return coter(une, Faits(exactes, {}), AU)


CASE = 'points = {}\nsi = "situation.{}"'


LUES = [getattr(expression, nom) for nom in dir(expression)]
FORMES = [forme for forme in LUES if isinstance(forme, type) and is_dataclass(forme)]


@pytest.mark.parametrize("forme", [*FORMES, Parties, Faits, Ligne, Cotation, Critere, Rubrique, Grille, PointsPar])
def test_nothing_that_was_read_can_be_changed(forme: type) -> None:
    une = object.__new__(forme)
    with pytest.raises(FrozenInstanceError):
        setattr(une, fields(forme)[0].name, "autre")


@pytest.mark.parametrize(("niveaux", "lu"), [(PROFONDEUR_MAXIMUM, True), (PROFONDEUR_MAXIMUM + 1, False)])
def test_parentheses_stop_at_their_limit(niveaux: int, lu: bool) -> None:
    source = "(" * niveaux + "vrai" + ")" * niveaux
    if lu:
        assert vraie(lire_expression(source), {}) is True
        return
    with pytest.raises(ExpressionInvalide, match="trop de niveaux de parenthèses"):
        lire_expression(source)


@pytest.mark.parametrize(
    ("source", "phrase"),
    [
        ("vrai vrai", "« vrai » est de trop."),
        (f'(vrai "{"x" * 60}"', f'« ) » était attendu, pas « "{"x" * 39} ».'),
        ("(vrai", "« ) » était attendu, pas la fin."),
        (f'vrai "{"x" * 60}"', f'« "{"x" * 39} » est de trop.'),
        ("a et", "l'expression est incomplète."),
        ("3", "« 3 » seul n'est ni vrai ni faux."),
        ("1 == 1", "une comparaison lit au moins un fait."),
        ('a < "b"', "« < » ne compare que des nombres."),
        ("a dans [b]", "« dans » attend une liste de textes ou de nombres."),
        ('a dans ["b", 1]', "« dans » attend des valeurs d'un seul type."),
    ],
)
def test_a_refusal_quotes_the_word(source: str, phrase: str) -> None:
    with pytest.raises(ExpressionInvalide) as refus:
        lire_expression(source)
    assert str(refus.value) == phrase


@pytest.mark.parametrize("mot", ["et", "ou", "non", "dans", "(", ")", ",", "]", "=="])
def test_a_quoted_word_is_a_text(mot: str) -> None:
    assert vraie(lire_expression(f't == "{mot}" et vrai'), {"t": mot}) is True
    assert vraie(lire_expression(f't dans ["{mot}", "x"]'), {"t": mot}) is True


def test_every_key_of_the_menage_is_a_fact_but_the_persons() -> None:
    cas = {
        "au": "2026-11-24",
        "menage": {"union": "pacs", "enfants_a_naitre": 1, "personnes": [{"id": "p1", "role": "demandeur"}]},
        "commune": "44109",
        "situation": {"dalo": True, "rien": None},
        "anciennete_mois": 7,
    }
    lus = faits_cotation(cas).valeurs
    assert lus["menage.union"] == "pacs"
    assert lus["menage.enfants_a_naitre"] == 1
    assert lus["menage.personnes"] == 1
    assert lus["commune"] == "44109"
    assert lus["anciennete_mois"] == 7
    assert "situation.rien" not in lus
    assert not {cle for cle in lus if cle.startswith("menage.personnes.")}
    assert not {cle for cle in lus if cle.startswith(("au", "id"))}


def test_a_fact_computed_wins_over_a_key_of_the_same_name() -> None:
    cas = {"au": "2026-11-24", "menage": {"personnes": [{"id": "p1", "role": "demandeur"}]}}
    assert faits_cotation(cas, {"dalo": True}, 3, {"lien_travail": 1}).valeurs == {
        "menage.adultes": 1,
        "menage.a_charge": 0,
        "menage.personnes": 1,
        "situation.dalo": True,
        "anciennete_mois": 3,
        "offre.lien_travail": 1,
    }


@pytest.mark.parametrize(("mois", "lu"), [(0, True), (1_200, True), (1_201, False), (-1, False)])
def test_seniority_has_limits(mois: int, lu: bool) -> None:
    if lu:
        assert faits_cotation(None, {}, mois).valeurs["anciennete_mois"] == mois
        return
    with pytest.raises(CasInvalide, match="anciennete_mois"):
        faits_cotation(None, {}, mois)


@pytest.mark.parametrize(
    ("valeur", "lu"),
    [(0, True), (-3, True), (10**12, True), (10**12 + 1, False), (Decimal("1e-12"), True), (Decimal("9e-13"), False),
     (Decimal("-9e-13"), False), (-(10**12) - 1, False)],
)  # fmt: skip
def test_numbers_of_a_local_fact_have_limits(valeur: int | Decimal, lu: bool) -> None:
    if lu:
        assert faits_cotation(None, {"local": valeur}).valeurs["situation.local"] == valeur
        return
    with pytest.raises(CasInvalide, match="trop grand ou trop petit"):
        faits_cotation(None, {"local": valeur})


def test_a_piece_held_twice_is_valid_until_its_last_day() -> None:
    deux = [{"code": "DALO", "expire_le": "2026-12-01"}, {"code": "DALO", "expire_le": "2027-03-01"}]
    assert lire_pieces(deux) == {"DALO": date(2027, 3, 1)}
    assert lire_pieces([*reversed(deux)]) == {"DALO": date(2027, 3, 1)}
    assert lire_pieces([*deux, "DALO"]) == {"DALO": None}
    assert lire_pieces(["DALO", *deux]) == {"DALO": None}


@pytest.mark.parametrize(("points", "lu"), [(100_000, True), (100_001, False), (-100_000, True), (-100_001, False)])
def test_points_have_limits(points: int, lu: bool) -> None:
    texte = CASE.format(points, "dalo")
    if lu:
        assert compte(grille(texte), situation__dalo=True).points == points
        return
    with pytest.raises(GrilleInvalide, match=r"points.*un nombre entier d'au plus 100000"):
        grille(texte)


@pytest.mark.parametrize(("pas", "lu"), [("0.0001", True), ("1000000", True), ("0.00009", False), ("1000001", False),
                                         ("0", False), ("-1", False)])  # fmt: skip
def test_steps_have_limits(pas: str, lu: bool) -> None:
    texte = f'points_par = {{fait = "anciennete_mois", pas = {pas}, points = 1}}'
    if lu:
        assert compte(grille(texte), anciennete_mois=Decimal(pas)).points == 1
        return
    with pytest.raises(GrilleInvalide, match=r"points_par\.pas"):
        grille(texte)


def test_the_band_of_priorities_starts_at_zero() -> None:
    une = grille(CASE.format(9, "dalo"), CASE.format(10, "pdalhpd"))
    assert parties(compte(une, situation__dalo=True)).priorites == "0 à 9"
    assert parties(compte(une, situation__pdalhpd=True)).priorites == "10 et plus"
    assert bande_total(compte(une)) == "0 à 9"


def test_a_line_of_no_point_opens_no_band() -> None:
    une = grille(CASE.format(0, "pdalhpd"), CASE.format(9, "dalo"))
    assert bande_total(compte(une, situation__dalo=True)) == "0 et plus"


def test_points_taken_away_stay_in_the_lowest_band() -> None:
    une = grille(CASE.format(-5, "handicap"), CASE.format(30, "dalo"))
    assert bande_total(compte(une, situation__handicap=True)) == "0 à 29"


def test_a_sum_shows_seniority_beside_a_sensitive_line() -> None:
    """A sum sets nothing aside: its exact seniority tells nothing of the other line; an exclusive rubrique would."""
    mois = 'points_par = {fait = "anciennete_mois", pas = 1, points = 1, plafond = 24}'
    lignes = (mois, CASE.format(20, "violences_couple"))
    assert parties(compte(grille(*lignes), anciennete_mois=5)).anciennete == 5
    assert parties(compte(grille(*lignes, cumul="le_plus_fort"), anciennete_mois=5)).anciennete == 0


def test_each_line_says_why_in_one_sentence() -> None:
    une = grille(
        CASE.format(7, "dalo") + '\npiece = "DALO"', CASE.format(1, "pdalhpd"), CASE.format(4, "ase"), cumul="somme"
    )
    faits = {"situation.dalo": True, "situation.pdalhpd": True}

    def dits(pieces: dict[str, date | None]) -> list[str]:
        return [ligne.texte.replace("\u00a0", " ") for ligne in coter(une, Faits(faits, pieces), AU).lignes]

    assert dits({"DALO": None}) == [
        "Ce critère vous apporte 7 points.",
        "Ce critère vous apporte 1 point.",
        "Votre dossier ne remplit pas ce critère.",
    ]
    assert dits({})[0].startswith("Il manque une pièce pour ces 7 points : ")
    assert dits({"DALO": date(2026, 11, 23)})[0] == (
        "La pièce a expiré le 23/11/2026. Donnez-en une nouvelle pour ces 7 points."
    )
    assert dits({"DALO": AU})[0] == "Ce critère vous apporte 7 points."


@pytest.mark.parametrize(
    ("texte", "lieu"), [("code = ", "ligne 1, colonne 8"), ('code = "a"\nx = [1', "ligne 2, colonne 7")]
)
def test_a_file_that_stops_says_where(texte: str, lieu: str) -> None:
    with pytest.raises(GrilleInvalide, match=lieu):
        lire_grille(texte)


@pytest.mark.parametrize(
    "texte", ["a." * 49_000 + "b = 1", "[" + "a." * 49_000 + "b]", "z = {" + "a." * 49_000 + "b = 1}"]
)
def test_a_key_of_thousands_of_parts_is_refused_before_it_is_read(texte: str) -> None:
    with pytest.raises(GrilleInvalide) as refus:
        lire_grille("x = 1\n" + texte)
    assert refus.value.ligne == 2


def test_a_text_holds_no_nul_which_no_database_keeps() -> None:
    texte = texte_donnees("donnees/grilles/territoire_demo.toml")
    with pytest.raises(GrilleInvalide, match="caractère nul"):
        lire_grille(texte.replace('libelle = "', 'libelle = "\\u0000'))


@pytest.mark.parametrize("brute", ["rubrique = []", "rubrique = [1, 2]", 'rubrique = "r"'])
def test_a_grid_has_at_least_one_table_of_lines(brute: str) -> None:
    with pytest.raises(GrilleInvalide, match="au moins une table"):
        lire_grille(f"{ENTETE}{brute}\n")


def test_a_step_out_of_limits_says_them() -> None:
    with pytest.raises(GrilleInvalide, match="un nombre de 0,0001 à 1000000 est attendu"):
        grille('points_par = {fait = "anciennete_mois", pas = 0, points = 1}')


def test_a_fault_inside_a_file_says_its_line_and_column() -> None:
    with pytest.raises(GrilleInvalide, match="ligne 2, colonne 5"):
        lire_grille('code = "a"\nx = @\n')


def test_every_band_that_a_scale_reaches_is_shown() -> None:
    une = grille('points_par = {fait = "menage.a_charge", pas = 1, points = 1, plafond = 45}')
    for points, texte in ((3, "0 à 9"), (12, "10 à 19"), (33, "30 à 39"), (45, "40 et plus")):
        assert parties(compte(une, menage__a_charge=points)).priorites == texte


def test_the_order_key_starts_with_the_points_taken_away() -> None:
    assert cle_ordre(5, date(2026, 1, 1), "x")[0] == -5
