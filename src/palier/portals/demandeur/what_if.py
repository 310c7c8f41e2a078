"""« Et si… »: the wait before and after a change that is only tried, with its range and its price; nothing is kept."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_safe

from palier.base import clock, limits
from palier.base.policy import policy
from palier.base.refusal import Refused
from palier.demandes import facts
from palier.demandes.models import Demande
from palier.estimations.queries import is_off, what_if, zones_of
from palier.parc.enums import Typologie
from palier.portals.demandeur import places
from palier.portals.demandeur.common import page_context, with_demande
from palier.portals.demandeur.estimations_words import name_of
from palier.portals.demandeur.what_if_words import compared, limits_of
from palier.portals.forms import ChoiceField, MultipleChoiceField, PalierForm, TextField

PROOFS = ("justificatif", "dossier_complet")
SAME = ("", "Garder mes deux secteurs")
NOTHING = ("", "N'en retirer aucune")
ASKED = ("essai", "commune", "retirer", "secteur")
MEND = {"typologie": ("logement",), "moins_une_piece": ("logement",)}
"""The step of the demande that makes a change for real; the perimeter for communes and rings."""


class WhatIfForm(PalierForm):
    """Changes to try, in the address of the page: nothing is sent, nothing is kept."""

    essai = MultipleChoiceField(label="Un papier, une pièce de plus ou de moins", required=False)
    commune = TextField(label="Ajouter une commune", help_text="Nom ou code postal", required=False, max_length=80)
    commune_code = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)
    retirer = ChoiceField(label="Retirer une commune", required=False)
    secteur = ChoiceField(label="Quels secteurs\u00a0?", required=False, widget=forms.RadioSelect)

    def __init__(self, demande: Demande, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        first, second = facts.perimetre(demande)
        names = places.labels([*first, *second])
        typed = self.data.getlist("essai") if self.data else []  # type: ignore[attr-defined]
        tried = [each for each in dict.fromkeys(typed) if each.startswith("commune:")][: _most()]
        offered = [*PROOFS, *_sizes(demande), *tried]
        self.fields["essai"].choices = [(each, name_of(each)) for each in dict.fromkeys(offered)]  # type: ignore[attr-defined]
        own = [(f"sans_commune:{code}", names.get(code, code)) for code in (*first, *second)]
        self.fields["retirer"].choices = [NOTHING, *own]  # type: ignore[attr-defined]
        alone = ("secteur:prioritaire", "Le secteur prioritaire seul")
        self.fields["secteur"].choices = [SAME, alone] if second else [SAME]  # type: ignore[attr-defined]

    def clean_essai(self) -> list[str]:
        """A few changes at once: their effects are told together."""
        found: list[str] = self.cleaned_data["essai"]
        if len(found) > _most():
            raise forms.ValidationError(f"Essayez {_most()}\u00a0changements au plus à la fois.")
        return found

    def clean_commune(self) -> str:
        """The INSEE code of the commune named, "" when none is."""
        typed = self.cleaned_data["commune"].strip()
        if not typed:
            return ""
        try:
            return places.code_of(typed, self.data.get("commune_code", ""))
        except Refused as refusal:
            raise forms.ValidationError(f"{refusal.detail} {refusal.mend}") from refusal

    def actions(self) -> list[str]:
        """The changes, as the room of estimates names them."""
        said = self.cleaned_data
        added = [f"commune:{said['commune']}"] if said["commune"] else []
        rings = [said["secteur"]] if said["secteur"] else []
        return list(dict.fromkeys([*rings, *said["essai"], *added, *([said["retirer"]] if said["retirer"] else [])]))


def _most() -> int:
    return int(limits.value("essais_max"))


def _sizes(demande: Demande) -> Iterable[str]:
    """One room less, and the size above the largest asked."""
    names = [each for each in Typologie.values if each != Typologie.T1BIS]
    known = sorted(names.index(each) for each in demande.typologies if each in names)
    if known and known[0] > 0:
        yield "moins_une_piece"
    if known and known[-1] + 1 < len(names):
        yield f"typologie:{names[known[-1] + 1]}"


@policy("estimation.lire", roles=("demandeur",))
@require_safe
@with_demande
def page(request: HttpRequest, demande: Demande) -> HttpResponse:
    """The form; with an answer, before and after; without one, how far to look. 422 when an answer is unreadable."""
    asked = any(request.GET.getlist(name) for name in ASKED)
    form = WhatIfForm(demande, request.GET) if asked else WhatIfForm(demande)
    context: dict[str, Any] = {"form": form, "eteint": False}
    status = 200
    try:
        actions = form.actions() if asked and form.is_valid() else []
        context |= _tried(demande, actions) if actions else _far(demande)
    except Refused as refusal:
        form.refuse(refusal)
    if form.errors:
        status = 422
    return render(request, "demandeur/estimations/et_si.html", page_context(demande, **context), status=status)


def _tried(demande: Demande, actions: list[str]) -> dict[str, Any]:
    found = what_if(demande, actions=actions, now=clock.now())
    if found is None:
        return {"eteint": is_off(demande), "attend": True}
    return {"compare": compared(found), "changements": [name_of(each) for each in actions], "faire": _doing(actions)}


def _far(demande: Demande) -> dict[str, Any]:
    found = zones_of(demande, clock.now())
    if found is None:
        return {"eteint": is_off(demande), "attend": True}
    return {"limites": limits_of(found)}


def _doing(actions: list[str]) -> str:
    """The page that makes the first of these changes for real."""
    kind = actions[0].partition(":")[0]
    if kind in PROOFS:
        return reverse("demandeur:pieces")
    return reverse("demandeur:etape", args=MEND.get(kind, ("perimetre",)))


urlpatterns: list[URLPattern] = [path("mon-espace/et-si/", page, name="et_si")]
