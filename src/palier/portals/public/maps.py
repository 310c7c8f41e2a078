"""The map of a page of offres: real outlines, one pin an offre. It repeats the list, it never replaces it."""

from __future__ import annotations

from collections import Counter
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from palier.base.money import whole_euros
from palier.candidatures.queries import Verdict4
from palier.parc.models import Offre
from palier.portals.public.rows import PIN_KINDS
from palier.territoires.outlines import OutlineMap, outline_paths

WIDTH = 420
PIN_STEP = 32
PIN_WIDTH = 64
PIN_EDGE = 18
STACK = 3
"""Prices shown on one commune; the others are counted in one more pin."""


@dataclass(frozen=True)
class Drawing:
    """What the tag `carte` takes."""

    communes: list[dict[str, Any]]
    pins: list[dict[str, Any]]
    viewbox: str


def drawing(offres: Sequence[Offre], answers: Sequence[Verdict4 | None]) -> Drawing | None:
    """The outlines of the communes of these offres and their pins; None when no outline is known."""
    codes = {offre.logement.programme.commune_id for offre in offres}
    board = outline_paths(codes, width=WIDTH) if codes else None
    if board is None:
        return None
    communes = [{"d": one.d, "label": one.nom, "x": one.x, "y": one.y} for one in board.outlines]
    pins = _pins(board, offres, answers)
    return Drawing(communes, pins, f"0 0 {board.width} {board.height}")


def _free(pins: list[dict[str, Any]], x: int, y: int, height: int) -> int:
    """The first height from `y` down, then up, where a pin covers no other and stays on the map."""
    places = [*range(y, height - PIN_EDGE + 1, PIN_STEP), *range(y - PIN_STEP, PIN_EDGE - 1, -PIN_STEP)]
    near = [pin["y"] for pin in pins if abs(pin["x"] - x) < PIN_WIDTH]
    return next((place for place in places if all(abs(other - place) >= PIN_STEP for other in near)), y)


def _pins(board: OutlineMap, offres: Sequence[Offre], answers: Sequence[Verdict4 | None]) -> list[dict[str, Any]]:
    pins: list[dict[str, Any]] = []
    shown: Counter[str] = Counter()
    more: dict[str, dict[str, Any]] = {}
    for offre, answer in zip(offres, answers, strict=False):
        commune = offre.logement.programme.commune
        shown[commune.pk] += 1
        if commune.pk in more:
            more[commune.pk]["texte"] = f"+\u00a0{shown[commune.pk] - STACK}"
            continue
        x, y = board.project(commune.latitude, commune.longitude)
        across = min(max(x, 34), board.width - 34)
        down = min(max(y + 20, PIN_EDGE), board.height - PIN_EDGE)
        pin: dict[str, Any] = {"x": across, "y": _free(pins, across, down, board.height)}
        if shown[commune.pk] > STACK:
            more[commune.pk] = pin
            pin |= {"texte": "+\u00a01", "kind": "ok"}
        else:
            kind = PIN_KINDS[answer.kind] if answer else "ok"
            pin |= {"texte": whole_euros(offre.logement.loyer_cc_cents), "kind": kind}
        pins.append(pin)
    return pins
