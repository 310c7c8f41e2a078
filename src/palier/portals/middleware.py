"""The one chain every answer passes: headers, who acts under which hat, and a declared policy (trust.md D14)."""

from collections.abc import Callable
from datetime import UTC, datetime
from urllib.parse import urlencode
from uuid import UUID

from allauth.account.authentication import get_authentication_records
from allauth.mfa.utils import is_mfa_enabled
from django.conf import settings
from django.contrib.auth import logout
from django.http import Http404, HttpRequest, HttpResponse, HttpResponseForbidden, HttpResponseRedirect
from django.shortcuts import render
from django.urls import reverse
from django.utils.cache import patch_vary_headers

from palier.base import clock, limits
from palier.base.actor import Actor
from palier.base.policy import OPEN_PREFIXES, policy_of
from palier.base.refusal import NotVisible, Refused
from palier.organisations.models import Membership

Answer = Callable[[HttpRequest], HttpResponse]

HAT = "membership_id"
LAST_SEEN = "vu_a"
OWN_CHAINS = ("/api/",)
"""Prefixes that declare and check their own policy: the API, by token."""
PUBLIC_CACHE = "public, max-age=5"
FIXED = {
    "Cross-Origin-Resource-Policy": "same-origin",
    "Permissions-Policy": "camera=(), microphone=(), geolocation=(), browsing-topics=()",
}


class UndeclaredView(RuntimeError):
    """A view without a declared policy; raised in tests, refused with 403 elsewhere."""


class HeadersMiddleware:
    """Headers of every answer; what a signed-in person receives is never stored (trust.md BR-2, BR-5)."""

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

    The session key `membership_id` names the hat: absent, the first usable one; empty, none (demandeur).
    A hat needs a second factor in this session (trust.md ID-1); an idle session ends (ID-4).
    """

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        with clock.request_scope():
            if request.user.is_authenticated and self._is_stale(request):
                logout(request)
            membership = self._membership(request)
            request.actor = self._actor(request, membership)  # type: ignore[attr-defined]
            if membership is not None and not self._is_strong(request):
                return self._ask_factor(request)
            return self.get_response(request)

    @staticmethod
    def _is_stale(request: HttpRequest) -> bool:
        now = datetime.now(UTC).timestamp()
        seen = request.session.get(LAST_SEEN, now)
        if now - seen > limits.duration("idle_session").total_seconds():
            return True
        if LAST_SEEN not in request.session or now - seen > 60:
            request.session[LAST_SEEN] = now
        return False

    @staticmethod
    def _membership(request: HttpRequest) -> Membership | None:
        if not request.user.is_authenticated:
            return None
        worn = request.session.get(HAT)
        if worn == "":
            return None
        usable = Membership.objects.usable_by(request.user).order_by("pk")
        return (usable.filter(pk=UUID(worn)) if worn else usable).first()

    @staticmethod
    def _actor(request: HttpRequest, membership: Membership | None) -> Actor:
        if not request.user.is_authenticated:
            return Actor.anonymous()
        if membership is None:
            return Actor(request.user.pk, "demandeur")
        return Actor(request.user.pk, membership.role, membership.organisation_id)

    @staticmethod
    def _is_strong(request: HttpRequest) -> bool:
        if request.path.startswith((*OPEN_PREFIXES, "/sante/")):
            return True
        return any(record.get("method") == "mfa" for record in get_authentication_records(request))

    @staticmethod
    def _ask_factor(request: HttpRequest) -> HttpResponse:
        known = is_mfa_enabled(request.user)
        name = "mfa_reauthenticate" if known else "mfa_activate_totp"
        return HttpResponseRedirect(f"{reverse(name)}?{urlencode({'next': request.get_full_path()})}")


class PolicyMiddleware:
    """Deny by default: a view without `@policy` is refused, and so is a role that its policy does not admit."""

    def __init__(self, get_response: Answer) -> None:
        self.get_response = get_response

    def __call__(self, request: HttpRequest) -> HttpResponse:
        return self.get_response(request)

    def process_view(
        self,
        request: HttpRequest,
        view: Callable[..., HttpResponse],
        args: tuple[object, ...],
        kwargs: dict[str, object],
    ) -> HttpResponse | None:
        """None lets the view run."""
        if request.path.startswith((*OPEN_PREFIXES, *OWN_CHAINS)):
            return None
        declared = policy_of(view)
        if declared is None:
            return self._undeclared(request)
        actor: Actor = request.actor  # type: ignore[attr-defined]
        if declared.admits(actor.role):
            return None
        if actor.role == "anonymous":
            return HttpResponseRedirect(f"{reverse(settings.LOGIN_URL)}?{urlencode({'next': request.get_full_path()})}")
        raise Http404

    def process_exception(self, request: HttpRequest, exception: Exception) -> HttpResponse | None:
        """What is not visible is unknown; what is refused says why."""
        if isinstance(exception, NotVisible):
            raise Http404
        if isinstance(exception, Refused):
            return render(request, "ui/refus.html", {"refusal": exception}, status=exception.status)
        return None

    @staticmethod
    def _undeclared(request: HttpRequest) -> HttpResponse:
        if settings.PALIER_MODE == "test":
            raise UndeclaredView(f"{request.path}: no @policy on its view")
        return HttpResponseForbidden("Cette page n’est pas ouverte.", content_type="text/plain; charset=utf-8")


def csrf_failure(request: HttpRequest, reason: str = "") -> HttpResponse:
    """The page of a form whose token is missing or foreign."""
    return render(request, "403.html", {"form_expired": True}, status=403)
