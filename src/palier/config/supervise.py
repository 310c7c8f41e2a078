"""`palier servir`: web and worker under one loop, which also keeps the embedded server alive.

Every second: the server answers or is started again; web and worker are started again whenever they end, whatever
their exit status (the worker ends with 0 when PostgreSQL dies). SIGTERM and Ctrl-C end everything in order.
"""

import signal
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from contextlib import contextmanager
from http.client import HTTPConnection
from threading import Event
from types import FrameType

from palier.base.postgres import Cluster, ServerError
from palier.config import databases, environment

PALIER = [sys.executable, "-m", "palier.config.cli"]
TICK, GRACE, QUICK = 1.0, 12.0, 5.0
HOST = "127.0.0.1"


def web_command(port: int) -> list[str]:
    """gunicorn: 2 processes of 4 threads."""
    words = "-w 2 -k gthread --threads 4 --graceful-timeout 10 --timeout 30 --no-control-socket --log-level warning"
    return [sys.executable, "-m", "gunicorn", "palier.config.wsgi", "-b", f"{HOST}:{port}", *words.split()]


def worker_command() -> list[str]:
    """The queue's worker."""
    return [*PALIER, "procrastinate", "worker", "--concurrency", "4"]


@contextmanager
def lease() -> Iterator[Cluster | None]:
    """Keep the embedded server for the length of the block; None when DATABASE_URL names another one."""
    if environment.text("DATABASE_URL"):
        yield None
        return
    held = databases.cluster().ready()
    try:
        yield held
    finally:
        held.leave()


def run_step(name: str) -> int:
    """Run one command of `palier` and wait for it."""
    return subprocess.run([*PALIER, name], check=False).returncode


def serve(port: int) -> int:
    """Check, prepare, then serve until told to stop; the exit status."""
    if _is_taken(port):
        print(f"Le port {port} est déjà pris : choisissez-en un autre avec --port.", file=sys.stderr)
        return 1
    with lease() as cluster:
        if status := subprocess.run([sys.executable, "-m", "palier.config.start_checks"], check=False).returncode:
            return status
        return Supervisor(port, cluster).run()


def _is_taken(port: int) -> bool:
    with socket.socket() as probe:
        probe.setsockopt(socket.SOL_SOCKET, socket.SO_REUSEADDR, 1)
        try:
            probe.bind((HOST, port))
        except OSError:
            return True
    return False


class Child:
    """One process that must always run."""

    def __init__(self, name: str, command: list[str]) -> None:
        self.name = name
        self.command = command
        self.process: subprocess.Popen[bytes] | None = None
        self.started = 0.0

    def keep(self) -> None:
        """Start it when it does not run; wait a little after an end that came too soon."""
        if self.process is not None and self.process.poll() is None:
            return
        if self.process is not None:
            if time.monotonic() - self.started < QUICK and self.process.returncode != 0:
                time.sleep(TICK)
            print(f"palier : {self.name} a fini ({self.process.returncode}), relancé.", file=sys.stderr)
        self.process = subprocess.Popen(self.command)
        self.started = time.monotonic()

    def ask_to_end(self) -> None:
        """SIGTERM, when it runs."""
        if self.process is not None and self.process.poll() is None:
            self.process.terminate()

    def wait(self, seconds: float) -> None:
        """Wait for its end, at most `seconds`, then kill it."""
        if self.process is None:
            return
        try:
            self.process.wait(max(seconds, 0.1))
        except subprocess.TimeoutExpired:
            self.process.kill()
            self.process.wait()


class Supervisor:
    """The loop. It holds no connection of its own."""

    def __init__(self, port: int, cluster: Cluster | None) -> None:
        self.port = port
        self.cluster = cluster
        self.children = [Child("web", web_command(port)), Child("file de tâches", worker_command())]
        self.ended = Event()
        self.announced = False

    def run(self) -> int:
        """Serve until SIGTERM or SIGINT; 0."""
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, self._stop)
        try:
            while not self.ended.is_set():
                self._tick()
                self.ended.wait(TICK if self.announced else TICK / 5)
        finally:
            self._end_children()
        return 0

    def _tick(self) -> None:
        if self.cluster is not None:
            try:
                self.cluster.start()
            except ServerError as refusal:
                print(refusal, file=sys.stderr)
        for child in self.children:
            if not self.ended.is_set():
                child.keep()
        if not self.announced and self._answers():
            self.announced = True
            print(f"Palier est prêt : http://{HOST}:{self.port}", flush=True)

    def _answers(self) -> bool:
        connection = HTTPConnection(HOST, self.port, timeout=2)
        try:
            connection.request("GET", "/sante/pret")
            return connection.getresponse().status == 200
        except OSError:
            return False
        finally:
            connection.close()

    def _end_children(self) -> None:
        limit = time.monotonic() + GRACE
        for child in self.children:
            child.ask_to_end()
        for child in self.children:
            child.wait(limit - time.monotonic())

    def _stop(self, number: int, frame: FrameType | None) -> None:
        self.ended.set()
