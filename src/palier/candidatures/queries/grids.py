"""Which open offres are not yet counted on the version of the grid in force on their closing day."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from datetime import date, datetime
from uuid import UUID

from palier.base.clock import local_day
from palier.parc.models import Offre
from palier.territoires.models import Grille

RENEWED = ("programmee", "publiee")
"""States of an offre whose grid still follows its closing day: before, nothing is counted; after, all is frozen."""
_PLACE = "logement__programme__commune__"


def behind(at: datetime, *, size: int, past: Collection[UUID] = ()) -> list[UUID]:
    """The first `size` offres, soonest closing first, that must take another version: two queries for all.

    Those of `past` are read past.
    """
    grids = list(Grille.objects.defer("texte").order_by("-en_vigueur_depuis", "code"))
    open_offres = Offre.objects.filter(state__in=RENEWED, cloture_le__gte=at).order_by("cloture_le", "pk")
    asked = open_offres.values_list("pk", "cloture_le", "grille_id", f"{_PLACE}siren_epci", f"{_PLACE}code_departement")
    known: dict[tuple[date, str, str], UUID | None] = {}
    found: list[UUID] = []
    for pk, closing, held, epci, departement in asked.iterator(chunk_size=2_000):
        key = (local_day(closing), epci, departement)
        if key not in known:
            known[key] = _in_force(grids, (epci, departement), key[0])
        if known[key] not in (None, held) and pk not in past:
            found.append(pk)
        if len(found) == size:
            break
    return found


def _in_force(grids: Sequence[Grille], holders: Sequence[str], day: date) -> UUID | None:
    """As `grille_en_vigueur` chooses: the EPCI's before the département's, the latest first."""
    for holder in filter(None, holders):
        for each in grids:
            ends = each.en_vigueur_jusqu_au
            if holder in each.perimetre and each.en_vigueur_depuis <= day and (ends is None or ends >= day):
                return each.pk
    return None
