"""The desk of a collectivité: its published grids, its drafts, and the four pages of a draft but the form."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods, require_safe

from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import Refused
from palier.candidatures.facts import law_grille
from palier.droit.cotation import GrilleInvalide, apercus, lire_grille
from palier.organisations.queries import siren_of
from palier.portals.collectivite.drafts import (
    draft_context,
    draft_of,
    faults_of,
    in_force,
    models_for,
    text_of_model,
    version_read,
)
from palier.portals.collectivite.forms import AdoptionForm, OpenForm, TextForm
from palier.portals.collectivite.space import ROLES, SPACE
from palier.portals.desk import actor_of, context_of, form_view, page
from palier.portals.forms import PalierForm, once_view
from palier.territoires import actions
from palier.territoires.models import BrouillonGrille, Grille


@policy("grille.lire", roles=ROLES)
@require_safe
def grilles(request: HttpRequest) -> HttpResponse:
    """The drafts, then the published grids of the territory: in force, to come, past."""
    by, today = actor_of(request), clock.today()
    published = Grille.objects.public().filter(perimetre__contains=[siren_of(by)]).order_by("-en_vigueur_depuis")
    rows = [(each, each.moment(today)) for each in published]
    drafts = BrouillonGrille.objects.visible_to(by).open()
    return page(request, SPACE, "collectivite/grilles.html", "grilles", publiees=rows, brouillons=list(drafts))


@policy("grille.editer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def nouveau(request: HttpRequest) -> HttpResponse:
    """Open a draft from a published grid, from the example, or from nothing."""
    by = actor_of(request)
    form = OpenForm(request.POST or None, choices=models_for(by))

    def work(given: PalierForm) -> str:
        text = text_of_model(by, given.cleaned_data["modele"])
        draft = actions.open_draft(
            libelle=given.cleaned_data["libelle"], texte=text, siren=siren_of(by), by=by, at=clock.now()
        )
        return reverse("collectivite:brouillon", args=[draft.pk])

    return form_view(request, "collectivite/nouveau.html", form, context_of(request, SPACE, "grilles"), work)


@policy("grille.editer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def texte(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The raw text of a draft: whatever is typed is kept, and its faults are listed with their line."""
    draft = draft_of(request, draft_id)
    typed = TextForm(request.POST or None, initial={**_initial(draft), "version": draft.version})
    url = reverse("collectivite:brouillon_texte", args=[draft.pk])

    def work() -> str:
        data = typed.cleaned_data
        actions.save_draft(
            draft_id=draft.pk, libelle=data["libelle"], texte=data["texte"], version=data["version"],
            by=actor_of(request), at=clock.now(),
        )  # fmt: skip
        messages.success(request, "Le brouillon est enregistré.")
        return url

    def draw(refusal: Refused | None = None) -> HttpResponse:
        if refusal is not None:
            typed.refuse(refusal)
        now = draft_of(request, draft_id)
        text = str(typed["texte"].value() or "")
        context = draft_context(
            request, draft, "brouillon_texte", form=typed, defauts=faults_of(text, url), lignes=text.split("\n"),
            version=now.version,
        )  # fmt: skip
        status = refusal.status if refusal else 422 if typed.is_bound else 200
        return render(request, "collectivite/texte.html", context, status=status)

    if request.method == "POST" and typed.is_valid():
        return once_view(request, work, refused=draw)
    return draw()


def _initial(draft: BrouillonGrille) -> dict[str, Any]:
    return {"libelle": draft.libelle, "texte": draft.texte}


@policy("grille.lire_brouillon", roles=ROLES)
@require_safe
def apercu(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The draft on three written households, line by line, beside the grid in force."""
    draft, today = draft_of(request, draft_id), clock.today()
    before = in_force(actor_of(request))
    context = draft_context(request, draft, "brouillon_apercu", avant=before, defauts=_faults_elsewhere(draft))
    try:
        context["menages"] = apercus(lire_grille(draft.texte), law_grille(before) if before else None, today)
    except GrilleInvalide as error:
        context["illisible"] = str(error)
    return render(request, "collectivite/apercu.html", context)


def _faults_elsewhere(draft: BrouillonGrille) -> list[dict[str, Any]]:
    """The faults of a draft, linked to its raw text."""
    return faults_of(draft.texte, reverse("collectivite:brouillon_texte", args=[draft.pk]))


@policy("grille.publier", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def publier(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Adopt a draft: its deliberation, its days, and a confirmation."""
    draft, by = draft_of(request, draft_id), actor_of(request)
    form = AdoptionForm(request.POST or None, initial={"version": draft.version})

    def work(given: PalierForm) -> str:
        data = {name: value for name, value in given.cleaned_data.items() if name != "confirme"}
        grille = actions.publish_draft(draft_id=draft.pk, siren=siren_of(by), by=by, at=clock.now(), **data)
        messages.success(request, "La grille est publiée. Chacun peut la lire.")
        return reverse("public:grille", args=[grille.empreinte])

    faults = _faults_elsewhere(draft)
    context = draft_context(request, draft, "brouillon_publier", defauts=faults, avant=in_force(by))
    return form_view(request, "collectivite/publier.html", form, context, work)


@policy("grille.editer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def ecarter(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """Set a draft aside, after a page that asks."""
    draft = draft_of(request, draft_id)
    if request.method != "POST":
        return render(request, "collectivite/ecarter.html", draft_context(request, draft, ""))

    def work() -> str:
        actions.discard_draft(draft_id=draft.pk, version=version_read(request), by=actor_of(request), at=clock.now())
        messages.success(request, "Le brouillon est écarté.")
        return SPACE.url("grilles")

    return once_view(request, work)
