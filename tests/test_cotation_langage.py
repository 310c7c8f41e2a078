"""The closed language of conditions, and the strict reading of a grid."""

from __future__ import annotations

from decimal import Decimal

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from palier.droit.cotation.expression import ExpressionInvalide, faits_lus, lire_expression, vraie
from palier.droit.cotation.grille import GrilleInvalide, grille_fournie, lire_grille

FAITS = {"a": True, "b": False, "n": Decimal("3"), "r": Decimal("0.399"), "t": "prive", "s.x": True}

VRAIES = [
    "a",
    "vrai",
    "s.x",
    "non b",
    "non non a",
    "a et non b",
    "b ou a",
    "a ou b et b",
    "non (b ou b)",
    "non n >= 4",
    "n == 3 et n >= 3 et n <= 3.0 et n != 4 et n > 2 et n < 4",
    "3 == n",
    't == "prive"',
    't dans ["public", "prive"]',
    "n dans [1, 2, 3]",
    "non absent",
    "non absent >= 3",
    "non absent != 3",
    'non absent dans ["x"]',
    "r < 0.40",
    "a == vrai",
    "b == faux",
    "b != vrai",
    "n > -1",
    "((((a))))",
    "a==vrai",
]
FAUSSES = [
    "b",
    "faux",
    "absent",
    "absent != 3",
    "absent == faux",
    "n == 4",
    "n < 3",
    "n > 3",
    "n <= 2",
    "r >= 0.40",
    "a et b",
    't == "public"',
    "a == 1",
    't dans ["PRIVE"]',
    "non a et b",
    "(a ou a) et b",
]
REFUSEES = [
    "",
    "   ",
    "a et",
    "et a",
    "non",
    "a b",
    "(a",
    "a)",
    "()",
    "a and b",
    "a or b",
    "not a",
    "a in [1]",
    "not",
    "True",
    "true",
    "None",
    "a.__class__",
    "_a",
    "a._b",
    "a..b",
    ".a",
    "a.",
    "A",
    "Situation.a",
    "a.B",
    "f(a)",
    "a()",
    "__import__('os')",
    "a[0]",
    "a == 'prive'",
    'a == "prive',
    'a == "x\\ny"',
    "a = 1",
    "a === 1",
    "a <> 1",
    "a + 1 == 2",
    "-a",
    "1",
    '"texte"',
    "1 == 1",
    "a et 3",
    "a < vrai",
    'a < "b"',
    "1 < a < 3",
    "a == b == a",
    "a dans []",
    "a dans [vrai]",
    "a dans [b]",
    'a dans ["x", 1]',
    "a dans [1",
    "a dans [1,]",
    "a dans 1",
    "a dans (1, 2)",
    "1,5 < a",
    "a < 1e3",
    "a; b",
    "a # b",
    "a\x00",
    "été",
    "lambda",
    "a if b else a",
    "(" * 60 + "a" + ")" * 60,
    "a ou " * 1000 + "a",
    "non()",
]


@pytest.mark.parametrize("source", VRAIES)
def test_true(source: str) -> None:
    assert vraie(lire_expression(source), FAITS)


@pytest.mark.parametrize("source", FAUSSES)
def test_false(source: str) -> None:
    assert not vraie(lire_expression(source), FAITS)


@pytest.mark.parametrize("source", REFUSEES)
def test_outside_the_language_is_refused(source: str) -> None:
    with pytest.raises(ExpressionInvalide) as refus:
        lire_expression(source)
    assert str(refus.value).endswith(".")


@settings(max_examples=300, deadline=None)
@given(st.text(alphabet='abn.()[]=<>!" 0123456789_-,etouvraifxd', max_size=40))
def test_any_text_is_read_or_refused(source: str) -> None:
    try:
        noeud = lire_expression(source)
    except ExpressionInvalide:
        return
    assert all(chemin == chemin.lower() for chemin in faits_lus(noeud))


def test_facts_are_listed() -> None:
    assert list(faits_lus(lire_expression("a.b et (non c ou d >= e) et f dans [1]"))) == ["a.b", "c", "d", "e", "f"]


BONNE = """
code = "g"
libelle = "Grille"
version = 1
en_vigueur_depuis = 2026-01-01
deliberation = "n° 1"
egalite = "anciennete"
[[rubrique]]
code = "situation"
cumul = "somme"
[[rubrique.critere]]
code = "handicap"
libelle = "Handicap"
points = 5
si = "situation.handicap"
piece = "HANDICAP"
"""


