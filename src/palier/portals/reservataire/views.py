"""The desk of a réservataire: closed offres of its contingent, contacts in list order, désignation."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palier.attributions import queries
from palier.base import clock
from palier.base.policy import policy
from palier.parc.models import Offre
from palier.portals import designation
from palier.portals.desk import actor_of, offre_of, page
from palier.portals.reservataire.space import SPACE

ROLES = ("reservataire",)
LISTED = ("publiee", "cloturee", "en_designation", "en_commission", "attribuee")


@policy("reservataire.lire", roles=ROLES)
@require_safe
def candidats(request: HttpRequest) -> HttpResponse:
    """The offres of the contingent, those to work on first."""
    rows = queries.with_counts(Offre.objects.visible_to(actor_of(request)).filter(state__in=LISTED))
    offres = list(rows.order_by("cloture_le", "pk"))
    todo = [each for each in offres if each.state in designation.OPEN]
    context = {"a_designer": todo, "autres": [each for each in offres if each not in todo]}
    return page(request, SPACE, "reservataire/accueil.html", "candidats", **context)


@policy("offre.lire", roles=ROLES)
@require_safe
def candidats_offre(request: HttpRequest, offre_id: UUID) -> HttpResponse:
    """The ranked list of a closed offre, then the designated files."""
    offre = offre_of(request, offre_id)
    if offre.state in designation.OPEN:
        return designation.list_page(request, SPACE, offre)
    if offre.state == "publiee":
        return page(request, SPACE, "reservataire/offre.html", "candidats", offre=offre, dossiers=[])
    files = queries.presented_files(offre, by=actor_of(request), at=clock.now(), relation="designated")
    return page(request, SPACE, "reservataire/offre.html", "candidats", offre=offre, dossiers=files)


@policy("candidat.contacter", roles=ROLES)
@require_POST
def contact(request: HttpRequest, candidature_id: UUID) -> HttpResponse:
    """Write a contact or its answer."""
    return designation.contact(request, SPACE, candidature_id)


@policy("candidature.designer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def passer(request: HttpRequest, candidature_id: UUID) -> HttpResponse:
    """« Passer ce rang »."""
    return designation.skip(request, SPACE, candidature_id)


@policy("candidature.designer", roles=ROLES)
@require_POST
def designer(request: HttpRequest, offre_id: UUID) -> HttpResponse:
    """Designate the ticked files."""
    return designation.designate(request, SPACE, offre_id)


@policy("candidature.lire", roles=ROLES)
@require_safe
def dossier(request: HttpRequest, candidature_id: UUID) -> HttpResponse:
    """One candidature, as this desk sees it."""
    return designation.sheet(request, SPACE, candidature_id)
