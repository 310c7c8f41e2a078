"""The stored fits, as `chances` reads them: parsed once a process and a row, for a fit never changes."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Exists, QuerySet

from palier.candidatures.models import Candidature
from palier.chances.ajustement import Ajustement as Fit
from palier.chances.delais import Rejeu as Replay
from palier.demandes.models import Demande
from palier.estimations.models import Ajustement, Choix, Rejeu
from palier.estimations.values import Delai3, Moyenne

KEPT = 16
_fits: dict[UUID, Fit] = {}
_replays: dict[str, tuple[datetime, Replay]] = {}


@dataclass(frozen=True, slots=True)
class Known:
    """A fit and its row."""

    row: Ajustement
    fit: Fit


@dataclass(frozen=True, slots=True)
class Replayed:
    """The replay of a territory, the three delays there, and the row of the fit that came with it."""

    row: Ajustement
    replay: Replay
    delais: Delai3
    fait_le: datetime


def _keep(kept: dict[Any, Any], key: Any, value: Any) -> Any:
    if key not in kept and len(kept) >= KEPT:
        kept.pop(next(iter(kept)))
    kept[key] = value
    return value


def fits_of(territoires: Iterable[str]) -> dict[str, Known]:
    """The latest fit of each territory that has one: one query, and one more the first time a fit is read."""
    return _parsed(list(_latest(territoires)))


def fits_for(demande: Demande, territoires: Iterable[str]) -> tuple[dict[str, Known], dict[str, list[datetime]]]:
    """The same for one person, with when they applied; nothing once they are switched off.

    One query, as for `fits_of`.
    """
    off = Choix.objects.filter(demande=demande, coupees_le__isnull=False)
    own = Candidature.objects.filter(demande=demande)
    deposits = ArraySubquery(own.order_by("deposee_le").values("deposee_le"))
    rows = list(_latest(territoires).annotate(deposees=deposits).filter(~Exists(off)))
    return _parsed(rows), {row.territoire: row.deposees for row in rows}


def _latest(territoires: Iterable[str]) -> QuerySet[Ajustement]:
    rows = Ajustement.objects.filter(territoire__in=set(territoires)).order_by("territoire", "-fait_le", "-pk")
    return rows.distinct("territoire").defer("parametres")


def _parsed(latest: Sequence[Ajustement]) -> dict[str, Known]:
    missing = [row.pk for row in latest if row.pk not in _fits]
    read = dict(Ajustement.objects.filter(pk__in=missing).values_list("pk", "parametres")) if missing else {}
    parsed = {row.pk: _fits[row.pk] if row.pk in _fits else Fit.from_dict(read[row.pk]) for row in latest}
    for pk, fit in parsed.items():
        _keep(_fits, pk, fit)
    return {row.territoire: Known(row, parsed[row.pk]) for row in latest}


def replay_of(territoire: str) -> Replayed | None:
    """The replay of a territory; None before its first night. One query, and one more when it is new."""
    row = Rejeu.objects.filter(pk=territoire).select_related("ajustement").defer("tables", "ajustement__parametres")
    found = row.first()
    if found is None:
        return None
    known = _replays.get(territoire)
    if known is None or known[0] != found.fait_le:
        tables = Rejeu.objects.filter(pk=territoire).values_list("tables", flat=True).get()
        known = _keep(_replays, territoire, (found.fait_le, Replay.from_dict(tables)))
    return Replayed(found.ajustement, known[1], delays(found.reperes), found.fait_le)


def delays(reperes: dict[str, Any]) -> Delai3:
    """The three delays as stored."""
    housed, waiting = (Moyenne(*each) if each is not None else None for each in (reperes["loges"], reperes["attente"]))
    return Delai3(housed, waiting, reperes["stock_flux"])
