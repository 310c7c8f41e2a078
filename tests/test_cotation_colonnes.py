"""Points on columns are the points of each household, line by line, on any grid."""

from __future__ import annotations

import random
import subprocess
import sys
from collections.abc import Sequence
from dataclasses import replace
from datetime import date, timedelta
from decimal import Decimal
from pathlib import Path

import numpy as np
import pytest

from palier.droit.champs import exact_decimal
from palier.droit.cotation import Faits, Grille, coter, grille_fournie, lire_grille
from palier.droit.cotation.colonnes import (
    colonnes_faits,
    coter_colonnes,
    coter_lots,
    lignes_colonnes,
    lignes_grille,
    pieces_grille,
)
from palier.droit.cotation.vecteur import ColonneInvalide
from palier.droit.situation import faits_situation

AU = date(2026, 11, 24)
RACINE = Path(__file__).parent.parent
TIRAGES = 10_000
NOMBRES = [0, 1, 2, 3, 7, -1, -3, 47, 48, 49, 0.1, 0.2, 0.3, 0.7, 0.33, 0.4, 0.35, 1.1, 2.5, -0.5, 0.30000000000000004,
           0.39999999999999997, 12.35, 1e-9, 1e6]  # fmt: skip
TEXTES = ["a", "b", "c d", "é"]
PIECES = ["P1", "P2", "P3"]


def _ecrit(hasard: random.Random, profondeur: int = 3) -> str:
    """Draw an expression: facts `b.*` are booleans, `n.*` numbers, `t.*` texts."""
    tirage = hasard.random()
    if profondeur and tirage < 0.45:
        mot = hasard.choice([" et ", " ou "])
        termes = [_ecrit(hasard, profondeur - 1) for _ in range(hasard.randint(2, 3))]
        return "(" + mot.join(termes) + ")"
    if profondeur and tirage < 0.55:
        return f"non ({_ecrit(hasard, profondeur - 1)})"
    fait = lambda genre: f"{genre}.x{hasard.randint(0, 3)}"  # noqa: E731
    signe = hasard.choice(["==", "!=", "<", "<=", ">", ">="])
    seuil = hasard.choice([*map(str, [-1, 0, 1, 2, 48, 0.1, 0.3, 0.4, 0.40, 2.5]), "0.3000000000000000001", "47.999"])
    formes = [
        fait("b"),
        f"{fait('b')} {hasard.choice(['==', '!='])} {hasard.choice(['vrai', 'faux', fait('b')])}",
        f"{fait('n')} {signe} {seuil}",
        f"{seuil} {signe} {fait('n')}",
        f"{fait('n')} {signe} {fait('n')}",
        f"{fait('n')} dans [{seuil}, 3, 0.7]",
        f'{fait("t")} {hasard.choice(["==", "!="])} "{hasard.choice(TEXTES)}"',
        f'{fait("t")} dans ["a", "é"]',
        f"{fait('t')} {hasard.choice(['==', '!='])} {fait('t')}",
        hasard.choice(["vrai", "faux"]),
    ]
    return hasard.choice(formes)


def _critere(hasard: random.Random, rang: int) -> str:
    lignes = [f'code = "c{rang}"\nlibelle = "Un"']
    if hasard.random() < 0.3:
        pas = hasard.choice(["1", "0.1", "0.3", "2.5", "0.0001", "0.12345678901234", "7"])
        plafond = hasard.choice(["", f", plafond = {hasard.choice([5, 40, -2])}"])
        chaque = f"pas = {pas}, points = {hasard.choice([1, -1, 3])}{plafond}"
        lignes.append(f'points_par = {{fait = "n.x{hasard.randint(0, 3)}", {chaque}}}')
    else:
        lignes.append(f"points = {hasard.choice([-5, 0, 3, 3, 7, 10])}")
    if "points =" in lignes[-1].split("{")[0] or hasard.random() < 0.5:
        lignes.append(f"si = '''{_ecrit(hasard)}'''")
    if hasard.random() < 0.4:
        lignes.append(f'piece = "{hasard.choice(PIECES)}"')
    return "[[rubrique.critere]]\n" + "\n".join(lignes)


