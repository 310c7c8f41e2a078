"""What the three desks (bailleur, réservataire, commission) share: who acts, the tabs, posts that act once."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse

from palier.attributions.queries import organisation_name
from palier.base import clock
from palier.base.actor import Actor
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.models import Candidature
from palier.parc.models import Offre
from palier.portals.forms import PalierForm, form_page, once_view


@dataclass(frozen=True)
class Space:
    """One desk: its namespace, its name in the header, its tabs (key, label, URL name)."""

    namespace: str
    title: str
    tabs: tuple[tuple[str, str, str], ...]
    menu: tuple[tuple[str, str], ...] = ()

    def url(self, name: str, *args: object) -> str:
        """The address of a page of this desk."""
        return reverse(f"{self.namespace}:{name}", args=args)


def actor_of(request: HttpRequest) -> Actor:
    """The person under the hat they wear."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def offre_of(request: HttpRequest, offre_id: UUID) -> Offre:
    """The offre, when this hat may see it; NotVisible otherwise."""
    rows = Offre.objects.visible_to(actor_of(request)).with_place()
    found = rows.select_related("grille", "logement__reservataire").filter(pk=offre_id).first()
    if found is None:
        raise NotVisible
    return found


def candidature_of(request: HttpRequest, candidature_id: UUID) -> Candidature:
    """The candidature, when this hat works on its offre; withdrawn ones have left every screen (V4)."""
    rows = Candidature.objects.visible_to(actor_of(request)).exclude(state="retiree")
    rows = rows.exclude(motif_fin="demande_radiee")
    rows = rows.select_related("demande", "ligne", "offre__grille", "offre__logement__programme__commune")
    found = rows.defer("ligne__entrees").filter(pk=candidature_id).first()
    if found is None:
        raise NotVisible
    return found


def context_of(request: HttpRequest, space: Space, current: str, **more: Any) -> dict[str, Any]:
    """Tabs, name and menu of a desk, and what the page adds."""
    actor = actor_of(request)
    return {
        "espace": space,
        "onglets": [(label, space.url(name), key == current, 0) for key, label, name in space.tabs],
        "menu": [(label, space.url(name)) for label, name in space.menu],
        "nom_affiche": organisation_name(actor),
        "now": clock.now(),
        **more,
    }


def page(request: HttpRequest, space: Space, template: str, current: str, **more: Any) -> HttpResponse:
    """A page of a desk."""
    return render(request, template, context_of(request, space, current, **more))


def posted(request: HttpRequest, work: Callable[[], object], url: str) -> HttpResponse:
    """Do an act once and go to `url`; a refusal is a page that says why."""

    def run() -> str:
        work()
        return url

    return once_view(request, run)


def form_view(
    request: HttpRequest,
    template: str,
    form: PalierForm,
    context: Mapping[str, Any],
    work: Callable[[PalierForm], str],
) -> HttpResponse:
    """A page with one form: drawn, drawn again with what was typed, or done once (`work` gives the next address)."""

    def draw(refusal: Refused | None = None) -> HttpResponse:
        return form_page(request, template, form, context, refusal)

    if request.method == "POST" and form.is_valid():
        return once_view(request, lambda: work(form), refused=draw)
    return draw()
