"""What the registration system asks back: the number of a demande that exists already; two demandes made one."""

from __future__ import annotations

from uuid import UUID

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import reverse

from palier.attributions.actions import join_demandes
from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import Refused
from palier.demandes import actions
from palier.demandes.models import Demande
from palier.demandes.queries.doublons import proposed_to
from palier.demandes.queries.registre import asks_existing_number
from palier.portals.demandeur.common import actor_of, page_context, with_demande
from palier.portals.demandeur.questions.doublon import DoublonForm
from palier.portals.demandeur.questions.numero import ExistingForm
from palier.portals.forms import form_page, once_view


@policy("demande.importer")
@with_demande
def numero_existant(request: HttpRequest, demande: Demande) -> HttpResponse:
    """The number of the demande that the register knows already; open only while it was asked for."""
    if not asks_existing_number(demande):
        return HttpResponseRedirect(reverse("demandeur:accueil"))
    form = ExistingForm(request.POST or None)
    by, at = actor_of(request), clock.now()

    def work() -> str:
        actions.give_existing_number(demande_id=demande.pk, numero=form.cleaned_data["numero"], by=by, at=at)
        return reverse("demandeur:accueil")

    def page(refusal: Refused | None = None) -> HttpResponse:
        return form_page(request, "demandeur/numero_existant.html", form, page_context(demande), refusal)

    if request.method == "POST" and form.is_valid():
        return once_view(request, work, refused=page)
    return page()


@policy("demande.importer")
@with_demande
def doublon(request: HttpRequest, demande: Demande, doublon_id: UUID) -> HttpResponse:
    """An adviser proposes to join two demandes: the person joins them, or keeps both."""
    if proposed_to(demande, doublon_id) is None:
        raise Http404
    form = DoublonForm(request.POST or None)
    by, at = actor_of(request), clock.now()

    def work() -> str:
        act = join_demandes if form.cleaned_data["reponse"] == "reunir" else actions.keep_both
        act(doublon_id=doublon_id, by=by, at=at)
        return reverse("demandeur:accueil")

    def page(refusal: Refused | None = None) -> HttpResponse:
        return form_page(request, "demandeur/doublon.html", form, page_context(demande), refusal)

    if request.method == "POST" and form.is_valid():
        return once_view(request, work, refused=page)
    return page()
