"""AC-1: every route × role × relation × method answers as the table says. Canaries: who reads which field, where."""

from __future__ import annotations

import os
import sys
from html import unescape
from typing import Any

import pytest

from tests.access import routes
from tests.access.calls import call
from tests.access.routes import Row
from tests.access.world import CANARIES, Subject, World

pytestmark = pytest.mark.web
METHODS = ("GET", "POST", "DELETE")
ONLY = os.environ.get("PALIER_MATRICE", "")
"""A narrower matrix, for the planted faults (`tests/plants`): the rows whose key begins with one of these."""
PASSWORD_ONLY = "bailleur.password"
WITHOUT_FACTOR = ("/sante/", "/api/v1/")
"""Where a staff session that has no second factor is not sent to give it: health, and the API (tokens)."""


def test_every_route_has_its_row_and_every_row_its_route():
    assert routes.gaps() == (set(), set())


def expected(row: Row, subject: Subject, method: str) -> set[int | str]:
    """The answers that the table admits: statuses, « signin » or « factor »."""
    if subject.name == PASSWORD_ONLY and not row.template.startswith(WITHOUT_FACTOR):
        return {"factor"}
    name = "bailleur.own" if subject.name == PASSWORD_ONLY else subject.name
    if row.is_api and method not in row.methods:
        return {405}
    if not row.admits(subject.role):
        hidden = {401} if row.is_api else {"signin"}
        return hidden if subject.role == "anonymous" else {403} if row.is_api else {404}
    if method not in row.methods:
        return {405}
    if not row.allows(name):
        return {404}
    return set(row.answers[method])


def outcome(response: Any) -> int | str:
    """The status, or the name of the page that one is sent to in order to sign in."""
    place = response.headers.get("Location", "")
    if response.status_code == 302 and place.startswith("/compte/login/"):
        return "signin"
    if response.status_code == 302 and place.startswith("/compte/2fa/"):
        return "factor"
    return response.status_code


def seen(response: Any) -> set[str]:
    """The canaries in an answer."""
    text = unescape(response.content.decode(errors="replace"))
    return {name for name, value in CANARIES.items() if value in text}


def ordered(row: Row, world: World) -> list[Subject]:
    """Those who reach the object first: an object that its owner does not find proves nothing."""
    return sorted(world.subjects.values(), key=lambda each: not row.allows(each.name))


def judge(row: Row, subject: Subject, method: str, world: World) -> str:
    """One call; "" when it answers as the table says."""
    try:
        response = call(subject, method, row.path(world), row.posted(world) if method == "POST" else None)
    except Exception as error:  # every fault is reported, with its cell
        return f"{row.key} {method} {subject.name}: {type(error).__name__} {error}"
    wanted, found = expected(row, subject, method), outcome(response)
    if found not in wanted:
        return f"{row.key} {method} {subject.name}: {found}, the table says {sorted(wanted, key=str)}"
    reached = row.allows(subject.name) and "factor" not in wanted and method == "GET" == row.methods[0]
    declared = row.seen_by(subject.name) if reached else set()
    if method == "GET" and seen(response) != declared:
        return f"{row.key} {subject.name}: shows {sorted(seen(response))}, the table says {sorted(declared)}"
    return ""


def chosen() -> list[Row]:
    """The rows to judge: all, but for a planted fault."""
    return [row for row in routes.rows() if row.key.startswith(tuple(ONLY.split(",")))]


def test_the_matrix(world: World, capsys: pytest.CaptureFixture[str]):
    cells = [(row, subject, method) for row in chosen() for subject in ordered(row, world) for method in METHODS]
    wrong = [fault for cell in cells if (fault := judge(*cell, world))]
    names = {row.key.partition("#")[0] for row, _, _ in cells}
    share = 100 * len(names) // len(routes.routes())
    with capsys.disabled():
        sys.stdout.write(
            f"\nAccess matrix: {len(cells)} calls, {share} % of routes × roles"
            f" ({len(names)} routes, {len(world.subjects)} subjects, {len(METHODS)} methods)\n"
        )
    assert not wrong, f"{len(wrong)} of {len(cells)}\n" + "\n".join(wrong)
    assert ONLY or share == 100
