"""Writing what was learned of a territory: the fit for ever, its replay in place of the former."""

from __future__ import annotations

import hashlib
import json
from datetime import datetime
from typing import Any

from palier.estimations.models import Ajustement, Rejeu
from palier.estimations.rules import origin
from palier.journal.mover import act


@act
def store_fit(
    *, territoire: str, fit: dict[str, Any], replay: dict[str, Any], reperes: dict[str, Any], fictif: bool,
    coupe: datetime, at: datetime,
) -> Ajustement:  # fmt: skip
    """Keep the fit of a territory, learned from what came before `coupe`, and the replay that goes with it."""
    said = json.dumps(fit, sort_keys=True, separators=(",", ":"), allow_nan=False)
    made = Ajustement.objects.create(
        territoire=territoire,
        coupe_le=coupe,
        fait_le=at,
        origine=origin(fit["decisions"], fictif=fictif),
        offres_finies=fit["offres_finies"],
        contactees=fit["contactees"],
        decisions=fit["decisions"],
        parametres=fit,
        empreinte=hashlib.sha256(said.encode()).hexdigest(),
    )
    kept = {"ajustement": made, "fait_le": at, "tables": replay, "reperes": reperes, "acheve_le": None}
    Rejeu.objects.update_or_create(pk=territoire, defaults=kept)
    return made


def note_done(territoire: str, *, at: datetime) -> None:
    """Every estimate of the territory was made again: nothing is due before the next night."""
    Rejeu.objects.filter(pk=territoire).update(acheve_le=at)
