"""French typography of numbers and dates inside reasons."""

from __future__ import annotations

import re
from datetime import date
from decimal import Decimal

INSECABLE = "\u00a0"
AVANT = re.compile(r" (?=[:;?!»%€])")
APRES = re.compile(r"(?<=«) ")


def francais(texte: str) -> str:
    """Set the non-breaking spaces of French: before : ; ? ! » % €, after «."""
    return APRES.sub(INSECABLE, AVANT.sub(INSECABLE, texte))


def propre(texte: str) -> str:
    """Return a text fit for one line of a terminal or a page: control characters and lone surrogates become « · »."""
    return "".join(lettre if lettre.isprintable() or lettre == INSECABLE else "·" for lettre in texte)


def euros(centimes: int) -> str:
    """Write an amount of cents in euros: « 1 718 € », « 888,89 € »."""
    entier, reste = divmod(abs(centimes), 100)
    signe = "-" if centimes < 0 else ""
    texte = f"{entier:,}".replace(",", INSECABLE)
    return f"{signe}{texte}{f',{reste:02d}' if reste else ''}{INSECABLE}€"


def nombre(valeur: Decimal | float | int) -> str:
    """Write a number with a French comma and no useless zero."""
    texte = format(Decimal(str(valeur)), "f")
    if "." in texte:
        texte = texte.rstrip("0").rstrip(".")
    return texte.replace(".", ",")


def jour(quand: date) -> str:
    """Write a date as JJ/MM/AAAA."""
    return f"{quand:%d/%m/%Y}"


def pluriel(combien: int, mot: str) -> str:
    """Write a count and its noun: « 1 personne », « 3 personnes »."""
    return f"{combien}{INSECABLE}{mot}{'s' if combien > 1 and not mot.endswith('s') else ''}"
