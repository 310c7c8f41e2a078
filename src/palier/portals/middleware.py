"""The one chain every answer passes: headers, who acts under which hat, and a declared policy (promises.md D14)."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any
from urllib.parse import urlencode

from allauth.account.authentication import get_authentication_records
from allauth.account.internal.flows.login import record_authentication
from allauth.mfa.models import Authenticator
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib import messages
from django.contrib.auth import logout, update_session_auth_hash
from django.db import transaction
from django.http import (
    Http404,
    HttpRequest,
    HttpResponse,
    HttpResponseForbidden,
    HttpResponseNotAllowed,
    HttpResponseRedirect,
)
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from palier.accounts.actions import end_sessions
from palier.accounts.models import User
from palier.base import clock, limits
from palier.base.actor import Actor
from palier.base.policy import OPEN_PREFIXES, Policy, policy_of
from palier.base.refusal import NotVisible, Refused
from palier.demandes.queries import is_shared_by
from palier.journal.mover import record
from palier.organisations.models import Membership
from palier.portals.forms import kept_view, refusal_response, unreadable

Answer = Callable[[HttpRequest], HttpResponse]

HAT = "membership_id"
LAST_SEEN, BEGAN = "vu_a", "debut"
WEAK_PREFIXES = ("/compte/2fa/", "/compte/logout/", "/compte/reauthenticate/", "/static/", "/sante/")
"""All that a member of staff may open before the second factor: enrolment, code, and the way out."""
ATOMIC_PREFIXES = ("/compte/signup/", "/compte/2fa/", "/compte/password/", "/compte/email/", "/compte/reauthenticate/")
"""Pages of allauth whose posts are one transaction: row, journal event, queued mail."""
OWN_CHAINS = ("/api/v1/",)
"""Prefixes that declare and check their own policy and their own inputs: the API, by token."""
MISSED = (302, 404, 409, 422)
"""What a form sent twice may meet once it has acted: its object is gone, closed, or changed."""
METHODS = ("GET", "HEAD", "OPTIONS", "POST")
"""All that a page may be asked with; each view says which of them it answers."""
TOO_BIG = {
    "detail": f"Un envoi tient en {limits.value('piece_envoi') // 1_000_000}\u00a0Mo.",
    "mend": "Ce qui était déjà arrivé est gardé. Envoyez moins de fichiers à la fois, ou une photo plus petite.",
}
UNREADABLE = "La valeur de «\u00a0{}\u00a0» contient un caractère qui ne peut pas être enregistré. Effacez-le."
SESSION_OVER = "Votre session est finie. Vos réponses enregistrées sont gardées\u00a0: reconnectez-vous."
PUBLIC_CACHE = "public, max-age=5"
FIXED = {
    "X-Content-Type-Options": "nosniff",
    "X-Frame-Options": "DENY",
    "Referrer-Policy": "same-origin",
    "Cross-Origin-Opener-Policy": "same-origin",
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}


class UndeclaredView(RuntimeError):
    """A view without a declared policy; raised in tests, refused with 403 elsewhere."""


class HeadersMiddleware:
    """Headers of every answer; what a signed-in person receives is never stored (promises.md BR-2, BR-5)."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        response = self.get_response(request)
        for name, value in FIXED.items():
            response.setdefault(name, value)
        actor: Actor | None = getattr(request, "actor", None)
        if actor is not None:
            self._cache(request, response, actor)
        return response

    @staticmethod
    def _cache(request: HttpRequest, response: HttpResponse, actor: Actor) -> None:
        patch_vary_headers(response, ("Cookie",))
        public = actor.user_id is None and request.method in ("GET", "HEAD") and not response.cookies
        if public and response.status_code == 200:
            response.setdefault("Cache-Control", PUBLIC_CACHE)
        else:
            response["Cache-Control"] = "no-store, private"
        leaving = request.method == "POST" and request.path == reverse("account_logout")
        if leaving and actor.user_id is not None:
            response["Clear-Site-Data"] = '"cache", "cookies", "storage"'