def grille_tiree(hasard: random.Random) -> Grille:
    tete = 'code = "g"\nlibelle = "G"\nversion = 1\nen_vigueur_depuis = 2026-01-01\ndeliberation = "d"\n'
    rubriques = [
        f'[[rubrique]]\ncode = "r{rang}"\ncumul = "{hasard.choice(["somme", "le_plus_fort"])}"\n'
        + "\n".join(_critere(hasard, place) for place in range(hasard.randint(1, 5)))
        for rang in range(hasard.randint(1, 5))
    ]
    return lire_grille(tete + 'egalite = "anciennete"\n' + "\n".join(rubriques))


def _fait(hasard: random.Random, chemin: str) -> object:
    connu = faits_situation().get(chemin.removeprefix("situation."))
    if chemin.startswith("b.") or (connu is not None and connu.type == "booleen"):
        return hasard.random() < 0.5
    if chemin.startswith("t."):
        return hasard.choice(TEXTES)
    if chemin.startswith(("n.", "situation.")):
        return exact_decimal(hasard.choice(NOMBRES))
    return Decimal(hasard.choice([0, 1, 2, 3, 29, 30, 31, 47, 48, 49]))


def menages_tires(hasard: random.Random, grille: Grille, combien: int) -> list[Faits]:
    """Draw facts, each absent one time in four, and pieces absent, valid, expired, or valid until the day itself."""
    fins = [None, AU, AU - timedelta(1), AU + timedelta(1)]
    return [
        Faits(
            {chemin: _fait(hasard, chemin) for chemin in grille.faits if hasard.random() > 0.25},
            {code: hasard.choice(fins) for code in pieces_grille(grille) if hasard.random() > 0.25},
        )
        for _ in range(combien)
    ]


def _accorde(grille: Grille, menages: Sequence[Faits]) -> None:
    colonnes, pieces = colonnes_faits(grille, menages, AU)
    points = coter_colonnes(grille, colonnes, pieces, n=len(menages))
    lignes = lignes_colonnes(grille, colonnes, pieces, n=len(menages))
    for rang, faits in enumerate(menages):
        cotation = coter(grille, faits, AU)
        assert points[rang] == cotation.points, (grille, faits)
        assert lignes[:, rang].tolist() == [ligne.points for ligne in cotation.lignes], (grille, faits)


@pytest.mark.parametrize("nom", ["territoire_demo", "territoire_exemple"])
def test_ten_thousand_households_agree_on_a_shipped_grid(nom: str) -> None:
    grille = grille_fournie(nom)
    _accorde(grille, menages_tires(random.Random(20261124), grille, TIRAGES))


