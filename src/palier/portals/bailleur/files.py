"""Candidates, séances, propositions, leases."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palier.attributions import actions, queries, rules
from palier.attributions.enums import MotifAnnulation
from palier.attributions.models import Bail, Proposition, Seance
from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import NotVisible
from palier.parc.models import Offre
from palier.portals import commission, designation, papers
from palier.portals.bailleur.forms import CancelForm
from palier.portals.bailleur.space import ROLES, SPACE
from palier.portals.desk import actor_of, candidature_of, context_of, form_view, offre_of, page, posted
from palier.portals.desk_forms import SeanceForm

LISTED = ("publiee", "cloturee", "en_designation", "en_commission", "attribuee")


@policy("candidature.lire", roles=ROLES)
@require_safe
def candidats(request: HttpRequest) -> HttpResponse:
    """The offres whose candidates are worked on."""
    rows = queries.with_counts(Offre.objects.visible_to(actor_of(request)).filter(state__in=LISTED))
    return page(request, SPACE, "bailleur/candidats.html", "candidats", offres=list(rows.order_by("cloture_le", "pk")))


@policy("candidature.lire", roles=ROLES)
@require_safe
def candidats_offre(request: HttpRequest, offre_id: UUID) -> HttpResponse:
    """Counts while open, pseudonyms once closed, files once designated; the désignation itself on own dwellings."""
    offre, by = offre_of(request, offre_id), actor_of(request)
    designates = offre.state in designation.OPEN and rules.designates(by, offre)
    files = queries.presented_files(offre, by=by, at=clock.now(), relation="presented")
    if designates and (not files or "liste" in request.GET):
        return designation.list_page(request, SPACE, offre)
    live = queries.live_proposition(offre)
    is_listed = not files and offre.state != "publiee"
    context = {
        "offre": offre,
        "dossiers": files,
        "designe": designates,
        "publics": queries.public_list(offre, by=by, at=clock.now()) if is_listed else [],
        "nombre": queries.candidature_count(offre),
        "proposition": live,
        "proposee": next((each for each in files if live and each.candidature_id == live.candidature_id), None),
        "baux": list(offre.baux.exclude(state="annule")),
    }
    return page(request, SPACE, "bailleur/candidats_offre.html", "candidats", **context)


@policy("candidature.lire", roles=ROLES)
@require_safe
def dossier(request: HttpRequest, candidature_id: UUID) -> HttpResponse:
    """One candidature, as the bailleur sees it."""
    return designation.sheet(request, SPACE, candidature_id)


@policy("piece.regarder", roles=ROLES)
@require_safe
def image(request: HttpRequest, candidature_id: UUID, piece_id: UUID, ordre: int, page: int) -> HttpResponse:
    """One page of a piece of a presented file, as marked pixels."""
    return papers.image(request, candidature_of(request, candidature_id), piece_id, ordre, page)


@policy("candidat.contacter", roles=ROLES)
@require_POST
def contact(request: HttpRequest, candidature_id: UUID) -> HttpResponse:
    """Write a contact, on own dwellings."""
    return designation.contact(request, SPACE, candidature_id)


@policy("candidature.designer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def passer(request: HttpRequest, candidature_id: UUID) -> HttpResponse:
    """« Passer ce rang », on own dwellings."""
    return designation.skip(request, SPACE, candidature_id)


@policy("candidature.designer", roles=ROLES)
@require_POST
def designer(request: HttpRequest, offre_id: UUID) -> HttpResponse:
    """Designate the ticked files, on own dwellings."""
    return designation.designate(request, SPACE, offre_id)


@policy("offre.retirer", roles=ROLES)
@require_POST
def fruitless(request: HttpRequest, offre_id: UUID) -> HttpResponse:
    """State that nobody can be designated any more."""
    offre = offre_of(request, offre_id)
    url = reverse("bailleur:offre", args=[offre.pk])
    work = actions.declare_fruitless
    return posted(request, lambda: work(offre_id=offre.pk, by=actor_of(request), at=clock.now()), url)


@policy("seance.preparer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def seances(request: HttpRequest) -> HttpResponse:
    """The séances, and a form to prepare one on the designated offres."""
    by = actor_of(request)
    ready = list(Offre.objects.visible_to(by).filter(state="en_designation").with_place())
    ready = [each for each in ready if each.candidatures.filter(state="designee").exists()]
    names = [
        (str(each.pk), f"{each.logement.typologie} {each.logement.programme.commune.nom}, {each.logement.numero}")
        for each in ready
    ]
    form = SeanceForm(request.POST or None, choices=names)

    def work(given: object) -> str:
        chosen = [UUID(each) for each in form.cleaned_data["offres"]]
        made = actions.prepare_seance(prevue_le=form.instant(), offre_ids=chosen, by=by, at=clock.now())
        return reverse("bailleur:seance", args=[made.pk])

    known = list(Seance.objects.visible_to(by, at=clock.now()).order_by("-prevue_le"))
    context = context_of(request, SPACE, "seances", seances=known, pretes=names)
    return form_view(request, "bailleur/seances.html", form, context, work)


@policy("seance.lire", roles=ROLES)
@require_safe
def seance(request: HttpRequest, seance_id: UUID) -> HttpResponse:
    """The agenda of a séance."""
    return commission.show(request, SPACE, seance_id)


@policy("seance.convoquer", roles=ROLES)
@require_POST
def etape(request: HttpRequest, seance_id: UUID, act: str) -> HttpResponse:
    """Convene, open or close."""
    return commission.step(request, SPACE, seance_id, act)


@policy("seance.decider", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def point(request: HttpRequest, seance_id: UUID, offre_id: UUID) -> HttpResponse:
    """The files of one offre, and the decisions."""
    return commission.point(request, SPACE, seance_id, offre_id)


@policy("seance.decider", roles=ROLES)
@require_POST
def condition(request: HttpRequest, candidature_id: UUID) -> HttpResponse:
    """State that a suspensive condition is met."""
    row = candidature_of(request, candidature_id)
    url = reverse("bailleur:dossier", args=[row.pk])
    work = actions.lift_condition
    return posted(request, lambda: work(candidature_id=row.pk, by=actor_of(request), at=clock.now()), url)


@policy("proposition.envoyer", roles=ROLES)
@require_POST
def propose(request: HttpRequest, offre_id: UUID) -> HttpResponse:
    """Send the next proposition of the decided order."""
    offre = offre_of(request, offre_id)
    url = reverse("bailleur:candidats_offre", args=[offre.pk])
    work = actions.send_proposition
    return posted(request, lambda: work(offre_id=offre.pk, by=actor_of(request), at=clock.now()), url)


def own_proposition(request: HttpRequest, pk: UUID) -> Proposition:
    """A proposition on an offre of the bailleur."""
    rows = Proposition.objects.visible_to(actor_of(request)).select_related("candidature", "offre")
    found = rows.filter(pk=pk).first()
    if found is None:
        raise NotVisible
    return found


@policy("proposition.envoyer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def cancel(request: HttpRequest, proposition_id: UUID) -> HttpResponse:
    """Annul a proposition, with a reason that the person reads."""
    row = own_proposition(request, proposition_id)
    system = (MotifAnnulation.OFFRE_RETIREE, MotifAnnulation.LOGE_AILLEURS, MotifAnnulation.DEMANDE_RADIEE)
    form = CancelForm(request.POST or None, choices=[(e.value, e.label) for e in MotifAnnulation if e not in system])

    def work(given: object) -> str:
        actions.cancel_proposition(proposition_id=row.pk, by=actor_of(request), at=clock.now(), **form.cleaned_data)
        return reverse("bailleur:candidats_offre", args=[row.offre_id])

    context = context_of(request, SPACE, "candidats", proposition=row)
    return form_view(request, "bailleur/annuler.html", form, context, work)


@policy("bail.lire", roles=ROLES)
@require_safe
def leases(request: HttpRequest) -> HttpResponse:
    """The leases to prepare, to sign, signed."""
    by = actor_of(request)
    place = "offre__logement__programme__commune"
    accepted = Proposition.objects.visible_to(by).filter(state="acceptee", bail=None).select_related(place)
    rows = Bail.objects.visible_to(by).select_related("logement__programme__commune").order_by("-created_at")
    context = {"a_preparer": list(accepted), "baux": list(rows)}
    return page(request, SPACE, "bailleur/baux.html", "baux", **context)


@policy("bail.preparer", roles=ROLES)
@require_POST
def prepare_lease(request: HttpRequest, proposition_id: UUID) -> HttpResponse:
    """Prepare the lease of an accepted proposition."""
    row = own_proposition(request, proposition_id)
    url = reverse("bailleur:baux")
    work = actions.prepare_bail
    return posted(request, lambda: work(proposition_id=row.pk, by=actor_of(request), at=clock.now()), url)


@policy("bail.signer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def sign(request: HttpRequest, bail_id: UUID) -> HttpResponse:
    """What the signature closes, then the signature."""
    by = actor_of(request)
    row = Bail.objects.visible_to(by).filter(pk=bail_id).select_related("logement__programme__commune").first()
    if row is None:
        raise NotVisible
    if request.method == "POST":
        url = reverse("bailleur:baux")
        return posted(request, lambda: actions.sign_bail(bail_id=row.pk, by=by, at=clock.now()), url)
    return page(request, SPACE, "bailleur/signer.html", "baux", bail=row)
