"""What a page asks and nothing has stored: computed on request, by name, so that the web starts without numpy."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from importlib import import_module
from typing import Any, cast
from uuid import UUID

from palier.candidatures.facts import Profil
from palier.demandes.models import Demande
from palier.estimations.values import ChanceVue, Comparaison, Zones
from palier.parc.models import Offre


def _asking() -> Any:
    return import_module("palier.estimations.calcul.asking")


def chances_before(known: Profil, offres: Sequence[Offre], now: datetime) -> dict[UUID, ChanceVue]:
    """« Si vous postuliez maintenant »: the chance on each of these offres (with their place), at most 60."""
    return cast(dict[UUID, ChanceVue], _asking().chances_before(known, offres, now))


def best_offres(known: Profil, now: datetime) -> list[tuple[Offre, ChanceVue]]:
    """A few open offres of the perimeter where the chance would be best, and better than the weakest one held."""
    return cast(list[tuple[Offre, ChanceVue]], _asking().best_offres(known, now))


def what_if(demande: Demande, *, actions: Sequence[str], now: datetime) -> Comparaison | None:
    """The outlook before and after some changes of what is asked for; None without a stored outlook.

    Actions: those of a lever, and `sans_commune:CODE`, `moins_une_piece`, `secteur:prioritaire`, `secteur:secondaire`
    (both rings). Refused for any other.
    """
    return cast(Comparaison | None, _asking().what_if(demande, actions, now))


def zones_of(demande: Demande, now: datetime) -> Zones | None:
    """How wide to look: limits of travel, and the priority ring alone against both; None without a stored outlook."""
    return cast(Zones | None, _asking().zones_of(demande, now))
