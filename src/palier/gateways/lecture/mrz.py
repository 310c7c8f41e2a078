"""The machine-readable zone of an identity document (ICAO 9303): names, birth, end of validity, check digits."""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from datetime import date

from palier.gateways.lecture.reading import Line

WEIGHTS = (7, 3, 1)
DIGITS = str.maketrans("OQDISBZGL", "000158261")
FILLERS = str.maketrans({"«": "<<", "‹": "<", "(": "<", "{": "<", "€": "C", "_": "<"} | dict.fromkeys("‘'.,", ""))
SHORTEST = 26
_D = "[0-9OQDISBZGL]"
CARD = re.compile(rf"^({_D}{{6}})({_D})[MFXN<H]({_D}{{6}})({_D})([A-Z<]{{3}})")
BOOKLET = re.compile(rf"^[A-Z0-9<]{{9}}{_D}([A-Z<]{{3}})({_D}{{6}})({_D})[MFXN<H]({_D}{{6}})({_D})")
OLD_FRENCH = re.compile(rf"^[A-Z0-9<]{{12}}{_D}([A-Z<]{{14}})({_D}{{6}})({_D})[MF]")


@dataclass(frozen=True)
class Mrz:
    """What the zone says. `checked`: the check digits of its dates hold."""

    document: str
    names: str
    nationality: str
    birth: date | None
    expiry: date | None
    checked: bool
    sure: int


def find(lines: Sequence[Line], au: date) -> Mrz | None:
    """The zone of a page, None when there is none."""
    zone = list(_zone(lines))
    for rank, (text, sure) in enumerate(zone):
        before = zone[rank - 1][0] if rank else ""
        after = zone[rank + 1][0] if rank + 1 < len(zone) else ""
        if found := CARD.match(text):
            birth, one, expiry, two, nation = found.groups()
            return _made(before[:2], after, nation, (birth, one), (expiry, two), sure, au)
        if found := BOOKLET.match(text):
            nation, birth, one, expiry, two = found.groups()
            return _made(before[:2], before[5:], nation, (birth, one), (expiry, two), sure, au)
        if (found := OLD_FRENCH.match(text)) and before.startswith("ID"):
            first, birth, one = found.groups()
            names = f"{before[5:30].strip('<')}<<{first}"
            return _made("ID", names, "FRA", (birth, one), None, sure, au)
    return None


def _zone(lines: Sequence[Line]) -> Iterator[tuple[str, int]]:
    for line in lines:
        text = re.sub(r"\s", "", line.text).upper().translate(FILLERS)
        if len(text) >= SHORTEST and "<" in text and re.fullmatch("[A-Z0-9<]+", text):
            yield text, line.sure(0, len(line.text))


def _made(
    document: str,
    names: str,
    nation: str,
    birth: tuple[str, str],
    expiry: tuple[str, str] | None,
    sure: int,
    au: date,
) -> Mrz:
    checked = all(check_digit(value) == digit.translate(DIGITS) for value, digit in (birth, expiry or ("", "0")))
    ends = _day(expiry[0], 2000) if expiry else None
    born = _day(birth[0], 2000)
    if born is not None and born > au:
        born = _day(birth[0], 1900)
    return Mrz(document, _names(names), nation.replace("<", ""), born, ends, checked, sure)


def check_digit(value: str) -> str:
    """The check digit of a value of digits."""
    digits = value.translate(DIGITS)
    return str(sum(int(digit) * WEIGHTS[rank % 3] for rank, digit in enumerate(digits)) % 10)


def _names(zone: str) -> str:
    """Family name and first names of the zone: what follows the fillers is noise."""
    parts = [part for part in zone.split("<<") if part.strip("<")]
    return " ".join(part.replace("<", " ").strip() for part in parts[:2])


def _day(value: str, century: int) -> date | None:
    digits = value.translate(DIGITS)
    try:
        return date(century + int(digits[:2]), int(digits[2:4]), int(digits[4:]))
    except ValueError:
        return None
