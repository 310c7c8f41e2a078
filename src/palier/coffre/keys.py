"""The key that wraps all others: a file outside the database, read once per process."""

import base64
import binascii
import functools
import hashlib
import hmac
import os
import secrets
from pathlib import Path

from django.conf import settings

KEY_BYTES = 32
_SAMPLES = frozenset({bytes(KEY_BYTES), b"0" * KEY_BYTES})


class BadKeyFile(RuntimeError):
    """The KEK file is missing, unreadable or holds no key; the message is a French sentence."""


def path() -> Path:
    """Where the KEK lies (PALIER_KEK_FILE)."""
    return Path(settings.PALIER_KEK_FILE)


def _make(place: Path) -> None:
    place.parent.mkdir(parents=True, exist_ok=True)
    draft = place.with_name(f".{place.name}.{os.getpid()}.{secrets.token_hex(4)}")
    descriptor = os.open(draft, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600)
    with os.fdopen(descriptor, "wb") as handle:
        handle.write(base64.b64encode(secrets.token_bytes(KEY_BYTES)) + b"\n")
        handle.flush()
        os.fsync(handle.fileno())
    try:
        os.link(draft, place)  # atomic, and never over a key made meanwhile by another process
    except FileExistsError:
        return
    finally:
        draft.unlink()


@functools.lru_cache(maxsize=4)
def _load(place: Path) -> bytes:
    if not place.exists() and settings.PALIER_MODE != "production":
        _make(place)
    try:
        key = base64.b64decode(place.read_bytes(), validate=False)
    except (OSError, binascii.Error) as error:
        raise BadKeyFile(
            f"PALIER_KEK_FILE\u00a0: «\u00a0{place}\u00a0» ne se lit pas. Donnez un fichier de clé lisible."
        ) from error
    if len(key) != KEY_BYTES or (key in _SAMPLES and settings.PALIER_MODE == "production"):
        raise BadKeyFile(
            f"PALIER_KEK_FILE\u00a0: «\u00a0{place}\u00a0» ne contient pas une clé de 32 octets en base 64."
        )
    return key


def derived(purpose: str) -> bytes:
    """A 32-byte key for one purpose: HKDF-SHA256 (RFC 5869) of the KEK, empty salt, one block."""
    extracted = hmac.digest(bytes(KEY_BYTES), _load(path()), hashlib.sha256)
    return hmac.digest(extracted, purpose.encode() + b"\x01", hashlib.sha256)


def kek_id() -> str:
    """A public name of the KEK in use, 16 hexadecimal digits."""
    return derived("palier/name").hex()[:16]
