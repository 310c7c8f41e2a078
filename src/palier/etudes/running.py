"""One study from its first demande to its result, by the queue. NumPy is loaded here, never by the web."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np
from django.db import OperationalError, connection

from palier import coffre
from palier.candidatures.models import Classement
from palier.droit.cotation import Grille, lire_grille
from palier.droit.cotation.colonnes import colonnes_faits, coter_colonnes
from palier.droit.cotation.vecteur import ColonneInvalide
from palier.etudes import actions, calcul, queries
from palier.etudes.differences import differences
from palier.etudes.enums import MotifEchec, Priorite, Taille, TypeMenage
from palier.etudes.facts import Fiche, Lists, Place, Unreadable, fiche
from palier.etudes.models import Etude
from palier.etudes.rules import number
from palier.territoires.grids import grille_lue

log = logging.getLogger(__name__)


class Stopped(Exception):
    """The collectivité stopped the study: nothing more is read."""


@dataclass(frozen=True)
class Grids:
    """Both grids of a study, read."""

    actuelle: Grille
    projet: Grille


@contextmanager
def alone(etude_id: UUID) -> Iterator[bool]:
    """True when no other worker calculates this study; the lock goes with the connection of a dead worker."""
    key = int.from_bytes(etude_id.bytes[-8:], "big", signed=True)
    with connection.cursor() as cursor:
        cursor.execute("SELECT pg_try_advisory_lock(%s)", [key])
        mine = bool(cursor.fetchone()[0])
    try:
        yield mine
    finally:
        if mine:
            with connection.cursor() as cursor:
                cursor.execute("SELECT pg_advisory_unlock(%s)", [key])


def run(etude_id: UUID, *, now: Callable[[], datetime]) -> None:
    """Calculate a study, once whatever the number of deliveries; a study begun by a lost worker begins again."""
    with alone(etude_id) as mine:
        if not mine:
            return
        try:
            _run(etude_id, now)
        except Stopped:
            log.info("study %s was stopped", etude_id)
        except ColonneInvalide:
            actions.fail_etude(etude_id=etude_id, motif=MotifEchec.GRILLE, at=now())
        except OperationalError:  # the server went away: the queue delivers again
            raise
        except Exception:
            log.exception("study %s broke", etude_id)
            actions.fail_etude(etude_id=etude_id, motif=MotifEchec.INTERNE, at=now())


def _run(etude_id: UUID, now: Callable[[], datetime]) -> None:
    asked = Etude.objects.select_related("grille").get(pk=etude_id)
    communes = queries.communes_of(asked.epci)
    demandes = queries.population(communes)
    etude = actions.start_etude(etude_id=etude_id, total=demandes.count(), at=now())
    if etude is None:
        return
    grids = Grids(grille_lue(asked.grille), lire_grille(asked.texte))
    counted, left = _count(etude, grids, communes)
    resultat = {
        **calcul.agreger(
            calcul.reunir(counted), grids.actuelle, grids.projet, list(communes.items()), number("cellule")
        ),
        "differences": differences(grids.actuelle, grids.projet),
        "offres": _replay(etude, grids, communes),
        "minimum": number("cellule"),
        "illisibles": left,
    }
    actions.finish_etude(etude_id=etude_id, resultat=resultat, at=now())


def _count(etude: Etude, grids: Grids, communes: Mapping[str, str]) -> tuple[list[calcul.Comptes], bool]:
    """The counted lots, and whether some demandes could not be read."""
    lots, read, left = [calcul.compter(columns([], grids, etude, []), grids.actuelle, grids.projet)], 0, False
    for lot in queries.lots(queries.population(communes)):
        fiches = []
        for demande in lot:
            try:
                fiches.append(fiche(demande, au=etude.au, communes=communes))
            except Unreadable:
                left = True
        lots.append(calcul.compter(columns(fiches, grids, etude, list(communes)), grids.actuelle, grids.projet))
        read += len(lot)
        _go_on(etude, read)
    return lots, left


def _go_on(etude: Etude, read: int) -> None:
    if not actions.note_progress(etude_id=etude.pk, lues=read):
        raise Stopped


def columns(fiches: Sequence[Fiche], grids: Grids, etude: Etude, communes: Sequence[str]) -> calcul.Colonnes:
    """The columns of a lot, for both grids."""
    tables = [colonnes_faits(grille, [each.faits for each in fiches], etude.au) for grille in _each(grids)]
    return calcul.Colonnes(
        faits=tables[0][0] | tables[1][0],
        pieces=tables[0][1] | tables[1][1],
        deposee=_whole(each.deposee_le.toordinal() for each in fiches),
        ressources=np.array([np.nan if each.ressources is None else each.ressources for each in fiches], np.float64),
        menage=_whole(TypeMenage.values.index(each.menage) for each in fiches),
        taille=_whole(Taille.values.index(each.taille) for each in fiches),
        priorite=_whole(Priorite.values.index(each.priorite) for each in fiches),
        commune=_whole(communes.index(each.commune) for each in fiches),
    )


def _each(grids: Grids) -> tuple[Grille, Grille]:
    return grids.actuelle, grids.projet


def _whole(values: Iterable[int]) -> calcul.Tableau:
    return np.fromiter(values, np.int64)


def _replay(etude: Etude, grids: Grids, communes: Mapping[str, str]) -> dict[str, Any]:
    """How the first places of the closed lists change; lists of few candidatures are left out and counted."""
    found = queries.closed_lists(communes, grids.actuelle.empreinte)
    lists, rows = Lists(grids.actuelle, grids.projet), []
    chosen = list(found[: number("listes")])
    with coffre.ring():  # the same persons apply again and again: their keys are opened once
        for classement in chosen:
            _go_on(etude, etude.total)
            if classement.effectif < number("cellule"):
                continue
            try:
                rows.append(_row(classement, lists.places(classement), grids.projet))
            except Unreadable:
                log.info("list %s of study %s cannot be read", classement.pk, etude.pk)
    return {
        "laissees": len(chosen) - len(rows),
        "autres": found.count() - len(chosen),
        **calcul.remues(rows, number("cellule")),
    }


def _row(classement: Classement, places: Sequence[Place], projet: Grille) -> calcul.Liste:
    """What becomes of the first places of one closed list. Never kept: one list tells of a handful of persons."""
    faits, pieces = colonnes_faits(projet, [each.faits for each in places], classement.au)
    points = coter_colonnes(projet, faits, pieces, n=len(places)).tolist()
    again = sorted(zip(points, places, strict=True), key=lambda pair: (-pair[0], pair[1].anciennete_le, pair[1].cle))
    first = {each.rang for _, each in again[: number("premiers")]}
    changed = sum(rang > number("premiers") for rang in first)
    return calcul.Liste(places=len(first), changent=changed, premier=again[0][1].rang != 1)
