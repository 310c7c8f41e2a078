"""One written form for conditions that say the same: order of terms, side of the fact, repeated terms."""

from __future__ import annotations

from collections.abc import Iterator
from functools import lru_cache

from palier.droit.cotation.expression import Comparaison, Dans, Et, Fait, Litteral, Noeud, Non, Operande, Ou, Valeur

MIROIR = {"==": "==", "!=": "!=", "<": ">", "<=": ">=", ">": "<", ">=": "<="}


@lru_cache(maxsize=512)
def canonique(noeud: Noeud | None) -> str:
    """Return the canonical form of a condition, an empty text without one. Equal forms are equal conditions."""
    match noeud:
        case None:
            return ""
        case Et(termes):
            return _suite("et", termes, Et)
        case Ou(termes):
            return _suite("ou", termes, Ou)
        case Non(Non(terme)):
            return canonique(terme)
        case Non(terme):
            return f"non ({canonique(terme)})"
        case Comparaison(gauche, signe, droite):
            return min(_compare(gauche, signe, droite), _compare(droite, MIROIR[signe], gauche))
        case Dans(operande, valeurs):
            return _suite("ou", tuple(Comparaison(operande, "==", Litteral(valeur)) for valeur in valeurs), Ou)
        case _:
            return _operande(noeud)


def _suite(mot: str, termes: tuple[Noeud, ...], sorte: type[Et] | type[Ou]) -> str:
    """Write terms once each, sorted, inner lists of the same word opened."""
    ecrits = sorted({canonique(terme) for terme in _plats(termes, sorte)})
    return ecrits[0] if len(ecrits) == 1 else f"({f' {mot} '.join(ecrits)})"


def _plats(termes: tuple[Noeud, ...], sorte: type[Et] | type[Ou]) -> Iterator[Noeud]:
    """Yield terms, the inner lists of the same word opened."""
    for terme in termes:
        nu = terme
        while isinstance(nu, Non) and isinstance(nu.terme, Non):
            nu = nu.terme.terme
        if isinstance(nu, sorte):
            yield from _plats(nu.termes, sorte)
        else:
            yield nu


def _compare(gauche: Operande, signe: str, droite: Operande) -> str:
    """Write a comparison."""
    return f"{_operande(gauche)} {signe} {_operande(droite)}"


def _operande(operande: Operande) -> str:
    """Write a fact or a literal."""
    return operande.chemin if isinstance(operande, Fait) else _valeur(operande.valeur)


def _valeur(valeur: Valeur) -> str:
    """Write a value: 0.40 and 0.4 are one number."""
    if isinstance(valeur, bool):
        return "vrai" if valeur else "faux"
    return f'"{valeur}"' if isinstance(valeur, str) else format(valeur.normalize(), "f")
