"""Forms and posts of every portal: what is refused at the edge, in which words, and one effect per form sent.

A view that acts from a form is three lines: check the form, `once_view(request, work)`, and that is all.
"""

from __future__ import annotations

import json
import re
import unicodedata
from collections.abc import Callable, Iterable, Mapping
from datetime import date
from typing import Any, ClassVar
from urllib.parse import urlsplit
from uuid import UUID

from django import forms
from django.core.exceptions import ValidationError
from django.http import HttpRequest, HttpResponse, QueryDict
from django.shortcuts import render
from django.utils.http import url_has_allowed_host_and_scheme
from django.utils.translation import gettext as _
from django.utils.translation import gettext_lazy

from palier.base import clock, limits
from palier.base.actor import Actor
from palier.base.money import parse_euros
from palier.base.refusal import Refused
from palier.journal.mover import Answer, KeyReused, once, recall

NBSP = "\u00a0"
KEY = "cle"
UNSIGNED = (KEY, "csrfmiddlewaretoken")
"""Posted names that are not part of what the person said."""
_FORBIDDEN = re.compile("[\x00-\x08\x0b\x0c\x0e-\x1f\x7f\ud800-\udfff]")
_SHOWN = 60


def quote(value: object) -> str:
    """« value », shortened and on one line, to be said again in a refusal."""
    text = " ".join(_FORBIDDEN.sub("", str(value)).split())
    return f"«{NBSP}{text if len(text) <= _SHOWN else text[:_SHOWN] + '…'}{NBSP}»"


def is_clean(text: str) -> bool:
    """False for NUL, other control characters and lone surrogates: PostgreSQL cannot keep them."""
    return _FORBIDDEN.search(text) is None


def unreadable(data: QueryDict) -> str:
    """The name of the first parameter that cannot be read at all (NUL, surrogate), or ""."""
    for name, values in data.lists():
        if not is_clean(name) or not all(is_clean(value) for value in values if isinstance(value, str)):
            return _FORBIDDEN.sub("", name)[:_SHOWN] or "sans nom"
    return ""


# Fields ---------------------------------------------------------------------------------------------------------------


class TextField(forms.CharField):
    """One line of text, NFC, without control characters; `max_length` defaults to limits.toml `text_short`."""

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", limits.value("text_short"))
        super().__init__(**options)
        self.validators = [each for each in self.validators if type(each).__name__ != "ProhibitNullCharactersValidator"]

    def to_python(self, value: Any) -> str:
        """Normalise; ValidationError when a character cannot be kept."""
        text = str(super().to_python(value) or "")
        if not is_clean(text):
            said = _("%(value)s contient un caractère invisible. Effacez-le et écrivez à nouveau.")
            raise ValidationError(said % {"value": quote(text)})
        return unicodedata.normalize("NFC", text)


class LongTextField(TextField):
    """Several lines of text."""

    widget = forms.Textarea

    def __init__(self, **options: Any) -> None:
        options.setdefault("max_length", limits.value("text_long"))
        super().__init__(**options)


