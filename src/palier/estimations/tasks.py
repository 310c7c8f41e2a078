"""Estimates follow events: what an event touches is made again in one batch, a little later, by the queue.

A task that listens only asks for the batch: while one waits, another asked for the same offre or demande adds nothing,
so that a hundred arrivals cost a few batches. Nothing is ever computed on the view of a page from here.
"""

from __future__ import annotations

from datetime import timedelta
from importlib import import_module
from typing import Any
from uuid import UUID

from django.db import transaction
from procrastinate import RetryStrategy, exceptions
from procrastinate.contrib.django import app

from palier.attributions.models import Proposition
from palier.base import clock, limits
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande, Piece
from palier.demandes.rules import APPLYING_STATES
from palier.estimations.queries.territories import due
from palier.journal.events import on
from palier.journal.models import Event

QUEUE = "entretien"
AGAIN = RetryStrategy(max_attempts=limits.value("job_tries"), exponential_wait=4)
JUDGES = ("palier.estimations.actions.scoring", "palier.estimations.actions.auditing")


def _computing() -> Any:
    """By name: the web imports this module to put jobs in the queue, and must not load numpy for that."""
    return import_module("palier.estimations.actions.computing")


def _ask(task: Any, name: str, wait: timedelta, **arguments: str) -> None:
    """Put a job in the queue unless the same one already waits there; two of the same name never run together."""
    lock = f"{task.name}.{name}"
    later = task.configure(queueing_lock=lock, lock=lock, schedule_in={"seconds": int(wait.total_seconds())})
    try:
        with transaction.atomic():
            later.defer(**arguments)
    except exceptions.AlreadyEnqueued:
        return  # the one that waits reads what is there when it starts


@app.task(name="estimations.tasks.estimate_offre", queue=QUEUE, retry=AGAIN)
def estimate_offre(*, offre_id: str, cause: str) -> None:
    """Make the estimates of the live candidatures of an offre again; may run twice."""
    _computing().estimate_offres([UUID(offre_id)], cause=cause, at=clock.now())


@app.task(name="estimations.tasks.estimate_demande", queue=QUEUE, retry=AGAIN)
def estimate_demande(*, demande_id: str, cause: str) -> None:
    """Make the outlook of a demande, and the chances of its candidatures, again; may run twice."""
    computing, now = _computing(), clock.now()
    computing.estimate_demandes([UUID(demande_id)], cause=cause, at=now)
    live = Candidature.objects.live().filter(demande_id=demande_id)
    computing.estimate_offres(list(live.values_list("offre_id", flat=True)), cause=cause, at=now)


@app.task(name="estimations.tasks.estimate_territoire", queue=QUEUE, retry=AGAIN)
def estimate_territoire(*, territoire: str) -> None:
    """The night of a territory; may run twice, and begins again when its worker died."""
    _computing().estimate_territoire(territoire, at=clock.now())


@app.periodic(cron="* * * * *")
@app.task(name="estimations.tasks.keep_fresh", queue="echeances", queueing_lock="estimations.keep_fresh")
def keep_fresh(timestamp: int) -> None:
    """Ask for the night of each territory that has none since the last opening hour, on the platform's clock."""
    for territoire in due(clock.now()):
        _ask(estimate_territoire, territoire, timedelta(0), territoire=territoire)


@app.periodic(cron="40 4 * * *")
@app.task(name="estimations.tasks.judge_quarter", queue=QUEUE, queueing_lock="estimations.judge_quarter")
def judge_quarter(timestamp: int) -> None:
    """Score our estimates on the last quarter that is over, and audit its selections, once each; may run twice."""
    judging, auditing, now = (*map(import_module, JUDGES), clock.now())
    debut = judging.last_quarter(now)
    judging.score_quarter(debut=debut, at=now)
    auditing.audit_quarter(debut=debut, at=now)


def _offre(offre_id: UUID | None, cause: str) -> None:
    if offre_id is not None:
        _ask(estimate_offre, str(offre_id), limits.duration("estimation_attente"), offre_id=str(offre_id), cause=cause)


def _demande(demande_id: UUID, cause: str) -> None:
    """Nothing for a draft, nor for whoever left."""
    if Demande.objects.filter(pk=demande_id, state__in=APPLYING_STATES).exists():
        wait = limits.duration("estimation_attente")
        _ask(estimate_demande, str(demande_id), wait, demande_id=str(demande_id), cause=cause)


@on(
    "candidature.deposee", "candidature.retiree", "candidature.recotee", "candidature.close", "candidature.contact",
    "candidature.designee", "candidature.non_designee", "candidature.inscrite", "candidature.attribuee",
    "candidature.attribuee_sous_condition", "candidature.non_attribuee", "candidature.irrecevable",
)  # fmt: skip
def follow_candidature(event_id: UUID) -> None:
    """A list changed, or the answer of somebody on it: everybody's chance on this offre."""
    event = Event.objects.get(pk=event_id)
    _offre(Candidature.objects.filter(pk=event.aggregate_id).values_list("offre_id", flat=True).first(), event.kind)


@on("offre.grille", "offre.cloturee", "offre.attribuee", "offre.pourvue", "offre.infructueuse", "offre.retiree")
def follow_offre(event_id: UUID) -> None:
    """A list closed, an order was decided, an offre ended."""
    event = Event.objects.get(pk=event_id)
    _offre(event.aggregate_id, event.kind)


@on(
    "proposition.envoyee", "proposition.acceptee", "proposition.refusee", "proposition.sans_reponse",
    "proposition.annulee",
)  # fmt: skip
def follow_proposition(event_id: UUID) -> None:
    """The order goes on: the odds of those behind, and what waiting is worth to the person who must answer."""
    event = Event.objects.get(pk=event_id)
    found = Proposition.objects.filter(pk=event.aggregate_id).values_list("offre_id", "candidature__demande_id").first()
    if found is not None:
        _offre(found[0], event.kind)
        _demande(found[1], event.kind)


@on(
    "demande.deposee", "demande.active", "demande.etape", "demande.reunie", "demande.separee",
    "demande.estimations_remises",
)  # fmt: skip
def follow_demande(event_id: UUID) -> None:
    """What a demande asks for, or what is known of it, changed."""
    event = Event.objects.get(pk=event_id)
    _demande(event.aggregate_id, event.kind)


@on("piece.conforme", "piece.validee", "piece.expiree", "piece.retiree", "piece.refusee")
def follow_piece(event_id: UUID) -> None:
    """What a file proves changed."""
    event = Event.objects.get(pk=event_id)
    owner = Piece.objects.filter(pk=event.aggregate_id).values_list("demande_id", flat=True).first()
    if owner is not None:
        _demande(owner, event.kind)
