"""The desk of an adviser: the demandes followed, one found by its number, its sheet, the emergency, the duplicates."""

from __future__ import annotations

from typing import ClassVar
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palier import coffre
from palier.accompagnement import actions, queries, rules
from palier.base import clock, limits
from palier.base.policy import policy
from palier.base.refusal import NotVisible
from palier.demandes.queries.blockers import Blocker, blockers
from palier.portals.conseiller import words
from palier.portals.conseiller.space import ROLES, SPACE
from palier.portals.desk import actor_of, context_of, form_view, page, posted
from palier.portals.forms import LongTextField, PalierForm, TextField, form_page

GET_POST = require_http_methods(["GET", "HEAD", "POST"])


class SearchForm(PalierForm):
    """The number that a person gives."""

    numero = TextField(label="Numéro unique", max_length=30, help_text="18 caractères, donnés par la personne.")


class UrgenceForm(PalierForm):
    """Why a demande must be opened now."""

    motif = LongTextField(
        label="Ce qui presse",
        max_length=limits.value("text_short"),
        help_text="20 caractères au moins. La personne lira cette raison.",
        widget=forms.Textarea(attrs={"rows": 3}),
    )
    examples: ClassVar[dict[str, str]] = {"motif": "Dites en une phrase ce qui presse."}
    refused_fields: ClassVar[dict[str, str]] = {"Raison": "motif"}


@policy("demande.chercher", roles=ROLES)
@GET_POST
@coffre.ring()
def portefeuille(request: HttpRequest) -> HttpResponse:
    """The demandes followed, those that can be unblocked today first; a search by number, posted."""
    by, at = actor_of(request), clock.now()
    form = SearchForm(request.POST or None)
    asked = request.method == "POST" and form.is_valid()
    found = queries.search(by, form.cleaned_data["numero"], at) if asked else []
    context = context_of(
        request, SPACE, "portefeuille", lignes=queries.worklist(by, at), trouvees=found, cherche=asked
    )
    return form_page(request, "conseiller/portefeuille.html", form, context)


@policy("demande.chercher", roles=ROLES)
@require_safe
@coffre.ring()
def dossier(request: HttpRequest, demande_id: UUID) -> HttpResponse:
    """One demande: its sheet when it is followed or opened in an emergency, else the two ways to open it."""
    by, at = actor_of(request), clock.now()
    found = queries.reach(by, demande_id, at)
    if found.relation not in rules.OPENING:
        return page(request, SPACE, "conseiller/ferme.html", "portefeuille", demande=found.demande)
    sheet = queries.sheet(found, by, at)
    return page(
        request,
        SPACE,
        "conseiller/dossier.html",
        "portefeuille",
        demande=found.demande,
        suivie=found.relation == "assigned",
        fin=found.urgence.expire_le if found.urgence else None,
        sections=words.sections(sheet),
        pieces=words.piece_lines(queries.pieces_of(found, by, at), found),
        blocages=_blockers(found),
    )


def _blockers(found: queries.Opened) -> list[Blocker]:
    """What holds the file, for the adviser who follows it. Nothing protected is said (P6)."""
    return blockers(found.demande, clock.today(), staff=True) if found.relation == "assigned" else []


@policy("assignation.demander", roles=ROLES)
@require_POST
def suivre(request: HttpRequest, demande_id: UUID) -> HttpResponse:
    """Take a demande that nobody follows."""
    by, at = actor_of(request), clock.now()
    queries.opened(by, demande_id, at, "assignation.demander")
    return posted(
        request,
        lambda: actions.assign_demande(demande_id=demande_id, by=by, at=at),
        SPACE.url("dossier", demande_id),
    )


@policy("assignation.finir", roles=ROLES)
@require_POST
def rendre(request: HttpRequest, demande_id: UUID) -> HttpResponse:
    """Stop following a demande."""
    by, at = actor_of(request), clock.now()
    queries.opened(by, demande_id, at, "assignation.finir")
    return posted(
        request, lambda: actions.release_demande(demande_id=demande_id, by=by, at=at), SPACE.url("portefeuille")
    )


@policy("urgence.ouvrir", roles=ROLES)
@GET_POST
def urgence(request: HttpRequest, demande_id: UUID) -> HttpResponse:
    """Open for half an hour a demande that one does not follow, with a written reason."""
    by, at = actor_of(request), clock.now()
    found = queries.opened(by, demande_id, at, "urgence.ouvrir")
    context = context_of(request, SPACE, "portefeuille", demande=found.demande)

    def work(form: PalierForm) -> str:
        actions.open_urgence(demande_id=demande_id, motif=form.cleaned_data["motif"], by=by, at=at)
        return SPACE.url("dossier", demande_id)

    return form_view(request, "conseiller/urgence.html", UrgenceForm(request.POST or None), context, work)


@policy("doublon.comparer", roles=ROLES)
@require_safe
def doublons(request: HttpRequest) -> HttpResponse:
    """Pairs of demandes that look alike, of which one is followed here."""
    return page(request, SPACE, "conseiller/doublons.html", "doublons", paires=queries.doublons_of(actor_of(request)))


@policy("doublon.comparer", roles=ROLES)
@GET_POST
def doublon(request: HttpRequest, doublon_id: UUID) -> HttpResponse:
    """Two demandes side by side: one person, or two."""
    by, at = actor_of(request), clock.now()
    row = queries.doublon_of(by, doublon_id)
    if request.method == "POST":
        if request.POST.get("avis") not in ("meme", "deux"):
            raise NotVisible
        same = request.POST["avis"] == "meme"
        return posted(
            request,
            lambda: actions.judge_doublon(doublon_id=doublon_id, same=same, by=by, at=at),
            SPACE.url("doublons"),
        )
    cotes = queries.side_by_side(by, row, at)
    return page(request, SPACE, "conseiller/doublon.html", "doublons", paire=row, cotes=cotes)
