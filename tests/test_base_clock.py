"""The clock: an offset row, forward only, days and deadlines where people live."""

from collections.abc import Callable
from datetime import UTC, date, datetime, timedelta
from typing import Any

import pytest
from django.core.management import CommandError, call_command
from django.db import IntegrityError, connection, transaction

from palier.base import clock
from palier.base.models import ClockOffset

NINE = datetime(2026, 11, 24, 8, 0, tzinfo=UTC)


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """The offset is a row."""


def _close(one: datetime, other: datetime) -> bool:
    return abs(one - other) < timedelta(seconds=5)


def test_without_a_row_it_is_real_time():
    assert _close(clock.now(), datetime.now(UTC))


def test_it_is_set_and_advances():
    clock.set_now(NINE)
    assert _close(clock.now(), NINE)
    assert _close(clock.advance(timedelta(days=12)), NINE + timedelta(days=12))
    assert clock.today() == date(2026, 12, 6)
    assert ClockOffset.objects.count() == 1


@pytest.mark.parametrize("delta", [timedelta(0), timedelta(days=-1)])
def test_it_never_goes_back(delta: timedelta):
    with pytest.raises(clock.ClockRefused, match="vers l'avant"):
        clock.advance(delta)


def test_production_has_no_offset(settings: Any):
    clock.set_now(NINE)
    settings.PALIER_MODE = "production"
    assert _close(clock.now(), datetime.now(UTC))
    with pytest.raises(clock.ClockRefused, match="production"):
        clock.advance(timedelta(days=1))
    with pytest.raises(clock.ClockRefused, match="production"):
        clock.set_now(NINE)
    with pytest.raises(CommandError, match="production"):
        call_command("horloge", "+1d", skip_checks=True)


def test_a_naive_instant_is_refused():
    with pytest.raises(clock.ClockRefused, match="fuseau"):
        clock.set_now(datetime(2026, 11, 24))


def test_one_request_has_one_offset_and_one_query(django_assert_num_queries: Callable):
    with clock.request_scope(), django_assert_num_queries(1):
        clock.now()
        clock.today()
    with clock.request_scope():
        before = clock.now()
        clock.advance(timedelta(days=1))
        assert clock.now() > before + timedelta(hours=23)


def test_a_day_begins_in_paris_and_ends_where_the_dwelling_is():
    clock.set_now(datetime(2026, 7, 14, 22, 30, tzinfo=UTC))
    assert clock.today() == date(2026, 7, 15)
    assert clock.deadline(date(2026, 12, 4)) == datetime(2026, 12, 4, 22, 59, 59, tzinfo=UTC)
    assert clock.deadline(date(2026, 10, 25)) == datetime(2026, 10, 25, 22, 59, 59, tzinfo=UTC)
    assert clock.deadline(date(2026, 12, 4), "Indian/Reunion") == datetime(2026, 12, 4, 19, 59, 59, tzinfo=UTC)


def test_the_command_shows_and_moves(capsys: pytest.CaptureFixture[str]):
    clock.set_now(NINE)
    call_command("horloge", "+3h", skip_checks=True)
    call_command("horloge", "+12j", skip_checks=True)
    call_command("horloge", skip_checks=True)
    assert capsys.readouterr().out.count("06/12/2026 11:00") == 2
    for wrong in ("12d", "+0d", "+1y", "-1d", "+99999d"):
        with pytest.raises(CommandError):
            call_command("horloge", "--", wrong, skip_checks=True)


def test_the_offset_is_one_row():
    with pytest.raises(IntegrityError), transaction.atomic():
        ClockOffset.objects.create(id=2)


@pytest.mark.parametrize(
    ("text", "folded"),
    [("Éloïse", "eloise"), ("Œuilly", "oeuilly"), ("ÇA", "ca"), ("L'Haÿ-les-Roses", "l'hay-les-roses")],
)
def test_names_are_folded_by_the_database(text: str, folded: str):
    with connection.cursor() as cursor:
        cursor.execute("SELECT palier_fold(%s)", [text])
        assert cursor.fetchone() == (folded,)