class ActorMiddleware:
    """Sets `request.actor` from the rows of this instant, and keeps one clock reading for the request.

    The session key `membership_id` names the hat: absent, the first usable one; empty, none (demandeur, or
    codemandeur of the demande that somebody shares with them).
    Whoever has a membership needs a second factor in this session (promises.md ID-1); a session that was idle, or a
    staff session that is too long, ends (ID-4). Sessions use real time, whatever the platform's clock says.
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with clock.request_scope():
            usable = self._memberships(request)
            if request.user.is_authenticated and self._is_over(request, staff=bool(usable)):
                return self._end(request)
            request.actor = self._actor(request, usable)  # type: ignore[attr-defined]
            request.has_hats = bool(usable)  # type: ignore[attr-defined]
            if usable and not self._is_strong(request):
                return self._ask_factor(request)
            return self.get_response(request)

    @staticmethod
    def _memberships(request: HttpRequest) -> list[Membership]:
        if not request.user.is_authenticated:
            return []
        return list(Membership.objects.usable_by(request.user).order_by("pk"))

    @staticmethod
    def _is_over(request: HttpRequest, *, staff: bool) -> bool:
        now = datetime.now(UTC).timestamp()
        seen, began = request.session.get(LAST_SEEN, now), request.session.get(BEGAN, now)
        if now - seen > limits.duration("idle_session").total_seconds():
            return True
        if staff and now - began > limits.duration("absolute_session").total_seconds():
            return True
        if LAST_SEEN not in request.session or now - seen > 60:
            request.session[LAST_SEEN] = now
            request.session.setdefault(BEGAN, began)
        return False

    @staticmethod
    def _end(request: HttpRequest) -> HttpResponse:
        logout(request)
        request.actor = Actor.anonymous()  # type: ignore[attr-defined]
        messages.info(
            request, "Votre session est finie. Vos réponses enregistrées sont gardées\u00a0: reconnectez-vous."
        )
        return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.path})}")

    @staticmethod
    def _actor(request: HttpRequest, usable: list[Membership]) -> Actor:
        if not request.user.is_authenticated:
            return Actor.anonymous()
        worn = request.session.get(HAT)
        hat = usable[0] if usable and worn is None else next((each for each in usable if str(each.pk) == worn), None)
        if hat is not None:
            return Actor(request.user.pk, hat.role, hat.organisation_id)
        return Actor(request.user.pk, "demandeur")

    @staticmethod
    def _is_strong(request: HttpRequest) -> bool:
        if request.path.startswith(WEAK_PREFIXES):
            return True
        return any(each.get("method") == "mfa" for each in get_authentication_records(request, request.user))

    @staticmethod
    def _ask_factor(request: HttpRequest) -> HttpResponse:
        known = is_mfa_enabled(request.user)
        name = "mfa_reauthenticate" if known else "mfa_activate_totp"
        return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': request.path})}")


class PolicyMiddleware:
    """Deny by default: a view without `@policy` is refused, and so is a role that its policy does not admit."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        if int(request.META.get("CONTENT_LENGTH") or 0) > limits.value("piece_envoi"):
            return render(request, "413.html", TOO_BIG, status=413)  # said before a byte of it is read
        if not request.path.startswith(OWN_CHAINS) and (bad := unreadable(request.GET)):
            return render(request, "400.html", {"detail": UNREADABLE.format(bad)}, status=400)
        if request.method == "POST" and request.path.startswith(ATOMIC_PREFIXES):
            return self._account_post(request)
        response = self.get_response(request)
        if request.method == "POST" and response.status_code in MISSED and not request.path.startswith(OWN_CHAINS):
            return kept_view(request) or response
        return response

    def _account_post(self, request: HttpRequest) -> HttpResponse:
        who, before, known = request.user.pk, factors_of(request.user), len(proofs_of(request))
        with transaction.atomic():
            response = self.get_response(request)
            if response.status_code >= 500:
                transaction.set_rollback(True)
            elif request.user.is_authenticated and request.user.pk == who and factors_of(request.user) != before:
                renew_after_factor(request)
            elif request.user.is_authenticated and len(proofs_of(request)) > known:
                request.session.cycle_key()
        return response

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponse | None:
        """None lets the view run. What PostgreSQL cannot keep is refused before any form reads it (BI-4)."""
        if request.method == "POST" and not request.path.startswith(OWN_CHAINS) and (bad := unreadable(request.POST)):
            return render(request, "400.html", {"detail": UNREADABLE.format(bad)}, status=400)
        declared = policy_of(view)
        if declared is None and request.path.startswith((*OPEN_PREFIXES, *OWN_CHAINS)):
            return None
        if declared is None:
            return self._undeclared(request)
        actor = self._shared(request, declared)
        if declared.admits(actor.role):
            return None if request.method in METHODS else HttpResponseNotAllowed(METHODS)
        if actor.role == "anonymous":
            return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}")
        raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What is not visible is unknown; what is refused says why."""
        if isinstance(exception, NotVisible):
            raise Http404
        if isinstance(exception, Refused):
            return refusal_response(request, exception)
        return None

    @staticmethod
    def _shared(request: HttpRequest, declared: Policy) -> Actor:
        """The hat of a person on a page that not everybody may open: theirs, or the other adult's of a demande."""
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if actor.role == "demandeur" and not declared.admits("anonymous"):
            assert isinstance(request.user, User)
            if is_shared_by(request.user):
                actor = Actor(actor.user_id, "codemandeur")
                request.actor = actor  # type: ignore[attr-defined]
        return actor

    @staticmethod
    def _undeclared(request: HttpRequest) -> HttpResponse:
        if settings.PALIER_MODE == "test":
            raise UndeclaredView(f"{request.path}: no @policy on its view")
        return HttpResponseForbidden("Cette page n’est pas ouverte.", content_type="text/plain; charset=utf-8")


def proofs_of(request: HttpRequest) -> list[Any]:
    """The times that a password or a code was given in this session; one more is a step up, under a new id (ID-4)."""
    return list(request.session.get("account_authentication_methods", ()))


def factors_of(user: Any) -> frozenset[int]:
    """The ids of a person's factors; empty for a visitor."""
    if not user.is_authenticated:
        return frozenset()
    return frozenset(Authenticator.objects.filter(user_id=user.pk).values_list("pk", flat=True))


def renew_after_factor(request: HttpRequest) -> None:
    """A factor changed: every other session ends, this one goes on under a new id, strong if it just gave a code."""
    user, at = request.user, clock.now()
    assert isinstance(user, User)
    by = Actor(user.pk, "demandeur")
    end_sessions(user=user, motif="facteur", by=by, at=at)
    record("compte.facteur_change", user, by=by, at=at)
    update_session_auth_hash(request, user)
    if is_mfa_enabled(user):
        record_authentication(request, user, method="mfa", type="totp")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page of a form whose token is missing or foreign."""
    return render(request, "403.html", {"form_expired": True}, status=403)
