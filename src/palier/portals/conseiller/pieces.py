"""One piece beside what was declared: its pixels, what the machine read, and the adviser's decision."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_safe

from palier import coffre
from palier.accompagnement import actions, facts, queries
from palier.base import clock
from palier.base.policy import policy
from palier.demandes.actions import journal_damage
from palier.droit.pieces import libelle_court
from palier.portals.conseiller import words
from palier.portals.conseiller.space import ROLES, SPACE
from palier.portals.desk import actor_of, context_of, form_view
from palier.portals.forms import ChoiceField, PalierForm

KINDS = {"conforme": ("ok", "Réussi"), "non_conforme": ("err", "À corriger")}
VALID = "valider"


class DecisionForm(PalierForm):
    """Valid, or refused for a reason of the list."""

    decision = ChoiceField(label="Votre décision", widget=forms.RadioSelect)

    def __init__(self, *args: object, **options: object) -> None:
        super().__init__(*args, **options)
        field = self.fields["decision"]
        assert isinstance(field, forms.ChoiceField)
        reasons = [(each.code, f"Refuser{chr(160)}: {each.libelle}") for each in facts.motifs_refus().values()]
        field.choices = [(VALID, "La pièce est bonne"), *reasons]


@policy("piece.verifier", roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
@coffre.ring()
def piece(request: HttpRequest, piece_id: UUID) -> HttpResponse:
    """The piece, what it should agree with, and the decision."""
    by, at = actor_of(request), clock.now()
    found, row = queries.piece_to_verify(by, piece_id, at)

    def work(form: PalierForm) -> str:
        said = form.cleaned_data["decision"]
        seen = request.POST.get("vu", "")[:32] or "rien"
        actions.verify_piece(piece_id=piece_id, motif="" if said == VALID else said, seen=seen, by=by, at=at)
        return SPACE.url("dossier", found.demande.pk)

    files = list(row.fichiers.all())
    read, explication = queries.piece_content(found, row, by, at)
    context = context_of(
        request,
        SPACE,
        "portefeuille",
        piece=row,
        vu=queries.seen_of(row, files),
        libelle=libelle_court(row.code),
        demande=found.demande,
        declare=words.declared(queries.sheet(found, by, at), row),
        regles=[_check(rule) for rule in read],
        explication=explication,
        images=[(file.ordre, page) for file in files for page in range(1, file.pages + 1)],
    )
    return form_view(request, "conseiller/piece.html", DecisionForm(request.POST or None), context, work)


def _check(rule: dict[str, Any]) -> dict[str, str]:
    kind, mot = KINDS.get(rule["resultat"], ("doubt", "Pas concluant"))
    return {"kind": kind, "mot": mot, "texte": str(rule.get("texte", ""))}


@policy("piece.regarder", roles=ROLES)
@require_safe
def image(request: HttpRequest, piece_id: UUID, ordre: int, page: int) -> HttpResponse:
    """One page as marked pixels: never the file, never without its access line."""
    by, at = actor_of(request), clock.now()
    with journal_damage(by=by, at=at):
        body = queries.page_image(by, piece_id, ordre, page, at)
    return HttpResponse(body, content_type="image/jpeg", headers={"Content-Disposition": "inline"})
