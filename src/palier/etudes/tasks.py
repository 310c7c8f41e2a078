"""Work of the queue on studies: a study asked is calculated; one whose worker died is taken up again."""

from __future__ import annotations

from importlib import import_module
from uuid import UUID

from procrastinate.contrib.django import app

from palier.base import clock
from palier.etudes.queries import silent
from palier.journal.events import on
from palier.journal.models import Event


def _run(etude_id: UUID) -> None:
    """By name: the web imports this module to put jobs in the queue, and must not load NumPy for that."""
    import_module("palier.etudes.running").run(etude_id, now=clock.now)


@on("etude.demandee")
def calculate(event_id: UUID) -> None:
    """Calculate the study that was asked for."""
    _run(Event.objects.get(pk=event_id).aggregate_id)


@app.periodic(cron="* * * * *")
@app.task(name="etudes.tasks.take_up", queue="entretien", queueing_lock="etudes.take_up")
def take_up(timestamp: int) -> None:
    """Take up the studies that give no sign of life any more."""
    for etude_id in silent():
        _run(etude_id)
