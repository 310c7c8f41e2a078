"""A bounded load on a local server: so many clients, each with its own keep-alive connection."""

from __future__ import annotations

import time
from collections.abc import Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from http.client import HTTPConnection, HTTPException
from queue import Empty, SimpleQueue

CLIENTS = 16


@dataclass(frozen=True)
class Call:
    """One POST."""

    path: str
    body: bytes
    headers: dict[str, str]


@dataclass
class Outcome:
    """What came back: statuses in no order, and the seconds that all of it took."""

    statuses: list[int]
    seconds: float

    @property
    def created(self) -> int:
        return self.statuses.count(201)

    @property
    def per_second(self) -> float:
        return self.created / self.seconds


def _client(port: int, queue: SimpleQueue[Call]) -> list[int]:
    connection = HTTPConnection("127.0.0.1", port, timeout=30)
    statuses: list[int] = []
    while True:
        try:
            call = queue.get_nowait()
        except Empty:
            return statuses
        try:
            connection.request("POST", call.path, call.body, call.headers)
            response = connection.getresponse()
            response.read()
            statuses.append(response.status)
        except (HTTPException, OSError):
            connection.close()
            statuses.append(0)


def post_all(port: int, calls: Sequence[Call]) -> Outcome:
    """Send every call once from 16 clients."""
    queue: SimpleQueue[Call] = SimpleQueue()
    for call in calls:
        queue.put(call)
    start = time.perf_counter()
    with ThreadPoolExecutor(CLIENTS) as pool:
        found = list(pool.map(lambda _: _client(port, queue), range(CLIENTS)))
    return Outcome([status for statuses in found for status in statuses], time.perf_counter() - start)
