"""The desk of a collectivité: its published grids, its drafts."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_safe

from palier.base.policy import policy
from palier.portals.collectivite.space import ROLES, SPACE
from palier.portals.desk import page
from palier.territoires.models import Grille


@policy("grille.lire", roles=ROLES)
@require_safe
def grilles(request: HttpRequest) -> HttpResponse:
    """The published grids, the latest first."""
    rows = Grille.objects.public().order_by("-en_vigueur_depuis", "code", "-version")
    return page(request, SPACE, "collectivite/grilles.html", "grilles", publiees=list(rows))
