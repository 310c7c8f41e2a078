"""The public card of our estimates: what they say, on what they rest, and how often they were right."""

from __future__ import annotations

from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from palier.base import limits
from palier.base.policy import policy
from palier.estimations.queries import (
    Quarter,
    current_fits,
    former_scores,
    is_told,
    last_scores,
    least_offres,
    territory_labels,
)
from palier.portals.public.reliability import diagram
from palier.portals.ui.french import NBSP, plural, quarter

ZONES = {"Abis": f"A{NBSP}bis", "?": "zone inconnue"}
SOURCES = (
    ("montrees", "Les chances affichées", "Ce que les personnes ont lu, comparé à ce qui est arrivé."),
    (
        "rejouees",
        "Les chances rejouées",
        "La méthode, réglée avant le trimestre, appliquée à chaque candidature du trimestre.",
    ),
)
"""Both sources, in the order of the page: what was read counts first."""


@policy("public.lire")
@require_safe
def card(request: HttpRequest) -> HttpResponse:
    """`/chances/`: the card of the model, the score of the last quarter, and those of before."""
    scores, fits = last_scores(), current_fits()
    names = territory_labels(fit.territoire for fit in fits)
    context = {
        "sources": [_source(scores.get(code), code, title, said) for code, title, said in SOURCES],
        "passes": [(quarter(row.debut), row.get_source_display(), row) for row in former_scores()],
        "territoires": [(names.get(fit.territoire, fit.territoire), fit) for fit in fits],
        "minimum": least_offres(),
        "decisions": limits.value("estimation_decisions"),
        "grilles": reverse("public:grilles"),
    }
    return render(request, "public/chances.html", context)


def _source(found: Quarter | None, code: str, title: str, said: str) -> dict[str, Any]:
    """One score: its figures, its diagram, its table; or why there is none."""
    shown: dict[str, Any] = {"code": code, "titre": title, "dit": said, "trimestre": found}
    if found is None:
        return shown
    whole = found.ensemble
    shown |= {
        "nom": quarter(found.debut),
        "assez": is_told(whole),
        "tout": whole,
        "peu": _few(whole.offres),
        "diagramme": diagram(code, whole.bacs) if whole.bacs else None,
        "lignes": [
            (_place(row.zone, row.typologie), row, "" if is_told(row) else _few(row.offres)) for row in found.lignes
        ],
    }
    return shown


def _few(homes: int) -> str:
    """« Seulement 4 logements : pas de chiffre fiable »."""
    if not homes:
        return "Aucun logement\u00a0: pas de chiffre."
    return f"Seulement {homes} logement{plural(homes)}{NBSP}: pas de chiffre fiable."


def _place(zone: str, size: str) -> str:
    name = f"Zone {ZONES.get(zone, zone)}" if zone != "?" else "Zone inconnue"
    return f"{name}, {size}" if size else f"{name}, toutes les tailles"
