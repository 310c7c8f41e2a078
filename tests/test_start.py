"""Settings, the `palier` command, and when Palier refuses to start (promises.md NL-9, BR-1, BR-4; README.md)."""

import os
import socket
import subprocess
import sys
from collections.abc import Callable
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import pytest
from django.conf import LazySettings
from django.db import connection

from palier.base import database, postgres
from palier.config import cli, environment, health, start_checks
from palier.config.passwords import MaximumLengthValidator, ValidationError
from palier.config.watchdog import BodyWatchdog

ROOT = environment.ROOT
PRODUCTION = {
    "PALIER_MODE": "production",
    "PALIER_SECRET_KEY": "k9Zq7-mB" * 8,
    "PALIER_HOTES": "palier.example",
    "PALIER_MANDATAIRE_TLS": "oui",
    "DATABASE_URL": "postgresql://palier_app:x@127.0.0.1:9/palier",
}


def palier(*words: str, **variables: str) -> subprocess.CompletedProcess[str]:
    """Run the command as a stranger would, with only these variables."""
    kept = {name: os.environ[name] for name in ("PATH", "HOME") if name in os.environ}
    env = {**kept, "PYTHONPATH": str(ROOT / "src"), **variables}
    command = [sys.executable, "-m", "palier.config.cli", *words]
    return subprocess.run(command, env=env, capture_output=True, text=True, timeout=60, check=False)


# The command ----------------------------------------------------------------------------------------------------------


def test_wrong_usage_is_2_and_one_line() -> None:
    for words in (["servir", "--port", "zéro"], ["servir", "--port", "70000"], ["config", "trop"]):
        done = palier(*words)
        assert (done.returncode, len(done.stderr.splitlines())) == (2, 1), done.stderr
    assert cli.main([]) == 2
    assert cli.main(["aide"]) == 0


@pytest.mark.parametrize(
    ("variables", "words"),
    [
        ({"PALIER_MODE": "bizarre"}, "PALIER_MODE vaut « bizarre »"),
        ({"PALIER_PORT": "abc"}, "PALIER_PORT vaut « abc »"),
        ({"PALIER_MODE": "production"}, "PALIER_SECRET_KEY est vide"),
        ({**PRODUCTION, "PALIER_HOTES": ""}, "PALIER_HOTES est vide"),
        ({**PRODUCTION, "DATABASE_URL": ""}, "DATABASE_URL est vide"),
        ({**PRODUCTION, "DATABASE_URL": "mysql://x"}, "DATABASE_URL : écrivez"),
        ({**PRODUCTION, "PALIER_MANDATAIRE_TLS": "peut-être"}, "PALIER_MANDATAIRE_TLS vaut « peut-être »"),
    ],
)
def test_a_bad_setting_is_one_french_line(variables: dict[str, str], words: str) -> None:
    done = palier("servir", **variables)
    assert done.returncode == 1
    assert words in done.stderr
    assert len(done.stderr.splitlines()) == 1


def test_config_lists_every_setting_and_masks_secrets() -> None:
    done = palier("config", PALIER_SECRET_KEY="tres-secret", PALIER_PORT="8123")
    assert done.returncode == 0
    assert "tres-secret" not in done.stdout
    assert "PALIER_PORT=8123\n    environnement" in done.stdout
    for variable in environment.VARIABLES:
        assert f"{variable.name}=" in done.stdout


def test_the_demo_is_refused_in_production() -> None:
    done = palier("demo", **PRODUCTION)
    assert (done.returncode, len(done.stderr.splitlines())) == (1, 1)


def test_a_taken_port_is_said() -> None:
    with socket.socket() as held:
        held.bind(("127.0.0.1", 0))
        held.listen()
        done = palier("servir", "--port", str(held.getsockname()[1]), DATABASE_URL="postgresql://x@localhost/x")
    assert done.returncode == 1
    assert "est déjà pris" in done.stderr


def test_check_deploy_is_silent_in_production(tmp_path: Path) -> None:
    done = palier("check", "--deploy", "--fail-level", "WARNING", PALIER_VAR=str(tmp_path), **PRODUCTION)
    assert done.returncode == 0, done.stdout + done.stderr
    assert "no issues" in done.stdout


def test_cookies_of_production(tmp_path: Path) -> None:
    code = "from django.conf import settings as s; print(s.SESSION_COOKIE_NAME, s.CSRF_COOKIE_NAME, "
    code += "s.SESSION_COOKIE_SECURE, s.CSRF_COOKIE_SECURE, s.SESSION_COOKIE_HTTPONLY, s.CSRF_COOKIE_HTTPONLY)"
    env = {**os.environ, "PYTHONPATH": str(ROOT / "src"), "DJANGO_SETTINGS_MODULE": "palier.config.settings"}
    env |= {**PRODUCTION, "PALIER_VAR": str(tmp_path)}
    done = subprocess.run([sys.executable, "-c", code], env=env, capture_output=True, text=True, check=True)
    assert done.stdout.split() == ["__Host-palier_session", "__Host-palier_csrf", "True", "True", "True", "True"]


# Refusals to start ----------------------------------------------------------------------------------------------------


@pytest.fixture
def sound(db: None, as_app_role: Callable[[], None], settings: LazySettings, tmp_path: Path) -> LazySettings:
    """A sound production: what each test below then spoils. (The fast cluster of tests is judged apart.)"""
    key = tmp_path / "kek"
    key.write_bytes(os.urandom(32))
    key.chmod(0o600)
    settings.IS_PRODUCTION, settings.PALIER_TLS, settings.DEBUG = True, True, False
    settings.SECRET_KEY, settings.PALIER_KEK_FILE, settings.PALIER_FAULTS = "k9Zq7-mB" * 8, key, ""
    as_app_role()
    return settings


