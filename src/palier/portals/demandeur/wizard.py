"""The demande, one page per step: saved at each step, taken up again anywhere, filed at the last one."""

from __future__ import annotations

from typing import Any

from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import Refused
from palier.demandes import actions, queries
from palier.demandes.models import Demande
from palier.portals.demandeur import perimeter, review
from palier.portals.demandeur.common import (
    actor_of,
    own_demande,
    page_context,
    user_of,
    with_demande,
    write_step,
)
from palier.portals.demandeur.pending import pending
from palier.portals.demandeur.questions import FORMS, StepForm
from palier.portals.demandeur.questions.numero import NumeroForm
from palier.portals.forms import form_page, once_view


@policy("demande.ouvrir")
def numero(request: HttpRequest) -> HttpResponse:
    """The first question: « Avez-vous déjà un numéro unique ? »."""
    found = own_demande(request)
    if found is not None and found.is_live:
        return HttpResponseRedirect(reverse("demandeur:accueil"))
    form = NumeroForm(request.POST or None)
    if request.method == "POST" and form.is_valid():
        return once_view(request, lambda: _open(request, form), refused=lambda no: _numero_page(request, form, no))
    return _numero_page(request, form)


def _open(request: HttpRequest, form: NumeroForm) -> str:
    user, by, at = user_of(request), actor_of(request), clock.now()
    if form.cleaned_data["connu"]:
        actions.import_demande(user=user, numero=form.cleaned_data["numero"], by=by, at=at)
    else:
        actions.open_demande(user=user, by=by, at=at)
    return reverse("demandeur:etape", args=["identite"])


def _numero_page(request: HttpRequest, form: NumeroForm, refusal: Refused | None = None) -> HttpResponse:
    return form_page(request, "demandeur/numero.html", form, page_context(None), refusal)


@policy("demande.completer")
@with_demande
def etape(request: HttpRequest, demande: Demande, etape: str) -> HttpResponse:
    """One step. A refusal draws the page again with what was typed; a stale version shows the difference (409)."""
    if etape == "perimetre":
        return perimeter.page(request, demande)
    if etape not in FORMS:
        raise Http404
    if etape != "identite" and queries.holder_of(demande) is None:
        return HttpResponseRedirect(reverse("demandeur:etape", args=["identite"]))
    form = FORMS[etape](demande, request.POST if request.method == "POST" else None)
    if request.method == "POST" and form.is_valid():
        return once_view(
            request, lambda: _save(request, demande, etape, form), refused=lambda no: _page(request, etape, form, no)
        )
    return _page(request, etape, form)


def _save(request: HttpRequest, demande: Demande, step: str, form: StepForm) -> str:
    write_step(request, demande, step, form.data_of())
    if step == "relecture" and demande.state == "brouillon":
        actions.submit_demande(demande_id=demande.pk, by=actor_of(request), at=clock.now())
        return reverse("demandeur:attestation")
    if demande.state != "brouillon":
        return reverse("demandeur:accueil")
    return reverse("demandeur:etape", args=[next_step(step)])


def next_step(step: str) -> str:
    """The step after this one."""
    return queries.STEPS[min(queries.STEPS.index(step) + 1, len(queries.STEPS) - 1)]


def step_context(demande: Demande, step: str) -> dict[str, Any]:
    """Where the step stands: chapter, previous page, version."""
    number = queries.STEPS.index(step)
    before = queries.STEPS[number - 1] if number else ""
    return page_context(
        demande,
        etape=step,
        chapitre=number + 1,
        chapitres=len(queries.STEPS),
        precedente=reverse("demandeur:etape", args=[before]) if before else "",
        version=demande.version,
        brouillon=demande.state == "brouillon",
    )


def _page(request: HttpRequest, step: str, form: StepForm, refusal: Refused | None = None) -> HttpResponse:
    demande = own_demande(request) if refusal is not None else form.demande
    context = step_context(demande or form.demande, step)
    if step == "relecture":
        context |= {"lignes": review.lines(form.demande), "manques": queries.completeness(form.demande)}
    if refusal is not None and refusal.code == "version":
        context["differences"] = refusal.motifs
    template = {"menage": "demandeur/menage.html", "relecture": "demandeur/relecture.html"}.get(step)
    if step == "menage":
        context["personnes"] = review.persons(form.demande)
    return form_page(request, template or "demandeur/etape.html", form, context, refusal)


@policy("demande.lire", roles=("demandeur",))
@require_safe
def accueil(request: HttpRequest) -> HttpResponse:
    """The dashboard: one main action, then what exists."""
    demande = own_demande(request)
    if demande is None:
        return render(request, "demandeur/accueil.html", page_context(None))
    shown = {**review.dashboard(demande), **pending(actor_of(request))}
    return render(request, "demandeur/accueil.html", page_context(demande, **shown))
