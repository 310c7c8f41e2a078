"""What others are shown of a document: pixels, with who looks at it, for whom, when and why (promises.md FI-3)."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from palier.base import limits
from palier.gateways.files import child

TASK = "files.jobs.mark"
SHORT, LONG = 60, 80


@dataclass(frozen=True, slots=True)
class Mark:
    """Who reads: name, organisation, case (the number of the demande), and when, in the time of where they are."""

    reader: str
    organisation: str
    case: str
    at: datetime

    def lines(self) -> list[str]:
        """The two lines at the foot of a page."""
        return [
            f"Lu par {self.reader[:SHORT]} - {self.organisation[:LONG]}",
            f"le {self.at:%d/%m/%Y à %H:%M} - dossier {self.case[:SHORT]}",
        ]


def watermarked(pdf: bytes, *, mark: Mark) -> bytes:
    """A new PDF of the same pages, each drawn again with the mark in its pixels. Takes a PDF that we made.

    ChildFailed (Refused) when the child process does not answer.
    """
    return child.run(TASK, pdf, {"lines": mark.lines(), "resolution": limits.value("page_resolution")}).body


def pixels(pdf: bytes, *, page: int, mark: Mark | None = None) -> bytes:
    """One page (from 1) as a JPEG for a screen, marked unless the person looks at their own document.

    LookupError when there is no such page, ChildFailed (Refused) when the child process does not answer.
    """
    arguments = {
        "lines": mark.lines() if mark else [],
        "page": page,
        "resolution": limits.value("page_resolution"),
        "width": limits.value("page_ecran"),
    }
    try:
        return child.run(TASK, pdf, arguments).body
    except child.Unfit as unfit:
        raise LookupError(f"no page {page}") from unfit
