"""What anyone may read once a list is over: the result of one offre, the delays and the ranks of each territory."""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from palier.attributions.queries import delays_by_territory, open_results
from palier.attributions.queries.results import TYPES, TerritoryDelay
from palier.attributions.rules import (
    OUT_OF,
    RESULTS_CELL,
    RESULTS_LEAST,
    RESULTS_MONTHS,
    RESULTS_PERIOD,
    RESULTS_PRESENTED,
)
from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import NotVisible
from palier.candidatures.rules import number
from palier.estimations.queries import landmarks, territory_labels
from palier.parc.models import Offre
from palier.portals.public import rows
from palier.territoires.queries import resolve_communes, territory_names

ENDED = ("pourvue", "infructueuse")
MOST = 60
"""Lines of one table: a page stays light; the widest place comes first."""


@policy("public.lire")
@require_safe
def results(request: HttpRequest, offre_id: UUID) -> HttpResponse:
    """`/offres/<id>/resultats/`: the result of an offre a month after its end; before, the page says when."""
    offre = Offre.objects.with_place().public().select_related("grille").filter(pk=offre_id).first()
    if offre is None:
        raise NotVisible
    found = open_results(offre, clock.now())
    context = {
        "offre": offre,
        "titre": rows.place_title(offre),
        "sous_titre": rows.subtitle(offre),
        "resultat": found,
        "finie": offre.state in ENDED,
        "minimum": number("voisins_min"),
        "presentes": RESULTS_PRESENTED,
        "mois": RESULTS_MONTHS,
    }
    return render(request, "public/resultats.html", context)


@policy("public.lire")
@require_safe
def delays(request: HttpRequest) -> HttpResponse:
    """`/delais/`: three delays told apart, what was lived, the delays and ranks of those housed by place and size."""
    known, found = landmarks(), delays_by_territory(clock.now())
    labels = territory_labels(each.territoire for each in known)
    places = _names(found)
    tables = [
        (title, [(places.get(row.code, row.code), row) for row in found if row.niveau == level][:MOST])
        for level, title in LEVELS
    ]
    context = {
        "territoires": [(labels.get(each.territoire, each.territoire), each) for each in known],
        "tables": [(title, lines) for title, lines in tables if lines],
        "compte_le": max((row.calcule_le for row in found), default=None),
        "minimum": RESULTS_LEAST,
        "periode": RESULTS_PERIOD,
        "cellule": RESULTS_CELL,
        "sur": OUT_OF,
    }
    return render(request, "public/delais.html", context)


LEVELS: Sequence[tuple[str, str]] = (
    ("type", "Par type de commune"), ("epci", "Par intercommunalité"), ("commune", "Par commune"),
)  # fmt: skip


def _names(found: Iterable[TerritoryDelay]) -> dict[str, Any]:
    """What each code is called. Two queries."""
    lines = list(found)
    communes = {row.code for row in lines if row.niveau == "commune"}
    return {
        **TYPES,
        **territory_names({row.code for row in lines if row.niveau == "epci"}),
        **{code: found.nom for code, found in resolve_communes(communes).items()},
    }
