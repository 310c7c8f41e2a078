"""Who may do what on a candidature, and the numbers of its pages. Predicates on typed rows."""

from __future__ import annotations

import hashlib
import tomllib
from collections.abc import Iterable
from datetime import date
from importlib import resources
from typing import TYPE_CHECKING
from uuid import UUID

from palier.base.limits import Limit
from palier.candidatures.states import LIVE

if TYPE_CHECKING:
    from palier.base.actor import Actor
    from palier.candidatures.models import Candidature, ClassementLigne
    from palier.demandes.models import Demande

IDENTITY = ("PIECE_IDENTITE", "ID_FR", "ID_UE", "TITRE_SEJOUR")
"""Codes of the piece that opens the numéro unique."""
MAY_APPLY = ("deposee", "active", "a_renouveler")
"""States of a demande that may apply: the number may still be on its way."""


def _load() -> dict[str, Limit]:
    raw = tomllib.loads(resources.files("palier.candidatures").joinpath("limits.toml").read_text(encoding="utf-8"))
    return {name: Limit(name=name, **fields) for name, fields in raw.items()}


LIMITS = _load()


def number(name: str) -> int:
    """The bare number of `limits.toml`, in its unit."""
    return LIMITS[name].value


def holds(actor: Actor, demande: Demande) -> bool:
    """True when the demande is the actor's own."""
    return actor.role == "demandeur" and actor.user_id is not None and demande.titulaire_id == actor.user_id


def is_live(candidature: Candidature) -> bool:
    """True while the candidature still runs."""
    return candidature.state in LIVE


def full_months(since: date, until: date) -> int:
    """Complete months from one day to another, 0 when there are none."""
    months = (until.year - since.year) * 12 + until.month - since.month
    return max(0, months - (until.day < since.day))


def sort_key(row: Candidature | ClassementLigne) -> tuple[int, object, str]:
    """Best first: more points, then the older demande, then the drawn tie key."""
    return -row.points, row.anciennete_le, row.cle_egalite


def digest(rows: Iterable[Candidature | ClassementLigne]) -> str:
    """SHA-256 of the ordered (candidature, points, seniority, tie key)."""
    total = hashlib.sha256()
    for row in rows:
        owner = getattr(row, "candidature_id", row.pk)
        total.update(f"{owner}|{row.points}|{row.anciennete_le}|{row.cle_egalite}\n".encode())
    return total.hexdigest()


def place(candidature_id: UUID) -> str:
    """Where the frozen inputs of a line are bound to (coffre)."""
    return f"candidatures.classementligne|{candidature_id}|entrees"