def test_ten_thousand_households_agree_on_drawn_grids() -> None:
    hasard = random.Random(5)
    for _ in range(100):
        grille = grille_tiree(hasard)
        _accorde(grille, menages_tires(hasard, grille, TIRAGES // 100))


def _une(critere: str, cumul: str = "somme") -> Grille:
    return lire_grille(
        'code = "g"\nlibelle = "G"\nversion = 1\nen_vigueur_depuis = 2026-01-01\ndeliberation = "d"\n'
        f'egalite = "anciennete"\n[[rubrique]]\ncode = "r"\ncumul = "{cumul}"\n'
        + "".join(
            f'[[rubrique.critere]]\ncode = "c{rang}"\nlibelle = "Un"\n{un}\n'
            for rang, un in enumerate(critere.split("|"))
        )
    )


def _points(grille: Grille, **colonnes: object) -> list[int]:
    nommees = {nom.replace("__", "."): np.asanyarray(colonne) for nom, colonne in colonnes.items()}
    return coter_colonnes(grille, nommees).tolist()


def test_steps_are_those_of_decimals() -> None:
    """Every multiple of a step and its two neighbours among floats: the step is reached exactly when written so."""
    for pas in ("0.1", "0.3", "0.07", "2.5", "1", "0.0001"):
        bareme = _une(f'points_par = {{fait = "x", pas = {pas}, points = 1}}').rubriques[0].criteres[0].points_par
        assert bareme is not None
        justes = [float(Decimal(pas) * rang) for rang in range(-50, 2_000)]
        valeurs = np.array(
            [un for juste in justes for un in (np.nextafter(juste, -9e9), juste, np.nextafter(juste, 9e9))]
        )
        attendus = [bareme.calcule(exact_decimal(valeur)) for valeur in valeurs.tolist()]
        assert _points(_une(f'points_par = {{fait = "x", pas = {pas}, points = 1}}'), x=valeurs) == attendus


def test_long_numbers_take_the_exact_way() -> None:
    grille = _une('points_par = {fait = "x", pas = 0.33333333333333333333333333333334, points = 1, plafond = 9}')
    assert _points(grille, x=np.array([1.0, 2.0, np.nan, 1e300])) == [
        *(grille.rubriques[0].criteres[0].points_par.calcule(Decimal(un)) for un in (1, 2)), 0, 9,
    ]  # fmt: skip
    with pytest.raises(ColonneInvalide, match="trop grand"):
        _points(_une('points_par = {fait = "x", pas = 1, points = 1}'), x=np.array([1e300]))


def test_types_of_arrays_read_alike() -> None:
    grille = _une('points = 3\nsi = "x >= 2"|points_par = {fait = "x", pas = 2, points = 1}')
    attendus = [3 + 1, 0, 0, 3 + 24]
    masque_ = [False, True, False, False]
    for dtype in (np.int8, np.uint8, np.int64, np.uint64, np.float32, np.float64):
        assert _points(grille, x=np.ma.MaskedArray(np.array([2, 9, 1, 48], dtype), masque_)) == attendus
    assert _points(grille, x=np.array([2.0, np.nan, 1, 48])) == attendus
    assert _points(grille, x=np.array([2, None, 1, 48], object)) == attendus
    assert _points(grille, x=np.array([Decimal(2), None, Decimal(1), Decimal(48)], object)) == attendus
    assert _points(grille, x=np.array([None, None], object)) == [0, 0]
    assert _points(grille, autre=np.array([1, 2])) == [0, 0]
    textes = _une('points = 3\nsi = \'t == "a" ou t dans ["b"]\'|points = 1\nsi = \'t != "a"\'')
    for tableau in (np.array(["a", "b", "c"]), np.array(["a", "b", "c"], object), np.array(["a", "b", "c"], "T")):
        assert _points(textes, t=tableau) == [3, 4, 1]
    assert _points(textes, t=np.array(["a", None, "c"], object)) == [3, 0, 1]


def test_lots_cover_every_row_in_order() -> None:
    grille = _une('points_par = {fait = "x", pas = 1, points = 1}|points = 5\nsi = "x >= 5"\npiece = "P"')
    x = np.arange(100_000)
    tenue = x % 2 == 0
    attendus = x + 5 * ((x >= 5) & tenue)
    lots = list(coter_lots(grille, {"x": x}, {"P": tenue}))
    assert len(lots) > 1
    assert np.array_equal(np.concatenate([lot.points for lot in lots]), attendus)
    assert all(np.array_equal(lot.lignes.sum(axis=0), lot.points) for lot in lots)
    assert [lot.rangs.start for lot in lots[1:]] == [lot.rangs.stop for lot in lots[:-1]]
    assert [critere.code for _, critere in lignes_grille(grille)] == ["c0", "c1"]
    assert np.array_equal(coter_colonnes(grille, {"x": x}, {"P": tenue}), attendus)


def test_nothing_known_and_nobody() -> None:
    grille = grille_fournie("territoire_demo")
    assert coter_colonnes(grille, {}, n=3).tolist() == [0, 0, 0]
    assert coter_colonnes(grille, {}, n=0).tolist() == []
    with pytest.raises(ValueError, match="n is needed"):
        coter_colonnes(grille, {})


@pytest.mark.parametrize(
    ("si", "colonne", "mot"),
    [
        ("x", np.array([1, 0]), "des nombres"),
        ("x", np.array(["vrai", "faux"]), "des textes"),
        ("x >= 1", np.array([True, False]), "vrai ou faux"),
        ("x == 1", np.array(["1", "2"]), "des textes"),
        ("x dans [1]", np.array(["1", "2"]), "des textes"),
        ("x >= 1", np.array([1, "a"], object), "mélange"),
        ("x >= 1", np.array([1.0, np.inf]), "infini"),
        ("x >= 1", np.array([2**60, 1]), "trop grand"),
        ("x >= 1", np.array(["2026-01-01"], "datetime64[D]"), "doit contenir"),
        ("x >= 1", np.array([[1], [2]]), "une seule valeur"),
        ("x >= y", np.array([True, False]), "vrai ou faux"),
    ],
)
def test_a_column_of_a_wrong_kind_is_refused_in_a_sentence(si: str, colonne: np.ndarray, mot: str) -> None:
    grille = _une(f'points = 1\nsi = "{si}"')
    with pytest.raises(ColonneInvalide, match=mot) as refus:
        coter_colonnes(grille, {"x": colonne, "y": np.arange(len(colonne))})
    assert "« x »" in str(refus.value).replace("\u202f", " ").replace("\xa0", " ")


def test_a_wrong_kind_is_refused_without_rows_too() -> None:
    with pytest.raises(ColonneInvalide):
        coter_colonnes(_une('points = 1\nsi = "x"'), {"x": np.array([], np.int64)})


def test_columns_of_different_lengths_are_refused() -> None:
    with pytest.raises(ColonneInvalide, match="2 lignes au lieu de 3"):
        coter_colonnes(_une('points = 1\nsi = "x >= y"'), {"x": np.arange(3), "y": np.arange(2)})


def test_a_negative_line_counts_alone_and_yields_to_any_other() -> None:
    grille = _une('points = -5\nsi = "x"|points = 3\nsi = "y"|points = 3\nsi = "z"', "le_plus_fort")
    faux, vrai = np.array([False] * 4), np.array([False, True, True, True])
    colonnes = {"x": vrai, "y": np.array([False, False, True, True]), "z": np.array([False, False, False, True])}
    assert coter_colonnes(grille, colonnes).tolist() == [0, -5, 3, 3]
    assert lignes_colonnes(grille, colonnes)[:, 3].tolist() == [0, 3, 0]
    assert coter_colonnes(grille, {"x": faux}).tolist() == [0] * 4


def test_facts_of_a_frozen_list_become_columns() -> None:
    grille = grille_fournie("territoire_demo")
    faits = Faits({"situation.dalo": True, "anciennete_mois": Decimal(14)}, {"DALO": AU})
    colonnes, pieces = colonnes_faits(grille, [faits, replace(faits, pieces={})], AU)
    assert coter_colonnes(grille, colonnes, pieces).tolist() == [74, 14]
    assert set(colonnes) == set(grille.faits)


def test_the_web_starts_without_polars() -> None:
    code = (
        "import django, os, sys; os.environ['DJANGO_SETTINGS_MODULE'] = 'palier.config.test_settings'; django.setup(); "
        "import palier.config.urls, palier.config.cli_droit; "
        "print(sorted({m.split('.')[0] for m in sys.modules} & {'polars', 'numpy'}))"
    )
    rendu = subprocess.run(
        [sys.executable, "-c", code], capture_output=True, text=True, cwd=RACINE, env={"PYTHONPATH": "src"}
    )
    assert rendu.stdout.strip() == "[]", rendu.stderr
