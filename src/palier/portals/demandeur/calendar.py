"""What lapses and how it is told: the yearly renewal in one act, the ways to be told, the feed for an agenda."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import Any

from django import forms
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.views.decorators.http import require_safe
from icalendar import Calendar
from icalendar import Event as CalendarEvent

from palier import coffre
from palier.accounts import links
from palier.attributions.models import Proposition
from palier.base import clock
from palier.base.actor import Actor
from palier.base.policy import policy
from palier.base.refusal import Refused
from palier.demandes import actions, queries
from palier.demandes.enums import UsageLien
from palier.demandes.models import Demande
from palier.portals.demandeur import review
from palier.portals.demandeur.common import actor_of, own_demande, page_context, with_demande
from palier.portals.forms import PalierForm, TextField, form_page, once_body, once_view, refusal_response

ABOUT = "Palier : une date à ne pas manquer"
"""The title of every event of the feed: an agenda is often shared, so nothing else is said (PR-11)."""


@policy("demande.renouveler")
def renouveler(request: HttpRequest) -> HttpResponse:
    """Renew for a year, or take up a demande that stopped: one button when nothing changed."""
    demande = own_demande(request)
    if demande is None or demande.state == "brouillon":
        return HttpResponseRedirect(reverse("demandeur:accueil"))
    by, at = actor_of(request), clock.now()
    restart = queries.reactivation_until(demande)
    act = actions.reactivate_demande if restart else actions.renew_demande

    def work() -> str:
        act(demande_id=demande.pk, by=by, at=at)
        return reverse("demandeur:accueil")

    if request.method == "POST":
        return once_view(request, work)
    verdict = queries.validity(demande, clock.today())
    context = page_context(
        demande,
        raisons=verdict.motifs if verdict else (),
        reprise=restart,
        possible=restart is not None or queries.may_renew(demande, clock.today()),
        lignes=review.lines(demande),
    )
    return render(request, "demandeur/renouveler.html", context)


class PhoneForm(PalierForm):
    """The number to which a code is sent."""

    telephone = TextField(
        label="Votre téléphone mobile",
        max_length=30,
        help_text="Un code de 6 chiffres y est envoyé.",
        widget=forms.TextInput({"inputmode": "tel", "autocomplete": "tel"}),
    )
    refused_fields = {"Téléphone": "telephone"}


class CodeForm(PalierForm):
    """The code that arrived."""

    code = TextField(
        label="Code reçu",
        max_length=20,
        widget=forms.TextInput({"inputmode": "numeric", "autocomplete": "one-time-code"}),
    )
    refused_fields = {"Code reçu": "code"}


@policy("alerte.gerer")
@require_safe
@with_demande
def prevenir(request: HttpRequest, demande: Demande) -> HttpResponse:
    """How reminders come: always by mail and here, by text when the telephone is confirmed, in an agenda."""
    form = PhoneForm(initial={"telephone": (demande.contact or {}).get("telephone", "")})
    return render(request, "demandeur/prevenir.html", _ways(demande, form=form))


def _ways(demande: Demande, **more: Any) -> dict[str, Any]:
    asked = queries.ways_asked(demande, clock.now())
    return page_context(
        demande,
        attend_code=UsageLien.TELEPHONE in asked,
        agenda=UsageLien.CALENDRIER in asked,
        sms=bool(demande.preferences.get("sms")),
        dates=queries.due_dates(demande, clock.today()),
        **more,
    )


@policy("alerte.gerer")
@with_demande
def telephone(request: HttpRequest, demande: Demande) -> HttpResponse:
    """Send a code to a number, then type it."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("demandeur:prevenir"))
    form = PhoneForm(request.POST)

    def work() -> str:
        number = form.cleaned_data["telephone"]
        actions.send_phone_code(demande_id=demande.pk, telephone=number, by=actor_of(request), at=clock.now())
        return reverse("demandeur:telephone_code")

    def page(refusal: Refused | None = None) -> HttpResponse:
        return form_page(request, "demandeur/prevenir.html", form, _ways(demande), refusal)

    return once_view(request, work, refused=page) if form.is_valid() else page()


