"""The form of a draft: rubriques and criteria as blocks that one adds, moves and removes, without script."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.contrib import messages
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_http_methods

from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import Refused
from palier.droit.cotation import controle_texte, ecrire_grille, faits_publiables
from palier.droit.pieces import pieces
from palier.droit.situation import BOOLEEN
from palier.portals.collectivite import composition
from palier.portals.collectivite.drafts import draft_context, draft_of, faults_of, version_read
from palier.portals.collectivite.space import ROLES
from palier.portals.desk import actor_of
from palier.portals.forms import once_view
from palier.territoires import actions
from palier.territoires.models import BrouillonGrille

CUMULS = (("somme", "Les points s'ajoutent"), ("le_plus_fort", "Seul le plus fort compte"))


@policy("grille.editer", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def brouillon(request: HttpRequest, draft_id: UUID) -> HttpResponse:
    """The form of a draft: every button saves the whole of it first, then adds, moves or removes a block."""
    draft = draft_of(request, draft_id)
    tables = composition.read_tables(draft.texte)
    if tables is None:
        context = draft_context(request, draft, "brouillon", defauts=faults_of(draft.texte, _raw(draft)))
        return render(request, "collectivite/illisible.html", context)
    if request.method != "POST":
        return _draw(request, draft, draft.texte)
    typed = composition.tables_of(tables, request.POST)
    place = composition.gesture_on(typed, request.POST.get("geste", ""))
    text = ecrire_grille(typed)

    def work() -> str:
        actions.save_draft(
            draft_id=draft.pk, texte=text, version=version_read(request), by=actor_of(request), at=clock.now()
        )
        url = reverse("collectivite:brouillon", args=[draft.pk])
        if not place:
            messages.success(request, "Le brouillon est enregistré.")
        return f"{url}?ouvert={place}#{place}" if place else url

    return once_view(request, work, refused=lambda no: _draw(request, draft, text, no))


def _raw(draft: BrouillonGrille) -> str:
    return reverse("collectivite:brouillon_texte", args=[draft.pk])


def _draw(request: HttpRequest, draft: BrouillonGrille, text: str, refusal: Refused | None = None) -> HttpResponse:
    """The form of a text: that of the draft, or what was typed when its save was refused."""
    tables = composition.read_tables(text) or {}
    context = draft_context(
        request,
        draft,
        "brouillon",
        entete=composition.heading_of(tables),
        rubriques=composition.rows_of(tables, controle_texte(text)),
        defauts=faults_of(text),
        refus=refusal,
        version=draft_of(request, draft.pk).version,
        ouvert=request.GET.get("ouvert", ""),
        cumuls=CUMULS,
        **_choices(tables),
    )
    return render(request, "collectivite/brouillon.html", context, status=refusal.status if refusal else 200)


def _choices(tables: composition.Table) -> dict[str, Any]:
    """The pieces and the facts that a line may name, with those that the draft already names."""
    lines = [line for rubrique in tables.get("rubrique", []) for line in rubrique.get("critere", [])]
    known = {each.code: each.libelle for each in pieces().values() if not each.du_bail}
    named = {str(line["piece"]) for line in lines if "piece" in line} - set(known)
    counted = {path: fact.sens for path, fact in faits_publiables().items() if fact.type != BOOLEEN}
    scales = [line["points_par"] for line in lines if isinstance(line.get("points_par"), dict)]
    others = {str(scale["fait"]) for scale in scales if "fait" in scale} - set(counted)
    return {
        "pieces": [*sorted(known.items(), key=lambda one: one[1]), *((code, code) for code in sorted(named))],
        "comptes": [*sorted(counted.items()), *((path, path) for path in sorted(others))],
        "faits": sorted(faits_publiables().items()),
    }