class AmountField(forms.Field):
    """An amount typed in euros; the Python value is whole cents, or None when optional and empty."""

    widget = forms.TextInput

    def to_python(self, value: Any) -> int | None:
        """Cents. ValidationError with the sentence of `base.money`."""
        if value in self.empty_values:
            return None
        try:
            return parse_euros(str(value))
        except ValueError as error:
            raise ValidationError(str(error)) from error

    def prepare_value(self, value: Any) -> Any:
        """Cents back to what one would type."""
        if isinstance(value, int):
            return f"{value / 100:.2f}".replace(".", ",").removesuffix(",00")
        return value

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A phone shows its keyboard of figures."""
        return {"inputmode": "decimal", "autocomplete": "off"}


class WholeField(forms.IntegerField):
    """A whole number, bounded; shown as plain text so that a wheel of the mouse cannot change it."""

    widget = forms.TextInput

    def __init__(self, *, low: int = 0, high: int = 1_000_000, **options: Any) -> None:
        self.low, self.high = low, high
        super().__init__(**options)

    def to_python(self, value: Any) -> int | None:
        """The number. ValidationError that says the value and the bounds."""
        if value in self.empty_values:
            return None
        text = re.sub(r"[\s\u00a0\u202f]", "", str(value))
        if not re.fullmatch(r"[0-9]{1,9}", text, re.ASCII) or not self.low <= int(text) <= self.high:
            bounds = _("%(low)s à %(high)s") % {"low": self.low, "high": f"{self.high:,}".replace(",", NBSP)}
            said = _("%(value)s n'est pas un nombre entier de %(bounds)s. Écrivez-le en chiffres.")
            raise ValidationError(said % {"value": quote(value), "bounds": bounds})
        return int(text)

    def widget_attrs(self, widget: forms.Widget) -> dict[str, Any]:
        """A phone shows its keyboard of figures."""
        return {"inputmode": "numeric", "autocomplete": "off"}


class DayWidget(forms.MultiWidget):
    """Day, month, year in three text fields (no calendar: typing a birth date is faster)."""

    template_name = "portals/jour.html"
    use_fieldset = True

    def __init__(self, attrs: dict[str, Any] | None = None) -> None:
        parts: dict[str, forms.Widget | type[forms.Widget]] = {
            name: forms.TextInput({"inputmode": "numeric", "maxlength": size, "size": size, "autocomplete": "off"})
            for name, size in (("jour", 2), ("mois", 2), ("annee", 4))
        }
        super().__init__(parts, attrs)

    def decompress(self, value: Any) -> list[Any]:
        """A date in its three parts."""
        if isinstance(value, date):
            return [value.day, value.month, f"{value.year:04d}"]
        return ["", "", ""]


class DayField(forms.Field):
    """A calendar day from 1900 to `latest` (today by default), typed in three parts."""

    widget = DayWidget
    example = gettext_lazy("Exemple\u00a0: 12 3 1992")

    def __init__(self, *, latest: Callable[[], date] = clock.today, **options: Any) -> None:
        self.latest = latest
        super().__init__(**options)

    def to_python(self, value: Any) -> date | None:
        """The day. ValidationError that says which part is missing or wrong."""
        parts = [str(part or "").strip() for part in (value or ("", "", ""))]
        if not any(parts):
            return None
        absent = (_("Il manque le jour."), _("Il manque le mois."), _("Il manque l'année."))
        for said, part in zip(absent, parts, strict=True):
            if not part:
                raise ValidationError(f"{said} {self.example}")
        return self._day(parts)

    def _day(self, parts: list[str]) -> date:
        typed = " ".join(parts)
        if not all(re.fullmatch(r"[0-9]{1,4}", part, re.ASCII) for part in parts):
            said = _("%(value)s n'est pas une date. Écrivez-la en chiffres.") % {"value": quote(typed)}
            raise ValidationError(f"{said} {self.example}")
        try:
            day = date(int(parts[2]), int(parts[1]), int(parts[0]))
        except ValueError as error:
            said = _("%(value)s n'existe pas dans le calendrier.") % {"value": quote(typed)}
            raise ValidationError(f"{said} {self.example}") from error
        latest = self.latest()
        if not date(1900, 1, 1) <= day <= latest:
            said = _("%(value)s n'est pas entre 1900 et le %(latest)s. Vérifiez l'année sur quatre chiffres.")
            raise ValidationError(said % {"value": quote(typed), "latest": f"{latest:%d/%m/%Y}"})
        return day


NOT_A_CHOICE = gettext_lazy("«\u00a0%(value)s\u00a0» n'est pas une réponse possible. Choisissez dans la liste.")


class ChoiceField(forms.ChoiceField):
    """One answer of a closed list."""

    default_error_messages: ClassVar[dict[str, Any]] = {"invalid_choice": NOT_A_CHOICE}


class MultipleChoiceField(forms.MultipleChoiceField):
    """Some answers of a closed list."""

    widget = forms.CheckboxSelectMultiple
    default_error_messages: ClassVar[dict[str, Any]] = {
        "invalid_choice": NOT_A_CHOICE,
        "invalid_list": gettext_lazy("Cette réponse n'a pas pu être lue. Cochez-la à nouveau."),
    }


class YesNoField(ChoiceField):
    """Oui / Non as two radios; the Python value is a bool, None when optional and unanswered."""

    widget = forms.RadioSelect

    def __init__(self, **options: Any) -> None:
        super().__init__(choices=(("oui", gettext_lazy("Oui")), ("non", gettext_lazy("Non"))), **options)

    def clean(self, value: Any) -> Any:
        """True, False or None."""
        answer = super().clean(value)
        return None if answer in self.empty_values else answer == "oui"

    def prepare_value(self, value: Any) -> Any:
        """A bool back to its radio."""
        return {True: "oui", False: "non"}.get(value, value) if isinstance(value, bool) else value


# Forms ----------------------------------------------------------------------------------------------------------------


class PalierForm(forms.Form):
    """Base of every form. `examples` (field name -> sentence) ends the message of an empty required field.

    `refused_fields` maps the word that the domain uses for a field to the name of the form's field.
    """

    use_required_attribute = False
    examples: ClassVar[Mapping[str, str]] = {}
    refused_fields: ClassVar[Mapping[str, str]] = {}

    def __init__(self, *args: Any, **options: Any) -> None:
        options.setdefault("label_suffix", "")
        super().__init__(*args, **options)
        for name, field in self.fields.items():
            mend = self.examples.get(name) or _("Remplissez cette réponse.")
            empty = _("«\u00a0%(label)s\u00a0» est vide.") % {"label": field.label or name}
            field.error_messages["required"] = f"{empty} {mend}"
            if isinstance(field, forms.CharField) and field.max_length:
                _say_length(field)

    def refuse(self, refusal: Refused) -> None:
        """Say a refusal of the domain on its field, or above the form; an unsent form leaves it to the page."""
        if not self.is_bound:
            return
        said = self.refused_fields.get(refusal.field, refusal.field)
        for name, field in self.fields.items():
            if said and said in (name, str(field.label)):
                shown = f"{quote(refusal.value)}. " if refusal.value not in ("", None) else ""
                self.add_error(name, f"{shown}{refusal.detail} {refusal.mend}".strip())
                return
        self.add_error(None, str(refusal))


def _say_length(field: forms.CharField) -> None:
    for validator in field.validators:
        if type(validator).__name__ == "MaxLengthValidator":
            validator.message = _(  # type: ignore[attr-defined]
                "Cette réponse compte %(show_value)s caractères. Raccourcissez-la à %(limit_value)s au plus."
            )


# Posts ----------------------------------------------------------------------------------------------------------------


def posted_body(data: QueryDict, names: Iterable[str] = UNSIGNED) -> bytes:
    """What the person said, in one canonical form: sorted JSON of the posted fields without key and token."""
    said = {name: values for name, values in data.lists() if name not in frozenset(names)}
    return json.dumps(said, sort_keys=True, ensure_ascii=False).encode("utf-8", "replace")


def key_of(request: HttpRequest) -> str:
    """The idempotency key of the form. Refused (422) when it is missing or was not made by us."""
    raw = request.POST.get(KEY, "")
    try:
        return str(UUID(raw))
    except ValueError as error:
        raise Refused(
            "cle_absente",
            "Ce formulaire n'a pas sa clé d'envoi.",
            mend="Rouvrez la page, puis envoyez-le à nouveau.",
            status=422,
        ) from error


def once_view(
    request: HttpRequest, work: Callable[[], str], *, refused: Callable[[Refused], HttpResponse] | None = None
) -> HttpResponse:
    """Do `work` once for this form and go (303) to the address it returns; a repeat goes there without acting.

    `work` may run again after a database conflict: it must act through the domain only. A `Refused` is given to
    `refused`, which draws the form again with what was typed; without it, a page says the refusal.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    at = clock.now()
    try:
        answer = once(
            key_of(request),
            by=actor,
            scope=f"{request.method} {request.path}",
            body=posted_body(request.POST),
            at=at,
            work=lambda: Answer(303, b"", work()),
        )
    except KeyReused:
        refusal = Refused(
            "cle_reutilisee",
            "Cette page avait déjà été envoyée avec d'autres réponses.",
            mend="Relisez ce qui est affiché, puis envoyez à nouveau.",
            status=422,
        )
        return refused(refusal) if refused else refusal_response(request, refusal)
    except Refused as refusal:
        return refused(refusal) if refused else refusal_response(request, refusal)
    return HttpResponse(status=303, headers={"Location": answer.location})


