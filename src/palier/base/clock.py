"""The platform's clock: real time plus one offset row (D11). Only edges (views, tasks, commands) ask it.

Domain acts take `at` as an argument. The offset moves in demo and tests, never in production.
"""

from collections.abc import Iterator
from contextlib import contextmanager
from contextvars import ContextVar
from datetime import UTC, date, datetime, time, timedelta
from zoneinfo import ZoneInfo

from django.conf import settings
from django.db import transaction

from palier.base.models import ClockOffset

PARIS = "Europe/Paris"
_cached: ContextVar[list[timedelta] | None] = ContextVar("clock_offset", default=None)


class ClockRefused(ValueError):
    """The clock may not be moved so; the message is a French sentence."""


def _is_fixed() -> bool:
    return str(getattr(settings, "PALIER_MODE", "production")) == "production"


def _read() -> timedelta:
    row = ClockOffset.objects.filter(pk=1).values_list("offset", flat=True).first()
    return row if row is not None else timedelta(0)


def offset() -> timedelta:
    """The offset of the platform's clock; zero in production. One query, or none inside `request_scope`."""
    if _is_fixed():
        return timedelta(0)
    cell = _cached.get()
    if cell is None:
        return _read()
    if not cell:
        cell.append(_read())
    return cell[0]


@contextmanager
def request_scope() -> Iterator[None]:
    """Keep one offset for the time of a request: a page never shows two times."""
    token = _cached.set([])
    try:
        yield
    finally:
        _cached.reset(token)


def now() -> datetime:
    """The current instant of the platform, aware, in UTC."""
    return datetime.now(UTC) + offset()


def local_day(at: datetime) -> date:
    """The day of an instant in mainland France."""
    return at.astimezone(ZoneInfo(PARIS)).date()


def today() -> date:
    """The current day of the platform in mainland France."""
    return local_day(now())


def deadline(day: date, tz: str = PARIS) -> datetime:
    """The last second of `day` where the dwelling is (23:59:59 local time), in UTC."""
    return datetime.combine(day, time(23, 59, 59), ZoneInfo(tz)).astimezone(UTC)


def advance(delta: timedelta) -> datetime:
    """Move the clock forward and return the new instant. ClockRefused backwards and in production."""
    if delta <= timedelta(0):
        raise ClockRefused(
            f"L'horloge n'avance que vers l'avant\u00a0: «\u00a0{delta}\u00a0» est refusé. Donnez une durée positive."
        )
    with transaction.atomic():
        _write(_read() + delta)
    return now()


def set_now(instant: datetime) -> None:
    """Put the clock at an instant (seeding and tests). ClockRefused in production and for a naive instant."""
    if instant.tzinfo is None:
        raise ClockRefused("L'instant donné à l'horloge n'a pas de fuseau. Donnez-en un, par exemple UTC.")
    _write(instant - datetime.now(UTC))


def _write(value: timedelta) -> None:
    if _is_fixed():
        raise ClockRefused("En production, l'horloge de la plateforme ne se déplace pas.")
    ClockOffset.objects.update_or_create(pk=1, defaults={"offset": value})
    cell = _cached.get()
    if cell is not None:
        cell.clear()
