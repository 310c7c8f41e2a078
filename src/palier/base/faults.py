"""Fault points at each boundary, for the proofs that nothing is lost; dormant unless armed (promises.md D13).

`PALIER_FAULTS="after_commit=kill,before_mail=raise"` arms them from outside; refused in production.
"""

import os
import signal
from collections.abc import Callable, Iterator
from contextlib import contextmanager

Hook = Callable[[], None]


class InjectedFault(RuntimeError):
    """What an armed fault point raises."""


_armed: dict[str, Hook] = {}


def fault(name: str) -> None:
    """Do nothing, unless a fault of this name is armed."""
    if _armed and name in _armed:
        _armed[name]()


def _kill() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def _raise() -> None:
    raise InjectedFault("injected fault")


_ACTIONS: dict[str, Hook] = {"kill": _kill, "raise": _raise}


def _refuse_in_production() -> None:
    if os.environ.get("PALIER_MODE") == "production":
        raise RuntimeError("PALIER_FAULTS : les pannes provoquées sont refusées en production.")


def arm_from_environment() -> None:
    """Arm what PALIER_FAULTS lists. ValueError for an unknown action, RuntimeError in production."""
    listed = os.environ.get("PALIER_FAULTS", "")
    if not listed:
        return
    _refuse_in_production()
    for item in listed.split(","):
        name, _, action = item.strip().partition("=")
        if action not in _ACTIONS:
            raise ValueError(f"PALIER_FAULTS : « {item} » n'est pas nom=kill ou nom=raise.")
        _armed[name] = _ACTIONS[action]


@contextmanager
def armed(name: str, hook: Hook = _raise) -> Iterator[None]:
    """Arm one fault point for the time of a block (tests)."""
    _refuse_in_production()
    _armed[name] = hook
    try:
        yield
    finally:
        del _armed[name]


arm_from_environment()
