"""The glossary: read, rendered to GLOSSARY.md, and its forbidden words. `python -m tests.house.glossary` writes it."""

import re
import tomllib
from functools import cache
from itertools import pairwise
from typing import Any

from tests.house import walk

PLACE = walk.ROOT / "GLOSSARY.md"
_WORD = re.compile(r"[A-Z]+(?![a-z])|[A-Z]?[a-z]+|\d+")


@cache
def terms() -> list[dict[str, Any]]:
    """The entries of glossary.toml."""
    found: list[dict[str, Any]] = tomllib.loads((walk.ROOT / "glossary.toml").read_text(encoding="utf-8"))["term"]
    return found


def render() -> str:
    """The text of GLOSSARY.md."""
    lines = [
        "# Glossary",
        "",
        "Generated from `glossary.toml`. Terms of the trade stay French in the code; every other word is English.",
        "",
        "| Term | English | Meaning | Source | Never say |",
        "|---|---|---|---|---|",
    ]
    for each in sorted(terms(), key=lambda term: term["term"]):
        never = ", ".join(each["forbidden"]) or "–"
        lines.append(f"| `{each['term']}` | {each['english']} | {each['meaning']} | {each['source']} | {never} |")
    return "\n".join(lines) + "\n"


def words(identifier: str) -> list[str]:
    """The lower-case words of an identifier: « rankedOffers_2 » -> ranked, offers, 2."""
    return [word.lower() for word in _WORD.findall(identifier)]


@cache
def forbidden() -> dict[str, str]:
    """Forbidden word or phrase -> the term to use."""
    return {word: each["term"] for each in terms() for word in each["forbidden"]}


@cache
def allowed() -> frozenset[str]:
    """Identifiers that libraries impose."""
    return frozenset(name for each in terms() for name in each.get("allowed", ()))


def wrong(identifier: str) -> str | None:
    """The term an identifier should have used, or None."""
    if identifier in allowed():
        return None
    own = words(identifier)
    said = {*own, *("_".join(pair) for pair in pairwise(own))}
    return next((term for word, term in forbidden().items() if word in said), None)


if __name__ == "__main__":
    PLACE.write_text(render(), encoding="utf-8")
