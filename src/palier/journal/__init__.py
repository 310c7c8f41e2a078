"""The journal: the state mover, the append-only record, who looked, idempotency, news.

Names are resolved at first use, because models exist only once Django is ready.
"""

from importlib import import_module
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from palier.journal.bulk import Note as Note
    from palier.journal.bulk import record_many as record_many
    from palier.journal.chain import payload_of as payload_of
    from palier.journal.events import on as on
    from palier.journal.mover import LOCK_ORDER as LOCK_ORDER
    from palier.journal.mover import Answer as Answer
    from palier.journal.mover import Busy as Busy
    from palier.journal.mover import KeyBusy as KeyBusy
    from palier.journal.mover import KeyReused as KeyReused
    from palier.journal.mover import LockOrderError as LockOrderError
    from palier.journal.mover import Move as Move
    from palier.journal.mover import act as act
    from palier.journal.mover import create as create
    from palier.journal.mover import create_many as create_many
    from palier.journal.mover import lock as lock
    from palier.journal.mover import move as move
    from palier.journal.mover import move_many as move_many
    from palier.journal.mover import once as once
    from palier.journal.mover import record as record
    from palier.journal.mover import share as share
    from palier.journal.reading import Sheet as Sheet
    from palier.journal.reading import read as read

_PLACES = {
    "bulk": ("Note", "record_many"),
    "chain": ("payload_of",),
    "events": ("on",),
    "mover": (
        "LOCK_ORDER", "Answer", "Busy", "KeyBusy", "KeyReused", "LockOrderError", "Move", "act", "create",
        "create_many", "lock", "move", "move_many", "once", "record", "share",
    ),
    "reading": ("Sheet", "read"),
}  # fmt: skip
_HOME = {name: module for module, names in _PLACES.items() for name in names}


def __getattr__(name: str) -> Any:
    if name not in _HOME:
        raise AttributeError(f"module {__name__!r} has no attribute {name!r}")
    return getattr(import_module(f"{__name__}.{_HOME[name]}"), name)
