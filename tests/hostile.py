"""A corpus of hostile and broken files, made from nothing: each with what must become of it."""

from __future__ import annotations

import base64
import io
import struct
import zlib
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

import pikepdf
from pikepdf import Array, Dictionary, Name, Stream
from PIL import Image, ImageDraw
from PIL.TiffImagePlugin import IFDRational

from palier.gateways.files.jobs.signature import EICAR

REMADE, EITHER = "remade", "either"
"""Taken and re-made; or taken, or refused in a sentence. Any other expectation is the code of the refusal."""
SCRIPT = b"app.alert('bonjour')"


@dataclass(frozen=True)
class Bad:
    """One file as it is sent, and what is expected of it."""

    label: str
    name: str
    content: bytes
    declared: str
    expected: str


def picture(size: tuple[int, int] = (320, 240), mode: str = "RGB") -> Image.Image:
    """A small drawing with some detail."""
    drawn = Image.linear_gradient("L").resize(size).convert(mode if mode in ("L", "RGB", "RGBA") else "RGB")
    draw = ImageDraw.Draw(drawn)
    for x in range(0, size[0], 40):
        draw.line((x, 0, size[0] - x, size[1]), fill=x % 255)
    return drawn if drawn.mode == mode else drawn.convert(mode)


def saved(image: Image.Image, kind: str, **options: object) -> bytes:
    out = io.BytesIO()
    image.save(out, kind, **options)
    return out.getvalue()


def jpeg(**options: object) -> bytes:
    return saved(picture(), "JPEG", **options)


def png(image: Image.Image | None = None, **options: object) -> bytes:
    return saved(image or picture(), "PNG", **options)


def located() -> bytes:
    """A photo as a phone makes it: on its side, with the place where it was taken and a thumbnail's worth of words."""
    exif = Image.Exif()
    exif[0x0112], exif[0x010F], exif[0x9C9B] = 6, "Telephone de Mme Durand", "chez moi".encode("utf-16-le")
    gps = exif.get_ifd(0x8825)
    gps.update({1: "N", 2: (IFDRational(47), IFDRational(13), IFDRational(5)), 3: "W", 4: (IFDRational(1),) * 3})
    xmp = b"<x:xmpmeta xmlns:x='adobe:ns:meta/'>" + b"domicile " * 40 + b"</x:xmpmeta>"
    return jpeg(exif=exif, xmp=xmp, comment=b"12 rue des Lilas " * 20)


def heic() -> bytes:
    """A photo of 160 by 120 points with the place where it was taken (no library of ours writes this kind)."""
    return Path(__file__).with_suffix(".heic").read_bytes()


def chunk(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))


def zeros(megabytes: int) -> bytes:
    """So many zeros, packed by zlib, without ever having them: one packed block, repeated."""
    packer = zlib.compressobj(9, wbits=-15)
    block = packer.compress(bytes(1_000_000)) + packer.flush(zlib.Z_FULL_FLUSH)
    adler = megabytes * 1_000_000 % 65_521 << 16 | 1
    return b"\x78\xda" + block * megabytes + b"\x03\x00" + adler.to_bytes(4, "big")


def raw_png(wide: int, high: int, data: bytes, *more: bytes, depth: int = 8, colour: int = 2) -> bytes:
    """A PNG whose header may lie."""
    head = chunk(b"IHDR", struct.pack(">IIBBBBB", wide, high, depth, colour, 0, 0, 0))
    return b"\x89PNG\r\n\x1a\n" + head + b"".join(more) + chunk(b"IDAT", zlib.compress(data, 1)) + chunk(b"IEND", b"")


def box(kind: bytes, content: bytes) -> bytes:
    return struct.pack(">I", len(content) + 8) + kind + content


def pages(count: int, text: bytes = b"q 10 10 50 50 re f Q", size: tuple[int, int] = (200, 280)) -> pikepdf.Pdf:
    """A PDF of small pages."""
    pdf = pikepdf.new()
    for _ in range(count):
        page = pdf.add_blank_page(page_size=size)
        page.Contents = pdf.make_stream(text)
    return pdf


def written(pdf: pikepdf.Pdf, **options: object) -> bytes:
    out = io.BytesIO()
    pdf.save(out, **options)
    return out.getvalue()


