"""The routes as the resolver knows them, and the table of what each answers (`matrix.toml`), read once."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cache
from pathlib import Path
from typing import Any
from uuid import uuid4

from django.urls import URLPattern, URLResolver, get_resolver

from tests.access.world import World

TABLE = Path(__file__).with_name("matrix.toml")
LIBRARIES = ("allauth.", "django.contrib.", "django.views.static", "ninja.openapi")
PARAMETER = re.compile(r"<(?:\w+:)?(\w+)>")
EVERYBODY = "everybody"
ACTED = (303, 409, 422)


@dataclass(frozen=True)
class Route:
    """One address of the resolver: its name in the table and its template."""

    name: str
    template: str
    view: Any

    @property
    def is_api(self) -> bool:
        return self.template.startswith("/api/v1/")


@dataclass(frozen=True)
class Row:
    """What one route (or one kind of object under it) answers to whom."""

    key: str
    template: str
    params: dict[str, str]
    methods: tuple[str, ...]
    roles: frozenset[str] | None  # None: every role
    allow: frozenset[str] | None  # None: every subject
    answers: dict[str, tuple[int, ...]]
    shows: dict[str, list[str]]
    body: dict[str, Any]

    @property
    def is_api(self) -> bool:
        return self.template.startswith("/api/v1/")

    def admits(self, role: str) -> bool:
        return self.roles is None or role in self.roles

    def allows(self, subject: str) -> bool:
        return self.allow is None or subject in self.allow

    def seen_by(self, subject: str) -> set[str]:
        return set(self.shows.get(subject, self.shows.get("*", [])))

    def path(self, world: World, unknown: bool = False) -> str:
        """The address for the objects of the world, or for an id that was never given."""

        def value(match: re.Match[str]) -> str:
            name = self.params[match[1]]
            if name not in world.objects:
                return name
            return str(world.unknown if unknown else world.pk(name))

        return PARAMETER.sub(value, self.template)

    def posted(self, world: World) -> dict[str, Any]:
        """What is posted: the body of the table with its objects, and for a page a key of our own making."""
        said = {_filled(name, world): _filled(each, world) for name, each in self.body.items()}
        return said if self.is_api else {"cle": str(uuid4()), **said}


def _filled(said: Any, world: World) -> Any:
    """A text of the table with « {object} » replaced by its id; in lists too."""
    if isinstance(said, list):
        return [_filled(each, world) for each in said]
    return re.sub(r"\{(\w+)\}", lambda match: str(world.pk(match[1])), said)


def _walk(patterns: list[URLPattern | URLResolver], prefix: str, space: str) -> Iterator[Route]:
    for each in patterns:
        path = prefix + str(each.pattern).lstrip("^")
        if isinstance(each, URLResolver):
            inner = f"{space}{each.namespace}:" if each.namespace else space
            yield from _walk(each.url_patterns, path, inner)
            continue
        view = getattr(each.callback, "func", each.callback)
        if str(getattr(view, "__module__", "")).startswith(LIBRARIES):
            continue
        name = f"api:{path.removeprefix('/api/v1')}" if path.startswith("/api/v1/") else f"{space}{each.name}"
        yield Route(name, path, each.callback)


@cache
def routes() -> dict[str, Route]:
    """Every route of ours by name; those of allauth and of static files are the libraries' own."""
    return {each.name: each for each in _walk(get_resolver().url_patterns, "/", "")}


@cache
def table() -> dict[str, dict[str, Any]]:
    """The table as written: key (« route » or « route#kind ») -> row."""
    return tomllib.loads(TABLE.read_text(encoding="utf-8"))


def _row(key: str, raw: dict[str, Any], route: Route) -> Row:
    allow = None if raw["allow"] == EVERYBODY else frozenset(raw["allow"])
    given = raw.get("roles", None if allow is None else sorted({each.partition(".")[0] for each in allow}))
    roles = None if given in (None, EVERYBODY) else frozenset(given)
    methods = tuple(raw.get("methods", ("GET",)))
    answers = {"GET": tuple(raw.get("get", (200,))), "POST": tuple(raw.get("post", ACTED))}
    shown = raw.get("shows", [])
    shows = shown if isinstance(shown, dict) else {"*": shown}
    return Row(key, route.template, raw.get("params", {}), methods, roles, allow, answers, shows, raw.get("body", {}))


def rows() -> list[Row]:
    """The rows whose route exists."""
    known = routes()
    return [_row(key, raw, known[name]) for key, raw in table().items() if (name := key.partition("#")[0]) in known]


def gaps() -> tuple[set[str], set[str]]:
    """(routes without a row, rows without a route)."""
    named = {key.partition("#")[0] for key in table()}
    return set(routes()) - named, named - set(routes())
