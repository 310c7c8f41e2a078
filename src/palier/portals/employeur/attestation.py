"""The page that a one-time link opens: the name it was given, the SIRET to confirm, and the attestation to sign.

A link that is unknown, wrong, expired or used gives one and the same page. Nothing here reads a demande.
"""

from __future__ import annotations

from datetime import date
from typing import Any, ClassVar

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.views.decorators.http import require_http_methods, require_safe

from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import NotVisible, Refused
from palier.base.throttle import count_call
from palier.demandes.actions import Attested, sign_attestation
from palier.demandes.enums import Contrat
from palier.demandes.models import Lien
from palier.demandes.queries.employer import usable_employeur_link
from palier.portals.employeur.space import SPACE
from palier.portals.forms import ChoiceField, DayField, PalierForm, TextField, form_page, once_view

AHEAD = 10
"""How many years ahead a contract may end or a transfer may take place."""


def in_years() -> date:
    """The latest day taken for what is still to come."""
    return date(clock.today().year + AHEAD, 12, 31)


class AttestationForm(PalierForm):
    """What an employer says of one employee."""

    siret = TextField(label="SIRET de votre établissement", max_length=40, help_text="14 chiffres. Vérifiez-le.")
    present = ChoiceField(
        label="Cette personne travaille-t-elle chez vous\u00a0?",
        choices=[("oui", "Oui"), ("non", "Non, elle n'est plus salariée")],
        widget=forms.RadioSelect,
    )
    contrat = ChoiceField(label="Contrat", choices=Contrat.choices, required=False, widget=forms.RadioSelect)
    depuis = DayField(label="Depuis le", required=False, latest=in_years)
    fin = DayField(label="Jusqu'au", required=False, latest=in_years, help_text="Vide pour un CDI.")
    mobilite_le = DayField(
        label="Jour d'une mutation", required=False, latest=in_years, help_text="Si vous déplacez son lieu de travail."
    )
    nom = TextField(label="Votre nom", max_length=80)
    fonction = TextField(label="Votre fonction", max_length=80)
    exact = forms.BooleanField(label="J'atteste que ces réponses sont exactes")
    examples: ClassVar[dict[str, str]] = {
        "siret": "Il a 14 chiffres.",
        "present": "Répondez Oui ou Non.",
        "exact": "Cochez la case pour signer.",
    }
    refused_fields: ClassVar[dict[str, str]] = {
        "SIRET de l'employeur": "siret", "Contrat": "contrat", "Fin du contrat": "fin",
    }  # fmt: skip

    def attested(self) -> Attested:
        """The answers as the act takes them."""
        said = {name: value for name, value in self.cleaned_data.items() if name != "exact"}
        return Attested(**{**said, "present": said["present"] == "oui"})


@policy("attestation.signer")
@require_http_methods(["GET", "HEAD", "POST"])
def attestation(request: HttpRequest, jeton: str) -> HttpResponse:
    """Show the form of a good link; a post signs it, once."""
    now = clock.now()
    address, minute = request.META.get("REMOTE_ADDR", ""), int(now.timestamp()) // 60
    count_call("lien_employeur", address, minute, "Trop de liens ouverts en une minute.")
    lien = usable_employeur_link(jeton, now)
    form = AttestationForm(request.POST or None, initial={"siret": (lien.contenu or {}).get("siret")} if lien else {})
    if request.method != "POST" or (lien is not None and not form.is_valid()):
        return _page(request, form, lien)

    def work() -> str:
        if not form.is_valid():
            raise NotVisible
        sign_attestation(token=jeton, said=form.attested(), at=clock.now())
        return SPACE.url("merci")

    try:
        return once_view(request, work, refused=lambda no: _page(request, form, lien, no))
    except NotVisible:
        return _page(request, form, None)


@policy("attestation.signer")
@require_safe
def merci(request: HttpRequest) -> HttpResponse:
    """Signed."""
    return render(request, "employeur/merci.html")


def _page(
    request: HttpRequest, form: AttestationForm, lien: Lien | None, refusal: Refused | None = None
) -> HttpResponse:
    if lien is None:
        return render(request, "employeur/lien.html", status=404)
    said: dict[str, Any] = lien.contenu or {}
    context = {"salarie": said.get("nom", ""), "expire": lien.expire_le}
    return form_page(request, "employeur/attestation.html", form, context, refusal)
