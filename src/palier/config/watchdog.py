"""A body that does not arrive must not hold a thread: after a time the reading side of its socket is shut."""

import socket
from collections.abc import Callable, Iterable
from contextlib import suppress
from threading import Timer
from typing import Any

SECONDS = 30.0
Wsgi = Callable[[dict[str, Any], Callable[..., Any]], Iterable[bytes]]


class BodyWatchdog:
    """WSGI wrapper: `seconds` to send a whole body, under gunicorn, which gives the socket in the environment."""

    def __init__(self, application: Wsgi, seconds: float = SECONDS) -> None:
        self.application = application
        self.seconds = seconds

    def __call__(self, environ: dict[str, Any], start_response: Callable[..., Any]) -> Iterable[bytes]:
        connection = environ.get("gunicorn.socket")
        if connection is None or not self._has_body(environ):
            return self.application(environ, start_response)
        timer = Timer(self.seconds, self._cut, [connection])
        timer.daemon = True
        timer.start()
        try:
            return self.application(environ, start_response)
        finally:
            timer.cancel()

    @staticmethod
    def _has_body(environ: dict[str, Any]) -> bool:
        return environ.get("CONTENT_LENGTH", "") not in ("", "0") or "HTTP_TRANSFER_ENCODING" in environ

    @staticmethod
    def _cut(connection: socket.socket) -> None:
        with suppress(OSError):
            connection.shutdown(socket.SHUT_RD)
