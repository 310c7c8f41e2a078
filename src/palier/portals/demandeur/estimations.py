"""What a person may read of the future: why this chance, offres where it would be better, and no estimate at all."""

from __future__ import annotations

from collections.abc import Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from palier import coffre
from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import NotVisible
from palier.candidatures.facts import profil
from palier.candidatures.models import Candidature
from palier.candidatures.queries import rank_of, with_place
from palier.demandes.models import Demande
from palier.estimations.actions import note_shown, switch
from palier.estimations.queries import below_floor, best_offres, chances_of, is_off, tableau_of
from palier.portals.chances_words import factors, reliable, shown
from palier.portals.demandeur.candidatures_words import title
from palier.portals.demandeur.common import actor_of, own_demande, page_context, tabs, with_demande
from palier.portals.demandeur.estimations_words import checkpoint, levers, outlook
from palier.portals.demandeur.estimations_words import reliable as reliable_outlook
from palier.portals.forms import once_view

OWN = ("demandeur",)
AWAITED = ("deposee", "designee", "inscrite")
"""States in which nobody has decided yet: after, the decision itself is told."""


def with_chances(blocks: Sequence[dict[str, Any]], now: datetime) -> list[dict[str, Any]]:
    """The blocks of a list, each with its stored chance; `eteint` when none is wanted. Two queries at most."""
    rows = [block["c"] for block in blocks if block["c"].state in AWAITED]
    found = chances_of(rows, now) if rows else {}
    note_shown(found.values(), at=now)
    off = bool(rows) and not found and is_off(rows[0].demande)
    return [
        {**block, "eteint": off, "chance": shown(found[block["c"].pk], block["offre"], now, rang=block["rang"])
         if block["c"].pk in found else None}
        for block in blocks
    ]  # fmt: skip


def dashboard(demande: Demande, now: datetime) -> dict[str, Any]:
    """The outlook, the levers and the checkpoint of a dashboard, or that they are switched off. One query."""
    found = tableau_of(demande)
    if found.eteint:
        return {"estimations_eteintes": True}
    sure = found.perspective is not None and reliable_outlook(found.perspective)
    note_shown([each for each in (found.perspective, found.point, *found.leviers) if each is not None], at=now)
    return {
        "perspective": outlook(found.perspective) if found.perspective else None,
        "trop_bas": found.perspective is not None and below_floor(found.perspective),
        "leviers": levers(found.leviers) if sure else [],
        "aucun_levier": sure and not found.leviers,
        "etape_point": checkpoint(found.point, clock.local_day(now)) if found.point else None,
    }


@policy("estimation.lire", roles=OWN)
@require_safe
def chance_page(request: HttpRequest, candidature_id: UUID) -> HttpResponse:
    """« Pourquoi cette chance ? »: the four factors, in their order, down to the figure announced."""
    actor, now = actor_of(request), clock.now()
    with coffre.ring([actor.user_id] if actor.user_id else ()):
        row = with_place(Candidature.objects.visible_to(actor)).filter(pk=candidature_id).first()
        if row is None:
            raise NotVisible
        found = chances_of([row], now).get(row.pk) if row.state in AWAITED else None
        note_shown([found] if found else [], at=now)
    context = {
        "c": row,
        "titre": title(row.offre),
        "chance": shown(found, row.offre, now, rang=rank_of(row)) if found else None,
        "facteurs": factors(found, row.offre, now, rang=rank_of(row)) if found and reliable(found) else [],
        "vue": found,
        "attendue": row.state in AWAITED,
        "eteint": found is None and is_off(row.demande),
        "onglets": tabs("candidatures"),
    }
    return render(request, "demandeur/estimations/chance.html", context)


@policy("estimation.lire", roles=OWN)
@require_safe
@with_demande
def better(request: HttpRequest, demande: Demande) -> HttpResponse:
    """A few open offres where the chance would be better: what goes with « moins de 1 sur 100 »."""
    now = clock.now()
    found = best_offres(profil(demande, clock.local_day(now)), now)
    rows = [
        {"offre": offre, "titre": title(offre), "vue": vue, "chance": shown(vue, offre, now, before=True)}
        for offre, vue in found
    ]
    context = page_context(demande, offres=rows, eteint=not rows and is_off(demande))
    return render(request, "demandeur/estimations/mieux_place.html", context)


@policy("estimation.choisir", roles=OWN)
@require_http_methods(["GET", "HEAD", "POST"])
@coffre.ring()
def choice(request: HttpRequest) -> HttpResponse:
    """What the estimates are, what they are never used for, and the switch: off, on again."""
    demande = own_demande(request)
    if demande is None:
        return HttpResponseRedirect(reverse("demandeur:accueil"))
    if request.method == "POST":
        return _switch(request, demande, off=request.POST.get("estimations") == "non")
    context = page_context(demande, eteint=is_off(demande))
    return render(request, "demandeur/estimations/choix.html", context)


def _switch(request: HttpRequest, demande: Demande, *, off: bool) -> HttpResponse:
    def work() -> str:
        switch(demande_id=demande.pk, off=off, by=actor_of(request), at=clock.now())
        return reverse("demandeur:estimations")

    response = once_view(request, work)
    if response.status_code == 303:
        messages.success(request, "Les estimations sont éteintes." if off else "Les estimations reviennent.")
    return response


urlpatterns: list[URLPattern] = [
    path("candidatures/<uuid:candidature_id>/chance/", chance_page, name="candidature_chance"),
    path("mon-espace/estimations/", choice, name="estimations"),
    path("mon-espace/mieux-place/", better, name="mieux_place"),
]
