"""Acts on an account that do not come from allauth's own pages."""

from __future__ import annotations

from datetime import datetime

from allauth.account.models import EmailAddress
from allauth.mfa.models import Authenticator
from allauth.mfa.totp.internal.auth import TOTP

from palier.accounts.models import User
from palier.base.actor import Actor
from palier.journal.mover import act, record


@act
def open_account(*, email: str, password: str | None, by: Actor, at: datetime, verified: bool = False) -> User:
    """An account with its address; `verified` is for accounts made by the platform (staff, demonstration)."""
    user = User.objects.create_user(email, password)
    EmailAddress.objects.create(user=user, email=user.email, primary=True, verified=verified)
    record("compte.ouvert", user, by=by, at=at)
    return user


@act
def ask_activation(*, email: str, by: Actor, at: datetime) -> None:
    """Send the activation link again when the address waits for it; else nothing, and the caller cannot tell."""
    address = EmailAddress.objects.filter(email=email.strip().lower(), verified=False).select_related("user").first()
    if address is not None:
        record("compte.activation_demandee", address.user, by=by, at=at, data={"adresse": address.email})


@act
def set_totp(*, user: User, secret: str, by: Actor, at: datetime) -> Authenticator:
    """Give a TOTP factor to an account from a base-32 secret (demonstration and tests)."""
    factor: Authenticator = TOTP.activate(user, secret).instance
    end_sessions(user=user, motif="facteur", by=by, at=at)
    return factor


@act
def end_sessions(*, user: User, motif: str, by: Actor, at: datetime) -> None:
    """End every session of the account at this commit (ID-4)."""
    fresh = User.objects.select_for_update().get(pk=user.pk)
    fresh.session_epoch += 1
    fresh.save(update_fields=["session_epoch"])
    user.session_epoch = fresh.session_epoch
    record("compte.sessions_fermees", user, by=by, at=at, reason=motif)


@act
def disable_account(*, user: User, by: Actor, at: datetime) -> None:
    """Close an account: no sign-in, and no session left."""
    User.objects.filter(pk=user.pk).update(is_active=False)
    user.is_active = False
    end_sessions(user=user, motif="desactivation", by=by, at=at)
    record("compte.desactive", user, by=by, at=at)


@act
def change_hat(*, user: User, membership: str, by: Actor, at: datetime) -> None:
    """Journal the hat that a person puts on: the membership's id, or "" for none."""
    record("compte.chapeau", user, by=by, at=at, data={"chapeau": membership})
