"""What kind of document it is, by the words printed on it: never by the name of the file."""

from __future__ import annotations

import tomllib
from functools import cache
from importlib.resources import files
from typing import Any

from palier.gateways.lecture.deux_d_doc import Message
from palier.gateways.lecture.mrz import Mrz

OTHER = "autre"
DECISIVE = 6
"""Weight of a code that only one kind of document carries."""


@cache
def words() -> dict[str, Any]:
    """The words by which documents are known, as data."""
    return tomllib.loads(files("palier.gateways.lecture").joinpath("indices.toml").read_text(encoding="utf-8"))


def kind(folded: str, mrz: Mrz | None, message: Message | None) -> tuple[str, bool]:
    """The kind whose words weigh most, and whether it is sure."""
    weights = weigh(folded)
    if mrz is not None:
        known = words()["mrz"]
        found = known.get(mrz.document) or known.get(mrz.document[:1])
        weights[found or OTHER] = weights.get(found, 0) + DECISIVE
    if message is not None and message.type in words()["code_signe"]:
        weights[words()["code_signe"][message.type]] += DECISIVE
    first, second = sorted(weights, key=lambda each: -weights[each])[:2]
    certain = words()["certain"]
    if not weights[first]:
        return OTHER, False
    return first, weights[first] >= certain["poids"] and weights[first] - weights[second] >= certain["ecart"]


def weigh(folded: str) -> dict[str, int]:
    """The weight of each kind: that of its expressions, each counted once."""
    text = " ".join(folded.split())
    return {
        name: sum(weight for expression, weight in cues.items() if expression in text)
        for name, cues in words()["types"].items()
    }
