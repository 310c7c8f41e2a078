"""The dwelling proposed: what it is, until when, two equal answers, a confirmation before anything leaves."""

from __future__ import annotations

from datetime import datetime
from typing import Any
from uuid import UUID

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from palier import coffre
from palier.attributions import queries, rules
from palier.attributions.actions import answer_proposition
from palier.attributions.enums import MotifRefus, Reponse
from palier.attributions.models import Proposition
from palier.base import clock
from palier.base.money import whole_euros
from palier.base.policy import policy
from palier.base.refusal import NBSP, NotVisible
from palier.candidatures.models import Candidature
from palier.estimations.actions import note_shown
from palier.estimations.queries import attendre_of, suite_of
from palier.portals.demandeur.common import actor_of, tabs
from palier.portals.demandeur.waiting_words import Odds, Waiting, odds_words, waiting_words
from palier.portals.forms import ChoiceField, PalierForm, form_page, once_view

OWN = ("demandeur",)
PLACE = (
    "candidature__demande",
    "offre__logement__programme__commune",
    "offre__logement__programme__bailleur",
)


class AnswerForm(PalierForm):
    """The answer confirmed."""

    reponse = forms.CharField(widget=forms.HiddenInput)


class RefusalForm(AnswerForm):
    """Why the dwelling is refused, in a word."""

    motif = ChoiceField(label="Pourquoi refusez-vous\u00a0?", choices=MotifRefus.choices, widget=forms.RadioSelect)
    examples = {"motif": "Choisissez la raison la plus proche."}


def _own(request: HttpRequest, proposition_id: UUID) -> Proposition:
    rows = Proposition.objects.visible_to(actor_of(request)).select_related(*PLACE)
    found = rows.filter(pk=proposition_id).first()
    if found is None:
        raise NotVisible
    return found


def _context(proposition: Proposition, **more: Any) -> dict[str, Any]:
    now = clock.now()
    return {
        "proposition": proposition,
        "offre": proposition.offre,
        "logement": proposition.offre.logement,
        "ouverte": proposition.state == "envoyee" and now <= proposition.limite_le,
        "onglets": tabs("candidatures"),
        "now": now,
        **more,
    }


@policy("proposition.lire", roles=OWN)
@require_safe
def show(request: HttpRequest, proposition_id: UUID) -> HttpResponse:
    """The proposition, or what became of it."""
    row = _own(request, proposition_id)
    with coffre.ring([row.person_id()]):
        candidature = row.candidature
        context = _context(
            row,
            faits=_facts(row),
            aide_estimee=candidature.reste_a_payer_cents is not None,
            rappels=len(rules.REMINDERS),
            decidee_le=queries.deciding_day(candidature),
            ordre=candidature.ordre_decision,
            suivant=(candidature.ordre_decision or 0) + 1,
            explication=(candidature.explication or {}).get("texte", "") if row.state == "annulee" else "",
            motif_refus=row.get_motif_refus_display() if row.motif_refus else "",
        )
        if context["ouverte"]:
            context["attendre"] = _waiting(row, context["now"])
    name = "proposition" if context["ouverte"] else "reponse"
    return render(request, f"demandeur/propositions/{name}.html", context)


def _waiting(row: Proposition, now: datetime) -> Waiting | None:
    """What waiting would bring without this dwelling; None without an estimate. One query."""
    found = attendre_of(row)
    note_shown([found] if found else [], at=now)
    return waiting_words(found) if found else None


def _facts(row: Proposition) -> list[tuple[str, Any]]:
    """Weight of the loyer and travel, as counted at the closing."""
    minutes = row.candidature.trajet_minutes
    return [
        *_money(row.candidature),
        ("Vers le travail", "—" if minutes is None else f"{minutes}{NBSP}min, estimation"),
    ]


def _money(candidature: Candidature) -> list[tuple[str, Any]]:
    """What is left to pay, to give and to live on once the aid is deducted; the effort before it otherwise."""
    effort, paid, left = candidature.taux_effort, candidature.reste_a_payer_cents, candidature.reste_a_vivre_cents
    if effort is None or paid is None:
        gross = candidature.taux_effort_brut
        return [("Effort avant aide", "—" if gross is None else f"{round(gross * 100)}{NBSP}% de vos revenus")]
    facts = [
        ("Reste à payer (estimé)", f"{whole_euros(paid)} par mois"),
        ("Effort", f"{round(effort * 100)}{NBSP}% de vos revenus"),
    ]
    return facts if left is None else [*facts, ("Reste à vivre", f"{whole_euros(left)} par jour et par part")]


@policy("proposition.repondre", roles=OWN)
@require_http_methods(["GET", "HEAD", "POST"])
def confirm(request: HttpRequest, proposition_id: UUID, reponse: str) -> HttpResponse:
    """The page that says what leaves, then the answer, once."""
    row = _own(request, proposition_id)
    if reponse not in Reponse.values:
        raise NotVisible
    url = reverse("demandeur:proposition", args=[row.pk])
    refusing = reponse == Reponse.REFUSER
    form = (RefusalForm if refusing else AnswerForm)(request.POST or None, initial={"reponse": reponse})

    def work() -> str:
        motif = form.cleaned_data.get("motif", "")
        answer_proposition(proposition_id=row.pk, reponse=reponse, motif=motif, by=actor_of(request), at=clock.now())
        return url

    def draw(refusal: Any = None) -> HttpResponse:
        context = _context(row, suivant=(row.candidature.ordre_decision or 0) + 1)
        template = f"demandeur/propositions/{'refuser' if refusing else 'accepter'}.html"
        return form_page(request, template, form, context, refusal)

    if request.method == "POST" and form.is_valid():
        return once_view(request, work, refused=draw)
    return draw()


@policy("candidature.lire", roles=OWN)
@require_safe
def waiting(request: HttpRequest, candidature_id: UUID) -> HttpResponse:
    """« Vous êtes 2e »: the place in the decided order, and when one is released at the latest."""
    rows = Candidature.objects.visible_to(actor_of(request))
    place = ("demande", "offre__logement__programme__commune", "offre__logement__programme__bailleur")
    row = rows.select_related(*place).filter(pk=candidature_id).first()
    place_in_order = queries.standing(row) if row is not None else None
    if row is None or place_in_order is None:
        raise NotVisible
    with coffre.ring([row.person_id()]):
        decision = queries.decisions_of(row.offre).get(row.pk)
        words = (decision.texte or {}).get("texte", "") if decision else ""
    context = {
        "c": row,
        "offre": row.offre,
        "logement": row.offre.logement,
        "place": place_in_order,
        "decision": decision,
        "texte": words,
        "suite": _odds(row, place_in_order) if place_in_order.ordre > 1 else None,
        "onglets": tabs("candidatures"),
    }
    return render(request, "demandeur/propositions/attente.html", context)


def _odds(row: Candidature, place: queries.Standing) -> Odds | None:
    """The odds of a place behind the first; None without an estimate."""
    found = suite_of(row, place)
    note_shown([found] if found else [], at=clock.now())
    return odds_words(found) if found else None


urlpatterns: list[URLPattern] = [
    path("propositions/<uuid:proposition_id>/", show, name="proposition"),
    path("propositions/<uuid:proposition_id>/<slug:reponse>/", confirm, name="proposition_reponse"),
    path("propositions/attente/<uuid:candidature_id>/", waiting, name="proposition_attente"),
]
