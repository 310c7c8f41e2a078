"""A file comes in: what it is, whether it is dangerous, and a new PDF of its pixels alone (promises.md FI-1)."""

from __future__ import annotations

import hashlib
from collections.abc import Sequence
from dataclasses import dataclass

from palier.base import limits
from palier.gateways.files import antivirus, child
from palier.gateways.files.refusals import BadFile
from palier.gateways.files.sniff import Part, kind_of

__all__ = ["Part", "Received", "receive"]
TASK = "files.jobs.remake"


@dataclass(frozen=True, slots=True)
class Received:
    """The new PDF, how many pages it has, and its SHA-256. The same bytes sent twice give the same PDF."""

    pdf: bytes
    pages: int
    digest: str


def receive(parts: Sequence[Part]) -> Received:
    """One PDF of all these files, in their order, made in a child process: several photos are one piece.

    BadFile or ChildFailed (both Refused) when one cannot be taken, with its name; GatewayDown when the antivirus
    is required and does not answer. Nothing is written anywhere.
    """
    if not parts:
        raise BadFile("sans_fichier", "")
    kinds = [kind_of(part) for part in parts]
    for part in parts:
        antivirus.search(part.content, part.name)
    arguments = {
        "parts": [[kind, len(part.content)] for kind, part in zip(kinds, parts, strict=True)],
        "sizes": sizes(),
    }
    try:
        made = child.run(TASK, b"".join(part.content for part in parts), arguments)
    except child.Unfit as unfit:
        rank = unfit.facts.pop("rank", 0)
        raise BadFile(unfit.code, parts[rank].name, **unfit.facts) from unfit
    return Received(made.body, int(made.head["pages"]), hashlib.sha256(made.body).hexdigest())


def sizes() -> dict[str, int]:
    """What a document may measure, for the child, which reads no table."""
    return {
        "pixels": limits.value("piece_pixels"),
        "pages": limits.value("piece_pages"),
        "page_pixels": limits.value("page_pixels"),
        "resolution": limits.value("page_resolution"),
        "document_pixels": limits.value("document_pixels"),
        "open_bytes": limits.value("pdf_ouvert"),
    }
