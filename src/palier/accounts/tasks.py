"""Mails about accounts. Links are made here, from ids; the subject says no personal fact."""

from __future__ import annotations

from collections.abc import Mapping
from uuid import UUID

from allauth.account.models import EmailAddress
from django.template.loader import render_to_string
from django.urls import reverse

from palier.accounts import links
from palier.accounts.models import User
from palier.gateways import mail
from palier.journal.events import on
from palier.journal.models import Event


def _send(event_id: UUID, to: str, subject: str, template: str, context: Mapping[str, object]) -> None:
    parts = {end: render_to_string(f"accounts/mail/{template}.{end}", context) for end in ("txt", "html")}
    mail.send(mail.Mail(to, subject, parts["txt"], parts["html"]), message_id=f"compte-{event_id}")


def _address(user: User) -> EmailAddress | None:
    waiting = EmailAddress.objects.filter(user=user, verified=False).order_by("-pk").first()
    return waiting or EmailAddress.objects.filter(user=user).order_by("-primary").first()


def _user(event_id: UUID) -> User | None:
    event = Event.objects.get(pk=event_id)
    return User.objects.filter(pk=event.aggregate_id, is_active=True).first()


@on("compte.activation_demandee")
def send_activation(event_id: UUID) -> None:
    """The link that activates an account; nothing when it is active already."""
    user = _user(event_id)
    address = _address(user) if user else None
    if address is None or address.verified:
        return
    _send(event_id, address.email, "Activez votre compte Palier", "activation", {"lien": links.activation(address)})


@on("compte.inscription_repetee")
def send_known(event_id: UUID) -> None:
    """Somebody signed up with an address that has an account: its owner alone learns it."""
    user = _user(event_id)
    address = _address(user) if user else None
    if user is None or address is None:
        return
    context = {
        "activation": "" if address.verified else links.activation(address),
        "connexion": links.absolute(reverse("account_login")),
        "oubli": links.absolute(reverse("account_reset_password")),
    }
    _send(event_id, address.email, "Votre compte Palier existe déjà", "deja_ouvert", context)


@on("compte.mot_de_passe_oublie")
def send_new_password(event_id: UUID) -> None:
    """The link that opens the choice of a new password."""
    user = _user(event_id)
    if user is not None:
        context = {"lien": links.new_password(user)}
        _send(event_id, user.email, "Choisissez un nouveau mot de passe", "mot_de_passe", context)


@on("compte.mot_de_passe_change", "compte.facteur_change")
def send_notice(event_id: UUID) -> None:
    """A word after each change of password or factor: if it was not the owner, they can act."""
    user = _user(event_id)
    if user is not None:
        context = {"oubli": links.absolute(reverse("account_reset_password"))}
        _send(event_id, user.email, "La sécurité de votre compte a changé", "securite", context)
