"""A PDF becomes pages of words, each with its confidence: what a child process saw, and nothing more."""

from __future__ import annotations

import base64
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from typing import Any

from palier.base import limits
from palier.gateways.files import child

TASK = "lecture.jobs.read"
BOUNDS = "lecture"


def fold(text: str) -> str:
    """The text without accents, in small letters, each letter at its place."""
    plain = (unicodedata.normalize("NFD", letter)[0] for letter in text.replace("’", "'").replace("\u00a0", " "))
    return "".join(letter.lower() if len(letter.lower()) == 1 else letter for letter in plain)


@dataclass(frozen=True)
class Line:
    """One line of words, with the confidence of each out of 100."""

    words: tuple[tuple[str, int], ...]

    @cached_property
    def text(self) -> str:
        return " ".join(word for word, _ in self.words)

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    def sure(self, start: int, end: int) -> int:
        """Confidence of the worst word between two places of the text."""
        place, found = 0, [100]
        for word, sure in self.words:
            if place < end and place + len(word) > start:
                found.append(sure)
            place += len(word) + 1
        return min(found)


@dataclass(frozen=True)
class Page:
    """One page: its lines, the quarter turns that put it upright, measures of the picture, codes found."""

    lines: tuple[Line, ...]
    quarter: int
    measures: dict[str, float]
    codes: tuple[bytes, ...]

    @cached_property
    def counted(self) -> list[int]:
        """Confidence of every word of three letters or more."""
        return [sure for line in self.lines for word, sure in line.words if sum(map(str.isalnum, word)) >= 3]

    @property
    def confidence(self) -> int:
        return round(sum(self.counted) / len(self.counted)) if self.counted else 0

    @property
    def blank(self) -> bool:
        """Whether nothing is printed on it."""
        return not self.counted and self.measures["encre"] == 0


@dataclass(frozen=True)
class Lecture:
    """What was read of a document: its first pages, and how many it has."""

    pages: tuple[Page, ...]
    total: int

    def lines(self) -> Iterator[Line]:
        for page in self.pages:
            yield from page.lines

    @cached_property
    def text(self) -> str:
        return "\n".join(line.text for line in self.lines())

    @cached_property
    def folded(self) -> str:
        return fold(self.text)

    @property
    def codes(self) -> tuple[bytes, ...]:
        return tuple(code for page in self.pages for code in page.codes)


def lire(pdf: bytes, *, texte: bool = True) -> Lecture:
    """Read the first pages of a document, in a child process; without text, its codes only."""
    arguments = {"pages": limits.value("piece_pages_lues"), "texte": texte}
    seen = child.run(TASK, pdf, arguments, bounds=child.Bounds.usual(BOUNDS)).head
    return Lecture(tuple(_page(page) for page in seen["pages"]), seen["total"])


def _page(seen: dict[str, Any]) -> Page:
    lines = tuple(Line(tuple((word, sure) for word, sure in line)) for line in seen["lignes"])
    codes = tuple(base64.b64decode(code) for code in seen["codes"])
    return Page(lines, seen["quart"], seen["mesures"], codes)
