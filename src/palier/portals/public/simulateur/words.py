"""Numbers in the language of the page."""

from __future__ import annotations

from decimal import Decimal

from django.utils.translation import get_language
from django.utils.translation import gettext as _

from palier.base.money import euros
from palier.droit.explication import catalogue
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


def percent(ratio: Decimal | float) -> str:
    """0.2773 -> « 28 % », in English « 28% »."""
    points = round(Decimal(str(ratio)) * 100)
    return f"{points}\u00a0%" if get_language() == "fr" else f"{points}%"


def labelled(label: str, text: str) -> str:
    """A label and what follows it: « Enfants : 2 », « Où vit cet enfant ? Avec vous »."""
    if label.endswith("?"):
        return f"{label} {text}"
    return _("%(label)s\u00a0: %(text)s") % {"label": label, "text": text}


def piece_name(code: str) -> str:
    """The label of a piece; a sentence that is no code is itself."""
    named: str | None = catalogue()["pieces"].get(code) if get_language() == "en" else None
    return named or libelle_piece(code)