def filtered(content: bytes, filters: bytes) -> bytes:
    """A PDF of one page whose drawing is packed as it is given (a library would unpack and pack it again)."""
    head = b"%PDF-1.7\n1 0 obj\n<</Type /Catalog /Pages 2 0 R>>\nendobj\n"
    tree = b"2 0 obj\n<</Type /Pages /Count 1 /Kids [3 0 R]>>\nendobj\n"
    page = b"3 0 obj\n<</Type /Page /Parent 2 0 R /MediaBox [0 0 99 99] /Contents 4 0 R>>\nendobj\n"
    stream = b"4 0 obj\n<</Length %d /Filter %s>>\nstream\n" % (len(content), filters) + content
    return head + tree + page + stream + b"\nendstream\nendobj\ntrailer\n<</Root 1 0 R>>\n%%EOF\n"


def scripts() -> Iterator[tuple[str, bytes]]:
    """One PDF for each way of hiding something that acts."""
    js = Dictionary(S=Name.JavaScript, JS=SCRIPT.decode())
    actions = {
        "OpenAction": js,
        "Launch": Dictionary(S=Name.Launch, F="cmd.exe"),
        "URI": Dictionary(S=Name.URI, URI="http://mouchard.example/"),
        "SubmitForm": Dictionary(S=Name.SubmitForm, F="http://mouchard.example/"),
        "GoToR": Dictionary(S=Name.GoToR, F="\\\\mouchard\\partage"),
    }
    for label, action in actions.items():
        pdf = pages(1)
        pdf.Root.OpenAction = action
        yield label, written(pdf)
    pdf = pages(1)
    pdf.Root.AA = Dictionary(WC=js)
    pdf.pages[0].AA = Dictionary(O=js)
    yield "AA", written(pdf)
    pdf = pages(1)
    pdf.Root.Names = Dictionary(JavaScript=Dictionary(Names=Array(["a", js])))
    yield "JavaScript nommé", written(pdf)
    pdf = pages(1)
    pdf.attachments["facture.exe"] = pikepdf.AttachedFileSpec(pdf, b"MZ" + bytes(200))
    yield "EmbeddedFile", written(pdf)
    pdf = pages(1)
    note = Dictionary(Type=Name.Annot, Subtype=Name.Link, Rect=[0, 0, 99, 99], A=actions["URI"], AA=Dictionary(E=js))
    pdf.pages[0].Annots = Array([pdf.make_indirect(note)])
    yield "lien", written(pdf)
    pdf = pages(1)
    field = Dictionary(FT=Name.Tx, T="a", V="x", AA=Dictionary(K=js), Subtype=Name.Widget, Rect=[0, 0, 99, 99])
    pdf.pages[0].Annots = Array([pdf.make_indirect(field)])
    pdf.Root.AcroForm = Dictionary(Fields=Array([pdf.pages[0].Annots[0]]), XFA=Stream(pdf, b"<xdp/>"))
    yield "XFA", written(pdf)


