"""The desk of a member of the commission: séances where they sit, files, decisions."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palier.attributions import queries
from palier.attributions.models import Seance
from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import NotVisible
from palier.candidatures.queries import bailleur_view
from palier.portals import commission, papers
from palier.portals.caleol.space import SPACE
from palier.portals.desk import actor_of, candidature_of, page

ROLES = ("membre_caleol",)


@policy("seance.lire", roles=ROLES)
@require_safe
def seances(request: HttpRequest) -> HttpResponse:
    """The séances of a seat, the next one first."""
    rows = Seance.objects.visible_to(actor_of(request), at=clock.now()).select_related("bailleur").distinct()
    return page(request, SPACE, "caleol/seances.html", "seances", seances=list(rows.order_by("-prevue_le")))


@policy("seance.lire", roles=ROLES)
@require_safe
def seance_page(request: HttpRequest, seance_id: UUID) -> HttpResponse:
    """The agenda of a séance."""
    return commission.show(request, SPACE, seance_id)


@policy("seance.clore", roles=ROLES)
@require_POST
def etape(request: HttpRequest, seance_id: UUID, act: str) -> HttpResponse:
    """Open or close."""
    return commission.step(request, SPACE, seance_id, act)


@policy("seance.signer", roles=ROLES)
@require_POST
def signer(request: HttpRequest, seance_id: UUID) -> HttpResponse:
    """Sign the minutes."""
    return commission.sign(request, SPACE, seance_id)


@policy("seance.decider", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def point(request: HttpRequest, seance_id: UUID, offre_id: UUID) -> HttpResponse:
    """The files of one offre, and the decisions."""
    return commission.point(request, SPACE, seance_id, offre_id)


@policy("candidature.lire", roles=ROLES)
@require_safe
def dossier(request: HttpRequest, candidature_id: UUID) -> HttpResponse:
    """One file of an agenda on which the member sits."""
    row, by = candidature_of(request, candidature_id), actor_of(request)
    seance = queries.seat_on(by, row, at=clock.now())
    if seance is None:
        raise NotVisible
    view = bailleur_view(candidature=row, by=by, at=clock.now())
    back = SPACE.url("point", seance.pk, row.offre_id)
    context = {"row": row, "vue": view, "retour": back, "pieces": papers.listed(SPACE, row, by, clock.now())}
    return page(request, SPACE, "attributions/pages/dossier.html", "seances", **context)


@policy("piece.regarder", roles=ROLES)
@require_safe
def image(request: HttpRequest, candidature_id: UUID, piece_id: UUID, ordre: int, page: int) -> HttpResponse:
    """One page of a piece of an agenda on which the member sits, as marked pixels."""
    row = candidature_of(request, candidature_id)
    if queries.seat_on(actor_of(request), row, at=clock.now()) is None:
        raise NotVisible
    return papers.image(request, row, piece_id, ordre, page)
