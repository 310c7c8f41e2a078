"""The map of a page of offres: real outlines, one pin an offre. It repeats the list, it never replaces it."""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

from palier.base.money import euros
from palier.candidatures.queries import Verdict4
from palier.parc.models import Offre
from palier.portals.public.rows import PIN_KINDS
from palier.territoires.outlines import OutlineMap, outline_paths

WIDTH = 420
PIN_STEP = 32
PIN_WIDTH = 64
MOST = 12


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
    pins = _pins(board, offres[:MOST], answers)
    return Drawing(communes, pins, f"0 0 {board.width} {board.height}")


def _free(pins: list[dict[str, Any]], x: int, y: int) -> int:
    """The first height from `y` down where a pin covers no other."""
    while any(abs(pin["x"] - x) < PIN_WIDTH and abs(pin["y"] - y) < PIN_STEP for pin in pins):
        y += PIN_STEP
    return y


def _pins(board: OutlineMap, offres: Sequence[Offre], answers: Sequence[Verdict4 | None]) -> list[dict[str, Any]]:
    pins: list[dict[str, Any]] = []
    for offre, answer in zip(offres, answers, strict=False):
        commune = offre.logement.programme.commune
        x, y = board.project(commune.latitude, commune.longitude)
        across = min(max(x, 34), board.width - 34)
        pins.append(
            {
                "x": across,
                "y": _free(pins, across, min(max(y + 20, 18), board.height - 18)),
                "texte": euros(round(offre.logement.loyer_cc_cents, -2)),
                "kind": PIN_KINDS[answer.kind] if answer else "ok",
            }
        )
    return pins
