"""The year of a demande: called for renewal, renewed in one act, removed at the legal end, taken up again."""

from __future__ import annotations

import logging
from collections.abc import Callable, Iterable
from datetime import date, datetime
from typing import Any
from uuid import UUID
from zoneinfo import ZoneInfo

from django.db.models import QuerySet

from palier.base import limits
from palier.base.actor import Actor
from palier.base.clock import PARIS, local_day
from palier.base.refusal import Refused
from palier.demandes import facts, queries
from palier.demandes.actions.common import NBSP, held, refuse_sharing
from palier.demandes.actions.filing import radiate_demande
from palier.demandes.actions.registre import tell_register
from palier.demandes.enums import MotifRadiation, ObjetRappel, OperationRegistre
from palier.demandes.models import Demande, Piece, Rappel
from palier.droit.bareme import bareme
from palier.droit.dates import plus_mois
from palier.droit.demande import NON_RENOUVELLEMENT, VALIDE, radiation, reactivation
from palier.droit.mots import jour
from palier.droit.numero_unique import fin_validite
from palier.journal.mover import act, lock, move

log = logging.getLogger(__name__)
EXPIRING = (*facts.PROVING, "a_verifier")


@act
def renew_demande(*, demande_id: UUID, by: Actor, at: datetime) -> Demande:
    """One act when nothing changed: a new year from this day (CCH R.441-2-7). The seniority does not move.

    Refused before the first announcement of the date; still open after it, until the demande is removed.
    """
    demande = held(demande_id, by, "demande.renouveler")
    day = local_day(at)
    if demande.renouvelee_le == day and demande.state == "active":
        return demande
    if not queries.may_renew(demande, day):
        raise _too_early(demande, day)
    move(demande, "renouveler", by=by, at=at, data=facts.snapshot(demande, au=day), changes=_year(day))
    tell_register(demande=demande, operation=OperationRegistre.RENOUVELLEMENT, at=at)
    return demande


def _year(day: date) -> dict[str, date]:
    return {"renouvelee_le": day, "renouveler_avant": fin_validite(day)}


def _too_early(demande: Demande, day: date) -> Refused:
    until = demande.renouveler_avant
    if until is None or demande.state not in ("active", "a_renouveler"):
        return Refused("renouvellement", "Cette demande ne se renouvelle pas.", mend="Ouvrez «\u00a0Ma demande\u00a0».")
    most = max(queries.announced_days())
    return Refused(
        "renouvellement_tot",
        f"Votre demande est valable jusqu'au {jour(until)}.",
        mend=f"Renouvelez-la dans les {most}{NBSP}jours avant cette date. Un rappel vous le dira.",
    )


@act
def reactivate_demande(*, demande_id: UUID, by: Actor, at: datetime) -> Demande:
    """Take up a demande removed for want of renewal, with its number and seniority (arrêté du 23/03/2015)."""
    demande = held(demande_id, by, "demande.renouveler")
    day = local_day(at)
    verdict = reactivation(demande.motif_radiation, day, depuis=demande.renouvelee_le)
    if demande.state != "radiee" or verdict.valeur is not True:
        reasons = [motif.texte for motif in verdict.motifs] or [each.texte for each in verdict.manquants]
        raise Refused(
            "reactivation",
            " ".join(reasons) or "Cette demande ne peut pas reprendre.",
            mend="Déposez une nouvelle demande, ou demandez à un guichet.",
        )
    refuse_sharing(demande.titulaire_id)
    changes = _year(day) | {"motif_radiation": ""}
    move(demande, "reactiver", by=by, at=at, reason=NON_RENOUVELLEMENT, changes=changes)
    tell_register(demande=demande, operation=OperationRegistre.RENOUVELLEMENT, at=at)
    return demande


@act
def _call(demande_id: UUID, at: datetime) -> bool:
    """The legal notice (CCH R.441-2-7), one month before the end: « à renouveler ». It is also the warning."""
    demande: Demande = lock((Demande, demande_id))[0]
    verdict, until = queries.validity(demande, local_day(at)), demande.renouveler_avant
    if demande.state != "active" or until is None or verdict is None or verdict.valeur in (None, VALIDE):
        return False
    move(demande, "appeler_renouvellement", by=Actor.system(), at=at)
    Rappel.objects.get_or_create(  # this notice is the announcement of that month: no second one the same day
        demande=demande,
        objet=ObjetRappel.RENOUVELLEMENT,
        objet_id=None,
        echeance=until,
        jours=limits.value("rappel_deuxieme"),
        defaults={"cree_le": at},
    )
    return True


@act
def _remove(demande_id: UUID, at: datetime) -> bool:
    """The removal for want of renewal, only where the law allows it: the end passed, and a warning given before."""
    demande: Demande = lock((Demande, demande_id))[0]
    if demande.state != "a_renouveler":
        return False
    day, warned = local_day(at), local_day(demande.state_since)
    verdict = radiation(NON_RENOUVELLEMENT, day, depuis=demande.renouvelee_le, avertissement=warned)
    if verdict.valeur is not True:
        return False
    radiate_demande(demande_id=demande_id, motif=MotifRadiation.NON_RENOUVELLEMENT, by=Actor.system(), at=at)
    return True


@act
def _expire(piece_id: UUID, at: datetime) -> bool:
    """A piece whose last day has passed no longer proves; whoever counts on it hears « piece.expiree »."""
    demande_id = Piece.objects.values_list("demande_id", flat=True).get(pk=piece_id)
    _, piece = lock((Demande, demande_id), (Piece, piece_id))
    if piece.state not in EXPIRING or piece.expire_le is None or piece.expire_le >= local_day(at):
        return False
    move(piece, "expirer", by=Actor.system(), at=at)
    return True


def is_quiet(at: datetime) -> bool:
    """True outside the hours at which people may be called upon, Paris time."""
    hour = at.astimezone(ZoneInfo(PARIS)).hour
    return not limits.value("rappel_debut") <= hour < limits.value("rappel_fin")


def lapse_due(*, at: datetime) -> dict[str, int]:
    """All that the calendar brings on this day, each in its own commit; run twice, the second finds nothing.

    Each of these sends a message, so at night nothing moves: the first run of the morning does it. What a piece
    proves does not wait for it: points read its last day.
    """
    if is_quiet(at):
        return {}
    day = local_day(at)
    called = Demande.objects.filter(state="active", renouveler_avant__lt=_notice_horizon(day))
    return {
        "appels": each_alone(_ids(called), _call, at),
        "radiations": each_alone(
            _ids(Demande.objects.filter(state="a_renouveler", renouveler_avant__lt=day)), _remove, at
        ),
        "expirations": each_alone(_ids(Piece.objects.filter(state__in=EXPIRING, expire_le__lt=day)), _expire, at),
    }


def _notice_horizon(day: date) -> date:
    """A demande that ends from this day on is not yet in its month of notice; the act itself judges to the day."""
    return plus_mois(day.replace(day=1), int(bareme("demande")["preavis_renouvellement"]["mois"]) + 1)


def _ids(rows: QuerySet[Any]) -> list[UUID]:
    return list(rows.order_by("pk").values_list("pk", flat=True))


def each_alone(ids: Iterable[UUID], work: Callable[[UUID, datetime], bool], at: datetime) -> int:
    """How many rows moved. One that breaks is written in the log and taken up at the next run: it holds no other."""
    done = 0
    for pk in ids:
        try:
            done += work(pk, at)
        except Exception as error:  # its text may name somebody: the kind of fault is enough here
            log.error("calendar: %s in %s of %s", type(error).__name__, work.__name__, pk)
    return done
