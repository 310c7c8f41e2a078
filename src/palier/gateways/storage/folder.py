"""A folder of this machine: whole files or none, synced before they count, readable by us alone."""

import hashlib
import os
import secrets
import time
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import timedelta
from pathlib import Path

from palier.gateways.memory import checked_name
from palier.gateways.outage import GatewayDown
from palier.gateways.storage.facts import AlreadyStored, NotStored

DRAFT = "part"
SHARD = 2


@contextmanager
def _reached(service: str, label: str) -> Iterator[None]:
    """A full or broken disk is an outage like another: the act is refused in a sentence and may be tried again."""
    try:
        yield
    except OSError as error:
        raise GatewayDown(service, f"{label} ne répond pas en ce moment.") from error


class FolderStore:
    """Files lie in 256 folders by the digest of their name: thousands in one folder would slow every look."""

    def __init__(self, root: Path, service: str, label: str) -> None:
        self.root = root
        self.words = (service, label)

    def _path(self, name: str) -> Path:
        stem = checked_name(name).partition(".")[0]
        return self.root / hashlib.sha256(stem.encode()).hexdigest()[:SHARD] / name

    def put(self, name: str, content: bytes) -> None:
        target = self._path(name)
        draft = target.with_name(f"{name}.{secrets.token_hex(4)}.{DRAFT}")
        with _reached(*self.words):
            target.parent.mkdir(parents=True, exist_ok=True, mode=0o700)
            try:
                _write(draft, content)
                os.link(draft, target)  # unlike a rename it never goes over a file
            except FileExistsError as error:
                raise AlreadyStored(name) from error
            finally:
                draft.unlink(missing_ok=True)
            for folder in (target.parent, self.root):
                _sync(folder)

    def get(self, name: str) -> bytes:
        with _reached(*self.words):
            try:
                return self._path(name).read_bytes()
            except FileNotFoundError as error:
                raise NotStored(name) from error

    def delete(self, name: str) -> None:
        with _reached(*self.words):
            self._path(name).unlink(missing_ok=True)

    def exists(self, name: str) -> bool:
        with _reached(*self.words):
            return self._path(name).exists()

    def names_older_than(self, age: timedelta) -> Iterator[str]:
        before = time.time() - age.total_seconds()
        with _reached(*self.words):
            for path in self.root.glob("*/*"):
                if _born(path, before) <= before:
                    yield path.name


def _write(path: Path, content: bytes) -> None:
    descriptor = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(content)
        handle.flush()
        os.fsync(handle.fileno())


def _sync(folder: Path) -> None:
    """The name of a new file survives a power cut only once its folder is synced."""
    descriptor = os.open(folder, os.O_RDONLY | os.O_DIRECTORY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)


def _born(path: Path, otherwise: float) -> float:
    """When a file was written; one that went away meanwhile counts as young."""
    try:
        return path.stat().st_mtime
    except FileNotFoundError:
        return otherwise + 1
