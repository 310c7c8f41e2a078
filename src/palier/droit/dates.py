"""Months of the calendar."""

from __future__ import annotations

from calendar import monthrange
from datetime import date


def plus_mois(depuis: date, mois: int) -> date:
    """Return the same day some months later; the last day of a shorter month."""
    rang = depuis.year * 12 + depuis.month - 1 + mois
    annee, mois_rang = divmod(rang, 12)
    return date(annee, mois_rang + 1, min(depuis.day, monthrange(annee, mois_rang + 1)[1]))


def mois_complets(depuis: date, au: date) -> int:
    """Return complete months between two days: from 31 January, the first is complete on 1 March; 0 when before."""
    mois = (au.year - depuis.year) * 12 + au.month - depuis.month - (au.day < depuis.day)
    return max(0, mois)
