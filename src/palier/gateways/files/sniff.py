"""What a file is: its first bytes, the end of its name and its declared type must tell the same (promises.md FI-1)."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Protocol

from palier.base import limits
from palier.gateways.files.refusals import FOUND, BadFile

ENDINGS = {
    "jpeg": (".jpg", ".jpeg", ".jpe", ".jfif"),
    "png": (".png",),
    "heic": (".heic", ".heif", ".hif"),
    "pdf": (".pdf",),
}
DECLARED = {
    "jpeg": ("image/jpeg", "image/jpg", "image/pjpeg"),
    "png": ("image/png", "image/x-png"),
    "heic": ("image/heic", "image/heif", "image/heic-sequence", "image/heif-sequence"),
    "pdf": ("application/pdf", "application/x-pdf"),
}
UNSAID = ("", "application/octet-stream", "binary/octet-stream")
HEIC_BRANDS = (b"heic", b"heix", b"heim", b"heis", b"hevc", b"hevx", b"mif1", b"msf1")
PDF = b"%PDF-"
ARCHIVE_END, ARCHIVE_TAIL = b"PK\x05\x06", 66_000
BEFORE_PDF = b"\xef\xbb\xbf \t\r\n"
CHUNK = 65_536


@dataclass(frozen=True, slots=True)
class Part:
    """One file as it came: the name and the type are what the browser says, and are believed in nothing."""

    name: str
    content: bytes
    declared: str = ""


class Stream(Protocol):
    """Anything that gives bytes by pieces: an uploaded file, a socket, a file."""

    def read(self, size: int, /) -> bytes:
        """The next bytes, at most `size`; empty at the end."""
        ...


def take(stream: Stream, name: str, *, length: int | None = None) -> bytes:
    """All the bytes of a stream, refused as soon as they are known to be too many: never read beyond the limit."""
    most = limits.value("upload")
    if length is not None and length > most:
        raise BadFile("trop_lourd", name)
    taken = bytearray()
    while chunk := stream.read(min(CHUNK, most + 1 - len(taken))):
        taken += chunk
        if len(taken) > most:
            raise BadFile("trop_lourd", name)
    return bytes(taken)


def kind_of(part: Part) -> str:
    """`jpeg`, `png`, `heic` or `pdf`. BadFile when it is none, two, empty, too heavy, or not what it says."""
    if not part.content:
        raise BadFile("vide", part.name)
    if len(part.content) > limits.value("upload"):
        raise BadFile("trop_lourd", part.name)
    kind = next((name for name, begins in BEGINNINGS.items() if begins(part.content)), None)
    if kind is None:
        raise BadFile("type_inconnu", part.name)
    _agree(part, kind)
    if _hides_another(part.content, kind):
        raise BadFile("double", part.name)
    return kind


def _is_heic(raw: bytes) -> bool:
    return raw[4:8] == b"ftyp" and raw[8:12] in HEIC_BRANDS


BEGINNINGS: dict[str, Callable[[bytes], bool]] = {
    "jpeg": lambda raw: raw.startswith(b"\xff\xd8\xff"),
    "png": lambda raw: raw.startswith(b"\x89PNG\r\n\x1a\n") and raw[12:16] == b"IHDR",
    "heic": _is_heic,
    "pdf": lambda raw: raw[:16].lstrip(BEFORE_PDF).startswith(PDF),
}


def ending(name: str) -> str:
    """The end of a name from its last point, as people read it; "" when there is none."""
    printed = "".join(letter for letter in name if letter.isprintable()).strip().lower()
    stem, point, last = printed.rpartition(".")
    return f".{last}" if point and stem else ""


def _agree(part: Part, kind: str) -> None:
    """A name without ending and a type that says nothing contradict nothing."""
    said = ending(part.name)
    if said and said not in ENDINGS[kind]:
        raise BadFile("nom_contredit", part.name, ending=said[:12], found=FOUND[kind])
    declared = part.declared.partition(";")[0].strip().lower()
    if declared not in UNSAID and declared not in DECLARED[kind]:
        raise BadFile("type_contredit", part.name, found=FOUND[kind])


def _hides_another(raw: bytes, kind: str) -> bool:
    """Two documents in one file: a PDF behind a picture, or an archive behind either."""
    return (kind != "pdf" and PDF in raw) or ARCHIVE_END in raw[-ARCHIVE_TAIL:]
