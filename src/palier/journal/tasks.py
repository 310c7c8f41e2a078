"""Housekeeping of the journal, by the queue."""

from procrastinate.contrib.django import app

from palier.base import clock
from palier.journal import idempotency


@app.periodic(cron="17 3 * * *")
@app.task(name="journal.tasks.purge_answers", queue="entretien")
def purge_answers(timestamp: int) -> None:
    """Delete the kept answers whose 30 days are over; may run twice."""
    idempotency.purge(clock.now())
