"""After filing: the attestation to print, the code of the counter, and giving the demande up."""

from __future__ import annotations

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe

from palier.attributions.actions import renounce
from palier.base import clock, limits
from palier.base.policy import policy
from palier.base.refusal import Refused
from palier.demandes import actions, queries
from palier.demandes.models import Demande
from palier.portals.demandeur import documents, review
from palier.portals.demandeur.common import actor_of, page_context, with_demande
from palier.portals.forms import once_body, once_view, refusal_response


@policy("demande.lire", roles=("demandeur",))
@require_safe
@with_demande
def attestation(request: HttpRequest, demande: Demande) -> HttpResponse:
    """The filing, said on one page made to be printed."""
    if demande.state == "brouillon":
        return HttpResponseRedirect(reverse("demandeur:etape", args=["relecture"]))
    holder = queries.holder_of(demande)
    context = page_context(
        demande,
        numero=review.numero_text(demande),
        entete=[
            ("Numéro unique", review.numero_text(demande) or "En attente"),
            ("Nom", review.name_of(holder) if holder else ""),
            ("Date de naissance", review.day((holder.identite or {}).get("naissance")) if holder else ""),
            ("Déposée le", review.day(demande.deposee_le)),
            ("À renouveler avant le", review.day(demande.renouveler_avant)),
        ],
        lignes=review.lines(demande),
        imprime_le=clock.now(),
    )
    return render(request, "demandeur/attestation.html", context)


@policy("demande.lire", roles=("demandeur",))
@require_safe
@with_demande
def attestation_pdf(request: HttpRequest, demande: Demande) -> HttpResponse:
    """The attestation to keep, as a tagged PDF."""
    if demande.state == "brouillon":
        return HttpResponseRedirect(reverse("demandeur:etape", args=["relecture"]))
    return _pdf(documents.attestation_pdf(demande, clock.today()), "attestation-de-demande.pdf")


@policy("demande.lire", roles=("demandeur",))
@require_safe
@with_demande
def formulaire_pdf(request: HttpRequest, demande: Demande) -> HttpResponse:
    """The national form with the answers, as a tagged PDF: a draft has one too."""
    return _pdf(documents.form_pdf(demande, clock.today()), "formulaire-de-demande.pdf")


def _pdf(content: bytes, name: str) -> HttpResponse:
    headers = {"Content-Disposition": f'attachment; filename="{name}"'}
    return HttpResponse(content, content_type="application/pdf", headers=headers)


@policy("piece.code")
@with_demande
def code(request: HttpRequest, demande: Demande) -> HttpResponse:
    """The one-time code to show at a counter: made by a POST, said once, valid 24 hours."""
    context = page_context(demande, heures=limits.value("guichet_code"), statut=review.status(demande))
    if request.method != "POST":
        return render(request, "demandeur/code.html", context)
    by, at = actor_of(request), clock.now()
    try:
        made = once_body(request, lambda: actions.issue_counter_code(demande_id=demande.pk, by=by, at=at))
    except Refused as refusal:
        return refusal_response(request, refusal)
    return render(request, "demandeur/code.html", context | {"code": f"{made[:4]} {made[4:]}"})


@policy("demande.completer")
@with_demande
def renoncer(request: HttpRequest, demande: Demande) -> HttpResponse:
    """Give the demande up, after a page that says what follows; what it holds ends in the same commit."""
    if request.method != "POST":
        return render(request, "demandeur/renoncer.html", page_context(demande))
    by, at = actor_of(request), clock.now()

    def work() -> str:
        renounce(demande_id=demande.pk, by=by, at=at)
        return reverse("demandeur:accueil")

    return once_view(request, work)
