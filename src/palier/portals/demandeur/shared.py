"""A demande that two adults share: the invitation, the part of the other adult, the separation."""

from __future__ import annotations

import functools
from collections.abc import Callable
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.shortcuts import render
from django.urls import URLPattern, path, reverse
from django.views.decorators.http import require_http_methods, require_safe

from palier.accounts import links
from palier.base import clock, limits
from palier.base.money import euros
from palier.base.policy import policy
from palier.base.refusal import NotVisible, Refused
from palier.candidatures.actions import declare_part, declare_separation
from palier.demandes import actions, queries, rules
from palier.demandes.models import Demande, Personne
from palier.portals.demandeur.common import actor_of, page_context, user_of, version_of, with_demande
from palier.portals.forms import AmountField, DayField, PalierForm, form_page, once_body, once_view, refusal_response

GET_POST = require_http_methods(["GET", "HEAD", "POST"])
BOTH = ("demandeur", "codemandeur")
RESSOURCES = {
    "net_mensuel_cents": "Vos revenus nets par mois",
    "rfr_n2_cents": "Votre revenu fiscal de référence, il y a deux ans",
    "rfr_n1_cents": "Votre revenu fiscal de référence, l'an dernier",
    "douze_mois_cents": "Vos revenus des douze derniers mois",
}


def landing(page: Callable[..., HttpResponse]) -> Callable[..., HttpResponse]:
    """The first page of a person's space: the other adult of a shared demande has their own."""

    @functools.wraps(page)
    def wrapper(request: HttpRequest) -> HttpResponse:
        if actor_of(request).role == "codemandeur":
            return HttpResponseRedirect(reverse("demandeur:ma_part"))
        return page(request)

    return policy("compte.lire", roles=BOTH)(require_safe(wrapper))


# The holder ---------------------------------------------------------------------------------------------------------


@policy("demande.partager")
@GET_POST
@with_demande
def partage(request: HttpRequest, demande: Demande) -> HttpResponse:
    """Invite the other adult: a link said once. Shared already: since when, and the way out."""
    lien = ""
    if request.method == "POST":
        try:
            lien = once_body(request, lambda: _invite(request, demande))
        except Refused as refusal:
            return refusal_response(request, refusal)
    context = page_context(
        demande,
        lien=lien,
        adulte=queries.other_adult(demande),
        depuis=queries.shared_since(demande) if demande.codemandeur_id else None,
        attend=queries.waiting_invitation(demande, clock.now()),
        jours=limits.value("partage_lien"),
    )
    return render(request, "demandeur/partage.html", context)


def _invite(request: HttpRequest, demande: Demande) -> str:
    token = actions.invite_codemandeur(demande_id=demande.pk, by=actor_of(request), at=clock.now())
    return links.absolute(reverse("demandeur:rejoindre", args=[token]))


@policy("demande.separer")
@GET_POST
@with_demande
def separer(request: HttpRequest, demande: Demande) -> HttpResponse:
    """End the sharing, after a page that says what it does."""
    if demande.codemandeur_id is None:
        raise NotVisible

    def work() -> str:
        declare_separation(demande_id=demande.pk, by=actor_of(request), at=clock.now())
        return reverse("demandeur:entree")

    if request.method == "POST":
        return once_view(request, work)
    mine = actor_of(request).role == "demandeur"
    return render(request, "demandeur/separer.html", {**_own_context(request, demande), "titulaire": mine})


# The other adult ----------------------------------------------------------------------------------------------------


class BirthForm(PalierForm):
    """The birth date that confirms who opens the link."""

    naissance = DayField(label="Votre date de naissance")
    refused_fields = {"Date de naissance": "naissance"}


@policy("compte.ouvrir")
@GET_POST
def rejoindre(request: HttpRequest, jeton: str) -> HttpResponse:
    """The page of the link: sign in, confirm the birth date, share. An unknown link has the same page (ID-3)."""
    signed_in = actor_of(request).role in BOTH
    form = BirthForm(request.POST or None)

    def work() -> str:
        naissance = form.cleaned_data["naissance"].isoformat()
        actions.join_demande(
            token=jeton, naissance=naissance, user=user_of(request), by=actor_of(request), at=clock.now()
        )
        return reverse("demandeur:ma_part")

    def page(refusal: Refused | None = None) -> HttpResponse:
        context = {"connecte": signed_in, "suite": request.path}
        return form_page(request, "demandeur/rejoindre.html", form, context, refusal)

    if request.method != "POST" or not signed_in or not form.is_valid():
        return page()
    return once_view(request, work, refused=page)


class PartForm(PalierForm):
    """The incomes of the other adult: what is not known stays empty."""

    def __init__(self, *args: Any, **options: Any) -> None:
        super().__init__(*args, **options)
        for name, label in RESSOURCES.items():
            self.fields[name] = AmountField(label=label, required=False)


@policy("part.lire")
@GET_POST
@with_demande
def ma_part(request: HttpRequest, demande: Demande) -> HttpResponse:
    """What the other adult sees of the demande, and what is theirs to write."""
    mine = next(each for each in demande.personnes.all() if each.compte_id == user_of(request).pk)
    initial = {name: getattr(mine, name) for name in RESSOURCES}
    form = PartForm(request.POST or None, initial=initial)

    def work() -> str:
        declare_part(
            demande_id=demande.pk, amounts=form.cleaned_data, version=version_of(request), by=actor_of(request),
            at=clock.now(),
        )  # fmt: skip
        return reverse("demandeur:ma_part")

    def page(refusal: Refused | None = None) -> HttpResponse:
        context = {**_own_context(request, demande), **_common(request, demande, mine)}
        return form_page(request, "demandeur/ma_part.html", form, context, refusal)

    if request.method != "POST" or not form.is_valid():
        return page()
    return once_view(request, work, refused=page)


def _own_context(request: HttpRequest, demande: Demande) -> dict[str, Any]:
    """The context of a page that both adults open: tabs and name are those of the reader."""
    context = page_context(demande)
    if actor_of(request).role == "codemandeur":
        context |= {"onglets": [], "menu": [("Ma part", reverse("demandeur:ma_part"))], "nom_affiche": ""}
    return context


def _common(request: HttpRequest, demande: Demande, mine: Personne) -> dict[str, Any]:
    """The common sheet: who, the state, the total of the incomes, never a line of the other."""
    people = [each.identite or {} for each in demande.personnes.all()]
    whole = demande.entiere or demande
    told = [each for each in whole.personnes.all() if rules.may_see_total(actor_of(request), each)]
    known = [each.net_mensuel_cents for each in told if each.net_mensuel_cents is not None]
    return {
        "moi": mine,
        "foyer": [f"{each.get('prenom', '')} {each.get('nom', '')}".strip() for each in people],
        "numero": (demande.numero or {}).get("numero_unique", ""),
        "total": euros(sum(known)) if known else "",
        "depuis": queries.shared_since(demande),
    }


urlpatterns: list[URLPattern] = [
    path("mon-espace/partage/", partage, name="partage"),
    path("mon-espace/separer/", separer, name="separer"),
    path("mon-espace/ma-part/", ma_part, name="ma_part"),
    path("partage/<str:jeton>/", rejoindre, name="rejoindre"),
]
