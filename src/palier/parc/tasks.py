"""Work of the queue on the stock: what was programmed is published when its hour has come."""

from procrastinate.contrib.django import app

from palier.base import clock
from palier.parc import actions


@app.periodic(cron="* * * * *")
@app.task(name="parc.tasks.publish_due", queue="echeances", queueing_lock="parc.publish_due")
def publish_due(timestamp: int) -> None:
    """Publish the programmed offres whose hour has come on the platform's clock; `timestamp` is the scheduler's."""
    actions.publish_due(at=clock.now())
