"""What the pages of the applicant share: their demande, the tabs, and the one way to write a step."""

from __future__ import annotations

import functools
from collections.abc import Callable, Mapping, Sequence
from typing import Any

from django.http import HttpRequest, HttpResponse, HttpResponseRedirect
from django.urls import NoReverseMatch, reverse

from palier import coffre
from palier.accounts.models import User
from palier.base import clock
from palier.base.actor import Actor
from palier.demandes import actions, queries
from palier.demandes.models import Demande
from palier.portals.demandeur.preview import ToConfirm, declare, preview_page

Page = Callable[..., HttpResponse]


def actor_of(request: HttpRequest) -> Actor:
    """The person under the hat they wear."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    return actor


def user_of(request: HttpRequest) -> User:
    """The signed-in account; the policy of the page has refused visitors."""
    assert isinstance(request.user, User)
    return request.user


def own_demande(request: HttpRequest) -> Demande | None:
    """The person's current demande as they may see it, or None."""
    demande = queries.current_demande(user_of(request))
    return queries.view_of(demande, actor_of(request)) if demande else None


def with_demande(page: Page) -> Page:
    """Give the page the person's open demande; without one, go to the first question.

    A change of life that was not seen yet answers with what it would change, and nothing is written.
    """

    @functools.wraps(page)
    @coffre.ring()
    def wrapper(request: HttpRequest, *args: Any, **kwargs: Any) -> HttpResponse:
        demande = own_demande(request)
        if demande is None:
            return HttpResponseRedirect(reverse("demandeur:numero"))
        if not demande.is_live:
            return HttpResponseRedirect(reverse("demandeur:accueil"))
        try:
            return page(request, demande, *args, **kwargs)
        except ToConfirm as waiting:
            return preview_page(request, page_context(demande), waiting.impact)

    return wrapper


def address(name: str) -> str:
    """The address of a page that another room serves, "" while it does not."""
    try:
        return reverse(name)
    except NoReverseMatch:
        return ""


def tabs(current: str) -> list[tuple[str, str, bool, int]]:
    """The tabs of the applicant; `current` is « offres », « candidatures » or « demande »."""
    known = (
        ("offres", "Offres", address("public:recherche")),
        ("candidatures", "Candidatures", address("demandeur:candidatures")),
        ("demande", "Ma demande", reverse("demandeur:accueil")),
    )
    return [(label, url, name == current, 0) for name, label, url in known if url]


def page_context(demande: Demande | None, **more: Any) -> dict[str, Any]:
    """The context that every page of the demande shares."""
    holder = queries.holder_of(demande) if demande else None
    said = (holder.identite or {}) if holder else {}
    name = f"{said.get('prenom', '')} {said.get('nom', '')}".strip()
    menu = [
        ("Mon espace", reverse("demandeur:accueil")),
        ("Qui a regardé mon dossier", reverse("demandeur:regards")),
        ("Ai-je accès\u00a0?", reverse("demandeur:acces")),
        ("Mon employeur", reverse("demandeur:employeur")),
    ]
    return {"demande": demande, "onglets": tabs("demande"), "nom_affiche": name, "menu": menu, **more}


def write_step(request: HttpRequest, demande: Demande, step: str, data: Mapping[str, Any]) -> None:
    """Save one step: of a draft, simply; of a filed demande, as a change of life that counts again everywhere.

    A change that moves a right, a piece or a point is shown first: it is written once the person confirms it.
    """
    by, version = actor_of(request), version_of(request)
    if demande.state != "brouillon":
        declare(request, demande, {step: data}, version=version, by=by, always=False)
        return
    actions.save_step(demande_id=demande.pk, step=step, data=data, version=version, by=by, at=clock.now())


def write_answers(
    request: HttpRequest,
    demande: Demande,
    step: str,
    answers: Mapping[str, Any],
    *,
    keys: Sequence[str],
    complete: bool,
) -> None:
    """Save a part of a step: at once in a draft, through `write_step` in a filed demande."""
    if demande.state != "brouillon":
        write_step(request, demande, step, {**queries.step_values(demande.entiere or demande, step), **answers})
        return
    actions.save_answer(
        demande_id=demande.pk, step=step, questions=[f"{step}.{key}" for key in keys], data=answers,
        complete=complete, version=version_of(request), by=actor_of(request), at=clock.now(),
    )  # fmt: skip


def version_of(request: HttpRequest) -> int:
    """The version of the demande that the form was drawn from; 0 when it was lost, which never matches."""
    raw = request.POST.get("version", "")
    return int(raw) if raw.isascii() and raw.isdigit() and len(raw) < 9 else 0
