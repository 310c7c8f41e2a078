"""Values read on lines: after an expression, an amount, a day, a month, a name, each as sure as its worst word."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from datetime import date
from difflib import get_close_matches

from palier.droit.lecture_pieces import Lu
from palier.droit.lecture_pieces.noms import particules
from palier.gateways.lecture.kinds import words
from palier.gateways.lecture.reading import Line

AMOUNT = re.compile(r"(?<![\d,.])(?:\d{1,3}(?:[ .]\d{3})+|\d{2,8})(?:[.,] ?\d{2})?(?![\d%])")
DAY = re.compile(r"(?<!\d)(\d{2})[ ./-](\d{2})[ ./-]((?:19|20)\d{2})(?!\d)")
MONTH = re.compile(r"([a-z]{3,10})\.? ((?:19|20)\d{2})(?!\d)")
MONTH_NUMBER = re.compile(r"(?<![\d/.-])(0[1-9]|1[0-2])[/.-]((?:19|20)\d{2})(?!\d)")
CIVILITY = re.compile(r"(?<!\w)(?:M\.?|Mr|Mme|Mlle|MME|MLLE|Monsieur|Madame|MONSIEUR|MADAME)\.? +(?=[A-ZÀ-Ý])")
NAME_WORD = re.compile(r"[^\W\d_][^\W\d_'’-]*(?:['’-][^\W\d_]+)*[.,]?")
LABEL_END = r"(?![a-z])[ .:;/\-–—|]*"
LONGEST_NAME = 6
DOUBTFUL = 70
"""Confidence of a value that no expression announces."""
LIKE_MONTH = 0.8


def after(lines: Sequence[Line], name: str) -> Iterator[tuple[Line, int, int]]:
    """Each place that follows one of the expressions of this name: line, place, rank of the line."""
    for pattern in words()["avant"][name]:
        yield from _places(lines, pattern)


def _places(lines: Sequence[Line], pattern: str) -> Iterator[tuple[Line, int, int]]:
    for rank, line in enumerate(lines):
        for found in re.finditer(rf"(?<![a-z]){pattern}{LABEL_END}", line.folded):
            yield line, found.end(), rank


def amounts(line: Line, start: int = 0) -> list[Lu[int]]:
    """The amounts of the end of a line, in cents; days are no amounts."""
    text = DAY.sub(lambda found: " " * len(found.group()), line.folded)
    return [Lu(cents(found.group()), line.sure(*found.span())) for found in AMOUNT.finditer(text, start)]


def cents(written: str) -> int:
    whole, _, cents = re.sub(r"[.,] ?(\d{2})$", r"|\1", written).partition("|")
    return int(re.sub(r"\D", "", whole)) * 100 + int(cents or 0)


def amounts_after(lines: Sequence[Line], pattern: str) -> list[list[Lu[int]]]:
    """The amounts that follow an expression, place by place; those of the next line when its own has none."""
    found = []
    for line, place, rank in _places(lines, pattern):
        here = amounts(line, place)
        if not here and rank + 1 < len(lines) and not re.search("[a-z]{3}", lines[rank + 1].folded):
            here = amounts(lines[rank + 1])
        found.append(here)
    return [each for each in found if each]


def day_after(lines: Sequence[Line], name: str) -> Lu[date] | None:
    """The first day that follows an expression, on its line or the next."""
    for line, place, rank in after(lines, name):
        for one, start in ((line, place), *((each, 0) for each in lines[rank + 1 : rank + 2])):
            if days := days_of(one, start):
                return days[0]
    return None


def days_of(line: Line, start: int = 0) -> list[Lu[date]]:
    """The days written on the end of a line."""
    return [
        Lu(when, line.sure(*found.span()))
        for found in DAY.finditer(line.folded, start)
        for when in [_date(int(found[3]), int(found[2]), int(found[1]))]
        if when is not None
    ]


def _date(year: int, month: int, day: int) -> date | None:
    try:
        return date(year, month, day)
    except ValueError:
        return None


def month_of(line: Line) -> Lu[date] | None:
    """The month written on a line, in words, in figures, or as the days of a period."""
    names = words()["mois"]["noms"]
    for found in MONTH.finditer(line.folded):
        if close := get_close_matches(found[1], names, 1, LIKE_MONTH):
            return Lu(date(int(found[2]), names.index(close[0]) + 1, 1), line.sure(*found.span()))
    if days := days_of(line):
        return Lu(days[-1].valeur.replace(day=1), days[-1].confiance)
    if figures := MONTH_NUMBER.search(line.folded):
        return Lu(date(int(figures[2]), int(figures[1]), 1), line.sure(*figures.span()))
    return None


def name_at(line: Line, start: int) -> Lu[str] | None:
    """The name that starts at a place of a line: words in capitals and particles, up to one that ends a name."""
    kept: list[re.Match[str]] = []
    for piece in re.finditer(r"\S+", line.text[start:]):
        whole = NAME_WORD.fullmatch(piece.group())
        plain = line.folded[start + piece.start() : start + piece.end()].strip(".,:()")
        small = piece.group()[0].islower() and (not kept or plain.upper() not in particules())
        if whole is None or small or plain in words()["arret"]["mots"] or len(kept) == LONGEST_NAME:
            break
        kept.append(piece)
    text = " ".join(piece.group().strip(".,") for piece in kept)
    if sum(map(str.isalpha, text)) < 2:
        return None
    return Lu(text, line.sure(start + kept[0].start(), start + kept[-1].end()))


def names_after(lines: Sequence[Line], name: str) -> Iterator[tuple[int, int, Lu[str]]]:
    """Names that follow an expression, on its line or alone on the next: rank, place, name."""
    for line, place, rank in after(lines, name):
        found = name_at(line, place)
        if found is None and not line.text[place:].strip(" /:.-") and rank + 1 < len(lines):
            found = name_at(lines[rank + 1], 0)
        if found is not None:
            yield rank, place, found
