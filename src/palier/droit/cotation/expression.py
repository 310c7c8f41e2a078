"""The closed language of `si`: facts, comparisons, `et`, `ou`, `non`, `dans`. Parsed, never run as code.

ou      = et {"ou" et} ;  et = non {"et" non} ;  non = "non" non | atome
atome   = "(" ou ")" | "vrai" | "faux" | operande [comparateur operande | "dans" "[" valeur {"," valeur} "]"]
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from decimal import Decimal
from typing import TypeAlias

from palier.droit.champs import CasInvalide

Valeur: TypeAlias = "bool | Decimal | str"
LONGUEUR_MAXIMUM = 2_000
PROFONDEUR_MAXIMUM = 40
COMPARATEURS = ("==", "!=", "<=", ">=", "<", ">")
RESERVES = {"et", "ou", "non", "dans", "vrai", "faux"}
ETRANGERS = {"and", "or", "not", "in", "is", "if", "else", "lambda", "true", "false", "none", "null"}
FAIT = re.compile(r"[a-z][a-z0-9_]*(?:\.[a-z][a-z0-9_]*)*")
JETON = re.compile(
    r"""\s*(?:(?P<nombre>-?[0-9]+(?:\.[0-9]+)?(?![\w.]))|(?P<texte>"[^"\\\n]*")|(?P<mot>[\w.]+)|(?P<signe>==|!=|<=|>=|[<>()\[\],]))"""
)


class ExpressionInvalide(ValueError):
    """An expression outside the language; `str()` is the rest of a French sentence."""


@dataclass(frozen=True)
class Fait:
    """A fact, by dotted path."""

    chemin: str


@dataclass(frozen=True)
class Litteral:
    """A number, a text, `vrai` or `faux`."""

    valeur: Valeur


Operande: TypeAlias = "Fait | Litteral"


@dataclass(frozen=True)
class Comparaison:
    """Two operands and a comparator."""

    gauche: Operande
    signe: str
    droite: Operande


@dataclass(frozen=True)
class Dans:
    """A fact among values."""

    operande: Operande
    valeurs: tuple[Valeur, ...]


@dataclass(frozen=True)
class Non:
    """The contrary."""

    terme: Noeud


@dataclass(frozen=True)
class Et:
    """Every term is true."""

    termes: tuple[Noeud, ...]


@dataclass(frozen=True)
class Ou:
    """Some term is true."""

    termes: tuple[Noeud, ...]


Noeud: TypeAlias = "Fait | Litteral | Comparaison | Dans | Non | Et | Ou"


def lire_expression(source: str) -> Noeud:
    """Parse an expression; ExpressionInvalide says what is not allowed."""
    if len(source) > LONGUEUR_MAXIMUM:
        raise ExpressionInvalide(f"écrivez au plus {LONGUEUR_MAXIMUM} caractères.")
    analyse = _Analyse(_jetons(source))
    noeud = analyse.ou(0)
    analyse.fin()
    return noeud


def chemin_valide(chemin: str) -> bool:
    """Tell whether a text is the dotted path of a fact."""
    return bool(FAIT.fullmatch(chemin)) and not {*chemin.split(".")[:1]} & (RESERVES | ETRANGERS)


def _jetons(source: str) -> list[tuple[str, str]]:
    """Cut an expression into (kind, text)."""
    jetons: list[tuple[str, str]] = []
    position, fin = 0, len(source.rstrip())
    while position < fin:
        trouve = JETON.match(source, position, fin)
        if trouve is None:
            raise ExpressionInvalide(f"« {source[position:fin].strip()[:20]} » n'appartient pas au langage.")
        genre = str(trouve.lastgroup)
        texte = trouve.group(genre)
        if genre == "mot" and texte not in RESERVES and not chemin_valide(texte):
            raise ExpressionInvalide(
                f"« {texte[:40]} » n'est ni un fait ni un mot du langage (et, ou, non, dans, vrai, faux)."
            )
        jetons.append((genre, texte))
        position = trouve.end()
    return jetons


