"""One fast cluster a run, one template database a schema, one clone a worker (and one a test that really commits)."""

import hashlib
import os
import re
import shutil
import tempfile
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from pathlib import Path
from uuid import uuid4

import psutil
import pytest
from django.apps import apps
from django.conf import settings
from django.core.management import call_command
from django.db import connections
from hypothesis import HealthCheck
from hypothesis import settings as hypothesis_settings
from playwright.sync_api import Browser, sync_playwright
from psycopg import sql
from pytest_django import DjangoDbBlocker

from palier.base import database, postgres
from palier.config import databases, environment

# The same examples each run: a red run can be run again, and nothing is kept between runs.
hypothesis_settings.register_profile(
    "palier", derandomize=True, deadline=None, database=None, suppress_health_check=[HealthCheck.too_slow]
)
hypothesis_settings.load_profile("palier")

HOME = Path(settings.PALIER_VAR) / "pg-essai"
FLAGS = [
    "--disable-background-networking", "--disable-component-update", "--disable-sync", "--no-first-run",
    "--disable-dev-shm-usage",
]  # fmt: skip


@pytest.hookimpl(tryfirst=True)
def pytest_collection_modifyitems(items: list[pytest.Item]) -> None:
    """Mark each test that opens the database: `-m "not database"` leaves those that need none."""
    for item in items:
        asked = {"db", "transactional_db"}.intersection(getattr(item, "fixturenames", ()))
        if asked or item.get_closest_marker("django_db"):
            item.add_marker("database")


@pytest.fixture(scope="session")
def cluster() -> postgres.Cluster:
    """The fast cluster of the tests: no fsync, never used for what must survive."""
    running = postgres.Cluster(HOME, extra=postgres.FAST | {"max_connections": "200"}).ready()
    with postgres.locked(HOME / "modele.lock"), running.connect() as connection:
        _sweep(running)
        connection.execute(f"ALTER ROLE {postgres.OWNER} CREATEDB")
        connection.execute(f"GRANT {postgres.APP} TO {postgres.OWNER}")
    return running


def _sweep(running: postgres.Cluster) -> None:
    """Drop what killed runs left: databases named `<use>_<pid>_…` whose process is gone."""
    with running.connect() as connection:
        names = [row[0] for row in connection.execute("SELECT datname FROM pg_database").fetchall()]
    for name in names:
        found = re.fullmatch(r"(?:essai|reel|encours)_(\d+)_\w+", name)
        if found and not psutil.pid_exists(int(found[1])):
            drop(running, name)


def schema_digest() -> str:
    """Changes when any migration, or the list of append-only tables, changes."""
    digest = hashlib.sha256(repr(database.append_only_tables()).encode())
    for config in sorted(apps.get_app_configs(), key=lambda config: config.label):
        for path in sorted(Path(config.path).glob("migrations/*.py")):
            digest.update(path.as_posix().encode() + path.read_bytes())
    digest.update(Path(database.__file__).read_bytes())
    return digest.hexdigest()[:16]


def use(running: postgres.Cluster, name: str) -> None:
    """Point Django's default connection at a database of the cluster."""
    connections["default"].close()
    place = databases.options(databases.coordinates(running, postgres.OWNER, name), "owner", pool=False)
    connections["default"].settings_dict.update(place)
    settings.DATABASES["default"].update(place)


def drop(running: postgres.Cluster, name: str) -> None:
    """Remove a database and whoever is in it."""
    with running.connect() as connection:
        connection.execute(sql.SQL("DROP DATABASE IF EXISTS {} WITH (FORCE)").format(sql.Identifier(name)))


def clone(running: postgres.Cluster, name: str, template: str) -> None:
    """A fresh copy of the template, in a few tens of milliseconds."""
    drop(running, name)
    with running.connect() as connection:
        postgres.make_database(connection, name, template=template)


@pytest.fixture(scope="session")
def template(cluster: postgres.Cluster, django_db_blocker: DjangoDbBlocker) -> str:
    """Name of the migrated template database, made once for all workers and kept until a migration changes."""
    name = f"modele_{schema_digest()}"
    with postgres.locked(HOME / "modele.lock"), django_db_blocker.unblock():
        with cluster.connect() as connection:
            query = "SELECT datname FROM pg_database WHERE datname LIKE 'modele_%'"
            known = {row[0] for row in connection.execute(query).fetchall()}
        if name not in known:
            _forget(cluster, known)
            _build(cluster, name)
    return name


