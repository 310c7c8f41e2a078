"""The codes that people mistake for one another (SIRET, SIREN, numéro unique…): which one was typed, where each is."""

from __future__ import annotations

import re
import tomllib
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from functools import cache
from importlib import resources

from stdnum.fr import nir, siren, siret

from palier.base.refusal import NBSP

_ERASED = re.compile(r"[\s.\-]+")


@dataclass(frozen=True, slots=True)
class Code:
    """One kind of code: its name with its article, what it says, where one finds it, its form."""

    slug: str
    nom: str
    dit: str
    ou: str
    expression: str
    cle: str
    source: str


def _is_nir(text: str) -> bool:
    return len(text) == 13 or bool(nir.is_valid(text))


_KEYS: Mapping[str, Callable[[str], bool]] = {
    "siret": lambda text: bool(siret.is_valid(text)),
    "siren": lambda text: bool(siren.is_valid(text)),
    "nir": _is_nir,
    "": lambda text: True,
}


@cache
def codes() -> Mapping[str, Code]:
    """The kinds of codes, the most precise form first."""
    text = resources.files("palier.gateways.sirene").joinpath("codes.toml").read_text(encoding="utf-8")
    return {row["slug"]: Code(**row) for row in tomllib.loads(text)["code"]}


def bare(typed: str) -> str:
    """What was typed without spaces, dots and hyphens, in capitals."""
    return _ERASED.sub("", typed).upper()


def recognise(typed: str) -> Code | None:
    """The kind of code that was typed, None when it has the form of none or a wrong key."""
    text = bare(typed)
    found = (one for one in codes().values() if re.fullmatch(one.expression, text, re.ASCII) and _KEYS[one.cle](text))
    return next(found, None)


def confusion(typed: str, expected: str) -> tuple[str, str] | None:
    """(what was typed instead, where the right one is) when it is another known code; None otherwise."""
    found, wanted = recognise(typed), codes()[expected]
    if found is None or found.slug == expected:
        return None
    return f"C'est {found.nom}{NBSP}: {found.dit}.", f"Ici, donnez {wanted.nom}. {wanted.ou}"
