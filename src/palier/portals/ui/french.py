"""Dates and numbers as a French reader expects them. Pure functions; HTML only where a « <sup> » is needed."""

from datetime import date, datetime
from unicodedata import normalize
from zoneinfo import ZoneInfo

from palier.base import clock

NBSP = "\u00a0"
PARIS = ZoneInfo("Europe/Paris")
DAYS = ("lundi", "mardi", "mercredi", "jeudi", "vendredi", "samedi", "dimanche")
MONTHS = (
    "janvier", "février", "mars", "avril", "mai", "juin",
    "juillet", "août", "septembre", "octobre", "novembre", "décembre",
)  # fmt: skip
SHORT_MONTHS = ("janv.", "févr.", "mars", "avr.", "mai", "juin", "juil.", "août", "sept.", "oct.", "nov.", "déc.")


def ordinal(number: int) -> str:
    """5 -> « 5<sup>e</sup> », 1 -> « 1<sup>er</sup> »."""
    return f"{number}<sup>{'er' if number == 1 else 'e'}</sup>"


def local_day(when: date | datetime) -> date:
    """The day in mainland France of an aware datetime; a plain date is itself."""
    if isinstance(when, datetime):
        return clock.local_day(when) if when.tzinfo else when.date()
    return when


def _day_number(day: int) -> str:
    return ordinal(1) if day == 1 else str(day)


def quarter(first: date) -> str:
    """The three months that begin on a day: « juillet à septembre 2026 »."""
    return f"{MONTHS[first.month - 1]} à {MONTHS[first.month + 1]} {first.year}"


def long_date(when: date | datetime) -> str:
    """« vendredi 4 décembre 2026, 23 h 59 » ; without the hour for a plain date."""
    day = local_day(when)
    text = f"{DAYS[day.weekday()]} {_day_number(day.day)}{NBSP}{MONTHS[day.month - 1]} {day.year}"
    if not isinstance(when, datetime):
        return text
    hour = when.astimezone(PARIS) if when.tzinfo else when
    return f"{text}, {hour.hour}{NBSP}h{NBSP}{hour.minute:02d}"


def short_date(when: date | datetime) -> str:
    """« lundi 30 nov. », without year or hour."""
    day = local_day(when)
    return f"{DAYS[day.weekday()]} {_day_number(day.day)}{NBSP}{SHORT_MONTHS[day.month - 1]}"


def in_days(when: date | datetime, now: date | datetime) -> str:
    """« dans 6 jours », « demain », « aujourd'hui », « hier », « il y a 3 jours »; whole days in mainland France."""
    days = (local_day(when) - local_day(now)).days
    near = {0: "aujourd'hui", 1: "demain", -1: "hier"}
    if days in near:
        return near[days]
    return f"dans {days}{NBSP}jours" if days > 0 else f"il y a {-days}{NBSP}jours"


def after_colon(text: str) -> str:
    """« Le revenu. » -> « le revenu. »: a sentence that follows a colon; an acronym keeps its capitals."""
    return text if text[1:2].isupper() else text[:1].lower() + text[1:]


def of_name(name: str) -> str:
    """« d'Inès », « de Karim »."""
    first = normalize("NFD", name[:1]).lower()[:1]
    return f"d'{name}" if first and first in "aeiouh" else f"de {name}"


def plural(count: int, ending: str = "s") -> str:
    """The ending of a word counted `count` times: 0 and 1 are singular in French."""
    return ending if abs(count) >= 2 else ""


def number(value: float) -> str:
    """17 -> « 17 », 17.5 -> « 17,5 », 1718 -> « 1 718 » (one decimal at most)."""
    rounded = round(value, 1)
    text = f"{rounded:,.0f}" if rounded == int(rounded) else f"{rounded:,.1f}"
    return text.replace(",", NBSP).replace(".", ",").replace("-", "−")
