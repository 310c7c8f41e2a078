"""Bearer tokens: the row gives the actor and the scopes; the policy table gives the acts."""

from collections.abc import Callable
from typing import Any, cast

from django.http import HttpRequest
from ninja.security import HttpBearer

from palier.accounts.models import User
from palier.base import clock
from palier.base.actor import Actor
from palier.base.policy import roles_of
from palier.base.refusal import Refused
from palier.demandes.queries import is_shared_by
from palier.organisations.models import ApiToken


class ApiRequest(HttpRequest):
    """A request whose token was recognised."""

    actor: Actor
    scopes: frozenset[str]
    auth: ApiToken


class Bearer(HttpBearer):
    """`Authorization: Bearer palier_…`. An unknown, expired or revoked token is a 401, never a hint."""

    def authenticate(self, request: HttpRequest, token: str) -> Any | None:
        if "\x00" in token or not token.isascii():
            return None
        row = ApiToken.objects.usable(token, clock.now()).first()
        if row is None or (row.membership is not None and not row.membership.active):
            return None
        known = cast(ApiRequest, request)
        hat = row.membership
        known.actor = Actor(row.user_id, hat.role, hat.organisation_id) if hat else _person(row.user)
        known.scopes = frozenset(row.scopes)
        return row


def _person(user: User) -> Actor:
    """A person under their own hat, or that of the other adult of the demande that they share."""
    return Actor(user.pk, "codemandeur" if is_shared_by(user) else "demandeur")


class Scoped(Bearer):
    """A bearer that must hold one scope, under one of `roles`, which must hold the act in the policy table."""

    def __init__(self, scope: str, act: str, roles: tuple[str, ...]) -> None:
        super().__init__()
        self.scope, self.roles = scope, roles_of(act).intersection(roles)

    def authenticate(self, request: HttpRequest, token: str) -> Any | None:
        row = super().authenticate(request, token)
        if row is None:
            return None
        known = cast(ApiRequest, request)
        if self.scope not in known.scopes or known.actor.role not in self.roles:
            raise Refused(
                "portee",
                "Ce jeton n'ouvre pas cet acte.",
                mend=f"Demandez un jeton avec la portée « {self.scope} ».",
                status=403,
            )
        return row


def scoped(scope: str, act: str, *, roles: tuple[str, ...] = ("demandeur",)) -> Callable[[HttpRequest], Any]:
    """The `auth=` of an operation; by default it is a person's own."""
    return Scoped(scope, act, roles)
