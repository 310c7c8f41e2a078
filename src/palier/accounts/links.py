"""Absolute addresses for mails, made at sending from ids: no secret of an account waits in the queue."""

from __future__ import annotations

from allauth.account.forms import default_token_generator
from allauth.account.models import EmailAddress, EmailConfirmationHMAC
from allauth.account.utils import user_pk_to_url_str
from django.conf import settings
from django.urls import reverse

from palier.accounts.models import User

DEFAULT = "http://127.0.0.1:8000"


def absolute(path: str) -> str:
    """A path of the site with its scheme and host (setting PALIER_ADRESSE)."""
    return f"{str(getattr(settings, 'PALIER_ADRESSE', '') or DEFAULT).rstrip('/')}{path}"


def activation(address: EmailAddress) -> str:
    """The signed link that confirms an address; it expires (ACCOUNT_EMAIL_CONFIRMATION_EXPIRE_DAYS)."""
    return absolute(reverse("account_confirm_email", args=[EmailConfirmationHMAC(address).key]))


def new_password(user: User) -> str:
    """The link that opens the choice of a new password once; it dies with the old password and after its delay."""
    parts = {"uidb36": user_pk_to_url_str(user), "key": default_token_generator.make_token(user)}
    return absolute(reverse("account_reset_password_from_key", kwargs=parts))
