"""The first thing that a child process does: shut its doors, then do one job with the bytes of its standard input.

A job is a module with `run(payload, arguments) -> (head, body)`: `head` can be written as JSON, `body` is bytes.
"""

import ctypes
import importlib
import json
import os
import resource
import signal
import sys
from typing import Any

MARK = b"PLR1"
CLONE_NEWUSER, CLONE_NEWNET = 0x10000000, 0x40000000
PR_SET_NO_NEW_PRIVS = 38


class Unfit(Exception):
    """The document cannot be taken; `code` is one of a closed list that the parent knows, `facts` are numbers."""

    def __init__(self, code: str, **facts: int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


def shut_doors(bounds: dict[str, int]) -> None:
    """Limits of the process, no new rights, and no network where the kernel allows an ordinary user to say so."""
    for name, most in (
        (resource.RLIMIT_CORE, 0),
        (resource.RLIMIT_AS, bounds["memory"]),
        (resource.RLIMIT_FSIZE, bounds["output"]),
        (resource.RLIMIT_NOFILE, bounds["open_files"]),
    ):
        resource.setrlimit(name, (most, most))
    resource.setrlimit(resource.RLIMIT_CPU, (bounds["cpu"], bounds["cpu"] + 1))  # at the soft one it is told apart
    signal.signal(signal.SIGXFSZ, signal.SIG_DFL)  # Python ignores it: the answer would be cut in silence
    libc = ctypes.CDLL(None)
    libc.prctl(PR_SET_NO_NEW_PRIVS, 1, 0, 0, 0)
    libc.unshare(CLONE_NEWUSER | CLONE_NEWNET)  # a second wall: some kernels refuse it


def frame(head: dict[str, Any], body: bytes) -> bytes:
    """The answer on the standard output: mark, length of the head, head, body."""
    raw = json.dumps(head).encode()
    return MARK + len(raw).to_bytes(4, "big") + raw + body


def work(task: str, arguments: dict[str, Any]) -> bytes:
    """The framed answer of one job: what it made, why the document is unfit, or that memory ran out."""
    try:
        job = importlib.import_module(f"palier.gateways.{task}")
        head, body = job.run(sys.stdin.buffer.read(), arguments)
        return frame({"fait": head}, body)
    except Unfit as unfit:
        return frame({"inapte": unfit.code, "faits": unfit.facts}, b"")
    except MemoryError:
        return frame({"panne": "memoire"}, b"")


def main(task: str, bounds: str, arguments: str) -> None:
    """Entry of the child. It leaves without tidying up: destructors of broken documents are not worth running."""
    shut_doors(json.loads(bounds))
    sys.stdout.buffer.write(work(task, json.loads(arguments)))
    sys.stdout.buffer.flush()
    os._exit(0)
