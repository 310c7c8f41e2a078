"""allauth through the house's door: its mails become journal events, and a task sends them after commit."""

from __future__ import annotations

import time
from typing import Any

from allauth.account import app_settings
from allauth.account.adapter import DefaultAccountAdapter
from allauth.account.authentication import get_authentication_records
from django.http import HttpRequest

from palier.accounts.models import User
from palier.base import clock
from palier.base.actor import Actor
from palier.journal.mover import record

KINDS = {
    "account/email/email_confirmation_signup": "compte.activation_demandee",
    "account/email/email_confirmation": "compte.activation_demandee",
    "account/email/password_reset_key": "compte.mot_de_passe_oublie",
    "account/email/account_already_exists": "compte.inscription_repetee",
}
"""Template of allauth -> kind of event. Any other mail of allauth is not sent."""


class AccountAdapter(DefaultAccountAdapter):  # type: ignore[misc]
    """Nothing leaves from a request: links are made at sending, from ids. An unknown address gets nothing."""

    def send_mail(self, template_prefix: str, email: str, context: dict[str, Any]) -> None:
        """Journal what allauth wants to say; `accounts.tasks` writes the mail."""
        kind = KINDS.get(template_prefix)
        user = context.get("user") or User.objects.filter(email=email.lower()).first()
        if kind is None or not isinstance(user, User):
            return
        record(kind, user, by=Actor.system(), at=clock.now(), data={"adresse": email.lower()})

    def save_user(self, request: HttpRequest, user: User, form: Any, commit: bool = True) -> User:
        """A new account, journaled in the transaction of the form."""
        saved: User = super().save_user(request, user, form, commit)
        if commit:
            record("compte.ouvert", saved, by=Actor(saved.pk, "demandeur"), at=clock.now())
        return saved

    def set_password(self, user: User, password: str) -> None:
        """A new password ends every session: their hash changes with it."""
        known = bool(user.password)
        super().set_password(user, password)
        if known and not user._state.adding:
            record("compte.mot_de_passe_change", user, by=Actor(user.pk, "demandeur"), at=clock.now())

    def is_reauthentication_required(self, *, app: str, **options: Any) -> bool:
        """Ask for the password again only when the person did not sign in within the delay."""
        records = get_authentication_records(self.request, self.request.user)
        latest = max((float(each["at"]) for each in records), default=0.0)
        return bool(time.time() - latest >= app_settings.REAUTHENTICATION_TIMEOUT)

    def send_account_already_exists_mail(self, email: str) -> None:
        """The owner of the address learns that somebody signed up with it again; nobody else does."""
        self.send_mail("account/email/account_already_exists", email, {})
