"""The first thing that a child process does: put up its walls, then do one job with the bytes of its standard input.

A job is a module with `run(payload, arguments) -> (head, body)`: `head` can be written as JSON, `body` is bytes.
"""

import importlib
import json
import os
import sys
from typing import Any

from palier.gateways.files.jobs import walls

MARK = b"PLR1"


class Unfit(Exception):
    """The document cannot be taken; `code` is one of a closed list that the parent knows, `facts` are numbers."""

    def __init__(self, code: str, **facts: int) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


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
    walls.stand(json.loads(bounds), sys.path[0])
    sys.stdout.buffer.write(work(task, json.loads(arguments)))
    sys.stdout.buffer.flush()
    os._exit(0)
