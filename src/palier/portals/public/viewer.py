"""Who looks at the public pages: a visitor, a person with a demande, or a member of an organisation."""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from datetime import datetime
from typing import Any

from django.http import HttpRequest
from django.urls import NoReverseMatch, reverse

from palier import coffre
from palier.base import clock
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.candidatures.facts import Profil, profil
from palier.demandes.models import Demande
from palier.demandes.queries import current_demande


@dataclass(frozen=True)
class Viewer:
    """The reader of a page, with the demande that its verdicts are about, if any."""

    actor: Actor
    now: datetime
    demande: Demande | None = None
    known: Profil | None = None


@contextmanager
def viewing(request: HttpRequest) -> Iterator[Viewer]:
    """Read who looks once, with the person's key kept for the page."""
    actor: Actor = request.actor  # type: ignore[attr-defined]
    now = clock.now()
    if actor.role != "demandeur" or actor.user_id is None:
        yield Viewer(actor, now)
        return
    with coffre.ring([actor.user_id]):
        demande = current_demande(request.user)  # type: ignore[arg-type]
        if demande is None or demande.state == "radiee":
            yield Viewer(actor, now)
            return
        yield Viewer(actor, now, demande, profil(demande, local_day(now)))


def address(name: str, fallback: str, *args: Any) -> str:
    """The address of a page of another portal, or its known path when that portal is not there."""
    try:
        return reverse(name, args=args)
    except NoReverseMatch:
        return fallback


def tabs(viewer: Viewer, current: str = "") -> list[tuple[str, str, bool, int]]:
    """The tabs of a person's space, on public pages too; none for a visitor."""
    if viewer.actor.role != "demandeur":
        return []
    pages = (
        ("Offres", reverse("public:recherche")),
        ("Candidatures", address("demandeur:candidatures", "/candidatures/")),
        ("Ma demande", address("demandeur:accueil", "/demande/")),
    )
    return [(label, url, label == current, 0) for label, url in pages]
