"""The territories, named by the code of a grid: which one looks after a demande, which one waits for its night."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.db.models import Q

from palier.base import limits
from palier.base.clock import PARIS, local_day
from palier.demandes.facts import perimetre
from palier.demandes.models import Demande
from palier.estimations.models import Rejeu
from palier.parc.models import Offre
from palier.territoires.models import Commune
from palier.territoires.queries import grilles_en_vigueur


def territories_of(demandes: Iterable[Demande], au: date) -> dict[str, list[Demande]]:
    """The demandes (with their `communes`) by the code of the grid in force in the first commune they ask for.

    As for a list, the grid of an EPCI outranks that of its département, and the one in force latest wins. A demande
    that asks for nothing, or where no grid applies, is left out. Two queries.
    """
    asked = [(each, _first(each)) for each in demandes]
    holders = {
        code: (epci, departement)
        for code, epci, departement in Commune.objects.filter(pk__in={code for _, code in asked}).values_list(
            "pk", "siren_epci", "code_departement"
        )
    }
    grids: dict[str, str] = {}
    for grille in grilles_en_vigueur(au).order_by("en_vigueur_depuis", "-code").defer("texte"):
        grids |= dict.fromkeys(grille.perimetre, grille.code)
    found: dict[str, list[Demande]] = {}
    for each, code in asked:
        held = next((grids[holder] for holder in holders.get(code, ()) if holder in grids), None)
        if held is not None:
            found.setdefault(held, []).append(each)
    return found


def _first(demande: Demande) -> str:
    prioritaires, secondaires = perimetre(demande)
    return next(iter((*prioritaires, *secondaires)), "")


def communes_of(territoire: str, au: date) -> list[str]:
    """The communes of the perimeter of a grid, when it is in force on a day."""
    found = grilles_en_vigueur(au).filter(code=territoire).values_list("perimetre", flat=True).first()
    if found is None:
        return []
    inside = Commune.objects.filter(Q(siren_epci__in=found) | Q(code_departement__in=found))
    return list(inside.values_list("pk", flat=True))


def due(now: datetime) -> list[str]:
    """The territories whose estimates were not all made again since the last opening of a night. Two queries."""
    opening = datetime.combine(local_day(now), time(limits.value("estimation_nuit")), tzinfo=ZoneInfo(PARIS))
    if opening > now:
        opening -= timedelta(days=1)
    offered = Offre.objects.public().order_by("grille__code").values_list("grille__code", flat=True).distinct()
    done = set(Rejeu.objects.filter(acheve_le__gte=opening).values_list("pk", flat=True))
    return [territoire for territoire in offered if territoire not in done]