def kept_view(request: HttpRequest) -> HttpResponse | None:
    """Where a form that was already sent with this key led; None when it was not.

    A second tap meets a page that has changed: what it acted upon may be gone. It goes where the first one went.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    try:
        key = str(UUID(request.POST.get(KEY, "")))
    except ValueError:
        return None
    scope, body = f"{request.method} {request.path}", posted_body(request.POST)
    answer = recall(key, by=actor, scope=scope, body=body, at=clock.now())
    if answer is None or answer.status != 303:
        return None
    return HttpResponse(status=303, headers={"Location": answer.location})


def once_body(request: HttpRequest, work: Callable[[], str]) -> str:
    """Do `work` once for this form and give its text, kept sealed: a repeat shows the same text without acting.

    For the rare act whose answer is a secret said once (the code of the counter). `Refused` goes through.
    """
    actor: Actor = request.actor  # type: ignore[attr-defined]
    scope, body = f"{request.method} {request.path}", posted_body(request.POST)
    answer = once(
        key_of(request), by=actor, scope=scope, body=body, at=clock.now(), work=lambda: Answer(200, work().encode())
    )
    return answer.body.decode()


def way_back(request: HttpRequest) -> str:
    """The page of ours that the request came from, or "" (then the page offers the home page)."""
    came = request.headers.get("Referer", "")
    if not url_has_allowed_host_and_scheme(came, {request.get_host()}):
        return ""
    return urlsplit(came)._replace(scheme="", netloc="").geturl()


def refusal_response(request: HttpRequest, refusal: Refused) -> HttpResponse:
    """The page of an act that may be seen but not done: the sentence, its reasons, the way back."""
    context = {"detail": str(refusal), "motifs": refusal.motifs, "retour_url": way_back(request)}
    return render(request, "ui/refus.html", context, status=refusal.status)


def form_page(
    request: HttpRequest, template: str, form: PalierForm, context: Mapping[str, Any], refusal: Refused | None = None
) -> HttpResponse:
    """A page with its form: 200 as asked, 422 when the form has errors, the refusal's status when refused."""
    if refusal is not None:
        form.refuse(refusal)
    status = refusal.status if refusal else 422 if form.is_bound and form.errors else 200
    return render(request, template, {"form": form, "refusal": refusal, **context}, status=status)
