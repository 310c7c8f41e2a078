"""Amounts: whole cents inside, French typography outside."""

import re
from decimal import Decimal

from django.utils.translation import gettext as _

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


def whole_euros(cents: int) -> str:
    """171850 -> « 1 719 € »: the nearest euro, half up."""
    return euros((cents + 50) // 100 * 100)


def parse_euros(text: str) -> int:
    """« 1 234,56 » -> 123456 cents. ValueError with a French sentence for anything else.

    Refused: words, NaN, exponents, negative amounts, more than two decimals, more than ten million euros.
    """
    given = text.strip()[:40]
    compact = _SPACES.sub("", text).removesuffix("€")
    if not compact:
        raise ValueError(_("Indiquez un montant en euros, par exemple 1\u00a0234,56."))
    if compact.startswith(("-", "−")):
        said = _("Le montant «\u00a0%(given)s\u00a0» est négatif. Indiquez un montant à partir de 0\u00a0€.")
        raise ValueError(said % {"given": given})
    if not _AMOUNT.fullmatch(compact):
        said = _(
            "«\u00a0%(given)s\u00a0» n'est pas un montant en euros. "
            "Écrivez des chiffres, avec deux décimales au plus, par exemple 1\u00a0234,56."
        )
        raise ValueError(said % {"given": given})
    cents = int(Decimal(compact.replace(",", ".")) * 100)
    if cents > MAXIMUM_CENTS:
        said = _("Le montant «\u00a0%(given)s\u00a0» dépasse %(most)s. Vérifiez le nombre de chiffres.")
        raise ValueError(said % {"given": given, "most": euros(MAXIMUM_CENTS)})
    return cents