@pytest.mark.parametrize(
    ("avant", "apres", "mots"),
    [
        ('cumul = "somme"', 'cumul = "maximum"', ("situation", "cumul", "le_plus_fort")),
        ('cumul = "somme"', "", ("situation", "cumul")),
        ('si = "situation.handicap"', "si = \"__import__('os').system('x')\"", ("situation", "handicap", "si")),
        ('si = "situation.handicap"', 'si = "situation.handicap and x"', ("handicap", "si", "and")),
        ('si = "situation.handicap"', "si = 3", ("handicap", "si", "texte")),
        ('si = "situation.handicap"', "", ("handicap", "si", "condition")),
        ("points = 5", "", ("handicap", "points")),
        ("points = 5", "points = 5.5", ("handicap", "points", "entier")),
        ("points = 5", "points = true", ("handicap", "points", "entier")),
        ("points = 5", "points = 999999999", ("handicap", "points")),
        ("points = 5", "point = 5", ("handicap", "point", "inconnue")),
        ("points = 5", 'points = 5\npoints_par = {fait = "x", pas = 1, points = 1}', ("handicap", "points")),
        ("points = 5", 'points_par = {fait = "x", pas = 0, points = 1}', ("handicap", "points_par.pas")),
        ("points = 5", 'points_par = {fait = "x", pas = nan, points = 1}', ("handicap", "points_par.pas")),
        ("points = 5", 'points_par = {fait = "X", pas = 1, points = 1}', ("handicap", "points_par.fait")),
        ("points = 5", 'points_par = {fait = "x", pas = 1, points = 1, max = 3}', ("handicap", "points_par.max")),
        ("points = 5", "points_par = 5", ("handicap", "points_par", "table")),
        ('piece = "HANDICAP"', 'piece = "carte d\'invalidité"', ("handicap", "piece")),
        ('libelle = "Handicap"', "", ("handicap", "libelle")),
        ('code = "handicap"', 'code = "Han.dicap"', ("code", "minuscules")),
        ("version = 1", 'version = "1"', ("Grille", "version")),
        ("version = 1", "", ("Grille", "version")),
        ("en_vigueur_depuis = 2026-01-01", 'en_vigueur_depuis = "2026"', ("en_vigueur_depuis", "date")),
        ('egalite = "anciennete"', 'egalite = "hasard"', ("egalite", "anciennete")),
        ("version = 1", "version = 1\neval = 1", ("eval", "inconnue")),
        ("version = 1", "version = ", ("TOML", "ligne 4")),
        ("points = 5", 'points_par = {fait = "x", pas = 1e-999999, points = 1}', ("handicap", "points_par.pas")),
        ("points = 5", "points = 5\nnote = [[", ("TOML", "ligne 16")),
    ],
)
def test_bad_grid_is_refused_with_its_place(avant: str, apres: str, mots: tuple[str, ...]) -> None:
    assert avant in BONNE
    with pytest.raises(GrilleInvalide) as refus:
        lire_grille(BONNE.replace(avant, apres))
    phrase = str(refus.value)
    assert "\n" not in phrase
    for mot in mots:
        assert mot in phrase


def test_same_code_twice_is_refused() -> None:
    double = BONNE + BONNE[BONNE.index("[[rubrique.critere]]") :]
    with pytest.raises(GrilleInvalide, match="deux fois"):
        lire_grille(double)


def test_empty_grid_is_refused() -> None:
    for texte in ("", "rubrique = []", "rubrique = 3", BONNE[: BONNE.index("[[rubrique.critere]]")]):
        with pytest.raises(GrilleInvalide):
            lire_grille(texte)


def test_fingerprint_ignores_form_and_sees_values() -> None:
    base = lire_grille(BONNE).empreinte
    assert len(base) == 64
    meme = "# commentaire\n" + BONNE.replace("points = 5\n", "").replace("piece =", "\n\npoints = 5 # cinq\npiece =")
    assert lire_grille(meme).empreinte == base
    for avant, apres in (
        ("points = 5", "points = 6"),
        ("n° 1", "n° 2"),
        ("2026-01-01", "2026-01-02"),
        ("HANDICAP", "H"),
    ):
        assert lire_grille(BONNE.replace(avant, apres)).empreinte != base


def test_fingerprint_sees_the_order_of_lines() -> None:
    autre = '[[rubrique.critere]]\ncode = "dalo"\nlibelle = "D"\npoints = 1\nsi = "situation.dalo"\n'
    debut, ligne = BONNE.split("[[rubrique.critere]]")
    a = lire_grille(f"{debut}[[rubrique.critere]]{ligne}{autre}")
    b = lire_grille(f"{debut}{autre}[[rubrique.critere]]{ligne}")
    assert a.empreinte != b.empreinte


def test_shipped_grids_are_known_by_their_fingerprint() -> None:
    assert grille_fournie("territoire_exemple").empreinte.startswith("ceb3dfec13e5836c")
    assert grille_fournie("territoire_demo").code == "territoire-demo"


def test_sensitive_lines_follow_the_dictionary() -> None:
    sensibles = {
        critere.code
        for rubrique in grille_fournie("territoire_demo").rubriques
        for critere in rubrique.criteres
        if critere.sensible
    }
    assert sensibles == {"violences_couple", "handicap"}
    local = BONNE.replace("situation.handicap", "situation.local").replace("points = 5", "points = 5\nsensible = true")
    assert lire_grille(local).rubriques[0].criteres[0].sensible
    assert (
        lire_grille(BONNE.replace("situation.handicap", "x ou non (situation.ase)")).rubriques[0].criteres[0].sensible
    )