def pdf_bombs() -> Iterator[tuple[str, bytes, str]]:
    """PDF that swell, turn in circles or claim absurd sizes."""
    pdf = pages(1)
    for _ in range(3):
        pdf.pages[0][f"/X{_}"] = Stream(pdf, zeros(250), Filter=Name.FlateDecode)
    yield "flux de 750 Mo", written(pdf), EITHER
    twice = filtered(zlib.compress(zeros(900)), b"[/FlateDecode /FlateDecode]")
    yield "flux emboîté de 900 Mo", twice, EITHER
    pdf = pages(1)
    pdf.pages[0].Contents = pdf.make_stream(b"0 0 9 9 re f " * 2_000_000)
    yield "dessin sans fin", written(pdf), EITHER
    pdf = pages(1)
    kids = pdf.Root.Pages.Kids
    kids.append(pdf.Root.Pages)
    yield "arbre de pages en boucle", written(pdf), EITHER
    pdf = pages(1)
    form = pdf.make_indirect(Stream(pdf, b"/F Do /F Do", Type=Name.XObject, Subtype=Name.Form, BBox=[0, 0, 9, 9]))
    form.Resources = Dictionary(XObject=Dictionary(F=form))
    pdf.pages[0].Resources = Dictionary(XObject=Dictionary(F=form))
    pdf.pages[0].Contents = pdf.make_stream(b"/F Do")
    yield "formulaire en boucle", written(pdf), EITHER
    for label, size in (("page de 1 km", 10_000_000), ("page nulle", 0), ("page négative", -200)):
        pdf = pages(1)
        pdf.pages[0].MediaBox = Array([0, 0, size, size])
        yield label, written(pdf), EITHER
    pdf = pages(1)
    pdf.pages[0].obj.UserUnit = 100_000
    yield "unité démesurée", written(pdf), EITHER
    pdf = pages(1)
    image = Stream(pdf, b"\0" * 99, Type=Name.XObject, Subtype=Name.Image, Width=60_000, Height=60_000)
    image.ColorSpace, image.BitsPerComponent = Name.DeviceRGB, 8
    pdf.pages[0].Resources = Dictionary(XObject=Dictionary(I=image))
    pdf.pages[0].Contents = pdf.make_stream(b"200 0 0 280 0 0 cm /I Do")
    yield "image de 3,6 milliards de points", written(pdf), EITHER
    good = written(pages(1), object_stream_mode=pikepdf.ObjectStreamMode.disable)
    at = good.rindex(b"startxref")
    looped = good[:at].replace(b"trailer <<", b"trailer << /Prev %d" % good.rindex(b"xref\n", 0, at))
    yield "table qui se désigne", looped + good[at:], EITHER
    yield "table au-delà de la fin", good[:at] + b"startxref\n99999999999\n%%EOF", EITHER
    nest = b"[" * 100_000
    yield "100 000 crochets", b"%PDF-1.7\n1 0 obj\n" + nest + b"\nendobj\ntrailer<</Root 1 0 R>>\n%%EOF", EITHER


def eicars() -> Iterator[tuple[str, str, bytes]]:
    """The test virus, plain and hidden: label, name, content."""
    yield "nu", "eicar.pdf", EICAR
    yield "après un en-tête de PDF", "a.pdf", b"%PDF-1.4\n" + EICAR
    yield "derrière une photo", "a.jpg", jpeg() + EICAR
    yield "derrière une image", "a.png", png() + b"\n" + EICAR + b"\n"
    yield "dans un commentaire JPEG", "a.jpg", jpeg(comment=EICAR)
    for label, options in (("en clair", {"compress_streams": False}), ("comprimé", {"compress_streams": True})):
        yield f"page {label}", "a.pdf", written(pages(1, b"% " + EICAR + b"\n"), **options)
    pdf = pages(1)
    pdf.attachments["x.com"] = pikepdf.AttachedFileSpec(pdf, EICAR)
    yield "pièce jointe", "a.pdf", written(pdf, compress_streams=True)
    twice = filtered(zlib.compress(zlib.compress(EICAR)), b"[/FlateDecode /FlateDecode]")
    yield "comprimé deux fois", "a.pdf", twice
    yield "en hexadécimal", "a.pdf", filtered(EICAR.hex().encode() + b">", b"/ASCIIHexDecode")
    yield "en base 85", "a.pdf", filtered(base64.a85encode(EICAR) + b"~>", b"/ASCII85Decode")


NAMES = (
    "../../../etc/passwd.jpg",
    "..\\..\\windows\\system32\\a.jpg",
    "/etc/cron.d/a.jpg",
    "a\0.jpg",
    "avis\u202egpj.jpg",
    "é" * 255 + ".jpg",
    "a" * 4000 + ".jpg",
    "CON.jpg",
    "-rf.jpg",
    "<script>alert(1)</script>.jpg",
    "a\r\nSet-Cookie: x=1.jpg",
    "%2e%2e%2fa.jpg",
    "$(reboot).jpg",
    "a;b'c\"d.jpg",
    " .jpg",
    ".jpg",
    "",
    "\ud800.jpg",
    "photo.JPG",
)


