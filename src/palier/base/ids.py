"""Identifiers: UUID version 7 (RFC 9562, 5.7), ordered by real time, drawn nowhere else."""

import secrets
import threading
import time
import uuid

_lock = threading.Lock()
_last = 0


def new_id() -> uuid.UUID:
    """A UUIDv7 from real time; ids made by one process strictly increase."""
    global _last
    with _lock:
        stamp = time.time_ns() // 1_000_000 << 12 | secrets.randbits(10)
        _last = stamp if stamp > _last else _last + 1
        stamp = _last
    value = (stamp >> 12) << 80 | 0x7 << 76 | (stamp & 0xFFF) << 64 | 0b10 << 62 | secrets.randbits(62)
    return uuid.UUID(int=value)
