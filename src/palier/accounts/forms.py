"""allauth's forms in our words: labels that say what is asked, no placeholder, one line of help."""

from __future__ import annotations

from typing import Any

from allauth.account import forms as account
from allauth.mfa.base.forms import AuthenticateForm as BaseAuthenticateForm
from allauth.mfa.totp.forms import ActivateTOTPForm as BaseActivateTOTPForm
from django import forms
from django.core.validators import EmailValidator

LABELS = {
    "email": "Adresse électronique",
    "login": "Adresse électronique",
    "password": "Mot de passe",
    "password1": "Nouveau mot de passe",
    "oldpassword": "Mot de passe actuel",
    "code": "Code à 6 chiffres",
}
HELP = {"password1": "12 caractères au moins, 128 au plus. Une phrase que vous retenez convient."}


def plain(form: forms.BaseForm) -> None:
    """Give a form our labels and helps, and take its placeholders away."""
    form.label_suffix = ""
    form.use_required_attribute = False
    for name, field in form.fields.items():
        field.widget.attrs.pop("placeholder", None)
        field.label = LABELS.get(name, field.label)
        field.help_text = HELP.get(name, "")
        field.error_messages["required"] = f"«\u00a0{field.label}\u00a0» est vide. Remplissez cette réponse."
        if name in ("email", "login"):
            mend = "Cette adresse n'a pas la forme nom@exemple.fr. Vérifiez-la."
            field.error_messages["invalid"] = mend
            field.validators = [each for each in field.validators if type(each).__name__ != "EmailValidator"]
            field.validators.append(EmailValidator(message=mend))


class LoginForm(account.LoginForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)


class SignupForm(account.SignupForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)
        self.fields["password1"].label = LABELS["password"]


class ResetPasswordForm(account.ResetPasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)


class ResetPasswordKeyForm(account.ResetPasswordKeyForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)
        self.fields["password2"].label = "Le même, encore une fois"


class ChangePasswordForm(account.ChangePasswordForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)
        self.fields["password2"].label = "Le même, encore une fois"


class ReauthenticateForm(account.ReauthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)


class AuthenticateForm(BaseAuthenticateForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)


class ActivateTOTPForm(BaseActivateTOTPForm):  # type: ignore[misc]
    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        plain(self)
