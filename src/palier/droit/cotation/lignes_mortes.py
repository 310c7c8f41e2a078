"""Lines that never count, that count twice, or that take points back with time: decided on every witness."""

from __future__ import annotations

from collections.abc import Sequence
from decimal import Decimal

from palier.droit.cotation.canonique import canonique
from palier.droit.cotation.dictionnaire import faits_publiables
from palier.droit.cotation.expression import vraie
from palier.droit.cotation.grille import Critere, Rubrique
from palier.droit.cotation.temoins import ANCIENNETE, PIECE, Temoin, Travail, apport, temoins
from palier.droit.situation import BOOLEEN

MOIS = 600


def jamais_vraie(critere: Critere, travail: Travail) -> bool:
    """Tell whether no household opens a line; false when its facts are too many to try them all."""
    vus = temoins([critere], travail)
    if vus is None:
        return False
    if critere.points_par is not None:
        return not any(apport(critere, temoin) for temoin in vus)
    return not any(critere.si is not None and vraie(critere.si, temoin) for temoin in vus)


def double(un: Critere, autre: Critere, cumul: str, travail: Travail) -> bool:
    """Tell whether two lines of a rubrique have one condition and one scale.

    Under `le_plus_fort`, two pieces may prove one condition: that is two lines, of which one counts.
    """
    if _bareme(un) != _bareme(autre) or (cumul == "le_plus_fort" and un.piece != autre.piece):
        return False
    if set(un.faits) != set(autre.faits):
        return False
    if canonique(un.si) == canonique(autre.si):
        return True
    vus = temoins([un, autre], travail)
    return vus is not None and all(_ouverte(un, temoin) == _ouverte(autre, temoin) for temoin in vus)


def _bareme(critere: Critere) -> tuple[str, Decimal] | None:
    """Return what a scale counts and by what step, None for fixed points."""
    par = critere.points_par
    return None if par is None else (par.fait, par.pas)


def _ouverte(critere: Critere, temoin: Temoin) -> bool:
    """Tell whether the condition of a line is true, its piece set aside."""
    return critere.si is None or vraie(critere.si, temoin)


def est_dominee(critere: Critere, lignes: Sequence[Critere], travail: Travail) -> bool:
    """Tell whether, each time a line brings points, another of a `le_plus_fort` rubrique is the one that counts.

    On equal points the first of the file counts. Lines that share a fact are tried together, else one by one.
    """
    voisines = [autre for autre in lignes if autre is not critere and set(autre.faits) & set(critere.faits)]
    ensemble = _perd_toujours(critere, voisines, lignes, travail)
    if ensemble is not None:
        return ensemble
    return any(_perd_toujours(critere, [autre], lignes, travail) for autre in voisines)


def _perd_toujours(
    critere: Critere, groupe: Sequence[Critere], lignes: Sequence[Critere], travail: Travail
) -> bool | None:
    """Tell whether one of a group beats a line wherever it brings points; None when they are too many to try."""
    vus = temoins([critere, *groupe], travail)
    if vus is None:
        return None
    rang = lignes.index(critere)
    avant = [(autre, lignes.index(autre) < rang) for autre in groupe]
    return all(_battue(apport(critere, temoin), avant, temoin) for temoin in vus if apport(critere, temoin))


def _battue(points: int, avant: Sequence[tuple[Critere, bool]], temoin: Temoin) -> bool:
    """Tell whether a line with these points is beaten: by more points, or by as many of a line written before."""
    apports = [(apport(autre, temoin), premier) for autre, premier in avant]
    return any(autre and (autre > points or (autre == points and premier)) for autre, premier in apports)


def chute_anciennete(rubrique: Rubrique, lignes: Sequence[Critere], travail: Travail) -> tuple[Critere, int] | None:
    """Return a line and the month (1 to 600) at which a rubrique brings less than the month before, None when never.

    The seniority of a demande only adds points (CCH L.441-2-8). Other facts take every value that tells lines apart.
    """
    lues = [critere for critere in lignes if ANCIENNETE in critere.faits]
    vus = temoins(lues, travail, sauf=(ANCIENNETE,), fois=MOIS) if lues else []
    for temoin in [_tout_vrai(lues)] if vus is None else vus:
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
