"""The vault: envelope encryption by opaque person id (promises.md D10). It never holds a foreign key."""

from palier.coffre.envelope import (
    Destroyed,
    Tampered,
    VaultError,
    blind_index,
    destroy,
    destroyed,
    ensure_keys,
    is_destroyed,
    ring,
    seal,
    seal_many,
    unseal,
    unseal_many,
)

__all__ = [
    "Destroyed",
    "Tampered",
    "VaultError",
    "blind_index",
    "destroy",
    "destroyed",
    "ensure_keys",
    "is_destroyed",
    "ring",
    "seal",
    "seal_many",
    "unseal",
    "unseal_many",
]
