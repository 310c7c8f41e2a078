"""Numbers in the language of the page."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language

from palier.base.money import euros
from palier.droit.explication import catalogue
from palier.droit.mots import nombre
from palier.droit.pieces import libelle_piece


def money(cents: int) -> str:
    """171850 -> « 1 718,50 € », in English « €1,718.50 »."""
    if get_language() == "fr":
        return euros(cents)
    whole, rest = divmod(abs(cents), 100)
    return f"{'−' if cents < 0 else ''}€{whole:,}{f'.{rest:02d}' if rest else ''}"


def whole(cents: int) -> str:
    """An estimate, to the euro: 57479 -> « 575 € »."""
    return money((cents + 50) // 100 * 100)


def decimal(value: Decimal | float) -> str:
    """27.73 -> « 27,73 », in English « 27.73 »."""
    text = nombre(value)
    return text if get_language() == "fr" else text.replace(",", ".")


def piece_name(code: str) -> str:
    """The label of a piece; a sentence that is no code is itself."""
    named: str | None = catalogue()["pieces"].get(code) if get_language() == "en" else None
    return named or libelle_piece(code)
