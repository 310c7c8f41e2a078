"""Documents to keep or to print: tagged PDF (PDF/UA-1) set by typst from data, which are never markup."""

from __future__ import annotations

import json
import re
from collections.abc import Mapping
from pathlib import Path
from typing import Any

import typst

_UNSHOWN = re.compile(r'the text `"(.)')
_ROUNDS = 40
BLOCK = 256
"""How many neighbouring characters are taken as one alphabet."""


def make_pdf(template: Path, data: Mapping[str, Any]) -> bytes:
    """The document. A character that no font of the package draws is written by its code: « [U+30CE] »."""
    text = json.dumps(data, ensure_ascii=False)
    for _round in range(_ROUNDS):
        try:
            return _compile(template, text)
        except typst.TypstError as error:
            found = _UNSHOWN.search(str(error))
            if found is None:
                raise
            text = _spelled(text, ord(found[1]) // BLOCK)
    return _compile(template, re.sub(r"[^\x00-\u024f]", lambda each: _code(each[0]), text))


def _compile(template: Path, text: str) -> bytes:
    made = typst.compile(
        str(template),
        sys_inputs={"donnees": text},
        format="pdf",
        pdf_standards=["ua-1"],
        ignore_system_fonts=True,
    )
    assert isinstance(made, bytes)
    return made


def _spelled(text: str, block: int) -> str:
    """The same text, every character of this block by its code."""
    return "".join(_code(each) if ord(each) // BLOCK == block and each not in _JSON else each for each in text)


_JSON = frozenset('{}[]",:\\ ')


def _code(character: str) -> str:
    return f"[U+{ord(character):04X}]"