@policy("alerte.gerer")
@with_demande
def telephone_code(request: HttpRequest, demande: Demande) -> HttpResponse:
    """Type the code that arrived. A wrong one is counted, so it comes back here rather than undoing the act."""
    form = CodeForm(request.POST or None)

    def work() -> str:
        code = form.cleaned_data["code"]
        done = actions.confirm_phone(demande_id=demande.pk, code=code, by=actor_of(request), at=clock.now())
        return reverse("demandeur:prevenir") if done else f"{reverse('demandeur:telephone_code')}?faux=1"

    if request.method == "POST" and form.is_valid():
        return once_view(request, work)
    return form_page(request, "demandeur/telephone_code.html", form, page_context(demande, faux="faux" in request.GET))


@policy("alerte.gerer")
@with_demande
def textos(request: HttpRequest, demande: Demande) -> HttpResponse:
    """Texts on or off."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("demandeur:prevenir"))
    wanted = request.POST.get("sms") == "oui"

    def work() -> str:
        actions.choose_notices(demande_id=demande.pk, sms=wanted, by=actor_of(request), at=clock.now())
        return reverse("demandeur:prevenir")

    return once_view(request, work)


@policy("alerte.gerer")
@with_demande
def agenda(request: HttpRequest, demande: Demande) -> HttpResponse:
    """Open the feed for an agenda (its address is said once), or close it."""
    if request.method != "POST":
        return HttpResponseRedirect(reverse("demandeur:prevenir"))
    by, at = actor_of(request), clock.now()
    if request.POST.get("fermer"):
        actions.close_calendar(demande_id=demande.pk, by=by, at=at)
        return HttpResponseRedirect(reverse("demandeur:prevenir"))
    try:
        token = once_body(request, lambda: actions.open_calendar(demande_id=demande.pk, by=by, at=at))
    except Refused as refusal:
        return refusal_response(request, refusal)
    address = links.absolute(reverse("demandeur:flux", args=[token]))
    return render(request, "demandeur/agenda.html", page_context(demande, adresse=address))


@policy("calendrier.lire")
@require_safe
def flux(request: HttpRequest, jeton: str) -> HttpResponse:
    """The feed: dates alone, for whoever holds the secret address. 404 for any other."""
    now = clock.now()
    demande = queries.demande_of_agenda(coffre.blind_index(jeton, scope=actions.CALENDAR_SCOPE), now)
    if demande is None:
        raise Http404
    response = HttpResponse(_ics(demande, now), content_type="text/calendar; charset=utf-8")
    response["Content-Disposition"] = 'attachment; filename="palier.ics"'
    response["Cache-Control"] = "no-store, private"
    return response


def _ics(demande: Demande, now: datetime) -> bytes:
    calendar = Calendar()
    calendar.add("prodid", "-//Palier//Dates//FR")
    calendar.add("version", "2.0")
    for due in queries.due_dates(demande, clock.today()):
        calendar.add_component(_event(f"{due.objet_id or demande.pk}-{due.echeance:%Y%m%d}", now, due.echeance))
    waiting = Proposition.objects.visible_to(Actor(demande.titulaire_id, "demandeur")).filter(state="envoyee")
    for row in waiting.order_by("limite_le"):
        calendar.add_component(_event(str(row.pk), now, row.limite_le))
    return bytes(calendar.to_ical())


def _event(uid: str, now: datetime, when: Any) -> CalendarEvent:
    event = CalendarEvent()
    event.add("uid", f"{uid}@palier")
    event.add("dtstamp", now)
    event.add("dtstart", when)
    if not isinstance(when, datetime):
        event.add("dtend", when + timedelta(days=1))
    event.add("summary", ABOUT)
    event.add("url", links.absolute(reverse("demandeur:accueil")))
    return event
