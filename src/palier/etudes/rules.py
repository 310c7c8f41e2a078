"""Who may ask for a study, and the numbers of a study."""

from __future__ import annotations

import tomllib
from importlib import resources
from typing import TYPE_CHECKING

from palier.base.limits import Limit
from palier.base.policy import may

if TYPE_CHECKING:
    from palier.base.actor import Actor
    from palier.etudes.models import Etude


def _load() -> dict[str, Limit]:
    raw = tomllib.loads(resources.files("palier.etudes").joinpath("limits.toml").read_text(encoding="utf-8"))
    return {name: Limit(name=name, **fields) for name, fields in raw.items()}


LIMITS = _load()


def number(name: str) -> int:
    """The bare number of `limits.toml`, in its unit."""
    return LIMITS[name].value


def may_do(by: Actor, act: str) -> bool:
    """True when this hat may do the act on the territory of its own organisation."""
    return by.role == "collectivite" and by.organisation_id is not None and may(by.role, "territory", act)


def owns(by: Actor, etude: Etude, act: str) -> bool:
    """True when the study was asked by the actor's own organisation."""
    return may_do(by, act) and etude.organisation_id == by.organisation_id
