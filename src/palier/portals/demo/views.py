"""The guided tour, the clock and the mail of a demonstration. None of it exists in production."""

from __future__ import annotations

import functools
import re
from collections.abc import Callable
from typing import Any

from django.conf import settings
from django.contrib import messages
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.html import format_html, format_html_join
from django.utils.safestring import SafeString
from django.views.decorators.http import require_POST, require_safe
from procrastinate.contrib.django.models import ProcrastinateJob

from palier.base import clock
from palier.base.policy import policy
from palier.demandes.actions import send_due
from palier.demo import clockwork, tour
from palier.demo.credentials import read_accounts
from palier.gateways import mail, outage, sms
from palier.portals.demo.forms import CHOSEN, STEPS, DateForm, StepForm
from palier.portals.demo.story import PLACES, story
from palier.portals.forms import PalierForm, once_view

SHOWN = 30
REGISTRE = {
    "couper": (True, 0, "Le registre est coupé. Ce qui doit lui être dit attend, dans l'ordre."),
    "ralentir": (False, 3, "Le registre répond après 3\u00a0secondes."),
    "retablir": (False, 0, "Le registre répond. Ce qui attendait lui est dit."),
}
"""What each button does to the registration system: down, seconds of slowness, the sentence said."""
_LINK = re.compile(r"(https?://[^\s<>\"']+[^\s<>\"'.,;:!?)])")
Page = Callable[..., HttpResponse]


def demo_only(page: Page) -> Page:
    """404 in production, whatever the addresses; never stored elsewhere than here."""

    @functools.wraps(page)
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        if settings.IS_PRODUCTION:
            raise Http404
        response = page(request, *args, **kwargs)
        response["Cache-Control"] = "no-store, private"
        return response

    return wrapper


def _context(current: str, **more: Any) -> dict[str, Any]:
    pages = (("visite", "Visite guidée"), ("horloge", "Horloge"), ("courrier", "Courrier"))
    tabs = [(label, reverse(f"demo:{name}"), name == current, 0) for name, label in pages]
    return {"onglets": tabs, "maintenant": clock.now(), **more}


@policy("demo.lire")
@require_safe
@demo_only
def tour_page(request: HttpRequest) -> HttpResponse:
    """`/demo/`: who to sign in as, what to look at, in order."""
    guests = [(each, PLACES.get(each.compte.prenom), _facts(each)) for each in tour.guests()]
    return render(request, "demo/visite.html", _context("visite", invites=guests, etapes=story()))


def _facts(guest: tour.Guest) -> list[tuple[str, str]]:
    """What one types to sign in."""
    facts = [("Adresse", guest.compte.email), ("Mot de passe", guest.compte.mot_de_passe)]
    if guest.code:
        facts.append(("Code de maintenant", f"{guest.code}, encore {guest.secondes}\u00a0s"))
    return facts


@policy("demo.horloge")
@demo_only
def horloge(request: HttpRequest) -> HttpResponse:
    """`/demo/horloge/`: the hour of the platform, what comes next, and the move forward."""
    form = DateForm()
    if request.method == "POST":
        asked = DateForm(request.POST) if request.POST.get("pas") == CHOSEN else StepForm(request.POST)
        if asked.is_valid():
            return _advance(request, asked)
        form = asked if isinstance(asked, DateForm) else form
    status = 422 if request.method == "POST" else 200
    steps = [(name, label) for name, (label, _) in STEPS.items()]
    dates = clockwork.next_dates(clock.now())
    context = _context("horloge", form=form, pas=steps, choisie=CHOSEN, dates=dates, **_registre())
    return render(request, "demo/horloge.html", context, status=status)


def _registre() -> dict[str, Any]:
    """Where the registration system stands, and how much waits to be told to it."""
    state = "coupé" if outage.is_down("registre") else "lent" if outage.slowness("registre") else "en marche"
    return {"registre": state, "a_dire": clockwork.untold()}


def _advance(request: HttpRequest, form: PalierForm) -> HttpResponse:
    """Move once for this form; what is due is done after the commit, and finds nothing the second time."""

    before = clock.now()

    def work() -> str:
        clock.advance(form.cleaned_data["delta"])
        return reverse("demo:horloge")

    response = once_view(request, work)
    if response.status_code == 303:
        done = clockwork.run_due(clock.now(), since=before).sentences()
        messages.success(request, " ".join(["L'horloge a avancé.", *(done or ["Rien n'était à échéance."])]))
    return response


@policy("demo.horloge")
@require_POST
@demo_only
def registre(request: HttpRequest) -> HttpResponse:
    """`/demo/registre/`: switch the double of the registration system off, slow it, or bring it back."""
    down, slow, said = REGISTRE.get(request.POST.get("etat", ""), REGISTRE["retablir"])
    outage.simulate("registre", down=down, slow=slow)
    if not (down or slow):
        send_due(at=clock.now())
    messages.success(request, said)
    return HttpResponseRedirect(reverse("demo:horloge"))


@policy("demo.courrier")
@require_safe
@demo_only
def courrier(request: HttpRequest) -> HttpResponse:
    """`/demo/courrier/`: the mails and texts that the platform sent, the latest first; `?a=` keeps one address."""
    address = request.GET.get("a", "").strip()[:254]
    mails = mail.list_delivered(address)
    context = _context(
        "courrier", adresse=address, messages_recus=mails[:SHOWN], total=len(mails), sms=sms.list_delivered()[:SHOWN],
        en_route=_waiting(), boites=[(each.prenom, each.email) for each in read_accounts()],
    )  # fmt: skip
    return render(request, "demo/courrier.html", context)


@policy("demo.courrier")
@require_safe
@demo_only
def message(request: HttpRequest, message_id: str) -> HttpResponse:
    """`/demo/courrier/<id>/`: one mail, its links ready to follow."""
    try:
        found = mail.find_delivered(message_id)
    except ValueError as error:
        raise Http404 from error
    if found is None:
        raise Http404
    return render(request, "demo/message.html", _context("courrier", m=found, corps=linked(found.text)))


def linked(text: str) -> SafeString:
    """The text of a mail with its addresses as links; ours lead here, whatever the port of this server."""
    home = str(settings.PALIER_ADRESSE).rstrip("/")
    parts = _LINK.split(text)
    return format_html_join(
        "",
        "{}",
        (
            (format_html('<a href="{}">{}</a>', part.removeprefix(home) or "/", part) if place % 2 else part,)
            for place, part in enumerate(parts)
        ),
    )


def _waiting() -> int:
    """How many messages are still on their way."""
    return ProcrastinateJob.objects.filter(status__in=("todo", "doing")).exclude(queue_name="echeances").count()
