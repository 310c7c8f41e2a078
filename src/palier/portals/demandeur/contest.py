"""« Contester cette décision »: a letter to print, with the reasons given, what the rules say, and what is asked."""

from __future__ import annotations

from datetime import date
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.template.loader import render_to_string
from django.urls import URLPattern, path
from django.views.decorators.http import require_safe

from palier import coffre
from palier.attributions import queries
from palier.base import clock
from palier.base.clock import local_day
from palier.base.policy import policy
from palier.base.refusal import NotVisible
from palier.candidatures.facts import cas_offre, profil
from palier.candidatures.models import Candidature
from palier.candidatures.queries import verdict
from palier.demandes.models import Demande
from palier.droit.decision import decisions, recours_commission
from palier.droit.explication import Explicable, explication_texte
from palier.droit.plafonds import eligibilite
from palier.parc.models import Offre
from palier.portals.demandeur import review
from palier.portals.demandeur.candidatures_words import CONTESTABLE, title
from palier.portals.demandeur.common import actor_of, page_context, tabs, with_demande

OWN = ("demandeur",)
NOT_OPEN = "non"


@policy("droit.contester", roles=OWN)
@require_safe
def decision_letter(request: HttpRequest, candidature_id: UUID) -> HttpResponse:
    """`/candidatures/<id>/contester/`: against « d » or « e » of the commission; any other candidature is unknown."""
    rows = Candidature.objects.visible_to(actor_of(request)).filter(state__in=CONTESTABLE)
    place = ("demande", "offre__logement__programme__commune", "offre__logement__programme__bailleur")
    row = rows.select_related(*place).filter(pk=candidature_id).first()
    if row is None:
        raise NotVisible
    with coffre.ring([row.person_id()]):
        decision = queries.decisions_of(row.offre)[row.pk]
        day = local_day(decision.decidee_le)
        context = _context(row.demande, row.offre, day)
        known = profil(row.demande, context["aujourdhui"])
        right = eligibilite(cas_offre(known, row.offre, context["aujourdhui"]), row.offre.logement.financement)
        label = next(each.libelle for each in decisions().values() if each.code == decision.lettre)
        context |= {"decision": label, "motif": (decision.texte or {}).get("texte", "")}
    return _letter(request, context, right if right.valeur else None)


@policy("droit.contester", roles=OWN)
@require_safe
@with_demande
def refusal_letter(request: HttpRequest, demande: Demande, offre_id: UUID) -> HttpResponse:
    """`/offres/<id>/contester/`: against « Non » on an offre; an offre that is open to the person is unknown here."""
    offre = Offre.objects.with_place().public().filter(pk=offre_id).first()
    if offre is None:
        raise NotVisible
    today = local_day(clock.now())
    with coffre.ring([demande.titulaire_id]):
        answer = verdict(demande, offre, today)
        if answer.kind != NOT_OPEN:
            raise NotVisible
        context = _context(demande, offre, today)
    return _letter(request, context, answer)


def _letter(request: HttpRequest, context: dict[str, Any], reasons: Explicable | None) -> HttpResponse:
    """The letter to print, and the same as plain text for a mail."""
    said = explication_texte(reasons) if reasons is not None else ""
    text = render_to_string("demandeur/contester.txt", {**context, "raisons": said}).strip()
    return render(request, "demandeur/contester.html", {**context, "reponse": reasons, "texte": text})


def _context(demande: Demande, offre: Offre, day: date) -> dict[str, Any]:
    """Who writes, to whom, about what, since when."""
    today = local_day(clock.now())
    return page_context(demande, offre=offre, titre=title(offre), jour=day) | {
        "numero": review.numero_text(demande),
        "bailleur": offre.logement.programme.bailleur.nom,
        "delai": recours_commission(day, today),
        "aujourdhui": today,
        "onglets": tabs("candidatures"),
    }


urlpatterns: list[URLPattern] = [
    path("candidatures/<uuid:candidature_id>/contester/", decision_letter, name="contester"),
    path("offres/<uuid:offre_id>/contester/", refusal_letter, name="contester_refus"),
]
