"""Writing a grid as TOML: whole, from the tables of a form, or only its heading when it is adopted."""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Mapping
from datetime import date
from decimal import Decimal
from typing import Any, TypeGuard

from palier.droit.cotation.grille import CLES_CRITERE, CLES_GRILLE, CLES_POINTS_PAR, CLES_RUBRIQUE, tables_toml

TABLE = re.compile(r"\s*\[")
CHIFFRES = 30


def ecrire_grille(brute: Mapping[str, Any]) -> str:
    """Return the TOML text of a grid's tables (as `tomllib` reads them), keys in the order of the format.

    Nothing is checked and nothing is dropped: an unknown key, or a text where a number belongs, is written as it is.
    """
    blocs = ["\n".join(_paires(brute, CLES_GRILLE, sauf="rubrique"))]
    for rubrique in _tables(brute, "rubrique"):
        blocs.append("\n".join(["[[rubrique]]", *_paires(rubrique, CLES_RUBRIQUE, sauf="critere")]))
        for critere in _tables(rubrique, "critere"):
            lignes = ["[[rubrique.critere]]", *_paires(critere, CLES_CRITERE)]
            blocs.append("\n".join(f"  {ligne}" for ligne in lignes))
    return "\n\n".join(blocs) + "\n"


def texte_adopte(texte: str, cles: Mapping[str, object]) -> str:
    """Return the text of a grid with these keys of its heading set (None removes one), its comments kept.

    A text that cannot be read comes back as it was: its check says why.
    """
    try:
        voulue = {**tables_toml(texte), **cles}
    except (ValueError, ArithmeticError, RecursionError):
        return texte
    voulue = {cle: valeur for cle, valeur in voulue.items() if valeur is not None}
    lignes = texte.split("\n")
    fin = next((rang for rang, ligne in enumerate(lignes) if TABLE.match(ligne)), len(lignes))
    noms = re.compile(rf"\s*(?:{'|'.join(map(re.escape, cles))})\s*=")
    ecrites = [f"{cle} = {_valeur(valeur)}" for cle, valeur in cles.items() if valeur is not None]
    entete = [ligne for ligne in lignes[:fin] if not noms.match(ligne)]
    while entete and not entete[-1].strip():
        entete.pop()
    adopte = "\n".join([*entete, *ecrites, "", *lignes[fin:]])
    return adopte if _lu(adopte) == voulue else ecrire_grille(voulue)


def _lu(texte: str) -> object:
    """Parse a text, None when it cannot be."""
    try:
        return tables_toml(texte)
    except (ValueError, ArithmeticError, RecursionError):
        return None


def _tables(brute: Mapping[str, Any], cle: str) -> Iterable[Mapping[str, Any]]:
    """Return the tables of a list; anything else is written as a plain key by `_paires`."""
    lues = brute.get(cle)
    return lues if _est_table(lues) else ()


def _est_table(valeur: object) -> TypeGuard[list[Mapping[str, Any]]]:
    """Tell whether a value is a list of tables."""
    return isinstance(valeur, list) and bool(valeur) and all(isinstance(une, Mapping) for une in valeur)


def _paires(brute: Mapping[str, Any], ordre: tuple[str, ...], sauf: str = "") -> list[str]:
    """Write the keys of one table, those of the format first."""
    cles = [*(cle for cle in ordre if cle in brute), *(cle for cle in brute if cle not in ordre)]
    return [f"{_nom(cle)} = {_valeur(brute[cle])}" for cle in cles if cle != sauf or not _est_table(brute[cle])]


def _nom(cle: str) -> str:
    """Write a key, quoted when it must be."""
    return cle if re.fullmatch(r"[A-Za-z0-9_-]+", cle) else _texte(cle)


def _texte(texte: str) -> str:
    """Write a text: the escapes of JSON are those of TOML, but for one control character."""
    return json.dumps(texte, ensure_ascii=False).replace("\x7f", "\\u007f")


def _valeur(valeur: object) -> str:
    """Write one value."""
    if isinstance(valeur, bool):
        return "true" if valeur else "false"
    if isinstance(valeur, str):
        return _texte(valeur)
    if isinstance(valeur, Decimal):
        return _decimal(valeur)
    if isinstance(valeur, Mapping):
        cles = [*(cle for cle in CLES_POINTS_PAR if cle in valeur), *(c for c in valeur if c not in CLES_POINTS_PAR)]
        return "{" + ", ".join(f"{_nom(cle)} = {_valeur(valeur[cle])}" for cle in cles) + "}"
    if isinstance(valeur, list):
        return "[" + ", ".join(_valeur(une) for une in valeur) + "]"
    return valeur.isoformat() if isinstance(valeur, date) else str(valeur)


def _decimal(valeur: Decimal) -> str:
    """Write a decimal number so that it is read as one: « 0.5 », « 1.0 », « 1E+400 », « inf »."""
    ecrit = nombre_ecrit(valeur)
    return f"{ecrit}.0" if ecrit.lstrip("-").isdecimal() else ecrit


def nombre_ecrit(valeur: Decimal) -> str:
    """Write a decimal number in plain figures, with an exponent when that would take more than thirty of them."""
    if not valeur.is_finite():
        return str(valeur).lower().replace("infinity", "inf")
    return format(valeur, "f") if -CHIFFRES <= valeur.adjusted() <= CHIFFRES else str(valeur)
