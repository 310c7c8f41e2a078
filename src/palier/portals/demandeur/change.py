"""« Signaler un changement »: a few doors, one short form each, what it would change, then one act."""

from __future__ import annotations

from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from palier.base.policy import policy
from palier.base.refusal import Refused
from palier.demandes.models import Demande
from palier.portals.demandeur.change_forms import DOORS, ChangeForm
from palier.portals.demandeur.common import actor_of, own_demande, page_context, version_of, with_demande
from palier.portals.demandeur.preview import CONFIRM, declare
from palier.portals.forms import form_page, once_view

OWN = ("demandeur",)


@policy("demande.completer", roles=OWN)
@require_safe
@with_demande
def changements(request: HttpRequest, demande: Demande) -> HttpResponse:
    """What may have changed: one card each. A draft is simply completed."""
    if demande.state == "brouillon":
        return HttpResponseRedirect(reverse("demandeur:accueil"))
    doors = [(_way(demande, name), door.card) for name, door in DOORS.items() if door.opens(demande)]
    return render(request, "demandeur/changements.html", page_context(demande, portes=doors))


def _way(demande: Demande, name: str) -> str:
    """The page of a door. A demande that two accounts share is separated in one act, by its own page."""
    shared = name == "separation" and demande.codemandeur_id is not None
    return reverse("demandeur:separer") if shared else reverse("demandeur:changement", args=[name])


@policy("demande.completer", roles=OWN)
@with_demande
def changement(request: HttpRequest, demande: Demande, porte: str) -> HttpResponse:
    """One change: the questions, the page of what it moves, the act."""
    if porte not in DOORS or demande.state == "brouillon" or not DOORS[porte].opens(demande):
        raise Http404
    whole = demande.entiere or demande  # what the other adult alone may read is kept, and never shown
    form = DOORS[porte](whole, request.POST if request.method == "POST" else None)
    if request.method != "POST" or not form.is_valid():
        return _page(request, demande, form)

    def work() -> str:
        by, version = actor_of(request), version_of(request)
        declare(request, demande, form.steps(), version=version, by=by, always=True)
        return reverse("demandeur:accueil")

    response = once_view(request, work, refused=lambda no: _page(request, demande, form, no))
    if response.status_code == 303 and CONFIRM in request.POST:
        messages.success(request, "Votre changement est enregistré. Il compte partout.")
    return response


def _page(request: HttpRequest, demande: Demande, form: ChangeForm, refusal: Refused | None = None) -> HttpResponse:
    current = (own_demande(request) or demande) if refusal is not None else demande
    context = page_context(current, version=current.version)
    if refusal is not None and refusal.code == "version":
        context["differences"] = refusal.motifs
    return form_page(request, "demandeur/changement.html", form, context, refusal)


urlpatterns: list[URLPattern] = [
    path("demande/changement/", changements, name="changements"),
    path("demande/changement/<slug:porte>/", changement, name="changement"),
]
