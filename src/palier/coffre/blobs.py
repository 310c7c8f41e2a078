"""A whole file under a key of its own, itself sealed under the person's key: what the storage holds is only this.

A sealed file is version (1 byte) | nonce (12) | ciphertext and tag. Key and content are bound to the file, its
owner, its version and its kind: a flipped byte, a swapped file or key, an older version, another person: Tampered.
"""

import base64
import secrets
from uuid import UUID

from palier.coffre import envelope, keys

FORM = b"\x01"


def _place(person_id: UUID, blob_id: UUID, version: int, kind: str) -> str:
    return f"{blob_id}|{person_id}|{version}|{kind}"


def seal_blob(person_id: UUID, content: bytes, *, blob_id: UUID, version: int, kind: str) -> tuple[bytes, bytes]:
    """The wrapped key (for the row) and the sealed bytes (for the storage) of one version of a file.

    The key and the nonce are drawn here and serve once. Destroyed when the person was erased.
    """
    place = _place(person_id, blob_id, version, kind)
    key = secrets.token_bytes(keys.KEY_BYTES)
    wrapped = envelope.seal(person_id, {"cle": base64.b64encode(key).decode()}, aad=place)
    return wrapped, FORM + envelope.encrypt(key, content, place.encode())


def open_blob(
    person_id: UUID, wrapped_key: bytes, sealed: bytes, *, blob_id: UUID, version: int, kind: str
) -> bytes:
    """The content of a sealed file. Tampered, Destroyed or VaultError (no key) when it cannot be opened."""
    place = _place(person_id, blob_id, version, kind)
    key = base64.b64decode(envelope.unseal(person_id, wrapped_key, aad=place)["cle"])
    if sealed[:1] != FORM:
        raise envelope.Tampered("a sealed file has an unknown form")
    return envelope.decrypt(key, sealed[1:], place.encode())
