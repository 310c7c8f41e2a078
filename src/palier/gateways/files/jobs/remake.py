"""Pictures and PDF become one new PDF made of pixels: nothing else of what came is kept."""

import hashlib
import importlib
import io
import math
import warnings
from collections.abc import Iterator
from dataclasses import dataclass
from typing import Any

import pi_heif
from PIL import Image, ImageOps

from palier.gateways.files.jobs.boot import Unfit
from palier.gateways.files.jobs.paper import Sheet, drawn, write

FORMATS = {"jpeg": "JPEG", "png": "PNG", "heic": "HEIF"}
DEEP = ("I", "I;16", "I;16B", "I;16L", "I;16N")
WHITE = (255, 255, 255)


@dataclass(frozen=True)
class Sizes:
    """What a document may measure (`receive.sizes`), and how many files it is made of."""

    pixels: int
    pages: int
    page_pixels: int
    document_pixels: int
    resolution: int
    open_bytes: int
    parts: int

    def of_page(self, pages: int) -> int:
        """Most pixels of each page of a document of so many: a long one is drawn less finely, in the same time."""
        return min(self.page_pixels, self.document_pixels // pages)


def _of_pdf(raw: bytes, sizes: Sizes) -> Iterator[Image.Image]:
    # By name: its libraries take longer to load than a photo takes to re-make.
    found: Iterator[Image.Image] = importlib.import_module("palier.gateways.files.jobs.pdf").pictures(raw, sizes)
    return found


def run(payload: bytes, arguments: dict[str, Any]) -> tuple[dict[str, Any], bytes]:
    """`parts` gives (kind, length) of each file of the payload, in the order of the pages to be."""
    sizes = Sizes(**arguments["sizes"], parts=len(arguments["parts"]))
    warnings.simplefilter("error", Image.DecompressionBombWarning)
    draws = drawn(hashlib.sha256(payload).digest())
    sheets: list[Sheet] = []
    start = 0
    for rank, (kind, length) in enumerate(arguments["parts"]):
        sheets += _sheets(kind, payload[start : start + length], sizes, rank, draws)
        start += length
        if len(sheets) > sizes.pages:
            raise Unfit("trop_de_pages", rank=rank, pages=len(sheets))
    return {"pages": len(sheets)}, write(sheets, resolution=sizes.resolution, draws=draws)


def _sheets(kind: str, raw: bytes, sizes: Sizes, rank: int, draws: Iterator[bytes]) -> list[Sheet]:
    """The pages of one file; whatever a parser throws at broken bytes, the file is unreadable and no more."""
    try:
        pictures = _of_pdf(raw, sizes) if kind == "pdf" else [_picture(kind, raw, sizes)]
        return [Sheet.of(picture, draws) for picture in pictures]
    except Unfit as unfit:
        raise Unfit(unfit.code, rank=rank, **unfit.facts) from unfit
    except MemoryError:
        raise
    except Exception as error:
        raise Unfit("illisible", rank=rank) from error


def _picture(kind: str, raw: bytes, sizes: Sizes) -> Image.Image:
    """One picture upright, on white, grey or RGB, no finer than is useful."""
    pi_heif.register_heif_opener()
    Image.MAX_IMAGE_PIXELS = sizes.pixels
    try:
        opened = Image.open(io.BytesIO(raw), formats=[FORMATS[kind]])
    except (Image.DecompressionBombWarning, Image.DecompressionBombError) as error:
        raise Unfit("trop_de_pixels") from error
    with opened:
        if opened.width * opened.height > sizes.pixels:
            raise Unfit("trop_de_pixels")
        opened.load()
        return _plain(ImageOps.exif_transpose(_smaller(opened, sizes.of_page(sizes.parts))))


def _smaller(picture: Image.Image, most: int) -> Image.Image:
    """Brought down before anything else: each step after costs memory for every pixel."""
    excess = picture.width * picture.height / most
    if excess <= 1:
        return picture
    if picture.mode in ("1", "P", "PA") or picture.mode in DEEP:
        picture = _plain(picture)
    size = tuple(max(1, math.floor(side / math.sqrt(excess))) for side in picture.size)
    return picture.resize((size[0], size[1]), Image.Resampling.BICUBIC, reducing_gap=2.0)


def _plain(picture: Image.Image) -> Image.Image:
    if picture.mode in DEEP:
        picture = picture.convert("I").point(lambda value: value / 256).convert("L")
    if picture.mode in ("1", "L") and "transparency" not in picture.info:
        return picture.convert("L")
    if picture.has_transparency_data:
        picture = picture.convert("RGBA")
        paper = Image.new("RGB", picture.size, WHITE)
        paper.paste(picture, mask=picture.getchannel("A"))
        return paper
    return picture.convert("RGB")
