"""What a storage can do, and how it says that a name is taken or unknown."""

from collections.abc import Iterator
from datetime import timedelta
from typing import Protocol


class NotStored(LookupError):
    """No file of this name is there."""


class AlreadyStored(Exception):
    """A file of this name is there, and none is ever written over."""


class Store(Protocol):
    """Sealed bytes by name. A name is plain (`gateways.memory.checked_name`); GatewayDown when the place fails."""

    def put(self, name: str, content: bytes) -> None:
        """Keep these bytes for good once this returns. AlreadyStored when the name is taken, by anything."""

    def get(self, name: str) -> bytes:
        """The bytes of this name. NotStored when there are none."""
        ...

    def delete(self, name: str) -> None:
        """Destroy these bytes; nothing happens when there are none."""

    def exists(self, name: str) -> bool:
        """True when something has this name."""
        ...

    def names_older_than(self, age: timedelta) -> Iterator[str]:
        """Names that came more than `age` ago, drafts of a killed process included.

        Measured in real time: the clock of the demo may be months ahead of the files.
        """
        ...
