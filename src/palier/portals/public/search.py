"""The public search: three zones with counts, a verdict on each offre for whoever has a demande, filters alone else."""

from __future__ import annotations

from typing import Any
from urllib.parse import urlencode

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_safe

from palier.base.clock import local_day
from palier.base.policy import policy
from palier.base.refusal import NBSP, Refused
from palier.candidatures.queries import Verdict4, my_rank, ranks_if_applied, verdict, with_candidats
from palier.parc.models import Offre, OffreQuerySet
from palier.parc.queries import ZONES, Filters, Page, Perimetre, counts, page_of, zone_offres
from palier.portals.public import rows
from palier.portals.public.forms import SearchForm, all_optional, sizes_for
from palier.portals.public.maps import drawing
from palier.portals.public.viewer import Viewer, tabs, viewing
from palier.territoires.outlines import departement_of

LABELS = {
    "demandees": "Communes demandées",
    "limitrophes": "Communes limitrophes",
    "autres": "Autres du département",
}


@policy("recherche.lire")
@require_safe
def search(request: HttpRequest) -> HttpResponse:
    """`/recherche/`: 200; 422 when a filter cannot be read (the others still count), 400 for a page not ours."""
    form = SearchForm(request.GET)
    valid = form.is_valid()
    with viewing(request) as viewer:
        perimetre = perimeter(form, viewer)
        filters = filters_of(form)
        found = counts(filters, perimetre, at=viewer.now)
        zone = chosen_zone(request.GET.get("zone", ""), perimetre, found)
        offres = with_candidats(zone_offres(filters, perimetre, zone, at=viewer.now), viewer.demande)
        page, refusal = asked_page(offres, request.GET.get("page", ""))
        context = {
            **listed(viewer, page),
            "form": all_optional(form),
            "titre": title(found, zone, perimetre),
            "zones": zone_tabs(request, found, zone, perimetre),
            "suivant": next_link(request, page),
            "onglets": tabs(viewer, "Offres"),
            "viewer": viewer,
            "filtres": said(form),
            "zone": zone,
            "refus": str(refusal or ""),
        }
    status = 422 if not valid else refusal.status if refusal else 200
    return render(request, "public/recherche.html", context, status=status)


def asked_page(offres: OffreQuerySet, cursor: str) -> tuple[Page, Refused | None]:
    """The page asked for; the first one, and why, when this page is not ours. The filters stay."""
    try:
        return page_of(offres, cursor=cursor), None
    except Refused as refusal:
        return page_of(offres), refusal


def perimeter(form: SearchForm, viewer: Viewer) -> Perimetre:
    """The commune typed, else the perimeter of the demande, else everywhere."""
    commune = form.cleaned_data.get("commune") if hasattr(form, "cleaned_data") else None
    codes = (commune.code,) if commune else viewer.known.communes if viewer.known else ()
    return Perimetre(codes, tuple(sorted({departement_of(code) for code in codes})))


def filters_of(form: SearchForm) -> Filters:
    """The filters that could be read."""
    data = getattr(form, "cleaned_data", {})
    sizes = (data["typologie"],) if data.get("typologie") else sizes_for(data.get("personnes"))
    financing = (data["financement"],) if data.get("financement") else ()
    return Filters(sizes, financing, data.get("loyer"))


def chosen_zone(asked: str, perimetre: Perimetre, found: dict[str, int]) -> str:
    """The zone asked for; by default the first that has something, nearest first."""
    if asked in ZONES and (perimetre.demandees or asked == "autres"):
        return asked
    if not perimetre.demandees:
        return "autres"
    return next((zone for zone in ZONES if found[zone]), "demandees")


def title(found: dict[str, int], zone: str, perimetre: Perimetre) -> str:
    """« 12 offres dans vos communes »."""
    count = found[zone]
    what = f"{count}{NBSP}offre{'s' if count > 1 else ''}" if count else "Aucune offre"
    where = {"demandees": "dans vos communes", "limitrophes": "à côté", "autres": "dans le reste du département"}
    return f"{what} {where[zone]}" if perimetre.demandees else f"{what} ouverte{'s' if count > 1 else ''}"


def link(request: HttpRequest, **changes: str) -> str:
    """The same search with these parameters changed; empty ones are dropped."""
    kept = {name: value for name, value in request.GET.items() if name != "page"}
    kept.update(changes)
    return "?" + urlencode({name: value for name, value in kept.items() if value})


def zone_tabs(
    request: HttpRequest, found: dict[str, int], zone: str, perimetre: Perimetre
) -> list[tuple[int, str, str, bool]]:
    """The three zones as links; none when nothing says which communes are asked for."""
    if not perimetre.demandees:
        return []
    return [(found[each], LABELS[each], link(request, zone=each), each == zone) for each in ZONES]


def next_link(request: HttpRequest, page: Page) -> str:
    """The address of the next page, "" at the end."""
    return link(request, page=page.suivant) if page.suivant else ""


def said(form: SearchForm) -> str:
    """The filters in words, for the closed band of a phone."""
    data = getattr(form, "cleaned_data", {})
    loyer = f"{data['loyer'] // 100}{NBSP}€ au plus" if data.get("loyer") else "tous loyers"
    return f"{data.get('typologie') or 'Toutes tailles'}, {loyer}"


def listed(viewer: Viewer, page: Page) -> dict[str, Any]:
    """The rows, their map, and the sentence that counts them by answer."""
    answers = judged(viewer, page.offres)
    ranks = {}
    if viewer.known is not None:
        free = [o for o, answer in zip(page.offres, answers, strict=True) if answer and answer.may_apply]
        ranks = ranks_if_applied(viewer.known, [offre for offre in free if my_rank(offre) is None])
    return {
        "lignes": [
            rows.row(offre, viewer.now, answer, ranks.get(offre.pk))
            for offre, answer in zip(page.offres, answers, strict=True)
        ],
        "carte": drawing(page.offres, answers),
        "resume": summary(page.offres, answers) if viewer.known else "",
    }


def judged(viewer: Viewer, offres: list[Offre]) -> list[Verdict4 | None]:
    """One verdict an offre; None for whoever has no demande."""
    if viewer.known is None:
        return [None] * len(offres)
    today = local_day(viewer.now)
    return [verdict(viewer.known, offre, today) for offre in offres]


def summary(offres: list[Offre], answers: list[Verdict4 | None]) -> str:
    """« Sur cette page, vous pouvez postuler à 7. 2 sont hors règles, 2 sont déjà faites. »"""
    mine = sum(my_rank(offre) is not None for offre in offres)
    closed = sum(answer is not None and not answer.may_apply for answer in answers)
    open_ones = len(offres) - mine - closed
    parts = [f"Sur cette page, vous pouvez postuler à {open_ones}."]
    if closed:
        parts.append(f"{closed} {'sont' if closed > 1 else 'est'} hors règles, avec la raison.")
    if mine:
        parts.append(f"{mine} {'sont déjà faites' if mine > 1 else 'est déjà faite'}.")
    return " ".join(parts)
