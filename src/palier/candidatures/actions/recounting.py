"""Counting held candidatures again, and keeping what each count changed: the cause, the keys before and after.

A new version of a grid is one of these causes: an offre still open takes the version in force on its closing day.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from datetime import date, datetime
from uuid import UUID

from django.db.models import prefetch_related_objects

from palier.base.actor import Actor
from palier.candidatures.actions.filing import cote, write_points
from palier.candidatures.actions.holding import hold_live
from palier.candidatures.enums import CauseRecotation
from palier.candidatures.facts import closing_day, law_grille, profil
from palier.candidatures.models import Candidature, Recotation
from palier.candidatures.queries.grids import RENEWED
from palier.candidatures.queries.late import inputs_at_closing
from palier.demandes.models import Demande
from palier.droit.cotation import Grille
from palier.journal.mover import act, lock, record
from palier.parc.models import Offre
from palier.territoires.queries import grille_en_vigueur

COUNTED = (
    "points", "anciennete_le", "cle_egalite", "points_anciennete", "points_logement", "cotation", "cote_le",
    "trajet_minutes", "taux_effort_brut", "taux_effort", "reste_a_payer_cents", "reste_a_vivre_cents",
)  # fmt: skip
Count = Callable[[Candidature, datetime], None]


def _afresh(row: Candidature, at: datetime) -> None:
    cote(row, profil(row.demande, closing_day(row.offre)), row.offre, at)


def count_again(
    rows: Iterable[Candidature], cause: str, *, by: Actor, at: datetime, count: Count = _afresh
) -> list[Candidature]:
    """Count held rows (with their demande and offre) again; returns those whose points moved.

    A change of keys leaves its trace and its event; a new grid leaves them on every row that it counted.
    """
    traces, moved = [], []
    for row in rows:
        points, since = row.points, row.anciennete_le
        count(row, at)
        row.save(update_fields=list(COUNTED))
        if (points, since) == (row.points, row.anciennete_le) and cause != CauseRecotation.GRILLE:
            continue
        data = {"avant": points, "apres": row.points}
        # A new grid counts a whole list: the offre tells it once, not each of its candidatures.
        told = cause != CauseRecotation.GRILLE
        record("candidature.recotee", row, by=by, at=at, reason=str(cause), data=data, tell=told)
        traces.append(_trace(row, cause, points, since, at))
        if row.points != points:
            moved.append(row)
    Recotation.objects.bulk_create(traces, batch_size=1_000)
    return moved


def _trace(row: Candidature, cause: str, points: int, since: date, at: datetime) -> Recotation:
    return Recotation(
        offre_id=row.offre_id,
        candidature=row,
        at=at,
        cause=cause,
        points_avant=points,
        points_apres=row.points,
        anciennete_avant=since,
        anciennete_apres=row.anciennete_le,
    )


@act
def renew_grille(*, offre_id: UUID, by: Actor, at: datetime) -> bool:
    """An offre that is not closed takes the version of the grid in force on its closing day; True when it changed.

    One act an offre: its list never mixes two versions, and its closing waits for this act or sees it done.
    """
    (offre,) = lock((Offre, offre_id))
    return renew_held(offre, by=by, at=at)


def renew_held(offre: Offre, *, by: Actor, at: datetime) -> bool:
    """The same for an offre already held by the act: the closing itself calls it, so that no list freezes too early.

    Past the hour, the new grid counts what was true at the closing: nobody gains by a closing that is done late.
    """
    if offre.state not in RENEWED:
        return False
    due = grille_en_vigueur(offre.logement.programme.commune, closing_day(offre))
    if due is None or due.pk == offre.grille_id:
        return False
    former = law_grille(offre.grille)
    data = {"avant": former.empreinte, "apres": due.empreinte}
    offre.grille = due
    offre.save(update_fields=["grille"])
    record("offre.grille", offre, by=by, at=at, data=data)
    rows = hold_live(offre_id=offre.pk)
    _read_facts(rows, Offre.objects.with_place().get(pk=offre.pk))
    closed = offre.cloture_le
    count = _afresh if closed is None or at <= closed else _as_closed(rows, former, closed)
    count_again(rows, CauseRecotation.GRILLE, by=by, at=at, count=count)
    return True


def _as_closed(rows: list[Candidature], former: Grille, closed: datetime) -> Count:
    inputs = inputs_at_closing(rows, former, closed)
    return lambda row, at: write_points(row, inputs[row.pk], row.offre, at)


def _read_facts(rows: list[Candidature], offre: Offre) -> None:
    """What the law reads of each demande, in three queries, and the offre with its place on each row."""
    demandes: list[Demande] = [row.demande for row in rows]
    prefetch_related_objects(demandes, "personnes", "communes", "pieces")
    for row in rows:
        row.offre = offre
