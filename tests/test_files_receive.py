"""What becomes of ordinary files: upright pages of pixels in one PDF, in order, and what others see of it (FI-3)."""

import io
import zlib
from collections.abc import Callable
from datetime import datetime

import pikepdf
import pypdfium2
import pytest
import tesserocr
import zxingcpp
from PIL import Image, ImageChops, ImageStat

from palier.gateways.files import marked
from palier.gateways.files.marked import Mark
from palier.gateways.files.receive import Part, Received, receive
from palier.gateways.lecture import jobs as lecture
from tests import hostile

RUN = 64
ACTIVE = (
    "/JS", "/JavaScript", "/OpenAction", "/AA", "/A", "/Launch", "/EmbeddedFile", "/EmbeddedFiles", "/URI", "/Names",
    "/AcroForm", "/Metadata", "/Info", "/Annots", "/XFA",
)  # fmt: skip
READ_AT = datetime(2026, 11, 24, 10, 3)
MARK = Mark("Éloïse Durand", "Office public de l'habitat de Nantes", "0440123456789ABCDE", READ_AT)
WORDS = ("Éloïse Durand", "Office public", "24/11/2026", "10:03", "0440123456789ABCDE")


def drawn(pdf: bytes) -> list[Image.Image]:
    return [page.render(scale=200 / 72).to_pil().convert("RGB") for page in pypdfium2.PdfDocument(pdf)]


def sent(*parts: tuple[str, bytes]) -> Received:
    return receive([Part(name, content) for name, content in parts])


def shared_run(one: bytes, two: bytes) -> bool:
    """Whether some run of 64 bytes of one is somewhere in two."""
    seen = {two[at : at + RUN] for at in range(len(two) - RUN + 1)}
    return any(one[at : at + RUN] in seen for at in range(len(one) - RUN + 1))


BLANK, DRAWING = Image.new("RGB", (800, 1100), "white"), hostile.picture((800, 1100))
SAMPLES: dict[str, Callable[[], tuple[str, bytes]]] = {
    "photo": lambda: ("a.jpg", hostile.located()),
    "blanche": lambda: ("a.jpg", hostile.saved(BLANK, "JPEG", quality=80)),
    "même qualité": lambda: ("a.jpg", hostile.saved(DRAWING, "JPEG", quality=80)),
    "image": lambda: ("a.png", hostile.png(DRAWING)),
    "HEIC": lambda: ("a.heic", hostile.heic()),
    "PDF de Pillow": lambda: ("a.pdf", hostile.saved(BLANK, "PDF", resolution=200, quality=80)),
    "PDF de qpdf": lambda: ("a.pdf", hostile.written(hostile.pages(12))),
    "rendu par nous": lambda: ("a.pdf", sent(("a.jpg", hostile.saved(DRAWING, "JPEG", quality=80))).pdf),
    "blanche, de nous": lambda: ("a.pdf", sent(("a.png", hostile.png(Image.new("RGB", (2480, 3508), "white")))).pdf),
    "60 pages de nous": lambda: ("a.pdf", sent(("a.pdf", hostile.written(hostile.pages(60)))).pdf),
}
"""Files that look as much as possible like what we write: blank areas, our own quality, our own documents."""


def test_a_photo_lies_upright_with_its_pixels():
    page = drawn(sent(("IMG_1.JPG", hostile.located())).pdf)[0]
    expected = hostile.picture().transpose(Image.Transpose.ROTATE_270)
    assert abs(page.width - expected.width) <= 1
    near = ImageChops.difference(page.resize(expected.size), expected)
    assert max(ImageStat.Stat(near).mean) < 12


def test_a_heic_photo_is_drawn():
    page = drawn(sent(("IMG_1.HEIC", hostile.heic())).pdf)[0]
    red, green, blue = page.getpixel((40, 30))
    assert red > 120 > green
    assert blue < 120


def test_several_files_are_one_piece_in_order():
    colours = ("red", "green", "blue")
    photos = [(f"{name}.png", hostile.png(Image.new("RGB", (90, 120), name))) for name in colours]
    made = sent(photos[0], ("b.pdf", hostile.saved(Image.new("RGB", (90, 120), "green"), "PDF")), photos[2])
    assert made.pages == 3
    strongest = [max(range(3), key=page.getpixel((45, 60)).__getitem__) for page in drawn(made.pdf)]
    assert strongest == [0, 1, 2]


def test_the_same_bytes_give_the_same_document():
    assert sent(("a.jpg", hostile.jpeg())) == sent(("b.jpg", hostile.jpeg()))
    assert sent(("a.jpg", hostile.jpeg())).digest != sent(("a.png", hostile.png())).digest


def test_a_large_photo_keeps_what_is_useful_and_a_small_one_every_pixel():
    large = drawn(sent(("a.jpg", hostile.saved(hostile.picture((6000, 4500)), "JPEG"))).pdf)[0]
    assert 8_500_000 < large.width * large.height <= 9_100_000
    small = drawn(sent(("a.jpg", hostile.saved(hostile.picture((1654, 2339)), "JPEG"))).pdf)[0]
    assert abs(small.width - 1654) <= 1


@pytest.mark.parametrize(("count", "wide"), [(1, 1654), (33, 1654), (60, 1236)])
def test_a_long_document_is_drawn_less_finely(count: int, wide: int):
    made = sent(("a.pdf", hostile.written(hostile.pages(count, size=(595, 842)))))
    with pikepdf.open(io.BytesIO(made.pdf)) as document:
        widths = {int(page.Resources.XObject.P.Width) for page in document.pages}
    assert made.pages == count
    assert max(abs(each - wide) for each in widths) <= 10


