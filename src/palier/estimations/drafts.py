"""An estimate about to be stored, whatever computed it."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any
from uuid import UUID

from palier.estimations.models import Estimation

WRITTEN = ("ajustement_id", "faite_le", "cause", "empreinte", "proba", "bas", "haut", "statut", "detail")
Key = tuple[str, UUID]


@dataclass(frozen=True, slots=True)
class Draft:
    """One estimate about to be stored; `entrees` is what it was computed from, kept as a digest."""

    genre: str
    demande_id: UUID
    statut: str
    entrees: Any
    candidature_id: UUID | None = None
    ajustement_id: UUID | None = None
    proba: float | None = None
    bas: float | None = None
    haut: float | None = None
    detail: dict[str, Any] = field(default_factory=dict)

    @property
    def key(self) -> Key:
        return self.genre, self.candidature_id or self.demande_id

    @property
    def empreinte(self) -> str:
        said = json.dumps(self.entrees, sort_keys=True, separators=(",", ":"), default=str)
        return hashlib.sha256(said.encode()).hexdigest()

    def is_told_by(self, row: Estimation) -> bool:
        """True when the stored row says the same, from the same inputs."""
        return (row.empreinte, row.proba, row.bas, row.haut, row.statut) == (
            self.empreinte, self.proba, self.bas, self.haut, self.statut,
        )  # fmt: skip

    def written(self, *, cause: str, at: datetime) -> dict[str, Any]:
        """The columns of a row that says it."""
        own = {name: getattr(self, name) for name in WRITTEN if name not in ("faite_le", "cause")}
        return {**own, "faite_le": at, "cause": cause}
