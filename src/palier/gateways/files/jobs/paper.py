"""A PDF of pictures, one a page, written by hand so that it shares no long run of bytes with any other file.

Libraries write the same dictionaries, tables and headers in every document: what staff receive could then not be told
from what was sent (promises.md FI-3). Here each short line of structure ends with a comment drawn from the seed; the
tables of each JPEG are its own; blank areas, the same bytes in all pictures, are packed twice, which leaves none.
"""

import hashlib
import io
import zlib
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from typing import Any

from PIL import Image, JpegPresets

POINTS = 72
QUALITY: Any = JpegPresets.presets["web_high"]["quantization"]
FAST = 1


def drawn(seed: bytes) -> Iterator[bytes]:
    """An endless row of 32-byte draws, always the same for one seed."""
    rank = 0
    while True:
        yield hashlib.sha256(seed + rank.to_bytes(8, "big")).digest()
        rank += 1


@dataclass(frozen=True)
class Sheet:
    """One page: a JPEG and its size in pixels."""

    jpeg: bytes
    width: int
    height: int
    colours: bytes

    @classmethod
    def of(cls, picture: Image.Image, draws: Iterator[bytes]) -> "Sheet":
        """The page that shows this picture (grey or RGB), and nothing that came with it."""
        bits = int.from_bytes(next(draws), "big")
        tables = [[step + (bits >> 64 * rank + at & 1) for at, step in enumerate(QUALITY[rank])] for rank in (0, 1)]
        picture.info = {}  # a comment would be written again
        made = io.BytesIO()
        picture.save(made, "JPEG", qtables=tables, subsampling="4:2:0", optimize=True)
        return cls(made.getvalue(), *picture.size, b"/DeviceGray" if picture.mode == "L" else b"/DeviceRGB")


class Paper:
    """Objects one after the other, then their table."""

    def __init__(self, draws: Iterator[bytes]) -> None:
        self.draws = draws
        self.out = bytearray()
        self.places: list[int] = []
        self.lines(b"%PDF-1.7", b"%\xe2\xe3\xcf\xd3")

    def lines(self, *given: bytes) -> None:
        for line in given:
            self.out += line + b"\n%" + next(self.draws).hex()[:16].encode() + b"\n"

    def add(self, *given: bytes, stream: bytes | None = None) -> int:
        """One object of these lines, closed by its stream if any; its number."""
        self.places.append(len(self.out))
        self.lines(b"%d 0 obj" % len(self.places), *given)
        if stream is not None:
            self.out += b"stream\n" + stream + b"\nendstream\n"
        self.lines(b"endobj")
        return len(self.places)

    def close(self, root: int) -> bytes:
        start = len(self.out)
        self.out += b"xref\n0 %d\n0000000000 65535 f \n" % (len(self.places) + 1)
        for place in self.places:
            self.out += b"%010d 00000 n \n" % place
        self.lines(b"trailer", b"<</Size %d" % (len(self.places) + 1), b"/Root %d 0 R>>" % root)
        return bytes(self.out) + b"startxref\n%d\n%%%%EOF\n" % start


def write(sheets: Sequence[Sheet], *, resolution: int, draws: Iterator[bytes]) -> bytes:
    """The PDF of these pages. Pictures come first: their sizes set apart the tables of two documents."""
    paper = Paper(draws)
    pictures = [_picture(paper, sheet) for sheet in sheets]
    tree = len(pictures) + 2 * len(sheets) + 1
    kids = []
    for picture, sheet in zip(pictures, sheets, strict=True):
        wide, high = (b"%.2f" % (side * POINTS / resolution) for side in (sheet.width, sheet.height))
        shown = b"q %s 0 0 %s 0 0 cm /P Do Q" % (wide, high)
        content = paper.add(b"<</Length %d>>" % len(shown), stream=shown)
        kids.append(
            paper.add(
                b"<</Type /Page /Parent %d 0 R" % tree,
                b"/MediaBox [0 0 %s %s]" % (wide, high),
                b"/Resources <</XObject <</P %d 0 R>>>>" % picture,
                b"/Contents %d 0 R>>" % content,
            )
        )
    paper.add(b"<</Type /Pages /Count %d /Kids [" % len(kids), *(b"%d 0 R" % kid for kid in kids), b"]>>")
    return paper.close(paper.add(b"<</Type /Catalog", b"/Pages %d 0 R>>" % tree))


def _picture(paper: Paper, sheet: Sheet) -> int:
    body = zlib.compress(zlib.compress(sheet.jpeg, FAST), FAST)
    return paper.add(
        b"<</Type /XObject /Subtype /Image",
        b"/Width %d /Height %d" % (sheet.width, sheet.height),
        b"/ColorSpace %s" % sheet.colours,
        b"/BitsPerComponent 8",
        b"/Filter [/FlateDecode /FlateDecode",
        b"/DCTDecode]",
        b"/Length %d>>" % len(body),
        stream=body,
    )
