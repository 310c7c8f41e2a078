"""The applicant's candidatures: where each stands, why this rank, what the bailleur sees, applying and withdrawing."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from palier import coffre
from palier.base import clock
from palier.base.clock import local_day
from palier.base.policy import policy
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.actions import check_may_apply, note_rank_seen, submit_candidature, withdraw_candidature
from palier.candidatures.facts import profil
from palier.candidatures.models import Candidature
from palier.candidatures.queries import (
    bailleur_view,
    explanation,
    follow,
    followed,
    verdict,
    with_candidats,
    with_place,
)
from palier.demandes.models import Demande
from palier.parc.models import Offre
from palier.portals.chances_words import before
from palier.portals.demandeur.candidatures_words import block, rank_words, title
from palier.portals.demandeur.common import actor_of, tabs, with_demande
from palier.portals.demandeur.estimations import with_chances
from palier.portals.forms import once_view, refusal_response

OWN = ("demandeur",)
SHOWN_LIVE, SHOWN_ENDED = 4, 5
"""How many blocks a first page shows: it stays light on a phone."""


def _mine(request: HttpRequest, candidature_id: UUID) -> Candidature:
    """One of the person's own candidatures, with its rank and place; any other is unknown."""
    rows = with_place(Candidature.objects.visible_to(actor_of(request))).defer(None)
    found = rows.filter(pk=candidature_id).first()
    if found is None:
        raise NotVisible
    return found


def _offre(offre_id: UUID, demande: Demande) -> Offre:
    found = with_candidats(Offre.objects.with_place().public(), demande).filter(pk=offre_id).first()
    if found is None:
        raise NotVisible
    return found


def _page(request: HttpRequest, template: str, **context: Any) -> HttpResponse:
    return render(request, f"demandeur/candidatures/{template}.html", {"onglets": tabs("candidatures"), **context})


@policy("candidature.lire", roles=OWN)
@require_safe
def listing(request: HttpRequest) -> HttpResponse:
    """`/candidatures/`: one query for all; the page shows the first ones, `?toutes=1` shows every one."""
    actor, now = actor_of(request), clock.now()
    whole = "toutes" in request.GET
    with coffre.ring([actor.user_id] if actor.user_id else ()):
        found = followed(Candidature.objects.visible_to(actor), now)
        live = [each for each in found if each.candidature.is_live]
        ended = [each for each in found if not each.candidature.is_live]
        shown = live if whole else live[:SHOWN_LIVE]
        context = {
            "vivantes": with_chances([block(each, now) for each in shown], now),
            "finies": [block(each, now) for each in (ended if whole else ended[:SHOWN_ENDED])],
            "en_cours": len(live),
            "terminees": len(ended),
            "maintenant": now,
        }
    note_rank_seen([(each.candidature, each.rang) for each in shown if each.rang and not each.rang.fige], at=now)
    return _page(request, "liste", **context)


@policy("candidature.rang", roles=OWN)
@require_safe
def rank_page(request: HttpRequest, candidature_id: UUID) -> HttpResponse:
    """« Pourquoi ce rang ? »: the whole sum, made to be printed."""
    actor, now = actor_of(request), clock.now()
    with coffre.ring([actor.user_id] if actor.user_id else ()):
        candidature = _mine(request, candidature_id)
        why = explanation(candidature)
    return _page(request, "rang", c=candidature, maintenant=now, **rank_words(candidature, why, now))


@policy("candidature.lire", roles=OWN)
@require_safe
def bailleur_page(request: HttpRequest, candidature_id: UUID) -> HttpResponse:
    """« Ce que le bailleur verra de moi », for a candidature."""
    actor = actor_of(request)
    with coffre.ring([actor.user_id] if actor.user_id else ()):
        candidature = _mine(request, candidature_id)
        seen = bailleur_view(candidature=candidature, by=actor, at=clock.now())
    return _page(request, "bailleur", vue=seen, offre=candidature.offre, titre=title(candidature.offre), c=candidature)


@policy("candidature.lire", roles=OWN)
@require_safe
@with_demande
def bailleur_before(request: HttpRequest, demande: Demande, offre_id: UUID) -> HttpResponse:
    """The same page, before applying."""
    offre = _offre(offre_id, demande)
    with coffre.ring([demande.titulaire_id]):
        seen = bailleur_view(demande=demande, offre=offre, by=actor_of(request), at=clock.now())
    return _page(request, "bailleur", vue=seen, offre=offre, titre=title(offre), c=None)


@policy("candidature.deposer", roles=OWN)
@with_demande
def apply(request: HttpRequest, demande: Demande, offre_id: UUID) -> HttpResponse:
    """« Je postule »: a page that says what follows, then one POST that acts once, however often it is sent."""
    if request.method == "POST":
        return _apply(request, demande, offre_id)
    now = clock.now()
    offre = _offre(offre_id, demande)
    try:
        check_may_apply(demande, offre, now)
    except Refused as refusal:
        return refusal_response(request, refusal)
    with coffre.ring([demande.titulaire_id]):
        known = profil(demande, local_day(now))
        answer = verdict(known, offre, local_day(now))
        would, chance = before(known, offre, now) if answer.may_apply else (None, None)
    shown = {"reponse": answer, "rang": would, "chance": chance}
    return _page(request, "postuler", offre=offre, titre=title(offre), maintenant=now, **shown)


def _apply(request: HttpRequest, demande: Demande, offre_id: UUID) -> HttpResponse:
    def work() -> str:
        submit_candidature(demande_id=demande.pk, offre_id=offre_id, by=actor_of(request), at=clock.now())
        return reverse("demandeur:candidatures")

    response = once_view(request, work)
    if response.status_code == 303:
        messages.success(request, "Votre candidature est déposée. Vous n'avez rien d'autre à faire.")
    return response


@policy("candidature.retirer", roles=OWN)
def withdraw(request: HttpRequest, candidature_id: UUID) -> HttpResponse:
    """« Retirer ma candidature »: a confirmation, then one POST."""
    candidature = _mine(request, candidature_id)
    if request.method == "POST":
        return _withdraw(request, candidature)
    now = clock.now()
    with coffre.ring([candidature.person_id()]):
        shown = follow(candidature, now)
    possible = any(each.name == "retirer" for each in candidature.life.allowed(candidature.state, "demandeur"))
    return _page(
        request,
        "retirer",
        c=candidature,
        titre=title(candidature.offre),
        suivi=shown,
        possible=possible,
        maintenant=now,
    )


def _withdraw(request: HttpRequest, candidature: Candidature) -> HttpResponse:
    def work() -> str:
        withdraw_candidature(candidature_id=candidature.pk, by=actor_of(request), at=clock.now())
        return reverse("demandeur:candidatures")

    response = once_view(request, work)
    if response.status_code == 303:
        messages.success(request, "Votre candidature est retirée.")
    return response


urlpatterns: list[URLPattern] = [
    path("candidatures/", listing, name="candidatures"),
    path("candidatures/<uuid:candidature_id>/rang/", rank_page, name="candidature_rang"),
    path("candidatures/<uuid:candidature_id>/bailleur/", bailleur_page, name="candidature_bailleur"),
    path("candidatures/<uuid:candidature_id>/retirer/", withdraw, name="retirer"),
    path("offres/<uuid:offre_id>/postuler/", apply, name="postuler"),
    path("offres/<uuid:offre_id>/bailleur/", bailleur_before, name="offre_bailleur"),
]
