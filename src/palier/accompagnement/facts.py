"""The reasons for which a piece may be refused, as data: words for the adviser and the person, and how to mend."""

from __future__ import annotations

import tomllib
from dataclasses import dataclass
from datetime import date
from functools import cache
from importlib import resources


@dataclass(frozen=True, slots=True)
class MotifRefus:
    """One reason: what is wrong, and what the person does about it."""

    code: str
    libelle: str
    reparer: str
    since: date


@cache
def motifs_refus() -> dict[str, MotifRefus]:
    """Every reason, by code, in the order of the file."""
    text = resources.files("palier.accompagnement").joinpath("motifs.toml").read_text(encoding="utf-8")
    return {code: MotifRefus(code=code, **each) for code, each in tomllib.loads(text).items()}


def motif_refus(code: str) -> MotifRefus | None:
    """The reason of this code, None for a code that the list does not have."""
    return motifs_refus().get(code)
