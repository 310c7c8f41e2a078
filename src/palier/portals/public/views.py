"""Home, rules, and the pages that anyone may need at once."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from palier.base import clock
from palier.base.clock import local_day
from palier.base.policy import policy
from palier.candidatures.facts import law_grille
from palier.candidatures.queries import reality
from palier.parc.queries import open_offres
from palier.portals.forms import is_clean
from palier.portals.public.forms import HomeForm, all_optional
from palier.portals.public.grids import shown
from palier.portals.public.viewer import address
from palier.territoires.queries import grilles_en_vigueur, suggest_communes


@policy("public.lire")
@require_safe
def home(request: HttpRequest) -> HttpResponse:
    """The promise, a search at once, three doors, and the truth about the queue, counted now."""
    now = clock.now()
    context = {
        "form": all_optional(HomeForm()),
        "ouvertes": open_offres(now).count(),
        "realite": reality(now),
        "url_numero": address("demandeur:numero", "/demande/"),
    }
    return render(request, "public/accueil.html", context)


@policy("commune.lire")
@require_safe
def suggestions(request: HttpRequest) -> HttpResponse:
    """`/communes/suggestions?q=`: lines of a list box, for the type-ahead."""
    typed = request.GET.get("q", "")
    found = suggest_communes(typed) if is_clean(typed) else []
    return render(request, "public/suggestions.html", {"communes": found})


@policy("public.lire")
@require_safe
def rules(request: HttpRequest) -> HttpResponse:
    """`/regles/`: how a rank is counted, with the grids in force, every line with its reference."""
    stored = list(grilles_en_vigueur(local_day(clock.now())))
    return render(request, "public/regles.html", {"grilles": [shown(law_grille(each)) for each in stored]})


@policy("public.lire")
@require_safe
def accessibility(request: HttpRequest) -> HttpResponse:
    """What was checked, and what was not."""
    return render(request, "public/accessibilite.html")


@policy("public.lire")
@require_safe
def danger(request: HttpRequest) -> HttpResponse:
    """`/urgence/`: whom to call now, with a quick way out."""
    response = render(request, "public/urgence.html")
    response["Cache-Control"] = "no-store"
    return response


@policy("public.lire")
@require_safe
def privacy(request: HttpRequest) -> HttpResponse:
    """Who sees what, and how long it is kept."""
    return render(request, "public/confidentialite.html")


@policy("public.lire")
@require_safe
def help_page(request: HttpRequest) -> HttpResponse:
    """The questions asked most."""
    return render(request, "public/aide.html")
