"""« Ce qui a changé, et quand »: every event of the demande in words, latest first, a page at a time."""

from __future__ import annotations

from datetime import datetime
from uuid import UUID

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.utils.http import urlencode
from django.views.decorators.http import require_safe

from palier import coffre
from palier.base import limits
from palier.base.policy import policy
from palier.candidatures.models import Candidature
from palier.demandes.queries.history import history
from palier.portals.demandeur import review
from palier.portals.demandeur.candidatures_words import title
from palier.portals.demandeur.common import actor_of, own_demande, page_context

PERSONS = ("demandeur", "codemandeur")


@policy("journal.lire", roles=PERSONS)
@require_safe
def historique(request: HttpRequest) -> HttpResponse:
    """The history of the demande, its pieces and its candidatures, with the status of now above it."""
    demande = own_demande(request)
    if demande is None:
        return HttpResponseRedirect(reverse("demandeur:accueil"))
    by = actor_of(request)
    mine = Candidature.objects.visible_to(by).filter(demande=demande).defer("cotation", "explication")
    names = {
        row.pk: (f"{row.offre.logement.typologie} {title(row.offre)}", row.life.labels)
        for row in mine.select_related("offre__logement__programme__commune")
    }
    with coffre.ring([demande.titulaire_id]):
        size, before = limits.value("historique_page"), _place(request.GET.get("avant", ""))
        found = history(demande, by, size=size, before=before, candidatures=names)
        context = page_context(demande, lignes=found.lignes, suite=_next(found.suite), statut=review.status(demande))
        return render(request, "demandeur/historique.html", context)


def _next(place: tuple[datetime, UUID] | None) -> str:
    """The address of the next page, "" on the last."""
    said = {"avant": f"{place[0].isoformat()}_{place[1]}"} if place else {}
    return f"{reverse('demandeur:historique')}?{urlencode(said)}" if said else ""


def _place(text: str) -> tuple[datetime, UUID] | None:
    """The place of a page's address; an unreadable one starts again from the latest."""
    at, _, key = text.partition("_")
    try:
        found, line = datetime.fromisoformat(at), UUID(key)
    except ValueError:
        return None
    return (found, line) if found.tzinfo else None


urlpatterns: list[URLPattern] = [path("mon-espace/historique/", historique, name="historique")]
