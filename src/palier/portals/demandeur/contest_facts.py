"""Contesting a line of points or a fact of the file: one form, a due date, and the answer shown where it was asked."""

from __future__ import annotations

from typing import Any
from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from palier import coffre
from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.facts import count, law_grille
from palier.candidatures.models import Candidature
from palier.candidatures.queries import with_place
from palier.demandes.actions import contest
from palier.demandes.enums import ObjetContestation
from palier.demandes.models import Contestation, Demande
from palier.demandes.queries.pieces import dossier
from palier.portals.demandeur import review
from palier.portals.demandeur.candidatures_words import title
from palier.portals.demandeur.common import actor_of, own_demande, page_context, with_demande
from palier.portals.forms import ChoiceField, LongTextField, PalierForm, form_page, once_view
from palier.portals.ui import french

NBSP = "\u00a0"
OWN = ("demandeur",)
GET_POST = require_http_methods(["GET", "HEAD", "POST"])
Choices = list[tuple[str, Any]]


class ContestForm(PalierForm):
    """What is contested, among what the page shows, and what is not right."""

    texte = LongTextField(
        label="Ce qui n'est pas juste", help_text="Avec vos mots. Dites ce que vous lisez et ce qui devrait y être."
    )
    refused_fields = {"Ce qui n'est pas juste": "texte"}

    def __init__(self, choices: Choices, data: Any = None) -> None:
        super().__init__(data)
        self.fields["cible"] = ChoiceField(label="Ce que vous contestez", choices=[("", "Choisissez"), *choices])
        self.fields["cible"].error_messages["required"] = "«\u00a0Ce que vous contestez\u00a0» est vide. Choisissez."
        self.order_fields(["cible", "texte"])


@policy("droit.contester", roles=OWN)
@require_safe
def contestations(request: HttpRequest) -> HttpResponse:
    """What the person contested, when it is answered at the latest, and each answer."""
    demande, by = own_demande(request), actor_of(request)
    rows = Contestation.objects.visible_to(by).select_related("demande").order_by("-deposee_le", "-pk")
    with coffre.ring([by.user_id] if by.user_id else ()):
        context = page_context(demande, contestations=rows, aujourdhui=clock.today())
        return render(request, "demandeur/contestations.html", context)


@policy("droit.contester", roles=OWN)
@GET_POST
@with_demande
def fait(request: HttpRequest, demande: Demande) -> HttpResponse:
    """Contest an answer, or what was decided of a piece."""
    with coffre.ring([demande.titulaire_id]):
        form = ContestForm(_facts(demande), request.POST if request.method == "POST" else None)
        return _page(request, demande, form, ObjetContestation.FAIT, "Contester un fait de votre dossier")


def _facts(demande: Demande) -> Choices:
    """The answers of the file with their values, chapter by chapter, then the pieces with their states."""
    chapters: Choices = [
        (name, [(f"{name}, {label}", f"{label}{NBSP}: {value}") for label, value in rows])
        for _, name, rows in review.lines(demande)
        if rows
    ]
    given = [line for line in dossier(demande, clock.today()).lines if line.piece is not None]
    pieces = [(f"Pièce, {line.libelle}", f"{line.libelle}{NBSP}: {line.piece.state_label.lower()}")
              for line in given if line.piece is not None]  # fmt: skip
    return [*chapters, ("Vos pièces", pieces)] if pieces else chapters


@policy("droit.contester", roles=OWN)
@GET_POST
@with_demande
def ligne(request: HttpRequest, demande: Demande, candidature_id: UUID) -> HttpResponse:
    """Contest a line of the points of a candidature."""
    rows = with_place(Candidature.objects.visible_to(actor_of(request))).defer(None)
    row = rows.filter(pk=candidature_id, demande=demande).first()
    if row is None:
        raise NotVisible
    name = f"{row.offre.logement.typologie} {title(row.offre)}"
    with coffre.ring([demande.titulaire_id]):
        counted = count(law_grille(row.offre.grille), row.cotation)
    lines = [(each.libelle, f"{each.libelle}{NBSP}: {_points(each.points)}") for each in counted.lignes]
    form = ContestForm(lines, request.POST if request.method == "POST" else None)
    return _page(request, demande, form, ObjetContestation.LIGNE, f"Contester une ligne{NBSP}: {name}", row)


def _points(points: int) -> str:
    return f"{points}{NBSP}point{french.plural(points)}"


def _page(
    request: HttpRequest, demande: Demande, form: ContestForm, objet: str, titre: str, row: Candidature | None = None
) -> HttpResponse:
    context = page_context(demande, titre=titre)

    def draw(refusal: Refused | None = None) -> HttpResponse:
        return form_page(request, "demandeur/contester_fait.html", form, context, refusal)

    def work() -> str:
        said = form.cleaned_data
        place = f", {row.offre.logement.typologie} {title(row.offre)}" if row is not None else ""
        contest(demande_id=demande.pk, objet=objet, cible=f"{said['cible']}{place}", texte=said["texte"],
                candidature_id=row.pk if row is not None else None, by=actor_of(request), at=clock.now())  # fmt: skip
        return reverse("demandeur:contestations")

    return once_view(request, work, refused=draw) if request.method == "POST" and form.is_valid() else draw()


urlpatterns: list[URLPattern] = [
    path("mon-espace/contester/", contestations, name="contestations"),
    path("mon-espace/contester/fait/", fait, name="contester_fait"),
    path("candidatures/<uuid:candidature_id>/rang/contester/", ligne, name="contester_ligne"),
]