def test_what_is_see_through_lies_on_white():
    page = drawn(sent(("a.png", hostile.png(Image.new("RGBA", (50, 50), (0, 0, 0, 0))))).pdf)[0]
    assert min(page.getpixel((25, 25))) > 250


def test_what_was_typed_in_a_form_stays():
    pdf = hostile.pages(1)
    field = pikepdf.Dictionary(
        Type=pikepdf.Name.Annot, Subtype=pikepdf.Name.Widget, FT=pikepdf.Name.Tx, T="montant", V="1 500",
        Rect=[20, 200, 180, 240], DA="/Helv 24 Tf 0 g", F=4,
    )  # fmt: skip
    look = pikepdf.Stream(pdf, b"0 0 160 40 re f", Type=pikepdf.Name.XObject, Subtype=pikepdf.Name.Form)
    look.BBox = [0, 0, 160, 40]
    field.AP = pikepdf.Dictionary(N=look)
    pdf.pages[0].Annots = pikepdf.Array([pdf.make_indirect(field)])
    pdf.Root.AcroForm = pikepdf.Dictionary(Fields=pikepdf.Array([pdf.pages[0].Annots[0]]))
    page = drawn(sent(("a.pdf", hostile.written(pdf))).pdf)[0]
    assert max(page.getpixel((page.width // 2, page.height * 60 // 280))) < 60


def test_the_code_of_a_notice_is_still_read():
    text = "DC04FR0000011E2F1E2F28" + "0123456789ABCDEF" * 7
    code = zxingcpp.create_barcode(text, zxingcpp.BarcodeFormat.DataMatrix).to_image(scale=3)
    sheet = Image.new("L", (1654, 2339), 255)
    sheet.paste(Image.fromarray(code), (150, 1900))
    for name, content in (("a.png", hostile.png(sheet)), ("a.pdf", hostile.saved(sheet, "PDF", resolution=200))):
        page = drawn(sent((name, content)).pdf)[0]
        assert [found.text for found in zxingcpp.read_barcodes(page)] == [text]


def _inside(pdf: bytes) -> bytes:
    """A document of ours with its pictures unpacked, down to their JPEG."""
    with pikepdf.open(io.BytesIO(pdf)) as document:
        pictures = [page.Resources.XObject.P.read_raw_bytes() for page in document.pages]
    return pdf + b"".join(zlib.decompress(zlib.decompress(packed)) for packed in pictures)


def _structure(pdf: bytes) -> set[str]:
    """Every name of every dictionary of a PDF."""
    found: set[str] = set()
    with pikepdf.open(io.BytesIO(pdf)) as document:
        for each in [document.trailer, *document.objects]:
            if isinstance(each, pikepdf.Dictionary | pikepdf.Stream):
                found |= set(each.keys())
        assert document.check_pdf_syntax() == []
    return found


@pytest.mark.parametrize("name", SAMPLES)
def test_what_staff_receive_holds_nothing_of_what_was_sent(name: str):
    given = SAMPLES[name]()
    made = sent(given)
    shown = marked.watermarked(made.pdf, mark=MARK)
    for document in (made.pdf, shown):
        assert not shared_run(given[1], document)
        assert not _structure(document) & set(ACTIVE)
        for secret in (b"Exif", b"xmpmeta", b"Durand", b"Lilas", b"http", b"ICC_PROFILE"):
            assert secret not in _inside(document)
    assert len(pypdfium2.PdfDocument(shown)) == made.pages


def test_every_hidden_action_is_gone():
    for label, content in hostile.scripts():
        made = sent(("a.pdf", content)).pdf
        for document in (made, marked.watermarked(made, mark=MARK)):
            assert not _structure(document) & set(ACTIVE), label


def _read(picture: Image.Image) -> str:
    home = f"{lecture.__path__[0]}/.."
    with tesserocr.PyTessBaseAPI(path=f"{home}/", lang="fra", psm=tesserocr.PSM.SINGLE_BLOCK) as engine:
        engine.SetImage(picture)
        return str(engine.GetUTF8Text())


def test_each_page_says_who_reads_it():
    blank = Image.new("RGB", (1240, 1754), "white")
    two = sent(("a.png", hostile.png(blank)), ("b.png", hostile.png(blank.rotate(90, expand=True))))
    pages = drawn(marked.watermarked(two.pdf, mark=MARK))
    for page in pages:
        foot = page.crop((0, page.height - round(page.width * 0.07), page.width, page.height))
        words = _read(foot)
        assert all(word in words for word in WORDS), words
        # Across the page too: cutting the foot does not take the mark away.
        assert ImageStat.Stat(page.crop((0, 0, page.width, page.height * 2 // 3)).convert("L")).extrema[0][0] < 230


def test_a_page_on_a_screen_is_marked_for_others_and_bare_for_its_owner():
    made = sent(("a.jpg", hostile.saved(hostile.picture((2000, 2600)), "JPEG")))
    bare = Image.open(io.BytesIO(marked.pixels(made.pdf, page=1)))
    other = Image.open(io.BytesIO(marked.pixels(made.pdf, page=1, mark=MARK)))
    assert bare.format == other.format == "JPEG"
    assert bare.width == other.width <= 1241
    assert other.height > bare.height
    assert "24/11/2026" in _read(other.crop((0, bare.height, other.width, other.height)))
    for page in (0, 2, -1):
        with pytest.raises(LookupError):
            marked.pixels(made.pdf, page=page)


def test_a_long_or_foreign_name_is_still_a_mark():
    reader = Mark("Nguyễn Łukasz " * 12, "Ω" * 300, "x" * 90, READ_AT)
    made = sent(("a.png", hostile.png(Image.new("RGB", (800, 1000), "white"))))
    page = drawn(marked.watermarked(made.pdf, mark=reader))[0]
    assert "24/11/2026" in _read(page.crop((0, 1000, page.width, page.height)))
