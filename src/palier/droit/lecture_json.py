"""Strict reading of a JSON case: one meaning only, or one French sentence."""

from __future__ import annotations

import json
from collections import Counter
from collections.abc import Mapping
from decimal import Decimal, InvalidOperation

from palier.droit.champs import CasInvalide

PROFONDEUR_MAXIMUM = 20
CHIFFRES_MAXIMUM = 30


class JsonIllisible(ValueError):
    """A text that is not JSON in UTF-8; `str()` is the end of a French sentence."""


def lire_json(octets: bytes) -> object:
    """Return the value of a JSON text: UTF-8, no NaN, no key twice, no number that a float would lose.

    JsonIllisible when it is not JSON; CasInvalide when it is, but readers would disagree on it.
    """
    try:
        valeur = json.loads(
            octets.decode("utf-8-sig"),
            object_pairs_hook=_sans_double,
            parse_constant=_constante,
            parse_float=_fractionnaire,
            parse_int=_entier,
        )
    except CasInvalide:
        raise
    except RecursionError as erreur:
        raise _trop_profond() from erreur
    except ValueError as erreur:
        raise JsonIllisible("ce n'est pas du JSON valide en UTF-8.") from erreur
    _verifie_profondeur(valeur)
    return valeur


def _constante(nom: str) -> object:
    """Refuse NaN and infinities."""
    raise CasInvalide("cas", nom, "écrivez un nombre, ou null si la valeur est inconnue.")


def _fractionnaire(texte: str) -> float | Decimal:
    """Read a number with a point or an exponent; one that a float would turn into infinity or 0 is kept as written."""
    lu = float(texte)
    perdu = lu in (float("inf"), float("-inf")) or (lu == 0 and texte.lower().partition("e")[0].strip("-0."))
    if not perdu:
        return lu
    try:
        return Decimal(texte)
    except InvalidOperation as erreur:
        raise CasInvalide("cas", texte, "ce nombre est trop grand ou trop petit, corrigez-le.") from erreur


def _entier(texte: str) -> int:
    """Read a whole number of a sensible length."""
    if len(texte) > CHIFFRES_MAXIMUM:
        raise CasInvalide("cas", texte, "ce nombre est trop grand, corrigez-le.")
    return int(texte)


def _sans_double(paires: list[tuple[str, object]]) -> dict[str, object]:
    """Refuse one key twice in an object."""
    lues = dict(paires)
    if len(lues) != len(paires):
        double = Counter(cle for cle, _ in paires).most_common(1)[0][0]
        raise CasInvalide(double or "(sans nom)", "deux valeurs", "gardez-en une seule.")
    return lues


def _verifie_profondeur(valeur: object) -> None:
    """Refuse nesting that no case needs; no recursion, so that depth cannot exhaust the stack."""
    etage, profondeur = [valeur], 0
    while etage:
        if profondeur > PROFONDEUR_MAXIMUM:
            raise _trop_profond()
        etage = [fils for noeud in etage for fils in _fils(noeud)]
        profondeur += 1


def _fils(noeud: object) -> list[object]:
    """Return the values held by an object or a list."""
    if isinstance(noeud, Mapping):
        return list(noeud.values())
    return noeud if isinstance(noeud, list) else []


def _trop_profond() -> CasInvalide:
    """Refuse the nesting."""
    return CasInvalide("cas", "trop d'objets emboîtés", f"gardez au plus {PROFONDEUR_MAXIMUM} niveaux.")
