"""The desk of the délégué à la protection des données: what persons contest, by due date, and the answers."""

from __future__ import annotations

from uuid import UUID

from django.http import HttpRequest, HttpResponse
from django.views.decorators.http import require_http_methods, require_POST, require_safe

from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import NotVisible
from palier.demandes.actions import answer_contestation, examine_contestation
from palier.demandes.models import Contestation
from palier.journal.reading import read
from palier.portals.desk import Space, actor_of, context_of, form_view, page, posted
from palier.portals.forms import LongTextField, PalierForm

SPACE = Space("dpo", "Protection des données", (("contestations", "Contestations", "contestations"),))
ROLES = ("dpo",)
PURPOSE = "droit.traiter"
ANSWERED = 20
"""How many answers already given the list recalls."""


class AnswerForm(PalierForm):
    """The answer that the person reads."""

    texte = LongTextField(label="Votre réponse", help_text="La personne la lit telle quelle. Dites le fait, la règle.")
    refused_fields = {"Votre réponse": "texte"}


@policy(PURPOSE, roles=ROLES)
@require_safe
def contestations(request: HttpRequest) -> HttpResponse:
    """Those that wait, the soonest due first; then the last answers. No content is opened here."""
    rows = Contestation.objects.visible_to(actor_of(request)).defer("contenu", "reponse")
    waiting = list(rows.exclude(state="repondue").order_by("echeance", "pk"))
    done = list(rows.filter(state="repondue").order_by("-repondue_le", "pk")[:ANSWERED])
    context = {"attendent": waiting, "repondues": done, "aujourdhui": clock.today()}
    return page(request, SPACE, "dpo/contestations.html", "contestations", **context)


@policy(PURPOSE, roles=ROLES)
@require_http_methods(["GET", "HEAD", "POST"])
def contestation(request: HttpRequest, contestation_id: UUID) -> HttpResponse:
    """One contestation: what is said, read under the person's eyes, and the answer."""
    by, at = actor_of(request), clock.now()
    row = _one(request, contestation_id)
    (sheet,) = read([row], ["contenu", "reponse"], by=by, relation="own", purpose=PURPOSE, at=at)
    form = AnswerForm(request.POST if request.method == "POST" else None)
    context = context_of(request, SPACE, "contestations", c=row, dit=sheet["contenu"], reponse=sheet["reponse"],
                         aujourdhui=clock.today())  # fmt: skip

    def work(valid: PalierForm) -> str:
        answer_contestation(contestation_id=row.pk, texte=valid.cleaned_data["texte"], by=by, at=at)
        return SPACE.url("contestations")

    return form_view(request, "dpo/contestation.html", form, context, work)


@policy(PURPOSE, roles=ROLES)
@require_POST
def examiner(request: HttpRequest, contestation_id: UUID) -> HttpResponse:
    """Say that it is being looked at."""
    row = _one(request, contestation_id)
    by, at = actor_of(request), clock.now()
    return posted(
        request,
        lambda: examine_contestation(contestation_id=row.pk, by=by, at=at),
        SPACE.url("contestation", row.pk),
    )


def _one(request: HttpRequest, contestation_id: UUID) -> Contestation:
    found = Contestation.objects.visible_to(actor_of(request)).select_related("demande").filter(pk=contestation_id)
    row: Contestation | None = found.first()
    if row is None:
        raise NotVisible
    return row
