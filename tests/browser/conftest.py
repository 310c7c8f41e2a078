"""A live site for a test of the browser."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser

from palier.base import clock, postgres
from tests import factories as make
from tests.browser import harness


@pytest.fixture
def address(
    chromium: Browser, cluster: postgres.Cluster, committed_db: str, settings: Any, tmp_path: Path
) -> Iterator[str]:
    """A live site under the application's role, its clock at the factories' instant, its mailbox empty."""
    settings.PALIER_COURRIER = tmp_path / "courrier"
    clock.set_now(make.NOW)
    harness.as_application(cluster, committed_db)
    with harness.site() as where:
        settings.PALIER_ADRESSE = where
        yield where
