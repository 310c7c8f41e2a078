"""AC-3: what is refused is, byte for byte, what was never created; on pages and in the API."""

from __future__ import annotations

import pytest

from tests.access import routes
from tests.access.calls import call
from tests.access.pages import stable
from tests.access.routes import Row
from tests.access.world import Subject, World

pytestmark = pytest.mark.web
PASSWORD_ONLY = "bailleur.password"


def hidden_from(row: Row, world: World) -> list[Subject]:
    """Those who do not reach the object of a row: of the hats that may not even ask, one and the visitor."""
    refused = [each for each in world.subjects.values() if not row.allows(each.name)]
    outside = ("anonymous", "auditeur")
    return [each for each in refused if each.name in outside or (row.admits(each.role) and each.name != PASSWORD_ONLY)]


def fault_of(row: Row, subject: Subject, method: str, world: World) -> str:
    """The difference between the object and nothing; "" when there is none."""
    ids = [world.pk(name) for name in row.params.values() if name in world.objects]
    data = row.posted(world) if method == "POST" else None
    refused = stable(call(subject, method, row.path(world), data), world.unknown, *ids)
    nothing = stable(call(subject, method, row.path(world, unknown=True), data), world.unknown, *ids)
    for what, one, other in zip(("status", "headers", "body"), refused, nothing, strict=True):
        if one != other:
            return f"{row.key} {method} {subject.name}: {what} differs ({str(one)[:120]} / {str(other)[:120]})"
    return ""


def test_a_refused_object_is_an_unknown_one(world: World):
    rows = [row for row in routes.rows() if any(name in world.objects for name in row.params.values())]
    cells = [(row, subject, method) for row in rows for subject in hidden_from(row, world) for method in row.methods]
    assert len(cells) > 200
    faults = [fault for cell in cells if (fault := fault_of(*cell, world))]
    assert not faults, f"{len(faults)} of {len(cells)}\n" + "\n".join(faults)