class _Analyse:
    """Recursive descent over tokens."""

    def __init__(self, jetons: list[tuple[str, str]]) -> None:
        """Start at the first token."""
        self.jetons, self.rang = jetons, 0

    def voit(self, *textes: str) -> bool:
        """Tell whether the next token is one of these words or signs (never a quoted text)."""
        return (
            self.rang < len(self.jetons)
            and self.jetons[self.rang][0] != "texte"
            and self.jetons[self.rang][1] in textes
        )

    def suivant(self) -> tuple[str, str]:
        """Take the next token."""
        if self.rang >= len(self.jetons):
            raise ExpressionInvalide("l'expression est incomplète.")
        self.rang += 1
        return self.jetons[self.rang - 1]

    def attend(self, signe: str) -> None:
        """Take a sign or refuse."""
        if not self.voit(signe):
            recu = f"« {self.jetons[self.rang][1][:40]} »" if self.rang < len(self.jetons) else "la fin"
            raise ExpressionInvalide(f"« {signe} » était attendu, pas {recu}.")
        self.rang += 1

    def fin(self) -> None:
        """Refuse anything left."""
        if self.rang < len(self.jetons):
            raise ExpressionInvalide(f"« {self.jetons[self.rang][1][:40]} » est de trop.")

    def ou(self, profondeur: int) -> Noeud:
        """Parse `a ou b`."""
        if profondeur > PROFONDEUR_MAXIMUM:
            raise ExpressionInvalide("trop de niveaux de parenthèses.")
        termes = [self.et(profondeur)]
        while self.voit("ou"):
            self.suivant()
            termes.append(self.et(profondeur))
        return termes[0] if len(termes) == 1 else Ou(tuple(termes))

    def et(self, profondeur: int) -> Noeud:
        """Parse `a et b`."""
        termes = [self.non(profondeur)]
        while self.voit("et"):
            self.suivant()
            termes.append(self.non(profondeur))
        return termes[0] if len(termes) == 1 else Et(tuple(termes))

    def non(self, profondeur: int) -> Noeud:
        """Parse `non a`."""
        contraire = False
        while self.voit("non"):
            self.suivant()
            contraire = not contraire
        atome = self.atome(profondeur)
        return Non(atome) if contraire else atome

    def atome(self, profondeur: int) -> Noeud:
        """Parse a parenthesis, a comparison, a `dans`, or a boolean."""
        if self.voit("("):
            self.suivant()
            noeud = self.ou(profondeur + 1)
            self.attend(")")
            return noeud
        gauche = self.operande()
        if self.voit("dans"):
            self.suivant()
            return Dans(gauche, self.valeurs())
        if self.voit(*COMPARATEURS):
            return _comparaison(gauche, self.suivant()[1], self.operande())
        if isinstance(gauche, Litteral) and not isinstance(gauche.valeur, bool):
            raise ExpressionInvalide(f"« {gauche.valeur} » seul n'est ni vrai ni faux.")
        return gauche

    def operande(self) -> Operande:
        """Parse a fact or a literal."""
        genre, texte = self.suivant()
        if genre == "nombre":
            return Litteral(Decimal(texte))
        if genre == "texte":
            return Litteral(texte[1:-1])
        if texte in ("vrai", "faux"):
            return Litteral(texte == "vrai")
        if genre == "mot" and texte not in RESERVES:
            return Fait(texte)
        raise ExpressionInvalide(f"« {texte} » n'est pas à sa place.")

    def valeurs(self) -> tuple[Valeur, ...]:
        """Parse the list of a `dans`: texts, or numbers."""
        self.attend("[")
        lues: list[Valeur] = []
        while True:
            operande = self.operande()
            if isinstance(operande, Fait) or isinstance(operande.valeur, bool):
                raise ExpressionInvalide("« dans » attend une liste de textes ou de nombres.")
            lues.append(operande.valeur)
            if not self.voit(","):
                break
            self.suivant()
        self.attend("]")
        if len({type(valeur) for valeur in lues}) > 1:
            raise ExpressionInvalide("« dans » attend des valeurs d'un seul type.")
        return tuple(lues)


