"""The envelope: KEK wraps a person's key, which seals each value under a key of its own (AES-256-GCM).

A sealed value is version (1 byte) | salt (16) | nonce (12) | ciphertext and tag. Its key is
HMAC-SHA256(person's key, salt | aad); the additional data bind it to the person and its place, so a
flipped byte, a swapped value or another person's key is refused.
"""

import hashlib
import hmac
import json
import secrets
import unicodedata
from collections.abc import Iterable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from contextvars import ContextVar
from typing import Any
from uuid import UUID

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM
from django.apps import apps
from django.db.models import Manager, QuerySet
from django.db.models.functions import Now

from palier.coffre import keys

VERSION = b"\x01"
SALT, NONCE = 16, 12
Ring = dict[UUID, bytes | None]
_ring: ContextVar[Ring | None] = ContextVar("coffre_ring", default=None)


class VaultError(Exception):
    """A sealed value cannot be opened."""


class Tampered(VaultError):
    """The bytes, their place or their owner are not those that were sealed."""


class Destroyed(VaultError):
    """The person's key was destroyed: their data no longer exist."""


def _rows() -> "Manager[Any]":
    manager: Manager[Any] = apps.get_model("coffre", "PersonKey")._default_manager
    return manager


def encrypt(key: bytes, plain: bytes, aad: bytes) -> bytes:
    """AES-256-GCM under a nonce drawn now and put in front; `aad` is bound to it."""
    nonce = secrets.token_bytes(NONCE)
    return nonce + AESGCM(key).encrypt(nonce, plain, aad)


def decrypt(key: bytes, blob: bytes, aad: bytes) -> bytes:
    """What `encrypt` gave. Tampered when the bytes, the key or the `aad` are others."""
    try:
        return AESGCM(key).decrypt(blob[:NONCE], blob[NONCE:], aad)
    except (InvalidTag, ValueError) as error:
        raise Tampered("a sealed value does not match its place or its key") from error


def _wrap(person_id: UUID, key: bytes) -> bytes:
    return encrypt(keys.derived("palier/wrap"), key, person_id.bytes)


def _unwrap(person_id: UUID, wrapped: bytes) -> bytes:
    return decrypt(keys.derived("palier/wrap"), bytes(wrapped), person_id.bytes)


@contextmanager
def ring(person_ids: Iterable[UUID] = ()) -> Iterator[None]:
    """Keep unwrapped keys for the time of a block (an act, a page), loading those given in one query."""
    opened: Ring | None = _ring.get()
    token = None
    if opened is None:
        opened = {}
        token = _ring.set(opened)
    try:
        _load(opened, person_ids)
        yield
    finally:
        if token is not None:
            _ring.reset(token)


def _load(into: Ring, person_ids: Iterable[UUID]) -> None:
    wanted = {person_id for person_id in person_ids if person_id not in into}
    if not wanted:
        return
    for person_id, wrapped in _rows().filter(pk__in=wanted).values_list("person_id", "wrapped"):
        into[person_id] = None if wrapped is None else _unwrap(person_id, wrapped)


def _existing(person_ids: Iterable[UUID]) -> Ring:
    wanted = list(person_ids)
    held = _ring.get()
    ring_: Ring = {} if held is None else held
    _load(ring_, wanted)
    return ring_


def ensure_keys(person_ids: Iterable[UUID]) -> None:
    """Make the missing keys of these persons: at most two queries, whatever their number."""
    wanted = set(person_ids)
    found = _existing(wanted)
    missing = [person_id for person_id in wanted if person_id not in found]
    if not missing:
        return
    model = apps.get_model("coffre", "PersonKey")
    kek = keys.kek_id()
    made = [model(person_id=p, wrapped=_wrap(p, secrets.token_bytes(keys.KEY_BYTES)), kek_id=kek) for p in missing]
    _rows().bulk_create(made, ignore_conflicts=True, batch_size=5_000)
    held = _ring.get()
    if held is not None:
        _load(held, missing)


