"""A parser of foreign bytes runs in a child process: no environment, no network, little memory (promises.md D12)."""

from __future__ import annotations

import json
import logging
import os
import re
import signal
import subprocess
import sys
import tempfile
from contextlib import suppress
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import IO, Any

import palier
from palier.base import limits
from palier.base.refusal import Refused

HOME = str(Path(palier.__file__).resolve().parents[1])
BOOT = """import sys
sys.path.insert(0, sys.argv[1])
from palier.gateways.files.jobs import boot
boot.main(*sys.argv[2:])"""
MARK, HEAD = b"PLR1", 8
log = logging.getLogger(__name__)
_TASK = re.compile(r"[a-z_]+(\.[a-z_]+)*\.jobs\.[a-z_]+")


class ChildFailed(Refused):
    """The child process did not answer: the document is refused, the platform goes on."""

    def __init__(self, code: str, detail: str, mend: str) -> None:
        super().__init__(code, detail, mend=mend, status=422)


class ChildCrashed(ChildFailed):
    """It died, or answered something that is not an answer."""

    def __init__(self) -> None:
        super().__init__(
            "fichier_illisible",
            "Ce fichier ne se lit pas.",
            "Enregistrez-le de nouveau, ou prenez le document en photo.",
        )


class ChildTooSlow(ChildFailed):
    """It was stopped at the end of its time."""

    def __init__(self) -> None:
        super().__init__(
            "fichier_trop_long", "Ce fichier demande trop de temps à lire.", "Envoyez moins de pages à la fois."
        )


class ChildTooBig(ChildFailed):
    """It needed more memory, or wrote more, than allowed."""

    def __init__(self) -> None:
        super().__init__(
            "fichier_trop_lourd",
            "Ce fichier prend trop de place une fois ouvert.",
            "Envoyez moins de pages à la fois, ou prenez le document en photo.",
        )


class Unfit(Exception):
    """The job says why it does not take the document; whoever called it has the sentence of each code."""

    def __init__(self, code: str, facts: dict[str, int]) -> None:
        super().__init__(code)
        self.code = code
        self.facts = facts


@dataclass(frozen=True, slots=True)
class Bounds:
    """What a child may use: bytes of memory and of answer, seconds of processor and of waiting, open files."""

    memory: int
    cpu: int
    wall: int
    output: int
    open_files: int

    @classmethod
    def usual(cls, prefix: str = "enfant") -> Bounds:
        """The rows `<prefix>_memoire`, `_processeur`, `_attente`; the output and the files are the same for all."""
        return cls(
            memory=limits.value(f"{prefix}_memoire"),
            cpu=limits.value(f"{prefix}_processeur"),
            wall=limits.value(f"{prefix}_attente"),
            output=limits.value("enfant_reponse"),
            open_files=limits.value("enfant_fichiers"),
        )


@dataclass(frozen=True, slots=True)
class Answer:
    """What a job made: facts that were JSON, and bytes."""

    head: dict[str, Any]
    body: bytes


def run(task: str, payload: bytes, arguments: dict[str, Any], *, bounds: Bounds | None = None) -> Answer:
    """Do the job `task` (a module below `palier.gateways`, as `files.jobs.remake`) on these bytes, in a child.

    Unfit when the job gives a reason, ChildCrashed, ChildTooSlow or ChildTooBig when it gives none.
    """
    if not _TASK.fullmatch(task):
        raise ValueError(f"not a job: {task!r}")
    allowed = bounds or Bounds.usual()
    with _memory() as given, _memory() as taken:
        given.write(payload)
        given.seek(0)
        code = _wait(task, allowed, json.dumps(arguments), given, taken)
        taken.seek(0)
        try:
            return _read(code, taken.read())
        except ChildFailed:
            log.warning("%s ended with %s on %s bytes", task, code, len(payload))
            raise


def _memory() -> IO[bytes]:
    """A file in memory: a document that was not judged yet never touches the disk in clear."""
    if hasattr(os, "memfd_create"):
        return os.fdopen(os.memfd_create("palier"), "w+b")
    return tempfile.TemporaryFile()


def _wait(task: str, bounds: Bounds, arguments: str, given: IO[bytes], taken: IO[bytes]) -> int:
    """The exit code of the child, killed with all its group whatever happens."""
    process = subprocess.Popen(
        [sys.executable, "-I", "-c", BOOT, HOME, task, json.dumps(asdict(bounds)), arguments],
        stdin=given,
        stdout=taken,
        stderr=subprocess.DEVNULL,
        env={},
        cwd="/",
        start_new_session=True,
    )
    try:
        return process.wait(bounds.wall)
    except subprocess.TimeoutExpired as error:
        raise ChildTooSlow from error
    finally:
        with suppress(ProcessLookupError):
            os.killpg(process.pid, signal.SIGKILL)
        process.wait()


def _read(code: int, raw: bytes) -> Answer:
    """The answer inside its frame; the child is not believed beyond the form of it."""
    if code == -signal.SIGXCPU:
        raise ChildTooSlow
    if code == -signal.SIGXFSZ:
        raise ChildTooBig
    if code or raw[: len(MARK)] != MARK:
        raise ChildCrashed
    end = HEAD + int.from_bytes(raw[len(MARK) : HEAD], "big")
    try:
        head = json.loads(raw[HEAD:end])
    except ValueError as error:
        raise ChildCrashed from error
    if "panne" in head:
        raise ChildTooBig
    if "inapte" in head:
        raise Unfit(str(head["inapte"]), dict(head["faits"]))
    return Answer(head["fait"], raw[end:])
