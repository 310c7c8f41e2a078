"""Every household that lines of a grid can tell apart, as few witnesses: what makes « never » and « always » exact.

A condition changes only where a fact crosses a number that it names. One value on each side of each number, with
« absent » and each piece held or not, is therefore every household there is. Three numbers compared with one another
inside one gap are told apart by two values only: no published grid does that.
"""

from __future__ import annotations

import math
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from decimal import Decimal
from itertools import pairwise, product

from palier.droit.cotation.dictionnaire import FaitGrille, faits_publiables
from palier.droit.cotation.expression import (
    Comparaison,
    Dans,
    Et,
    Litteral,
    Noeud,
    Non,
    Ou,
    Valeur,
    faits_lus,
    vraie,
)
from palier.droit.cotation.grille import Critere
from palier.droit.situation import BOOLEEN

ANCIENNETE = "anciennete_mois"
MENAGE = ("menage.adultes", "menage.a_charge", "menage.personnes")
PIECE = "piece:"
LECTURES = 400_000
ENSEMBLE = 20_000
PALIERS = 64
PETITS = (Decimal(0), Decimal(1), Decimal(2))

Temoin = dict[str, Valeur]


@dataclass
class Travail:
    """How many reads of facts are left for one grid: a question that would take more stays without an answer."""

    reste: int = LECTURES

    def prend(self, combien: int) -> bool:
        """Take them, or refuse and take nothing."""
        if combien > self.reste:
            return False
        self.reste -= combien
        return True


def apport(critere: Critere, temoin: Mapping[str, Valeur]) -> int:
    """Return the points that a line brings to a witness, its piece held or not; other lines are set aside."""
    if critere.piece is not None and f"{PIECE}{critere.piece}" not in temoin:
        return 0
    if critere.si is not None and not vraie(critere.si, temoin):
        return 0
    if critere.points_par is None:
        return critere.points or 0
    valeur = temoin.get(critere.points_par.fait)
    return critere.points_par.calcule(valeur if isinstance(valeur, Decimal) else None)


def temoins(
    criteres: Sequence[Critere], travail: Travail, sauf: Iterable[str] = (), fois: int = 1
) -> list[Temoin] | None:
    """Return the households that these lines tell apart, `sauf` some facts, each tried `fois` times on each line.

    None when they are too many for one question, or for the work left.
    """
    faits = sorted({fait for critere in criteres for fait in critere.faits} - set(sauf))
    pieces = sorted({f"{PIECE}{critere.piece}" for critere in criteres if critere.piece is not None})
    lectures = sum(1 + len(critere.faits) for critere in criteres)
    if not travail.prend(lectures * (1 + len(faits))):
        return None
    axes: list[tuple[Valeur | None, ...]] = [_valeurs(faits_publiables()[fait], criteres) for fait in faits]
    axes += [(None, True) for _ in pieces]
    combien = math.prod(len(axe) for axe in axes)
    if combien > ENSEMBLE or not travail.prend(combien * fois * lectures):
        return None
    noms = [*faits, *pieces]
    tous = (dict(zip(noms, valeurs, strict=True)) for valeurs in product(*axes))
    connus = ({nom: valeur for nom, valeur in un.items() if valeur is not None} for un in tous)
    return [un for un in connus if _possible(un)]


def _possible(temoin: Temoin) -> bool:
    """Tell whether the counts of a household agree: personnes = adultes + à charge, at least one adult."""
    adultes, a_charge, personnes = (temoin.get(fait) for fait in MENAGE)
    if not isinstance(personnes, Decimal):
        return True
    if isinstance(adultes, Decimal) and isinstance(a_charge, Decimal):
        return personnes == adultes + a_charge
    if isinstance(adultes, Decimal):
        return personnes >= adultes
    return not isinstance(a_charge, Decimal) or personnes > a_charge


def _valeurs(fait: FaitGrille, criteres: Sequence[Critere]) -> tuple[Valeur | None, ...]:
    """Return « absent » and the values of a fact that these lines tell apart."""
    if fait.type == BOOLEEN:
        return (None, False, True)
    lies = set(MENAGE) if fait.chemin in MENAGE else _lies(fait.chemin, criteres)
    seuils = {seuil for critere in criteres for seuil in _seuils(critere, lies)}
    if fait.chemin in MENAGE:
        fin = min(fait.maximum, max((*seuils, Decimal(0))) + 2)
        lues = {Decimal(valeur) for valeur in range(int(fait.minimum), int(fin) + 1)}
    else:
        lues = _autour(seuils, entier=fait.entier)
    dedans = sorted(valeur for valeur in lues if fait.minimum <= valeur <= fait.maximum)
    return (None, *(dedans or [fait.minimum]))


def _autour(seuils: set[Decimal], *, entier: bool) -> set[Decimal]:
    """Return each number, and what stands between and around them."""
    if entier:
        return {Decimal(math.floor(seuil) + ecart) for seuil in seuils for ecart in (-1, 0, 1, 2)}
    rang = sorted(seuils)
    bords = {bord for seuil in (*rang[:1], *rang[-1:]) for bord in (seuil - 1, seuil + 1, seuil + 2)}
    entre = {bas + (haut - bas) * tiers / 3 for bas, haut in pairwise(rang) for tiers in (1, 2)}
    return {*rang, *bords, *entre}


def _lies(fait: str, criteres: Sequence[Critere]) -> set[str]:
    """Return a fact and those that these lines compare it with."""
    atomes = [set(faits_lus(atome)) for critere in criteres if critere.si for atome in _atomes(critere.si)]
    return {fait}.union(*(faits for faits in atomes if fait in faits))


def _seuils(critere: Critere, faits: set[str]) -> Iterator[Decimal]:
    """Yield the numbers at which a line changes with one of these facts."""
    for atome in _atomes(critere.si) if critere.si is not None else ():
        if faits & set(faits_lus(atome)):
            yield from _nombres(atome)
    par = critere.points_par
    if par is not None and par.fait in faits:
        fin = PALIERS if par.plafond is None or par.points <= 0 else min(PALIERS, par.plafond // par.points + 1)
        yield from (par.pas * rang for rang in range(fin + 1))


def _atomes(noeud: Noeud) -> Iterator[Noeud]:
    """Yield the facts and comparisons of an expression."""
    match noeud:
        case Et(termes) | Ou(termes):
            for terme in termes:
                yield from _atomes(terme)
        case Non(terme):
            yield from _atomes(terme)
        case _:
            yield noeud


def _nombres(atome: Noeud) -> Iterator[Decimal]:
    """Yield the numbers of a comparison; of two facts compared, a few small ones."""
    if isinstance(atome, Comparaison):
        litteraux = [cote.valeur for cote in (atome.gauche, atome.droite) if isinstance(cote, Litteral)]
        yield from (valeur for valeur in litteraux or PETITS if isinstance(valeur, Decimal))
    valeurs = atome.valeurs if isinstance(atome, Dans) else ()
    yield from (valeur for valeur in valeurs if isinstance(valeur, Decimal))
