"""The désignation, the same for the réservataire of a dwelling and for a bailleur on its own dwellings."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse

from palier.attributions import actions, queries, rules
from palier.base import clock
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.models import Candidature
from palier.candidatures.queries import bailleur_view
from palier.parc.models import Offre
from palier.portals import papers
from palier.portals.desk import Space, actor_of, candidature_of, context_of, form_view, offre_of, page, posted
from palier.portals.desk_forms import ReasonForm
from palier.portals.forms import once_view

OPEN = ("cloturee", "en_designation")


def list_page(request: HttpRequest, space: Space, offre: Offre, refusal: Refused | None = None) -> HttpResponse:
    """The frozen list, with pseudonyms, contacts and choices."""
    rows = queries.designation_list(offre, by=actor_of(request), at=clock.now())
    context = {"offre": offre, "rangs": rows, "refusal": refusal, "erreur": refusal is not None}
    context["choisis"] = request.POST.getlist("dossier") if request.method == "POST" else []
    response = page(request, space, "attributions/pages/designation.html", "candidats", **context)
    response.status_code = refusal.status if refusal else 200
    return response


def contact(request: HttpRequest, space: Space, candidature_id: UUID) -> HttpResponse:
    """Write one contact of the list, then come back to it."""
    row = candidature_of(request, candidature_id)

    def work() -> None:
        kind, by = request.POST.get("type", ""), actor_of(request)
        actions.record_contact(candidature_id=row.pk, type=kind, by=by, at=clock.now())

    place = f"#r{row.ligne.rang}" if hasattr(row, "ligne") else ""  # an offre still open has no frozen line
    return posted(request, work, space.url("candidats_offre", row.offre_id) + place)


def skip(request: HttpRequest, space: Space, candidature_id: UUID) -> HttpResponse:
    """« Passer ce rang »: the words that the person will read."""
    row = candidature_of(request, candidature_id)
    if not rules.designates(actor_of(request), row.offre) or row.state != "deposee" or row.offre.state not in OPEN:
        raise NotVisible
    back = space.url("candidats_offre", row.offre_id)
    context = context_of(request, space, "candidats", row=row, rang=row.ligne.rang, retour=back)
    form = ReasonForm(request.POST or None)

    def work(given: object) -> str:
        motif = form.cleaned_data["motif"]
        actions.skip_rank(candidature_id=row.pk, motif=motif, by=actor_of(request), at=clock.now())
        return back

    return form_view(request, "attributions/pages/passer.html", form, context, work)


def designate(request: HttpRequest, space: Space, offre_id: UUID) -> HttpResponse:
    """Send the ticked files to the commission."""
    offre = offre_of(request, offre_id)
    by = actor_of(request)
    if not rules.designates(by, offre):
        raise NotVisible
    known = Candidature.objects.visible_to(by).filter(offre=offre).values_list("pk", flat=True)
    wanted = set(request.POST.getlist("dossier"))
    choices = [pk for pk in known if str(pk) in wanted]

    def work() -> str:
        actions.designate(offre_id=offre.pk, choices=choices, skipped={}, by=by, at=clock.now())
        return space.url("candidats_offre", offre.pk)

    return once_view(request, work, refused=lambda refusal: list_page(request, space, offre, refusal))


def sheet(request: HttpRequest, space: Space, candidature_id: UUID) -> HttpResponse:
    """What this desk sees of one candidature: the very page that the person can read."""
    row = candidature_of(request, candidature_id)
    view = bailleur_view(candidature=row, by=actor_of(request), at=clock.now())
    back = space.url("candidats_offre", row.offre_id)
    decision = queries.decisions_of(row.offre).get(row.pk) if view.etape == "presentee" else None
    reach = queries.reach_of(row, by=actor_of(request), at=clock.now())
    proofs = papers.listed(space, row, actor_of(request), clock.now())
    context = {"row": row, "vue": view, "retour": back, "decision": decision, "joindre": reach, "pieces": proofs}
    return page(request, space, "attributions/pages/dossier.html", "candidats", **context)
