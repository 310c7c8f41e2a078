"""Where one searches: two rings of communes, added by name, put in order; every act is one plain form.

Beside each commune stands what it holds, counted again at each act.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any

from django import forms
from django.http import HttpRequest, HttpResponse
from django.urls import reverse

from palier.base import clock
from palier.base.refusal import Refused
from palier.demandes import facts
from palier.demandes.enums import Secteurs
from palier.demandes.models import Demande
from palier.droit.numero_unique import communes_maximum
from palier.portals.demandeur import flow, places
from palier.portals.demandeur.common import own_demande, write_step
from palier.portals.demandeur.effect import effect
from palier.portals.forms import NBSP, ChoiceField, PalierForm, TextField, form_page, once_view
from palier.territoires.models import Commune
from palier.territoires.queries import suggest_communes

STEP = "perimetre"
Rings = dict[str, list[str]]
RING_KEYS = {Secteurs.PRIORITAIRE.value: "prioritaires", Secteurs.SECONDAIRE.value: "secondaires"}


class CommuneForm(PalierForm):
    """One commune to add to a ring."""

    commune = TextField(label="Ajouter une commune", help_text="Nom ou code postal", required=False)
    commune_code = forms.CharField(required=False, max_length=5, widget=forms.HiddenInput)
    secteur = ChoiceField(
        label="Dans quel secteur\u00a0?",
        choices=Secteurs.choices,
        initial=Secteurs.PRIORITAIRE,
        widget=forms.RadioSelect,
    )


def _rings(demande: Demande) -> Rings:
    first, second = facts.perimetre(demande)
    return {"prioritaires": first, "secondaires": second}


def page(request: HttpRequest, demande: Demande) -> HttpResponse:
    """Show the rings; a POST adds, removes or moves one commune, and saves."""
    adding = request.method == "POST" and request.POST.get("action", "ajouter") == "ajouter"
    form = CommuneForm(
        request.POST if adding else None, initial={"secteur": request.POST.get("secteur", Secteurs.PRIORITAIRE.value)}
    )
    if request.method != "POST" or (adding and not form.is_valid()):
        return _page(request, demande, form)

    def work() -> str:
        rings = _rings(demande)
        if adding:
            _add(rings, form)
        else:
            action, _, code = request.POST.get("action", "").partition(" ")
            _change(rings, action, code)
        write_step(request, demande, "perimetre", rings)
        return reverse("demandeur:etape", args=["perimetre"])

    return once_view(request, work, refused=lambda no: _page(request, own_demande(request) or demande, form, no))


def _add(rings: Rings, form: CommuneForm) -> None:
    typed = form.cleaned_data["commune"]
    if not typed:
        mend = "Écrivez le nom ou le code postal d'une commune."
        raise Refused("commune", "«\u00a0Ajouter une commune\u00a0» est vide.", field="commune", mend=mend, status=422)
    try:
        code = places.code_of(typed, form.cleaned_data["commune_code"])
    except Refused as refusal:
        raise Refused("commune", refusal.detail, field="commune", mend=refusal.mend, status=422) from refusal
    if code in rings["prioritaires"] or code in rings["secondaires"]:
        raise Refused("commune", "Cette commune est déjà dans vos secteurs.", field="commune", status=422)
    secteur = form.cleaned_data["secteur"]
    _refuse_full(rings, secteur)
    rings[RING_KEYS[secteur]].append(code)


def _refuse_full(rings: Rings, secteur: str) -> None:
    """Refused when the ring has all the communes that the form takes."""
    maximum = communes_maximum()
    if len(rings[RING_KEYS[secteur]]) >= maximum:
        raise Refused(
            "perimetre_plein",
            f"Votre {Secteurs(secteur).label.lower()} compte déjà {maximum} communes, le maximum du formulaire.",
            field="commune",
            mend="Retirez-en une d'abord, ou choisissez l'autre secteur.",
            status=422,
        )


def _change(rings: Rings, action: str, code: str) -> None:
    ring = next((codes for codes in rings.values() if code in codes), None)
    acts: dict[str, Callable[[], Any]] = {
        "retirer": lambda: _remove(rings, code),
        "monter": lambda: _swap(ring or [], code, -1),
        "descendre": lambda: _swap(ring or [], code, 1),
        "changer": lambda: _other_ring(rings, code),
    }
    if action == "voisine" and ring is None and places.find(code) is not None:
        _refuse_full(rings, Secteurs.SECONDAIRE)
        rings["secondaires"].append(code)
        return
    if ring is None or action not in acts:
        raise Refused("commune", "Cette commune n'est plus dans vos secteurs.", mend="Relisez la liste.")
    acts[action]()
    if not rings["prioritaires"]:
        keep = f"Gardez au moins une commune en secteur prioritaire{NBSP}: celle-ci est la seule."
        raise Refused("perimetre", keep, mend="Ajoutez-en une autre d'abord.", status=422)


def _remove(rings: Rings, code: str) -> None:
    for codes in rings.values():
        if code in codes:
            codes.remove(code)


def _swap(codes: list[str], code: str, by: int) -> None:
    place = codes.index(code)
    other = min(max(place + by, 0), len(codes) - 1)
    codes[place], codes[other] = codes[other], codes[place]


def _other_ring(rings: Rings, code: str) -> None:
    secteur = Secteurs.SECONDAIRE if code in rings["prioritaires"] else Secteurs.PRIORITAIRE
    _refuse_full(rings, secteur)
    target = RING_KEYS[secteur]
    _remove(rings, code)
    rings[target].append(code)


def _near(typed: str, demande: Demande) -> list[Commune]:
    """Six communes that were perhaps meant, those of the person's département first."""
    home = demande.commune_domicile[:2]
    return sorted(suggest_communes(typed, 60), key=lambda commune: not commune.code.startswith(home))[:6]


def _page(request: HttpRequest, demande: Demande, form: CommuneForm, refusal: Refused | None = None) -> HttpResponse:
    typed = request.POST.get("commune", "")
    near = _near(typed, demande) if refusal is not None and refusal.field == "commune" and typed else []
    context = flow.step_context(demande, STEP, STEP, hour=False) | {
        "suivante": flow.after(demande, STEP, STEP, whole=not flow.one_by_one(request)),
        "propositions": near,
        "secteur": request.POST.get("secteur", Secteurs.PRIORITAIRE.value),
        "effet": effect(demande, clock.now()),
        "maximum": communes_maximum(),
    }
    if refusal is not None and refusal.code == "version":
        context["differences"] = refusal.motifs
    return form_page(request, "demandeur/perimetre.html", form, context, refusal)
