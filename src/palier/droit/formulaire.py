"""The national form: its closed lists and the boxes that were read (Cerfa 14069*05)."""

from __future__ import annotations

from collections.abc import Mapping
from functools import cache
from typing import Any

from palier.droit.bareme import dictionnaire


@cache
def liste(nom: str) -> Mapping[str, Mapping[str, Any]]:
    """Return a closed list of the form by code, in its order (Cerfa 14069*05)."""
    return {ligne["code"]: ligne for ligne in dictionnaire("formulaire")[nom]}


def choix(nom: str) -> list[tuple[str, str]]:
    """Return the (code, label) pairs of a closed list (Cerfa 14069*05)."""
    return [(code, ligne["libelle"]) for code, ligne in liste(nom).items()]


def libelle_formulaire(nom: str, code: str) -> str:
    """Return the label of a code of the form, the code itself when the list does not hold it (Cerfa 14069*05)."""
    return str(liste(nom)[code]["libelle"]) if code in liste(nom) else code


def attribut(nom: str, code: str, cle: str) -> str:
    """Return what a code of the form carries (`case`, `declare`, `fait`, `motif`), "" for nothing (Cerfa 14069*05)."""
    return str(liste(nom).get(code, {}).get(cle, ""))