def _comparaison(gauche: Operande, signe: str, droite: Operande) -> Comparaison:
    """Check that an order compares numbers."""
    litteraux = [cote.valeur for cote in (gauche, droite) if isinstance(cote, Litteral)]
    if len(litteraux) == 2:
        raise ExpressionInvalide("une comparaison lit au moins un fait.")
    if signe not in ("==", "!=") and any(not isinstance(valeur, Decimal) for valeur in litteraux):
        raise ExpressionInvalide(f"« {signe} » ne compare que des nombres.")
    return Comparaison(gauche, signe, droite)


def faits_lus(noeud: Noeud) -> Iterator[str]:
    """Yield the paths that an expression reads, in order."""
    match noeud:
        case Fait(chemin):
            yield chemin
        case Comparaison(gauche, _, droite):
            yield from faits_lus(gauche)
            yield from faits_lus(droite)
        case Dans(operande, _):
            yield from faits_lus(operande)
        case Non(terme):
            yield from faits_lus(terme)
        case Et(termes) | Ou(termes):
            for terme in termes:
                yield from faits_lus(terme)


def vraie(noeud: Noeud, faits: Mapping[str, Valeur]) -> bool:
    """Evaluate an expression on facts; an absent fact makes a boolean or a comparison false."""
    match noeud:
        case Et(termes):
            return all(vraie(terme, faits) for terme in termes)
        case Ou(termes):
            return any(vraie(terme, faits) for terme in termes)
        case Non(terme):
            return not vraie(terme, faits)
        case Comparaison(gauche, signe, droite):
            return _compare(gauche, signe, droite, faits)
        case Dans(operande, valeurs):
            valeur = _valeur(operande, faits)
            return valeur is not None and any(_egal(valeur, autre) for autre in valeurs)
        case Fait(chemin):
            return _booleen(chemin, faits.get(chemin))
        case _:
            return noeud.valeur is True


def _valeur(operande: Operande, faits: Mapping[str, Valeur]) -> Valeur | None:
    """Return the value of an operand, None when the fact is absent."""
    return operande.valeur if isinstance(operande, Litteral) else faits.get(operande.chemin)


def _booleen(chemin: str, valeur: Valeur | None) -> bool:
    """Return a boolean fact, false when absent."""
    if valeur is None or isinstance(valeur, bool):
        return bool(valeur)
    raise CasInvalide(chemin, str(valeur), "la grille attend true ou false.")


def _egal(gauche: Valeur, droite: Valeur) -> bool:
    """Compare values of one type; a boolean is never equal to a number."""
    return isinstance(gauche, bool) == isinstance(droite, bool) and gauche == droite


def _compare(gauche: Operande, signe: str, droite: Operande, faits: Mapping[str, Valeur]) -> bool:
    """Compare two operands; false when one is absent."""
    a, b = _valeur(gauche, faits), _valeur(droite, faits)
    if a is None or b is None:
        return False
    if signe in ("==", "!="):
        return _egal(a, b) == (signe == "==")
    x, y = _nombre(gauche, a), _nombre(droite, b)
    return {"<": x < y, "<=": x <= y, ">": x > y, ">=": x >= y}[signe]


def _nombre(operande: Operande, valeur: Valeur) -> Decimal:
    """Return a number or refuse the case."""
    if isinstance(valeur, Decimal):
        return valeur
    chemin = operande.chemin if isinstance(operande, Fait) else "situation"
    raise CasInvalide(chemin, valeur, "la grille attend un nombre.")
