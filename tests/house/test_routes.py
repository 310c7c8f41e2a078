"""Every route declares its policy, and every declared act is in the table (promises.md D14)."""

from collections.abc import Callable, Iterator
from typing import Any

import pytest
from django.urls import URLPattern, URLResolver, get_resolver

from palier.base.policy import ACTS, OPEN_PREFIXES, Policy, policy_of, roles_of

Route = tuple[str, Callable[..., Any]]
LIBRARIES = ("allauth.", "django.")


def _walk(patterns: list[URLPattern | URLResolver], prefix: str = "/") -> Iterator[Route]:
    for each in patterns:
        path = prefix + str(each.pattern).lstrip("^")
        if isinstance(each, URLResolver):
            yield from _walk(each.url_patterns, path)
        else:
            yield path, each.callback


def _operations(view: Callable[..., Any]) -> list[Callable[..., Any]]:
    """The functions behind a view: those of a path of the API, or the view itself."""
    held = [cell.cell_contents for cell in getattr(view, "__closure__", None) or ()]
    for owner in (getattr(view, "__self__", None), *held):
        if hasattr(owner, "operations"):
            return [operation.view_func for operation in owner.operations]
    return [view]


def _module(view: Callable[..., Any]) -> str:
    return str(getattr(getattr(view, "func", view), "__module__", ""))


def _is_library(path: str, view: Callable[..., Any]) -> bool:
    """Sign-in pages and static files of libraries, and the API's own description of itself."""
    module = _module(view)
    return (path.startswith(OPEN_PREFIXES) and module.startswith(LIBRARIES)) or module.startswith("ninja.openapi")


def routes() -> list[Route]:
    """Every route that must declare a policy."""
    walked = _walk(get_resolver().url_patterns)
    return [(path, each) for path, view in walked if not _is_library(path, view) for each in _operations(view)]


def _undeclared() -> list[str]:
    return [f"{path} {_module(view)} {view!r}" for path, view in routes() if policy_of(view) is None]


def test_every_route_declares_its_policy():
    assert _undeclared() == []


def test_every_declared_act_is_in_the_table_for_its_roles():
    wrong = []
    for path, view in routes():
        mark = policy_of(view)
        if mark is not None and (mark.act not in ACTS or not mark.roles <= roles_of(mark.act)):
            wrong.append(f"{path} {mark.act} {sorted(mark.roles - roles_of(mark.act))}")
    assert wrong == []


@pytest.mark.parametrize("prefix", OPEN_PREFIXES)
def test_open_prefixes_hold_library_views_only(prefix: str):
    ours = [
        path
        for path, view in _walk(get_resolver().url_patterns)
        if path.startswith(prefix) and _module(view).startswith("palier.") and policy_of(view) is None
    ]
    assert ours == []


def test_the_check_sees_an_undeclared_view():
    assert policy_of(lambda request: None) is None
    assert isinstance(Policy("x", frozenset()), Policy)
