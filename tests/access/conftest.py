"""One world for the whole package: built once, undone at the end."""

from collections.abc import Iterator

import pytest
from pytest_django import DjangoDbBlocker

from tests.access.world import World, rolled_back


@pytest.fixture(scope="package")
def world(django_db_setup: None, django_db_blocker: DjangoDbBlocker) -> Iterator[World]:
    """Every subject and object; a test undoes what it does in a savepoint of its own."""
    with django_db_blocker.unblock(), rolled_back() as made:
        yield made


@pytest.fixture(autouse=True)
def quiet(caplog: pytest.LogCaptureFixture) -> None:
    """Thousands of expected refusals are not worth a line each."""
    caplog.set_level("CRITICAL", "django.request")
    caplog.set_level("CRITICAL", "django.security.csrf")
