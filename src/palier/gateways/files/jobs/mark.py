"""Pages of our own PDF drawn again, with a mark in the pixels: across the page, and in a band added at its foot."""

import functools
import hashlib
import unicodedata
from typing import Any

import pypdfium2
from PIL import Image

from palier.gateways.files.jobs.boot import Unfit
from palier.gateways.files.jobs.paper import POINTS, Paper, Sheet, drawn, write
from palier.gateways.files.jobs.pdf import draw

BAND, LINE = 0.035, 0.012
"""Heights of the band at the foot and of its letters, for a page one unit wide."""
ACROSS, FAINT = 0.022, 0.78
"""Height and grey of the lines across the page."""
EVERY = 0.32
LETTER = 0.55
"""Mean width of a capital or small letter of Helvetica, for a letter one unit high."""


def run(payload: bytes, arguments: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """The whole document again as PDF, or one `page` of it as JPEG, no wider than `width`."""
    document = pypdfium2.PdfDocument(payload)
    lines, resolution = tuple(arguments["lines"]), arguments["resolution"]
    draws = drawn(hashlib.sha256(payload + "\n".join(lines).encode()).digest())
    if "page" not in arguments:
        sheets = [Sheet.of(_marked(draw(page, resolution / POINTS), lines), draws) for page in document]
        return {"pages": len(sheets)}, write(sheets, resolution=resolution, draws=draws)
    if not 1 <= arguments["page"] <= len(document):
        raise Unfit("sans_page")
    page = document[arguments["page"] - 1]
    picture = draw(page, min(resolution / POINTS, arguments["width"] / page.get_width()))
    return {}, Sheet.of(_marked(picture, lines), draws).jpeg


def _marked(picture: Image.Image, lines: tuple[str, ...]) -> Image.Image:
    """The picture under its mark. The band is added, so that it hides nothing."""
    if not lines:
        return picture
    wide, high = picture.size
    foot = max(1, round(wide * BAND * len(lines)))
    out = Image.new("RGB", (wide, high + foot), "white")
    out.paste(picture)
    mark = _mark(wide, high + foot, lines)
    out.paste(mark, mask=mark.getchannel("A"))
    return out


@functools.cache
def _mark(wide: int, high: int, lines: tuple[str, ...]) -> Image.Image:
    """The mark alone, on nothing, for a page of this size in pixels; drawn by the engine that draws the pages."""
    drawn = pypdfium2.PdfDocument(_overlay(wide, high, lines))[0]
    mark: Image.Image = drawn.render(
        scale=1, fill_color=(0, 0, 0, 0), rev_byteorder=True, force_bitmap_format=pypdfium2.raw.FPDFBitmap_BGRA
    ).to_pil()
    return mark


def _overlay(wide: int, high: int, lines: tuple[str, ...]) -> bytes:
    """A PDF of one page of text, one point for one pixel of the picture."""
    paper = Paper(drawn(b""))
    text = [b"q 0.1 g"]
    for rank, line in enumerate(reversed(lines)):
        text.append(_text(line, _size(line, wide, LINE), f"1 0 0 1 {wide * 0.03:.1f} {wide * BAND * (rank + 0.3):.1f}"))
    text.append(b"%.2f g" % FAINT)
    whole = " - ".join(lines)
    for rank in range(round(high / (wide * EVERY)) + 1):
        # Turned by 20 degrees: a mark along the edges could be cut off.
        place = f"0.94 0.342 -0.342 0.94 {wide * 0.04:.1f} {wide * (EVERY * rank - 0.1):.1f}"
        text.append(_text(whole, _size(whole, wide, ACROSS), place))
    content = b"\n".join([*text, b"Q"])
    stream = paper.add(b"<</Length %d>>" % len(content), stream=content)
    font = paper.add(b"<</Type /Font /Subtype /Type1 /BaseFont /Helvetica /Encoding /WinAnsiEncoding>>")
    page = paper.add(
        b"<</Type /Page /Parent 4 0 R /MediaBox [0 0 %d %d]" % (wide, high),
        b"/Resources <</Font <</F %d 0 R>>>>" % font,
        b"/Contents %d 0 R>>" % stream,
    )
    tree = paper.add(b"<</Type /Pages /Count 1 /Kids [%d 0 R]>>" % page)
    return paper.close(paper.add(b"<</Type /Catalog /Pages %d 0 R>>" % tree))


def _size(line: str, wide: int, most: float) -> float:
    """Height of the letters, so that the line holds in the page."""
    return min(most * wide * 1.6, 0.94 * wide / (LETTER * max(len(line), 1)))


def _text(line: str, size: float, place: str) -> bytes:
    return b"BT /F %.2f Tf %s Tm <%s> Tj ET" % (size, place.encode(), _latin(line).hex().encode())


def _latin(line: str) -> bytes:
    """The bytes of the font's own letters; others lose their marks, and become a question mark as a last resort."""
    out = bytearray()
    for letter in line:
        try:
            out += letter.encode("cp1252")
        except UnicodeEncodeError:
            out += unicodedata.normalize("NFKD", letter)[:1].encode("cp1252", errors="replace")
    return bytes(out)
