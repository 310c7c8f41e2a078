"""A live site for browser tests: threads over a throw-away database, the queue drained for real, mails in a folder."""

from __future__ import annotations

import re
import threading
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from datetime import datetime
from typing import Any

from django.conf import settings
from django.db import connection, connections
from django.test.testcases import LiveServerThread, QuietWSGIRequestHandler
from procrastinate.contrib.django import app

from palier.attributions.tasks import expire_due
from palier.base import clock, postgres
from palier.candidatures.tasks import close_due
from palier.config import databases
from palier.config.wsgi import application
from palier.gateways import mail
from palier.parc.tasks import publish_due

EACH_MINUTE = (publish_due, close_due, expire_due)
"""The periodic tasks of the deadlines, which a worker runs every minute."""
LINK = re.compile(r"https?://[^/\s]+(/\S+)")


class SiteThread(LiveServerThread):
    """Django's threaded server, with the very application that gunicorn loads (whitenoise serves the files)."""

    def _create_server(self, connections_override: Any = None) -> Any:
        return self.server_class(
            (self.host, self.port), QuietWSGIRequestHandler, connections_override=connections_override
        )

    def run(self) -> None:
        """Serve until `terminate`."""
        try:
            self.httpd = self._create_server()
            self.port = self.httpd.server_address[1]
            self.httpd.set_app(application)
            self.is_ready.set()
            self.httpd.serve_forever()
        except Exception as error:
            self.error = error
            self.is_ready.set()
        finally:
            connections.close_all()


@contextmanager
def site() -> Iterator[str]:
    """The address of a running site on a free port."""
    thread = SiteThread("127.0.0.1", None)
    thread.daemon = True
    thread.start()
    thread.is_ready.wait(20)
    if thread.error:
        raise thread.error
    try:
        yield f"http://127.0.0.1:{thread.port}"
    finally:
        thread.terminate()


def as_application(cluster: postgres.Cluster, name: str) -> None:
    """Reach the database under the application's role, as a site in production does."""
    connections["default"].close()
    place = databases.options(databases.coordinates(cluster, postgres.APP, name), "app", pool=False)
    connections["default"].settings_dict.update(place)
    settings.DATABASES["default"].update(place)


def apart(work: Callable[[], Any]) -> Any:
    """Run `work` in a thread of its own (the browser's driver holds this thread's event loop); its error is ours."""
    found: list[Any] = [None, None]

    def run() -> None:
        try:
            found[0] = work()
        except BaseException as error:
            found[1] = error
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    thread.join()
    if found[1] is not None:
        raise found[1]
    return found[0]


def drain() -> None:
    """Let a real worker do every job that waits, then leave."""

    def work() -> None:
        with app.replace_connector(app.connector.get_worker_connector()) as ready:
            ready.run_worker(wait=False, install_signal_handlers=False, listen_notify=False)

    apart(work)


def at_instant(instant: datetime) -> None:
    """Move the platform's clock there, run the tasks of the minute, deliver what they sent."""

    def work() -> None:
        clock.set_now(instant)
        for task in EACH_MINUTE:
            task.func(timestamp=0)

    apart(work)
    drain()


def mail_to(address: str, subject: str) -> mail.Delivered:
    """The latest mail to this address whose subject begins so."""
    drain()
    found = [each for each in mail.list_delivered(address) if each.subject.startswith(subject)]
    assert found, (address, subject, [each.subject for each in mail.list_delivered(address)])
    return found[0]


def link_in(message: mail.Delivered, beginning: str) -> str:
    """The path of the first link of a mail that begins so."""
    paths = [path for path in LINK.findall(message.text) if path.startswith(beginning)]
    assert paths, message.text
    return paths[0]
