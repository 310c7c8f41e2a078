"""The browser, once a run, and a live site a test."""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest
from playwright.sync_api import Browser, sync_playwright

from palier.base import clock, postgres
from tests import factories as make
from tests.browser import harness

FLAGS = [
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.fixture(scope="session")
def chromium(browser_path: str) -> Iterator[Browser]:
    """Debian's chromium; its driver keeps an event loop in this thread, which Django must not mind."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path, args=flags)
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


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
