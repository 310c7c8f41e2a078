"""Before a change of life counts, what it would change: the act itself is done, looked at, and undone."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render

from palier.base import clock
from palier.base.actor import Actor
from palier.base.refusal import Refused
from palier.candidatures.actions import declare_changes
from palier.candidatures.queries import Impact, Moved, compare, picture
from palier.demandes.models import Demande
from palier.portals.demandeur.candidatures_words import title
from palier.portals.forms import UNSIGNED

CONFIRM, BACK = "confirmer", "revenir"
Steps = Mapping[str, Mapping[str, Any]]


class ToConfirm(Exception):
    """Raised inside the act, so that nothing of it is kept: the person sees `impact` before it counts."""

    def __init__(self, impact: Impact) -> None:
        super().__init__("to be confirmed")
        self.impact = impact


def declare(request: HttpRequest, demande: Demande, steps: Steps, *, version: int, by: Actor, always: bool) -> None:
    """Do a change of a filed demande. ToConfirm until the person has seen what it moves; `always`: even if nothing."""
    if BACK in request.POST:
        raise Refused("revenir", "Rien n'a été changé.", mend="Modifiez votre réponse, puis continuez.", status=200)
    at = clock.now()
    if CONFIRM in request.POST:
        declare_changes(demande_id=demande.pk, steps=steps, version=version, by=by, at=at)
        return
    before = picture(demande.pk, at)
    declare_changes(demande_id=demande.pk, steps=steps, version=version, by=by, at=at)
    impact = compare(before, picture(demande.pk, at))
    if always or impact.change:
        raise ToConfirm(impact)


def preview_page(request: HttpRequest, context: Mapping[str, Any], impact: Impact) -> HttpResponse:
    """What would change, with the answers kept in the page: « Confirmer » sends them again, « Revenir » shows them."""
    kept = [
        (name, value)
        for name, values in request.POST.lists()
        if name not in (*UNSIGNED, CONFIRM, BACK)
        for value in values
    ]
    shown = {"impact": impact, "candidatures": [_row(each) for each in impact.candidatures], "champs": kept}
    response = render(request, "demandeur/apercu.html", {**context, **shown})
    if request.headers.get("HX-Request"):
        response["HX-Retarget"], response["HX-Reswap"] = "body", "innerHTML"
    return response


def _row(moved: Moved) -> dict[str, Any]:
    return {"titre": f"{moved.offre.logement.typologie} {title(moved.offre)}", "m": moved}
