"""The law of the house on the law: every value is dated, sourced and weighed; every function names its text."""

import ast
import re

import pytest
from tests.house import walk

from palier.droit.articles import articles, renvois
from palier.droit.bareme import dictionnaire
from palier.droit.fonctions import Fonction, exemptes, fonctions
from palier.droit.sources import Valeur, sujets, valeurs
from palier.journal.documents import PAGES

STATUTS = ("lu", "calcule", "a_verifier", "usage")
LAW = "src/palier/droit/"
MOST_EXEMPTED = 12


def _faults(value: Valeur) -> list[str]:
    wanted = {"depuis": value.depuis, "source": value.source, "statut": value.statut in STATUTS}
    return [f"{value.chemin} {name}" for name, held in wanted.items() if not held]


def test_every_value_says_since_when_from_where_and_how_sure():
    assert [fault for value in valeurs() for fault in _faults(value)] == []


def test_the_check_sees_a_value_without_source():
    assert len(_faults(Valeur("x.y", None, None, 1, "", "", "peut-etre", ""))) == 3


def _rests_on_nothing(function: Fonction) -> bool:
    return not any(slug in articles() for slug in function.articles)


def test_every_function_of_the_law_names_its_text():
    missing = {each.chemin for each in fonctions() if _rests_on_nothing(each)}
    assert missing == set(exemptes())
    assert len(exemptes()) <= MOST_EXEMPTED
    assert all(exemptes().values())


def test_the_check_sees_a_function_without_text():
    assert _rests_on_nothing(Fonction("x", "y", "Return y (CCH L.999-9).", True))


def test_a_tool_holds_no_verdict_of_law():
    names = {path.removeprefix(LAW).removesuffix(".py").replace("/", ".") for path in walk.modules() if LAW in path}
    assert set(dictionnaire("sources")["outils"]) <= names


def _references() -> set[str]:
    """Every reference written in the law: of its values, and of the reasons given in its code."""
    written = {value.reference for value in valeurs()}
    for path, tree in walk.modules().items():
        if path.startswith(LAW):
            calls = [node for node in ast.walk(tree) if isinstance(node, ast.Call) and len(node.args) > 1]
            reasons = [call.args[1] for call in calls if getattr(call.func, "id", "") == "Motif"]
            written |= {str(arg.value) for arg in reasons if isinstance(arg, ast.Constant)}
    return written


def test_every_text_named_by_a_reference_has_its_page():
    named = {part.slug for reference in _references() for part in renvois(reference) if part.slug}
    assert named - set(articles()) == set()


def test_every_file_of_values_has_its_title():
    assert {value.bareme for value in valeurs()} - set(sujets()) == set()


@pytest.mark.parametrize("words", [each.dit for each in (*articles().values(), *sujets().values())])
def test_what_a_page_of_the_law_says_is_short(words: str):
    assert all(len(sentence.split()) <= 25 for sentence in re.split(r"(?<=[.:]) ", words))


def test_the_page_of_the_law_holds_every_function_and_every_value_or_its_table():
    page = PAGES["droit.md"]()
    assert [each.chemin for each in fonctions() if f"| `{each.chemin}` |" not in page] == []
    assert [v.chemin for v in valeurs() if f"`{v.chemin}`" not in page and f"| `{v.groupe}` |" not in page] == []
