"""Work of the queue on candidatures: what is due is closed; the person is written to at each step."""

from procrastinate.contrib.django import app

from palier.base import clock
from palier.candidatures import actions


@app.periodic(cron="* * * * *")
@app.task(name="candidatures.tasks.close_due", queue="echeances", queueing_lock="candidatures.close_due")
def close_due(timestamp: int) -> None:
    """Close the offres whose hour has passed on the platform's clock; `timestamp` is the scheduler's."""
    actions.close_due(at=clock.now())
