"""Amounts: whole cents inside, French typography outside."""

import re
from decimal import Decimal

NBSP = "\u00a0"
MAXIMUM_CENTS = 1_000_000_000
_SPACES = re.compile(r"[\s\u00a0\u202f\u2009]+")
_AMOUNT = re.compile(r"\d{1,12}(?:[.,]\d{1,2})?", re.ASCII)


def euros(cents: int) -> str:
    """171800 -> « 1 718 € », 171850 -> « 1 718,50 € » (no-break spaces)."""
    whole, rest = divmod(abs(cents), 100)
    text = f"{whole:,}".replace(",", NBSP)
    if rest:
        text += f",{rest:02d}"
    return f"{'−' if cents < 0 else ''}{text}{NBSP}€"


def parse_euros(text: str) -> int:
    """« 1 234,56 » -> 123456 cents. ValueError with a French sentence for anything else.

    Refused: words, NaN, exponents, negative amounts, more than two decimals, more than ten million euros.
    """
    given = text.strip()[:40]
    compact = _SPACES.sub("", text).removesuffix("€")
    if not compact:
        raise ValueError("Indiquez un montant en euros, par exemple 1\u00a0234,56.")
    if compact.startswith(("-", "−")):
        raise ValueError(f"Le montant «{NBSP}{given}{NBSP}» est négatif. Indiquez un montant à partir de 0{NBSP}€.")
    if not _AMOUNT.fullmatch(compact):
        raise ValueError(
            f"«{NBSP}{given}{NBSP}» n'est pas un montant en euros. "
            "Écrivez des chiffres, avec deux décimales au plus, par exemple 1\u00a0234,56."
        )
    cents = int(Decimal(compact.replace(",", ".")) * 100)
    if cents > MAXIMUM_CENTS:
        raise ValueError(
            f"Le montant «{NBSP}{given}{NBSP}» dépasse {euros(MAXIMUM_CENTS)}. Vérifiez le nombre de chiffres."
        )
    return cents