def images() -> Iterator[Bad]:
    """Photos and pictures."""
    broken, large = "fichier_illisible", "fichier_trop_de_pixels"
    yield Bad("photo avec EXIF, GPS, XMP", "IMG_1234.JPG", located(), "image/jpeg", REMADE)
    good = jpeg()
    for share in (3, 10, 50, 90, 99):
        yield Bad(f"JPEG coupé à {share} %", "a.jpg", good[: len(good) * share // 100], "image/jpeg", broken)
    yield Bad("JPEG réduit à sa signature", "a.jpg", b"\xff\xd8\xff", "image/jpeg", broken)
    yield Bad("JPEG suivi d'une vidéo", "a.jpg", good + box(b"ftyp", b"mp42") + bytes(5000), "image/jpeg", REMADE)
    sof = good.index(b"\xff\xc0")
    huge = good[: sof + 5] + struct.pack(">HH", 65_500, 65_500) + good[sof + 9 :]
    yield Bad("JPEG de 4 milliards de points", "a.jpg", huge, "image/jpeg", large)
    noisy = bytearray(good)
    for at in range(700, len(noisy), 37):
        noisy[at] ^= 0x5A
    yield Bad("JPEG rongé", "a.jpg", bytes(noisy), "image/jpeg", EITHER)
    yield Bad("JPEG CMJN", "a.jpg", saved(picture(mode="CMYK"), "JPEG"), "image/jpeg", REMADE)
    yield Bad("JPEG d'un point", "a.jpg", saved(picture((1, 1)), "JPEG"), "image/jpeg", REMADE)
    whole = png()
    yield Bad("PNG coupé", "a.png", whole[: len(whole) // 2], "image/png", broken)
    yield Bad("PNG de 900 millions de points", "a.png", raw_png(30_000, 30_000, b""), "image/png", large)
    swell = raw_png(6_000, 6_000, bytes(6_000 * 18_001))
    yield Bad("PNG de 36 millions de points en 100 Ko", "a.png", swell, "image/png", REMADE)
    yield Bad("PNG trop riche en données", "a.png", raw_png(10, 10, bytes(50_000_000)), "image/png", EITHER)
    text = chunk(b"zTXt", b"a\0\0" + zeros(40))
    yield Bad("PNG au commentaire de 40 Mo", "a.png", raw_png(9, 9, bytes(9 * 28), text), "image/png", broken)
    profile = chunk(b"iCCP", b"a\0\0" + zeros(40))
    yield Bad("PNG au profil de 40 Mo", "a.png", raw_png(9, 9, bytes(9 * 28), profile), "image/png", EITHER)
    yield Bad("PNG de taille nulle", "a.png", raw_png(0, 0, b""), "image/png", broken)
    yield Bad("PNG sans image", "a.png", whole[:33], "image/png", broken)
    for mode in ("1", "L", "P", "RGBA", "I;16"):
        image = picture().convert("L").convert(mode) if mode != "I;16" else Image.new("I;16", (40, 40), 30_000)
        yield Bad(f"PNG {mode}", "a.png", png(image), "image/png", REMADE)
    frames = [picture(), picture().rotate(180)]
    yield Bad("PNG animé", "a.png", png(frames[0], save_all=True, append_images=frames[1:]), "image/png", REMADE)
    yield Bad("HEIC avec GPS", "IMG_1.HEIC", heic(), "image/heic", REMADE)
    yield Bad("HEIC coupé", "IMG_1.HEIC", heic()[:-300], "image/heic", broken)
    start = box(b"ftyp", b"heic" + bytes(4) + b"heicmif1")
    yield Bad("HEIC sans image", "a.heic", start, "image/heic", broken)
    yield Bad("HEIC creux", "a.heic", start + box(b"meta", bytes(4)) + bytes(500), "image/heic", broken)
    yield Bad("HEIC à la boîte sans fin", "a.heic", start + b"\xff\xff\xff\xffmeta" + bytes(99), "image/heic", broken)


def documents() -> Iterator[Bad]:
    """PDF."""
    for label, content in scripts():
        yield Bad(f"PDF avec {label}", "a.pdf", content, "application/pdf", REMADE)
    for label, content, expected in pdf_bombs():
        yield Bad(f"PDF, {label}", "a.pdf", content, "application/pdf", expected)
    locked = written(pages(1), encryption=pikepdf.Encryption(owner="o", user="u"))
    yield Bad("PDF à mot de passe", "a.pdf", locked, "application/pdf", "fichier_chiffre")
    kept = written(pages(1), encryption=pikepdf.Encryption(owner="o", user=""))
    yield Bad("PDF protégé contre la copie", "bulletin.pdf", kept, "application/pdf", REMADE)
    yield Bad("PDF de 60 pages", "a.pdf", written(pages(60)), "application/pdf", REMADE)
    yield Bad("PDF de 61 pages", "a.pdf", written(pages(61)), "application/pdf", "fichier_trop_de_pages")
    yield Bad("PDF sans page", "a.pdf", written(pikepdf.new()), "application/pdf", "fichier_sans_page")
    good = written(pages(3))
    for share in (10, 50, 90):
        yield Bad(f"PDF coupé à {share} %", "a.pdf", good[: len(good) * share // 100], "application/pdf", EITHER)
    yield Bad("PDF réduit à sa signature", "a.pdf", b"%PDF-1.7", "application/pdf", "fichier_illisible")
    yield Bad("PDF de zéros", "a.pdf", b"%PDF-1.7\n" + bytes(100_000), "application/pdf", "fichier_illisible")


def disguises() -> Iterator[Bad]:
    """Names, types and contents that do not agree, and files inside files."""
    photo, pdf = jpeg(), written(pages(1))
    yield Bad("vide", "a.pdf", b"", "application/pdf", "fichier_vide")
    yield Bad("10 000 001 octets", "a.jpg", photo + bytes(10_000_001 - len(photo)), "image/jpeg", "fichier_trop_lourd")
    yield Bad("PDF nommé .jpg", "a.jpg", pdf, "image/jpeg", "fichier_nom_contredit")
    yield Bad("JPEG nommé .pdf", "a.pdf", photo, "application/pdf", "fichier_nom_contredit")
    yield Bad("JPEG nommé .exe", "a.exe", photo, "image/jpeg", "fichier_nom_contredit")
    yield Bad("JPEG nommé .jpg.exe", "a.jpg.exe", photo, "image/jpeg", "fichier_nom_contredit")
    yield Bad("JPEG annoncé PDF", "a.jpg", photo, "application/pdf", "fichier_type_contredit")
    yield Bad("JPEG annoncé page web", "a.jpg", photo, "text/html", "fichier_type_contredit")
    others = {
        "page web": b"<!doctype html><script>alert(1)</script>",
        "SVG": b"<svg xmlns='http://www.w3.org/2000/svg'><script/></svg>",
        "GIF": saved(picture(), "GIF"),
        "TIFF": saved(picture(), "TIFF"),
        "WebP": saved(picture(), "WEBP"),
        "archive": b"PK\x03\x04" + bytes(60),
        "programme": b"\x7fELF" + bytes(60),
        "programme Windows": b"MZ" + bytes(200),
        "PostScript": b"%!PS-Adobe-3.0\n(%pipe%id) (r) file\n",
        "texte": "Je gagne 1 500 € par mois.".encode(),
        "AVIF": box(b"ftyp", b"avif" + bytes(4) + b"avifmif1") + bytes(99),
        "document Word ancien": b"\xd0\xcf\x11\xe0\xa1\xb1\x1a\xe1" + bytes(600),
    }
    for label, content in others.items():
        yield Bad(label, "a.jpg", content, "image/jpeg", "fichier_type_inconnu")
    end = b"PK\x05\x06" + bytes(18)
    yield Bad("JPEG et PDF", "a.jpg", photo + pdf, "image/jpeg", "fichier_double")
    yield Bad("PNG et PDF", "a.png", png() + pdf, "image/png", "fichier_double")
    yield Bad("JPEG et archive", "a.jpg", photo + b"PK\x03\x04" + bytes(90) + end, "image/jpeg", "fichier_double")
    yield Bad("PDF et archive", "a.pdf", pdf + b"PK\x03\x04" + bytes(90) + end, "application/pdf", "fichier_double")
    yield Bad("JPEG et page web", "a.jpg", photo + b"<html><script>alert(1)</script>", "image/jpeg", REMADE)
    yield Bad("page web puis PDF", "a.pdf", b"<html><!--" + pdf, "application/pdf", "fichier_type_inconnu")
    for name in NAMES:
        yield Bad(f"nom {name[:40]!a}", name, photo, "image/jpeg", REMADE)
    for label, name, content in eicars():
        yield Bad(f"EICAR {label}", name, content, "", "fichier_type_inconnu" if label == "nu" else "fichier_virus")


def corpus() -> list[Bad]:
    """All of it, in order."""
    return [*images(), *documents(), *disguises()]