def _key(person_id: UUID, found: Ring) -> bytes:
    if person_id not in found:
        raise VaultError(f"no key for person {person_id}")
    key = found[person_id]
    if key is None:
        raise Destroyed(f"the key of person {person_id} was destroyed")
    return key


def _value_key(key: bytes, salt: bytes, aad: bytes) -> bytes:
    return hmac.digest(key, salt + aad, hashlib.sha256)


def _seal(key: bytes, person_id: UUID, data: Mapping[str, Any], aad: str) -> bytes:
    plain = json.dumps(data, ensure_ascii=False, separators=(",", ":"), allow_nan=False).encode()
    bound = person_id.bytes + aad.encode()
    salt = secrets.token_bytes(SALT)
    return VERSION + salt + encrypt(_value_key(key, salt, bound), plain, bound)


def _unseal(key: bytes, person_id: UUID, blob: bytes, aad: str) -> dict[str, Any]:
    if blob[:1] != VERSION or len(blob) < 1 + SALT + NONCE + 16:
        raise Tampered("a sealed value has an unknown form")
    bound = person_id.bytes + aad.encode()
    plain = decrypt(_value_key(key, blob[1 : 1 + SALT], bound), blob[1 + SALT :], bound)
    found: dict[str, Any] = json.loads(plain)
    return found


def seal(person_id: UUID, data: Mapping[str, Any], *, aad: str) -> bytes:
    """Seal a JSON-able mapping under the person's key (made when missing), bound to the place `aad`.

    TypeError or ValueError when the data are not JSON; Destroyed when the person was erased.
    """
    found = _existing([person_id])
    if person_id not in found:
        ensure_keys([person_id])
        found = _existing([person_id])
    return _seal(_key(person_id, found), person_id, data, aad)


def unseal(person_id: UUID, blob: bytes, *, aad: str) -> dict[str, Any]:
    """Open one sealed value. Tampered, Destroyed or VaultError (no key) when it cannot be opened."""
    return _unseal(_key(person_id, _existing([person_id])), person_id, bytes(blob), aad)


def seal_many(items: Sequence[tuple[UUID, Mapping[str, Any], str]]) -> list[bytes]:
    """Seal (person, data, aad) triples with at most three queries for all keys."""
    with ring():
        ensure_keys(person_id for person_id, _, _ in items)
        found = _existing([])
        return [_seal(_key(person_id, found), person_id, data, aad) for person_id, data, aad in items]


def unseal_many(items: Sequence[tuple[UUID, bytes, str]]) -> list[dict[str, Any]]:
    """Open (person, blob, aad) triples with one query for all keys; same errors as `unseal`."""
    with ring(person_id for person_id, _, _ in items):
        found = _existing([])
        return [_unseal(_key(person_id, found), person_id, bytes(blob), aad) for person_id, blob, aad in items]


def destroy(person_id: UUID) -> None:
    """Destroy the person's key for ever: nothing sealed under it opens again. Without a key, leave a tombstone."""
    _rows().update_or_create(
        pk=person_id,
        defaults={"wrapped": None, "destroyed_at": Now()},
        create_defaults={"wrapped": None, "destroyed_at": Now(), "kek_id": keys.kek_id()},
    )
    held = _ring.get()
    if held is not None:
        held[person_id] = None


def is_destroyed(person_id: UUID) -> bool:
    """True once the person's key was destroyed."""
    return bool(_rows().filter(pk=person_id, destroyed_at__isnull=False).exists())


def destroyed() -> "QuerySet[Any, Any]":
    """The ids of all whose key was destroyed, to be read inside another query."""
    return _rows().filter(destroyed_at__isnull=False).values("pk")


def blind_index(value: str, *, scope: str) -> str:
    """A keyed fingerprint (64 hexadecimal digits) for exact search; case, accents' form and spaces do not count."""
    plain = "".join(unicodedata.normalize("NFKC", value).casefold().split())
    return hmac.new(keys.derived(f"palier/index/{scope}"), plain.encode(), hashlib.sha256).hexdigest()
