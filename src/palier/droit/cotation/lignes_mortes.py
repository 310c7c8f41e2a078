"""Lines that never count, that count twice, or that take points back with time: decided on every witness."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from palier.droit.cotation.canonique import canonique
from palier.droit.cotation.dictionnaire import faits_publiables
from palier.droit.cotation.expression import vraie
from palier.droit.cotation.grille import Critere, Rubrique
from palier.droit.cotation.temoins import ANCIENNETE, PIECE, Temoin, apport, temoins
from palier.droit.situation import BOOLEEN

MOIS = 600
COMBINAISONS = 60


def jamais_vraie(critere: Critere) -> bool:
    """Tell whether no household opens a line; false when its facts are too many to try them all."""
    vus = temoins([critere])
    if vus is None:
        return False
    if critere.points_par is not None:
        return not any(apport(critere, temoin) for temoin in vus)
    return not any(critere.si is not None and vraie(critere.si, temoin) for temoin in vus)


def double(un: Critere, autre: Critere, cumul: str) -> bool:
    """Tell whether two lines of a rubrique have one condition and one scale.

    Under `le_plus_fort`, two pieces may prove one condition: that is two lines, of which one counts.
    """
    if _bareme(un) != _bareme(autre) or (cumul == "le_plus_fort" and un.piece != autre.piece):
        return False
    if canonique(un.si) == canonique(autre.si):
        return True
    vus = temoins([un, autre]) if set(un.faits) == set(autre.faits) else None
    return vus is not None and all(_ouverte(un, temoin) == _ouverte(autre, temoin) for temoin in vus)


def _bareme(critere: Critere) -> tuple[str, Decimal] | None:
    """Return what a scale counts and by what step, None for fixed points."""
    par = critere.points_par
    return None if par is None else (par.fait, par.pas)


def _ouverte(critere: Critere, temoin: Temoin) -> bool:
    """Tell whether the condition of a line is true, its piece set aside."""
    return critere.si is None or vraie(critere.si, temoin)


def est_dominee(critere: Critere, lignes: Sequence[Critere]) -> bool:
    """Tell whether, each time a line brings points, another of a `le_plus_fort` rubrique is the one that counts.

    On equal points the first of the file counts. All lines that share a fact are tried together, then one by one.
    """
    rang = lignes.index(critere)
    voisines = [autre for autre in lignes if autre is not critere and set(autre.faits) & set(critere.faits)]
    groupes = [voisines, *([autre] for autre in voisines)] if len(voisines) > 1 else [voisines]
    return any(groupe and _perd_toujours(critere, rang, groupe, lignes) for groupe in groupes)


def _perd_toujours(critere: Critere, rang: int, groupe: Sequence[Critere], lignes: Sequence[Critere]) -> bool:
    """Tell whether a line is beaten by one of a group on every witness where it brings points."""
    vus = temoins([critere, *groupe])
    if vus is None:
        return False
    rangs = [(autre, lignes.index(autre)) for autre in groupe]
    for temoin in vus:
        points = apport(critere, temoin)
        if points and not any(
            bat > points or (bat == points and place < rang) for autre, place in rangs if (bat := apport(autre, temoin))
        ):
            return False
    return True


def chute_anciennete(rubrique: Rubrique, lignes: Sequence[Critere]) -> tuple[Critere, int] | None:
    """Return a line and the month (1 to 600) at which a rubrique brings less than the month before, None when never.

    The seniority of a demande only adds points (CCH L.441-2-8). Other facts take every value that tells lines apart.
    """
    lues = [critere for critere in lignes if ANCIENNETE in critere.faits]
    vus = temoins(lues, sauf=(ANCIENNETE,)) if lues else []
    if vus is None or len(vus) > COMBINAISONS:
        vus = [_tout_vrai(lues)]
    for temoin in vus:
        avant = [apport(critere, {**temoin, ANCIENNETE: Decimal(0)}) for critere in lues]
        for mois in range(1, MOIS + 1):
            apres = [apport(critere, {**temoin, ANCIENNETE: Decimal(mois)}) for critere in lues]
            if _total(rubrique, apres) < _total(rubrique, avant):
                perdu = [critere for critere, a, b in zip(lues, avant, apres, strict=True) if b < a]
                return perdu[0], mois
            avant = apres
    return None


def _total(rubrique: Rubrique, points: Sequence[int]) -> int:
    """Return what lines bring together under the rule of their rubrique."""
    return sum(points) if rubrique.cumul == "somme" else max((un for un in points if un), default=0)


def _tout_vrai(lignes: Sequence[Critere]) -> Temoin:
    """Return one household that ticks every box and holds every piece, for lines too many to try all."""
    faits = {fait for critere in lignes for fait in critere.faits if faits_publiables()[fait].type == BOOLEEN}
    return dict.fromkeys([*faits, *(f"{PIECE}{critere.piece}" for critere in lignes if critere.piece)], True)
