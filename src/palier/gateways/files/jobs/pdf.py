"""The pages of a foreign PDF as pictures; its streams are searched first, nothing in it is ever run."""

import io
import math
from collections.abc import Iterator
from typing import Protocol

import pikepdf
import pypdfium2
from PIL import Image

from palier.gateways.files.jobs.boot import Unfit
from palier.gateways.files.jobs.paper import POINTS
from palier.gateways.files.jobs.signature import EICAR


class Sizes(Protocol):
    """What is used here of the sizes of a re-making."""

    @property
    def pages(self) -> int: ...
    @property
    def resolution(self) -> int: ...
    @property
    def open_bytes(self) -> int: ...
    def of_page(self, pages: int) -> int: ...


def pictures(raw: bytes, sizes: Sizes) -> Iterator[Image.Image]:
    """Every page drawn, in order. Unfit when locked, without page, too long, or when a stream holds a virus."""
    _search(raw, sizes)
    document = pypdfium2.PdfDocument(raw)
    document.init_forms()  # what was typed in a form is drawn; its scripts have no engine here
    most = sizes.of_page(len(document))
    for page in document:
        wide, high = page.get_size()
        yield draw(page, min(sizes.resolution / POINTS, math.sqrt(most / max(wide * high, 1))))
        page.close()


def draw(page: pypdfium2.PdfPage, scale: float) -> Image.Image:
    """One page as RGB pixels."""
    picture: Image.Image = page.render(scale=scale, rev_byteorder=True).to_pil()
    return picture if picture.mode == "RGB" else picture.convert("RGB")


def _search(raw: bytes, sizes: Sizes) -> None:
    try:
        document = pikepdf.open(io.BytesIO(raw))
    except pikepdf.PasswordError as error:
        raise Unfit("chiffre") from error
    with document:
        count = len(document.pages)
        if not count:
            raise Unfit("sans_page")
        if count > sizes.pages:
            raise Unfit("trop_de_pages", pages=count)
        opened = 0
        for found in document.objects:
            if isinstance(found, pikepdf.Stream):
                content = _decoded(found)
                opened += len(content)
                if EICAR in content:
                    raise Unfit("virus")
                if opened > sizes.open_bytes:
                    raise Unfit("trop_lourd_ouvert")


def _decoded(found: pikepdf.Stream) -> bytes:
    """The bytes of a stream, as they lie when they are a picture of a kind that only a drawer reads."""
    try:
        return found.read_bytes()
    except pikepdf.PdfError:
        return found.read_raw_bytes()
