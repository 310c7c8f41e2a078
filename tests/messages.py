"""The English catalogue: `make langues` reads every sentence marked for translation, then compiles the catalogue."""

from __future__ import annotations

import sys
from datetime import UTC, datetime
from io import BytesIO
from pathlib import Path

from babel.messages.catalog import Catalog
from babel.messages.extract import DEFAULT_KEYWORDS, extract
from babel.messages.mofile import write_mo
from babel.messages.pofile import read_po, write_po
from django.utils.translation.template import templatize

from palier.config.environment import ROOT

SOURCE = ROOT / "src/palier"
PO = SOURCE / "locale/en/LC_MESSAGES/django.po"
MO = PO.with_suffix(".mo")
KEYWORDS = {**DEFAULT_KEYWORDS, "gettext_lazy": None, "ngettext_lazy": (1, 2), "_n": (1, 2)}
WRITTEN = datetime(2026, 11, 24, tzinfo=UTC)
"""The date of the header: fixed, so that the same sentences give the same file."""


def _python(path: Path) -> bytes:
    """The text of a file as Python: a template becomes the calls that it makes."""
    text = path.read_text(encoding="utf-8")
    return (templatize(text) if path.suffix == ".html" else text).encode()


def found() -> Catalog:
    """Every sentence marked for translation in the pages and the code, with the files that say it."""
    catalogue = Catalog(creation_date=WRITTEN)
    for path in sorted([*SOURCE.rglob("*.html"), *SOURCE.rglob("*.py")]):
        for _, message, _, context in extract("python", BytesIO(_python(path)), keywords=KEYWORDS):
            catalogue.add(message, locations=[(str(path.relative_to(SOURCE)), 0)], context=context)
    return catalogue


def current() -> Catalog:
    """The English catalogue as it is written."""
    with PO.open("rb") as file:
        return read_po(file, locale="en")


def merged() -> Catalog:
    """Every sentence found, with the English that is already written; what nobody says any more is left out."""
    written = current() if PO.exists() else Catalog(locale="en")
    catalogue = Catalog(
        locale="en", domain="django", project="Palier", version="1", header_comment="# English.", fuzzy=False,
        creation_date=WRITTEN, revision_date=WRITTEN, last_translator="Palier", language_team="English",
    )  # fmt: skip
    for message in found():
        if message.id:
            known = written.get(message.id, message.context)
            catalogue.add(message.id, known.string if known else "", message.locations, context=message.context)
    return catalogue


def compiled(catalogue: Catalog) -> bytes:
    """The binary form that the pages read."""
    out = BytesIO()
    write_mo(out, catalogue)
    return out.getvalue()


def main() -> None:
    """Write both forms, and print what is still without English."""
    PO.parent.mkdir(parents=True, exist_ok=True)
    catalogue = merged()
    with PO.open("wb") as file:
        write_po(file, catalogue, width=0, include_lineno=False, sort_output=True)
    MO.write_bytes(compiled(current()))
    for message in catalogue:
        if message.id and not message.string:
            sys.stdout.write(f"sans anglais : {message.id!r}\n")


if __name__ == "__main__":
    main()
