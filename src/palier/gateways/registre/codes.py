"""The codes of the exchange, both ways: data of `codes.toml`, each list with its source and how sure it is."""

import tomllib
from functools import cache
from importlib import resources
from typing import Any


@cache
def table() -> dict[str, Any]:
    """The whole file: one table a list, with `codes`, `source`, `statut`."""
    return tomllib.loads(resources.files(__package__).joinpath("codes.toml").read_text(encoding="utf-8"))


def code(name: str, slug: object) -> str:
    """The code of one of our slugs in a list, "" for a slug that the list does not have: it is then left out."""
    codes: dict[str, str] = table()[name]["codes"]
    text = str(slug or "")
    return codes.get(text) or codes.get(text.lower(), "")


def slug(name: str, received: object) -> str:
    """Our slug of a code that was received, "" for one that the list does not have."""
    return next((ours for ours, theirs in table()[name]["codes"].items() if theirs == received), "")
