"""Dated tables: no hole, no overlap, every value with its source."""

from __future__ import annotations

import importlib
import inspect
import pkgutil
import re
from datetime import date, timedelta
from importlib.resources import files
from itertools import pairwise
from pathlib import Path

import pytest

import palier.droit
from palier.droit.bareme import bareme, dictionnaire, table, version
from palier.droit.plafonds import annees_publiees
from palier.droit.zones import zone_abc, zone_apl, zone_plafonds

REFERENCE = re.compile(r"CCH|CGI|arrêté|usage|notice")
AU = date(2026, 11, 24)
BAREMES = sorted(f.name.removesuffix(".toml") for f in files("palier.droit").joinpath("baremes").iterdir())


def _tables(noeud: object):
    if isinstance(noeud, dict):
        yield noeud
        for valeur in noeud.values():
            yield from _tables(valeur)
    elif isinstance(noeud, list):
        for valeur in noeud:
            yield from _tables(valeur)


@pytest.mark.parametrize("nom", BAREMES)
def test_dated_values_have_a_source(nom: str) -> None:
    for sujet in bareme(nom).values():
        groupe = sujet if isinstance(sujet, list) else [sujet]
        datees = [ligne for ligne in groupe if any("depuis" in t for t in _tables(ligne))]
        assert all(any("source" in t for t in _tables(ligne)) for ligne in datees)


@pytest.mark.parametrize(("nom", "cle"), [("zones", "abc"), ("zones", "apl"), ("occupation", "sous_occupation")])
def test_versions_do_not_overlap(nom: str, cle: str) -> None:
    versions = bareme(nom)[cle]["versions"]
    jours = [ligne["depuis"] for ligne in versions]
    assert len(set(jours)) == len(jours)
    for avant, apres in pairwise(sorted(versions, key=lambda ligne: ligne["depuis"])):
        assert version(versions, apres["depuis"]) is apres
        assert version(versions, apres["depuis"] - timedelta(days=1)) is avant


def test_ceilings_have_no_hole() -> None:
    lignes = table("plafonds_ressources")
    cles = [(ligne["financement"], ligne["annee"], ligne["zone"], ligne["categorie"]) for ligne in lignes]
    assert len(set(cles)) == len(cles)
    assert all(ligne["source"] and ligne["statut"] for ligne in lignes)
    categories = {"1", "2", "3", "4", "5", "6", "supplement"}
    for financement in ("PLAI", "PLUS", "PLS"):
        assert annees_publiees(financement) == tuple(range(2017, 2027))
        for annee in annees_publiees(financement):
            for zone in ("paris_limitrophes", "reste_idf", "autres_regions"):
                assert {c for f, a, z, c in cles if (f, a, z) == (financement, str(annee), zone)} == categories


def test_ceilings_rise_with_the_category() -> None:
    montants = {
        (ligne["financement"], ligne["annee"], ligne["zone"], ligne["categorie"]): int(ligne["montant_eur"])
        for ligne in table("plafonds_ressources")
    }
    for (financement, annee, zone, categorie), montant in montants.items():
        suivante = montants.get((financement, annee, zone, str(int(categorie) + 1))) if categorie.isdigit() else None
        assert suivante is None or montant <= suivante
        if financement == "PLS":
            assert montant == (montants["PLUS", annee, zone, categorie] * 13 + 5) // 10


def test_every_commune_has_its_zones() -> None:
    lignes = table("communes_zones")
    assert len(lignes) == 34_935
    assert {ligne["abc_2024_07"] for ligne in lignes} == {"Abis", "A", "B1", "B2", "C"}
    assert sum(ligne["apl"] == "1bis" for ligne in lignes) == 30
    assert {len(ligne["code_insee"]) for ligne in lignes} == {5}


@pytest.mark.parametrize(
    ("commune", "plafonds", "abc", "apl"),
    [
        ("75120", "paris_limitrophes", "Abis", "1"),
        ("69381", "autres_regions", "A", "2"),
        ("13216", "autres_regions", "A", "2"),
        ("93066", "paris_limitrophes", "Abis", "1"),
        ("93059", "reste_idf", None, None),
        ("15031", "autres_regions", None, "3"),
        ("49126", "autres_regions", None, None),
        ("2A004", "autres_regions", None, "2"),
        ("97411", "outre_mer", None, None),
        ("99999", None, None, None),
        ("01999", None, None, None),
    ],
)
def test_zones_of_a_commune(commune: str, plafonds: str | None, abc: str | None, apl: str | None) -> None:
    assert zone_plafonds(commune, AU).valeur == plafonds
    assert abc is None or zone_abc(commune, AU).valeur == abc
    assert apl is None or zone_apl(commune, AU).valeur == apl


def test_abc_is_dated() -> None:
    assert not zone_abc("44109", date(2024, 7, 5)).sur
    assert zone_abc("38185", date(2025, 9, 5)).valeur == "B1"
    assert zone_abc("38185", date(2025, 9, 6)).valeur == "A"


def test_two_communes_without_an_aid_zone_stay_undecided() -> None:
    sans = [ligne["code_insee"] for ligne in table("communes_zones") if not ligne["apl"]]
    assert sans == ["55138", "76601"]
    assert not zone_apl("55138", AU).sur


def test_dictionary_of_situations_names_known_pieces() -> None:
    codes = {piece["code"] for piece in dictionnaire("pieces")["piece"]}
    faits = dictionnaire("situation")["fait"]
    assert {fait["piece"] for fait in faits if "piece" in fait} <= codes
    assert sum(bool(fait.get("sensible")) for fait in faits) == 8


def test_every_rule_names_its_reference() -> None:
    """100 % of the functions that return a verdict say in their docstring which text they apply."""
    trouvees = 0
    for module in pkgutil.iter_modules([str(Path(palier.droit.__file__).parent)], "palier.droit."):
        for nom, fonction in inspect.getmembers(importlib.import_module(module.name), inspect.isfunction):
            if (
                nom.startswith("_")
                or fonction.__module__ != module.name
                or "Verdict" not in str(fonction.__annotations__)
            ):
                continue
            if module.name not in ("palier.droit.verdict", "palier.droit.simulation"):
                trouvees += 1
                assert REFERENCE.search(fonction.__doc__ or ""), f"{module.name}.{nom}"
    assert trouvees >= 14