def _forget(running: postgres.Cluster, names: set[str]) -> None:
    with running.connect() as connection:
        for old in names:
            connection.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE false").format(sql.Identifier(old)))
    for old in names:
        drop(running, old)


def _build(running: postgres.Cluster, name: str) -> None:
    making = f"encours_{os.getpid()}_modele"
    clone(running, making, "template1")
    use(running, making)
    call_command("migrate", verbosity=0, interactive=False)
    call_command("createcachetable", verbosity=0)
    database.grant(postgres.APP)
    connections["default"].close()
    with running.connect() as connection:
        words = sql.Identifier(making), sql.Identifier(name)
        connection.execute(sql.SQL("ALTER DATABASE {} RENAME TO {}").format(*words))
        connection.execute(sql.SQL("ALTER DATABASE {} IS_TEMPLATE true").format(words[1]))


@pytest.fixture(scope="session")
def django_db_setup(cluster: postgres.Cluster, template: str, django_db_blocker: DjangoDbBlocker) -> Iterator[None]:
    """pytest-django's own set-up, replaced: this worker's clone of the template."""
    name = f"essai_{os.getpid()}_{os.environ.get('PYTEST_XDIST_WORKER', 'seul')}"
    clone(cluster, name, template)
    with django_db_blocker.unblock():
        use(cluster, name)
    yield
    with django_db_blocker.unblock():
        connections["default"].close()
    drop(cluster, name)


@pytest.fixture
def committed_db(
    cluster: postgres.Cluster, template: str, django_db_setup: None, django_db_blocker: DjangoDbBlocker
) -> Iterator[str]:
    """A throw-away database whose commits are real; threads must `connection.close()` when they end."""
    before = str(settings.DATABASES["default"]["NAME"])
    name = f"reel_{os.getpid()}_{uuid4().hex[:12]}"
    clone(cluster, name, template)
    with django_db_blocker.unblock():
        use(cluster, name)
        try:
            yield name
        finally:
            use(cluster, before)
            drop(cluster, name)


@contextmanager
def walkable_folder() -> Iterator[Path]:
    """A new folder that the server's own account can reach, also when we are root."""
    place = Path(tempfile.mkdtemp(prefix="palier-essai-"))
    place.chmod(0o755)
    yield place / "pg"
    shutil.rmtree(place, ignore_errors=True)


@pytest.fixture
def cluster_home() -> Iterator[Path]:
    """Where a test may make a cluster of its own."""
    with walkable_folder() as home:
        yield home


@pytest.fixture(scope="session")
def durable_cluster() -> Iterator[postgres.Cluster]:
    """A cluster with the durability of production, removed at the end."""
    with walkable_folder() as home:
        running = postgres.Cluster(home).ready()
        yield running
        running.leave()


@pytest.fixture
def as_app_role() -> Callable[[], None]:
    """Call it to go on under the application's role; the end of the test's transaction or connection undoes it."""

    def switch() -> None:
        with connections["default"].cursor() as cursor:
            cursor.execute(f"SET ROLE {postgres.APP}")

    return switch


@pytest.fixture(scope="session")
def browser_path() -> str:
    """The browser of the tests. Missing, it skips with its reason, and fails when CI is set."""
    place = environment.text("PALIER_NAVIGATEUR")
    if not os.access(place, os.X_OK):
        reason = f"no browser at {place}: install chromium or set PALIER_NAVIGATEUR"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    return place


@pytest.fixture(scope="session")
def chromium(browser_path: str) -> Iterator[Browser]:
    """Debian's chromium, one driver a run: it keeps an event loop in this thread, which Django must not mind."""
    os.environ["DJANGO_ALLOW_ASYNC_UNSAFE"] = "true"
    flags = [*FLAGS, "--no-sandbox"] if os.geteuid() == 0 else FLAGS
    with sync_playwright() as driver:
        browser = driver.chromium.launch(executable_path=browser_path, args=flags)
        yield browser
        browser.close()
    os.environ.pop("DJANGO_ALLOW_ASYNC_UNSAFE", None)


@pytest.fixture(autouse=True)
def an_empty_mailbox(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    """Delivered mails and pieces are files, which no rollback takes away: each test has a folder of its own."""
    monkeypatch.setattr(settings, "PALIER_COURRIER", tmp_path / "courrier")
    monkeypatch.setattr(settings, "PALIER_STOCKAGE", str(tmp_path / "pieces"))
