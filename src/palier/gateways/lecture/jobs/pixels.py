"""A page as grey pixels: straight, evenly lit, and measured."""

from __future__ import annotations

import numpy as np
from numpy.typing import NDArray
from PIL import Image, ImageFilter

Grey = NDArray[np.uint8]

SMALL_SIDE = 700
"""Side of the small picture on which lines of text are looked for."""
SHADE_STEP = 16
"""A shade changes over more pixels than this; a letter over fewer."""
ANGLES = np.arange(-6.0, 6.01, 0.5)
RIM = 0.15
"""Share of each side where the edge of a sheet on a table would pass for lines of text."""
INK = 96
"""Grey under which a pixel of an evenly lit page is ink."""


def even(grey: Grey) -> Grey:
    """The page as if lit evenly: each pixel against the paper around it."""
    picture = Image.fromarray(grey)
    width, height = picture.size
    small = picture.resize((max(1, width // SHADE_STEP), max(1, height // SHADE_STEP)), Image.Resampling.BOX)
    paper = small.filter(ImageFilter.MaxFilter(5)).filter(ImageFilter.GaussianBlur(3))
    around = np.asarray(paper.resize((width, height), Image.Resampling.BILINEAR), dtype=np.float32)
    return np.clip(grey / np.maximum(around, 1) * 255, 0, 255).astype(np.uint8)


def turned(grey: Grey, degrees: float) -> Grey:
    """The page turned counter-clockwise; what comes in at the corners is paper."""
    if degrees % 90 == 0:
        return np.ascontiguousarray(np.rot90(grey, int(degrees // 90)))
    return np.asarray(Image.fromarray(grey).rotate(degrees, Image.Resampling.BICUBIC, expand=True, fillcolor=255))


def tilt(grey: Grey) -> tuple[bool, float]:
    """Whether lines of text stand upright (a page on its side), and by how many degrees they lean."""
    picture = Image.fromarray(grey)
    wide, high = picture.size
    picture = picture.crop((int(wide * RIM), int(high * RIM), int(wide * (1 - RIM)), int(high * (1 - RIM))))
    picture.thumbnail((SMALL_SIDE, SMALL_SIDE))
    ink = (np.asarray(picture) < 2 * INK).astype(np.uint8) * 255
    best = {}
    for side in (False, True):
        base = Image.fromarray(turned(ink, 90 if side else 0))
        sharp = [(_sharpness_of_lines(base, angle), -abs(angle), angle) for angle in ANGLES]
        best[side] = max(sharp)
    side = best[True][0] > best[False][0]
    return side, float(best[side][2])


def _sharpness_of_lines(ink: Image.Image, angle: float) -> float:
    """How sharply rows of ink and rows of paper alternate once the page is turned by this angle."""
    rows = np.asarray(ink.rotate(angle, Image.Resampling.NEAREST), dtype=np.float32).mean(axis=1)
    return float(np.square(np.diff(rows)).sum())


def measures(grey: Grey, clean: Grey) -> dict[str, float]:
    """How good the picture is: light, contrast, sharpness, ink on the page and ink cut by its edges."""
    low, high = (float(each) for each in np.percentile(grey, (2, 98)))
    steps = np.abs(np.diff(clean.astype(np.int16), axis=1))
    edges = steps[steps > 40]
    ink = clean < INK
    border = max(2, min(ink.shape) // 200)
    edges_of_page = (ink[:border], ink[-border:], ink[:, :border], ink[:, -border:])
    rim = np.concatenate([edge.ravel() for edge in edges_of_page])
    return {
        "clarte": round(high, 1),
        "contraste": round(high - low, 1),
        "nettete": round(float(edges.mean()) if edges.size else 0.0, 1),
        "encre": round(float(ink.mean()), 5),
        "bord": round(float(rim.mean()), 5),
    }
