"""Pages of a PDF become words with their confidence, measures of the picture, and the codes printed on them."""

from __future__ import annotations

import os

os.environ |= {"OMP_THREAD_LIMIT": "1", "OPENBLAS_NUM_THREADS": "1"}

import base64
from pathlib import Path
from typing import Any

import pypdfium2
import tesserocr
import zxingcpp
from PIL import Image

from palier.gateways.lecture.jobs import pixels
from palier.gateways.lecture.jobs.pixels import Grey

LONG_SIDE = 2340
"""Pixels of the long side on which text is read: an A4 page at 200 dpi."""
FINE = 1.5
"""How much finer a page is drawn when its code was not read."""
SURE, POOR = 60, 72
"""Confidence from which a word counts, and mean confidence under which a page is read another way up."""
FEW_WORDS = 12
DATA_MATRIX = zxingcpp.BarcodeFormats([zxingcpp.BarcodeFormat.DataMatrix])
MODEL = Path(__file__).resolve().parents[1]

Words = list[list[tuple[str, int]]]
"""Lines of words, each with its confidence out of 100."""


def run(payload: bytes, arguments: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """Read the first pages of a document; `texte: false` looks for codes only."""
    document = pypdfium2.PdfDocument(payload)
    total = len(document)
    read = range(min(total, int(arguments["pages"])))
    with tesserocr.PyTessBaseAPI(path=f"{MODEL}/", lang="fra", psm=tesserocr.PSM.SINGLE_BLOCK) as engine:
        # Its remarks go to the standard error: it dies when the file that it opens for them is behind the walls.
        engine.SetVariable("debug_file", "")
        pages = [_page(engine, document[rank], text=bool(arguments.get("texte", True))) for rank in read]
    return {"total": total, "pages": pages}, b""


def _page(engine: tesserocr.PyTessBaseAPI, page: pypdfium2.PdfPage, *, text: bool) -> dict[str, Any]:
    grey = _drawn(page, 1)
    clean = pixels.even(grey)
    codes = _codes(grey) or _codes(clean) or _codes(_drawn(page, FINE))
    measures = pixels.measures(grey, clean)
    quarter, lines = _text(engine, clean) if text and measures["encre"] else (0, [])
    return {
        "quart": quarter,
        "lignes": lines,
        "mesures": measures,
        "codes": [base64.b64encode(code).decode() for code in codes],
    }


def _drawn(page: pypdfium2.PdfPage, finer: float) -> Grey:
    scale = finer * LONG_SIDE / max(page.get_size())
    bitmap = page.render(scale=scale, grayscale=True)  # held until its pixels are copied: the array does not own them
    drawn: Grey = bitmap.to_numpy().reshape(bitmap.height, bitmap.width).copy()
    bitmap.close()
    return drawn


def _codes(grey: Grey) -> list[bytes]:
    return [found.bytes for found in zxingcpp.read_barcodes(grey, formats=DATA_MATRIX)]


def _text(engine: tesserocr.PyTessBaseAPI, clean: Grey) -> tuple[int, Words]:
    """Quarter turn and words of the way up that reads best; a page that reads well at once is read once."""
    side, lean = pixels.tilt(clean)
    best: tuple[float, int, Words] = (-1.0, 0, [])
    for quarter in ((1, 3, 0, 2) if side else (0, 2, 1, 3)):
        straight = pixels.turned(pixels.turned(clean, 90 * quarter), lean)
        lines = _words(engine, straight)
        mark = _mark(lines)
        best = max(best, (mark, quarter, lines), key=lambda each: each[0])
        if _reads_well(lines):
            break
    return best[1], best[2]


def _words(engine: tesserocr.PyTessBaseAPI, grey: Grey) -> Words:
    """Lines of words, top to bottom."""
    engine.SetImage(Image.fromarray(grey))
    lines: dict[tuple[str, ...], list[tuple[str, int]]] = {}
    for row in engine.GetTSVText(0).splitlines():
        cells = row.split("\t")
        if len(cells) == 12 and cells[0] == "5" and cells[11].strip():
            lines.setdefault(tuple(cells[1:5]), []).append((cells[11].strip(), round(float(cells[10]))))
    return list(lines.values())


def _counted(lines: Words) -> list[int]:
    return [sure for line in lines for word, sure in line if sum(letter.isalnum() for letter in word) >= 3]


def _mark(lines: Words) -> float:
    return float(sum(sure for sure in _counted(lines) if sure >= SURE))


def _reads_well(lines: Words) -> bool:
    counted = _counted(lines)
    return len(counted) >= FEW_WORDS and sum(counted) / len(counted) >= POOR
