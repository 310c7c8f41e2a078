"""Closed lists as an auditor counts them again: pseudonyms, ranks, bands of points; no line, no name, no motive."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from uuid import UUID

from palier.base.actor import Actor
from palier.candidatures.facts import law_grille
from palier.candidatures.models import GONE, Classement, ClassementLigne
from palier.candidatures.queries.replay import replay
from palier.droit.cotation import Cotation, bande_total
from palier.journal.reading import glance
from palier.territoires.models import Grille

LISTS = 40
"""How many lists the page offers, the last frozen first; any other is reached by its address."""
OF_ONE = "rang "
"""How a difference about one place begins: its points stay unsaid."""


@dataclass(frozen=True, slots=True)
class Place:
    """One place of a list: rank, pseudonym drawn for this offre alone, band of ten points; `parti` has none."""

    rang: int
    pseudonyme: str
    bande: str


@dataclass(frozen=True, slots=True)
class Recounted:
    """A list counted again: the same to the last byte when `ecarts` is empty."""

    classement: Classement
    places: tuple[Place, ...]
    ecarts: tuple[str, ...]


def closed_lists() -> list[Classement]:
    """The last frozen lists with the dwelling of each. One query."""
    rows = Classement.objects.select_related("offre__logement__programme__commune", "offre__grille")
    return list(rows.defer("offre__grille__texte").order_by("-fige_le", "pk")[:LISTS])


def recounted(offre_id: UUID, *, by: Actor, relation: str, purpose: str, at: datetime) -> Recounted | None:
    """Count a frozen list again, under the eyes of everybody on it; None when there is none."""
    rows = Classement.objects.select_related("offre__logement__programme__commune", "offre__grille")
    found = rows.filter(offre=offre_id).first()
    if found is None:
        return None
    lines = list(
        ClassementLigne.objects.filter(classement=found).exclude(GONE).defer("entrees")
        .select_related("candidature__demande").order_by("rang")
    )  # fmt: skip
    glance([each.candidature for each in lines], ["P1", "P2"], by=by, relation=relation, purpose=purpose, at=at)
    return Recounted(found, tuple(_places(found, lines)), tuple(_said(each.texte) for each in replay(found)))


def _places(found: Classement, lines: list[ClassementLigne]) -> list[Place]:
    stored = Grille.objects.filter(empreinte=found.grille_empreinte).first()
    if stored is None:
        return []
    grille = law_grille(stored)
    return [
        Place(each.rang, each.candidature.pseudonyme, bande_total(Cotation(each.points, (), grille.empreinte, grille)))
        for each in lines
    ]


def _said(text: str) -> str:
    """A difference without anybody's points."""
    head = text.partition("\u00a0:")[0]
    return f"{head}\u00a0: les points ne se recalculent pas" if text.startswith(OF_ONE) else text
