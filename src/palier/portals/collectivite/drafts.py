"""What the pages of a draft share: fetch it, name its pages, say its faults, and start a new one."""

from __future__ import annotations

import re
from typing import Any
from uuid import UUID

from django.http import HttpRequest
from django.urls import reverse

from palier.base import clock
from palier.base.actor import Actor
from palier.base.refusal import NotVisible
from palier.droit.bareme import texte_donnees
from palier.droit.cotation import Defaut, controle_texte, texte_adopte
from palier.organisations.queries import siren_of
from palier.portals.collectivite import composition
from palier.portals.collectivite.space import SPACE
from palier.portals.desk import actor_of, context_of
from palier.territoires.models import BrouillonGrille, Grille
from palier.territoires.queries import grille_of_epci

EXAMPLE, BLANK = "exemple", "vide"
PAGES = (
    ("brouillon", "Formulaire"),
    ("brouillon_texte", "Texte"),
    ("brouillon_apercu", "Aperçu"),
    ("brouillon_publier", "Publier"),
)


def draft_of(request: HttpRequest, draft_id: UUID) -> BrouillonGrille:
    """The open draft, when it is of the actor's collectivité; NotVisible otherwise."""
    found = BrouillonGrille.objects.visible_to(actor_of(request)).open().filter(pk=draft_id).first()
    if found is None:
        raise NotVisible
    return found


def draft_context(request: HttpRequest, draft: BrouillonGrille, page: str, **more: Any) -> dict[str, Any]:
    """Tabs of the desk and the four pages of a draft."""
    pages = [(label, reverse(f"collectivite:{name}", args=[draft.pk]), name == page) for name, label in PAGES]
    return context_of(request, SPACE, "grilles", brouillon=draft, pages=pages, **more)


def faults_of(texte: str, base: str = "") -> list[dict[str, Any]]:
    """The faults of a text, each with a link to its block of the form, or to its line of the raw text."""
    brute = composition.read_tables(texte)
    return [{"defaut": each, "url": _place(brute, each, base)} for each in controle_texte(texte)]


def _place(brute: composition.Table | None, fault: Defaut, base: str) -> str:
    anchor = composition.anchor_of(brute, fault) if brute is not None and not base else f"l{fault.ligne}"
    return f"{base}#{anchor}"


def in_force(actor: Actor) -> Grille | None:
    """The grid that applies today in the actor's EPCI."""
    return grille_of_epci(siren_of(actor), clock.today())


def models_for(actor: Actor) -> list[tuple[str, str]]:
    """(id, label) of what a new draft may start from: own published grids, the example, nothing."""
    rows = Grille.objects.public().filter(perimetre__contains=[siren_of(actor)]).order_by("-en_vigueur_depuis")
    own = [(str(each.pk), f"{each}, pour en écrire la version {each.version + 1}") for each in rows]
    return [*own, (EXAMPLE, "Une grille d'exemple, complète"), (BLANK, "Une page blanche : l'ancienneté seule")]


def text_of_model(actor: Actor, model: str) -> str:
    """The text that a new draft starts with. A published one takes the next version number."""
    if model not in (EXAMPLE, BLANK):
        row = Grille.objects.public().filter(perimetre__contains=[siren_of(actor)], pk=model).first()
        if row is None:
            raise NotVisible
        newer = Grille.objects.public().filter(code=row.code).order_by("-version").first()
        number = (newer or row).version + 1
        return texte_adopte(row.texte, {"version": number, "deliberation": "à voter", "en_vigueur_jusqu_au": None})
    name = "territoire_exemple" if model == EXAMPLE else "page_blanche"
    heading = {
        "code": f"grille-{siren_of(actor)}",
        "libelle": "Grille de votre territoire",
        "deliberation": "à voter",
        "fictif": None,
        "statut": None,
    }
    text = texte_donnees(f"donnees/grilles/{name}.toml").split("\n")
    return texte_adopte("\n".join(line for line in text if not line.startswith("#")), heading)


def version_read(request: HttpRequest) -> int:
    """The save that a page was made from; 0, which is none, when it cannot be read."""
    said = request.POST.get("version", "")
    return int(said) if re.fullmatch(r"[0-9]{1,9}", said, re.ASCII) else 0
