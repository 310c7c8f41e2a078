"""Housekeeping of the journal, by the queue."""

from typing import Any

from django.db import transaction
from procrastinate import exceptions
from procrastinate.contrib.django import app

from palier.base import clock
from palier.journal import idempotency, verification


@app.periodic(cron="17 3 * * *")
@app.task(name="journal.tasks.purge_answers", queue="entretien")
def purge_answers(timestamp: int) -> None:
    """Delete the kept answers whose 30 days are over; may run twice."""
    idempotency.purge(clock.now())


@app.periodic(cron="17 4 * * 0")
@app.task(name="journal.tasks.check_record", queue="entretien", queueing_lock="journal.check_record")
def check_record(timestamp: int) -> None:
    """Verify the whole record each week, and whenever an auditor asks; may run twice: each run says what it saw."""
    verification.check(clock.now())


def ask_check() -> None:
    """Put a verification in the queue, unless one already waits there."""
    task: Any = check_record
    try:
        with transaction.atomic():
            task.defer(timestamp=int(clock.now().timestamp()))
    except exceptions.AlreadyEnqueued:
        return  # the one that waits reads what is there when it starts
