"""Signing in without the pages, for tests: a session that is strong when the person is of the staff."""

import uuid

from allauth.account.internal.userkit import user_id_to_str
from django.test import Client

from palier.accounts.models import User
from palier.organisations.models import Membership


def sign_in(client: Client, user: User, membership: Membership | None = None, *, strong: bool = True) -> None:
    """Open a session for `user` under a hat; `strong` = a second factor was given in it."""
    client.force_login(user)
    session = client.session
    if strong:
        session["account_authentication_methods"] = [{"method": "mfa", "type": "totp", "at": 0}]
        session["account_authentication_methods_user"] = user_id_to_str(user)
    if membership is not None:
        session["membership_id"] = str(membership.pk)
    session.save()


def key() -> str:
    """A fresh idempotency key, as `{% cle %}` writes it."""
    return str(uuid.uuid4())
