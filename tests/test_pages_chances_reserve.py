"""A chance is drawn for the person alone: no template, no module of whoever decides or advises may draw one."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from palier import api, portals
from palier.base.policy import policy_of, roles_of
from tests.access import routes

PORTALS = Path(portals.__file__).parent
MAY = {"ui", "demandeur", "public", "chances_words.py"}
"""Where a chance may be drawn: the kit, the pages of the person, those of offres (for a person signed in)."""
AUDIT = "auditeur"
"""Reads scores of estimates, never a chance of somebody."""
DRAWN = re.compile(r"{%\s*(chance|waiting)\b|chance_said\.html|demandeur/estimations/")
WORDS, FIGURES, ROOM = "palier.portals.chances_words", "palier.portals.ui.chances", "palier.estimations"
ACTS = ("estimation.lire", "estimation.choisir")


def rooms(suffix: str) -> list[Path]:
    """The files of every portal and of the API where a chance is not at home."""
    found = [each for each in PORTALS.rglob(f"*{suffix}") if each.relative_to(PORTALS).parts[0] not in MAY]
    return [*found, *Path(api.__file__).parent.rglob(f"*{suffix}")]


def imported(path: Path) -> set[str]:
    """Every module and name that a file imports, in full."""
    found: set[str] = set()
    for node in ast.walk(ast.parse(path.read_text(encoding="utf-8"))):
        if isinstance(node, ast.Import):
            found |= {each.name for each in node.names}
        elif isinstance(node, ast.ImportFrom) and node.module:
            found |= {node.module, *(f"{node.module}.{each.name}" for each in node.names)}
    return found


def test_no_template_of_whoever_decides_draws_a_chance():
    files = rooms(".html")
    assert len(files) > 30
    assert [str(path) for path in files if DRAWN.search(path.read_text(encoding="utf-8"))] == []


def test_no_module_of_whoever_decides_asks_for_one():
    files = rooms(".py")
    assert len(files) > 30
    for path in files:
        names = imported(path)
        asked = {WORDS, FIGURES} if (PORTALS / AUDIT) in path.parents else {WORDS, FIGURES, ROOM}
        assert not [name for name in names if any(name == each or name.startswith(f"{each}.") for each in asked)], path


def test_the_search_would_find_one(tmp_path: Path):
    drawn, asked = tmp_path / "a.html", tmp_path / "a.py"
    drawn.write_text("{% load ui %}{% chance f %}")
    asked.write_text("from palier.estimations.queries import chances_of\n")
    assert DRAWN.search(drawn.read_text())
    assert f"{ROOM}.queries" in imported(asked)


@pytest.mark.parametrize("act", ACTS)
def test_the_acts_of_estimates_are_those_of_the_holder(act: str):
    assert roles_of(act) == {"demandeur"}


def test_the_pages_of_estimates_admit_the_holder_alone():
    views = {name: policy_of(route.view) for name, route in routes.routes().items()}
    found = {name: mark.roles for name, mark in views.items() if mark is not None and mark.act in ACTS}
    assert {f"demandeur:{each}" for each in ("candidature_chance", "et_si", "mieux_place", "estimations")} <= set(found)
    assert set(found.values()) == {frozenset({"demandeur"})}
