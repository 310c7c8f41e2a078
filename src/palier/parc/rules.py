"""Who may do what on the stock, and which windows and dwellings may be published. Predicates on typed rows."""

from __future__ import annotations

import tomllib
from datetime import datetime
from importlib import resources
from typing import TYPE_CHECKING

from palier.base.limits import Limit
from palier.base.refusal import NBSP, Refused

if TYPE_CHECKING:
    from palier.base.actor import Actor
    from palier.parc.models import Logement, Offre, Programme


def _load() -> dict[str, Limit]:
    raw = tomllib.loads(resources.files("palier.parc").joinpath("limits.toml").read_text(encoding="utf-8"))
    return {name: Limit(name=name, **fields) for name, fields in raw.items()}


LIMITS = _load()
PAGE = LIMITS["page_recherche"].value


def owns(actor: Actor, programme: Programme) -> bool:
    """True when the actor wears the hat of the programme's bailleur."""
    return actor.role == "bailleur" and actor.organisation_id == programme.bailleur_id


def owns_offre(actor: Actor, offre: Offre) -> bool:
    """True when the offre is on a dwelling of the actor's organisation."""
    return owns(actor, offre.logement.programme)


def designator(logement: Logement) -> str:
    """The role that designates candidates: the réservataire of the dwelling, or its bailleur when it has none."""
    return "reservataire" if logement.reservataire_id else "bailleur"


def is_open(offre: Offre, at: datetime) -> bool:
    """True while a candidature may be filed: published, and the closing instant not passed."""
    return offre.state == "publiee" and offre.cloture_le is not None and at <= offre.cloture_le


def check_window(publiee_le: datetime, cloture_le: datetime) -> None:
    """Refused when the window is upside down, shorter than `fenetre_min` or longer than `fenetre_max`."""
    shortest, longest = LIMITS["fenetre_min"], LIMITS["fenetre_max"]
    length = cloture_le - publiee_le
    if shortest.duration <= length <= longest.duration:
        return
    raise Refused(
        "fenetre",
        f"La publication doit durer de {shortest.value} à {longest.value}{NBSP}jours.",
        field="Date de clôture",
        value=f"{cloture_le:%d/%m/%Y}",
        mend=f"Choisissez une clôture entre le {publiee_le + shortest.duration:%d/%m/%Y}"
        f" et le {publiee_le + longest.duration:%d/%m/%Y}.",
        status=422,
    )