def test_a_sound_start_has_no_problem(sound: LazySettings) -> None:
    assert start_checks.problems() == []


@pytest.mark.parametrize(
    ("name", "value", "words"),
    [
        ("DEBUG", True, "DEBUG est allumé"),
        ("PALIER_TLS", False, "PALIER_MANDATAIRE_TLS"),
        ("PALIER_FAULTS", "apres_commit", "PALIER_FAULTS"),
        ("SECRET_KEY", environment.SAMPLE_SECRET, "PALIER_SECRET_KEY"),
        ("SECRET_KEY", "courte", "PALIER_SECRET_KEY"),
        ("PALIER_KEK_FILE", ROOT / "README.md", "dans l’arbre du programme"),
        ("PALIER_KEK_FILE", Path("/nulle/part"), "n’existe pas"),
        ("PALIER_ANTIVIRUS_EXIGE", True, "PALIER_CLAMD"),
        ("PALIER_STOCKAGE", "ftp://ailleurs", "PALIER_STOCKAGE"),
    ],
)
def test_production_settings_refused(sound: LazySettings, name: str, value: Any, words: str) -> None:
    setattr(sound, name, value)
    assert any(words in line for line in start_checks.problems())


def test_a_readable_or_sample_key_is_refused(tmp_path: Path) -> None:
    key = tmp_path / "kek"
    key.write_text(environment.SAMPLE_SECRET)
    key.chmod(0o644)
    found = " ".join(start_checks.key_problems(key))
    assert "lisible par d’autres" in found
    assert "clé d’exemple" in found


def test_a_fast_cluster_is_refused_outside_tests(sound: LazySettings) -> None:
    sound.PALIER_MODE = "dev"
    found = start_checks.problems()
    assert [line.split(" ")[2] for line in found] == ["fsync", "full_page_writes", "synchronous_commit"]


def test_the_durable_cluster_is_accepted(durable_cluster: postgres.Cluster) -> None:
    with durable_cluster.connect(postgres.APP, postgres.DATABASE) as link:
        for name, good in start_checks.DURABLE.items():
            assert link.execute("SELECT current_setting(%s)", [name]).fetchone()[0] in good  # type: ignore[index]


def test_a_superuser_or_a_writer_of_events_is_refused(sound: LazySettings) -> None:
    table = database.append_only_tables()[0]
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute(f"GRANT UPDATE ON {table} TO {postgres.APP}")
        cursor.execute(f"SET ROLE {postgres.APP}")
    assert any("le droit UPDATE" in line for line in start_checks.problems())


def test_a_clock_that_is_off_is_refused(sound: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    class Late(datetime):
        @classmethod
        def now(cls, tz: Any = None) -> "Late":
            return cls.fromtimestamp((datetime.now(UTC) - timedelta(minutes=6)).timestamp(), tz)

    monkeypatch.setattr(start_checks, "datetime", Late)
    assert any("horloge" in line for line in start_checks.problems())


def test_pending_migrations_are_refused(sound: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(health, "_applied", [])
    with connection.cursor() as cursor:
        cursor.execute("RESET ROLE")
        cursor.execute("DELETE FROM django_migrations WHERE app = 'base'")
    assert any("migrations attendent" in line for line in start_checks.problems())


def test_an_old_server_is_refused(sound: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(start_checks, "OLDEST_SERVER", 990_000)
    assert any("trop ancien" in line for line in start_checks.problems())


def test_trust_authentication_is_seen(sound: LazySettings, monkeypatch: pytest.MonkeyPatch) -> None:
    assert start_checks.accepts_any_password() is False

    class Open:
        def close(self) -> None: ...

    monkeypatch.setattr(start_checks.psycopg, "connect", lambda **words: Open())
    assert any("n’importe quel mot de passe" in line for line in start_checks.problems())


# Small parts ----------------------------------------------------------------------------------------------------------


def test_ready_says_what_is_missing(client: Any, db: None) -> None:
    answer = client.get("/sante/pret")
    assert (answer.status_code, answer.json()["base"], answer.json()["file"]) == (503, "oui", "non")
    assert client.get("/sante/vivant").json() == {"etat": "vivant"}
    assert "no-store" in answer.headers["Cache-Control"]


def test_a_long_password_is_refused_in_french() -> None:
    MaximumLengthValidator(128).validate("é" * 128)
    with pytest.raises(ValidationError, match="129 caractères"):
        MaximumLengthValidator(128).validate("é" * 129)


def test_the_watchdog_cuts_a_body_that_does_not_come() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        reader = BodyWatchdog(lambda environ, start: [environ["gunicorn.socket"].recv(10)], seconds=0.1)
        assert list(reader({"gunicorn.socket": ours, "CONTENT_LENGTH": "5"}, lambda *_: None)) == [b""]


def test_the_watchdog_lets_a_body_pass() -> None:
    ours, theirs = socket.socketpair()
    with ours, theirs:
        theirs.send(b"corps")
        reader = BodyWatchdog(lambda environ, start: [environ["gunicorn.socket"].recv(10)], seconds=5)
        assert list(reader({"gunicorn.socket": ours, "CONTENT_LENGTH": "5"}, lambda *_: None)) == [b"corps"]
