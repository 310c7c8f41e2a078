"""Reminders: each date is announced 60, 30, 7 and 1 days before it bites, once, never at night."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, timedelta
from uuid import UUID

from django.db.models import Exists, OuterRef

from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.demandes import queries
from palier.demandes.actions.renewal import EXPIRING, each_alone, is_quiet
from palier.demandes.enums import ObjetRappel
from palier.demandes.models import Demande, Piece, Rappel
from palier.demandes.queries import DueDate
from palier.journal.mover import act, lock, record


def remind_due(*, at: datetime) -> int:
    """Announce what is near, each demande in its own commit; the number of demandes that were told.

    At night nothing is announced: the first run of the morning does it, so that no date is skipped.
    """
    if is_quiet(at):
        return 0
    return each_alone(_near(at), _announce, at)


def _near(at: datetime) -> list[UUID]:
    """The filed demandes with a date that was not announced yet at its distance: asked of the database, not scanned."""
    day, found, low = local_day(at), set(), 0
    for high in sorted(queries.announced_days()):
        window = (day + timedelta(days=low), day + timedelta(days=high))
        found |= set(_renewals(window, high)) | set(_pieces(window, high))
        low = high + 1
    late = Demande.objects.filter(state__in=queries.RENEWED, renouveler_avant__lt=day)
    return sorted(found | set(late.values_list("pk", flat=True)))


def _renewals(window: tuple[date, date], high: int) -> Iterable[UUID]:
    told = Rappel.objects.filter(
        demande=OuterRef("pk"),
        objet=ObjetRappel.RENOUVELLEMENT,
        echeance=OuterRef("renouveler_avant"),
        jours__lte=high,
    )
    rows = Demande.objects.filter(state__in=queries.RENEWED, renouveler_avant__range=window)
    return rows.exclude(Exists(told)).values_list("pk", flat=True)


def _pieces(window: tuple[date, date], high: int) -> Iterable[UUID]:
    told = Rappel.objects.filter(
        objet=ObjetRappel.PIECE, objet_id=OuterRef("pk"), echeance=OuterRef("expire_le"), jours__lte=high
    )
    rows = Piece.objects.filter(state__in=EXPIRING, expire_le__range=window, demande__state__in=queries.FILED)
    return rows.exclude(Exists(told)).values_list("demande_id", flat=True)


@act
def _announce(demande_id: UUID, at: datetime) -> bool:
    demande: Demande = lock((Demande, demande_id))[0]
    known = {(row.objet, row.objet_id, row.echeance): row.jours for row in _told(demande)}
    fresh = [
        (due, threshold)
        for due in queries.due_dates(demande, local_day(at))
        for threshold in [_threshold(due)]
        if threshold is not None and known.get((due.objet, due.objet_id, due.echeance), threshold + 1) > threshold
    ]
    if not fresh:
        return False
    Rappel.objects.bulk_create(
        Rappel(
            demande=demande, objet=due.objet, objet_id=due.objet_id, echeance=due.echeance, jours=days, cree_le=at
        )
        for due, days in fresh
    )
    told = [{"objet": due.objet, "label": due.label, "echeance": due.echeance.isoformat()} for due, _ in fresh]
    record("demande.rappel", demande, by=Actor.system(), at=at, data={"dates": told})
    return True


def _told(demande: Demande) -> Iterable[Rappel]:
    """The nearest announcement made of each date."""
    return Rappel.objects.filter(demande=demande).order_by("-jours")


def _threshold(due: DueDate) -> int | None:
    """The announcement that this number of days calls for: the smallest that is not passed yet; None when far."""
    return min((days for days in queries.announced_days() if days >= due.jours), default=None)
