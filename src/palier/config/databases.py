"""The `DATABASES` setting: the embedded server, or the one of DATABASE_URL, under the role of this process."""

from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from palier.base import postgres
from palier.config import environment

ENGINE = "django.db.backends.postgresql"
# promises.md D8: milliseconds, for the role of the web and of the worker.
TIMEOUTS = {
    "lock_timeout": 2_000,
    "statement_timeout": 15_000,
    "idle_in_transaction_session_timeout": 10_000,
    "transaction_timeout": 20_000,
}
POOL = {"min_size": 1, "max_size": 8, "timeout": 10}


def cluster() -> postgres.Cluster:
    """The embedded cluster of this installation (not started)."""
    return postgres.Cluster(environment.folder("PALIER_PG_DIR", "pg"))


def role() -> str:
    """`app` or `owner`."""
    value = environment.text("PALIER_ROLE")
    if value not in ("app", "owner"):
        raise environment.BadSetting(f"PALIER_ROLE vaut « {value} » : choisissez app ou owner.")
    return value


def databases() -> dict[str, dict[str, Any]]:
    """Django's DATABASES. Starts the embedded server when DATABASE_URL is empty."""
    chosen = role()
    url = environment.text("DATABASE_URL")
    if url and chosen == "owner":
        url = environment.text("DATABASE_OWNER_URL") or url
    place = parse(url) if url else embedded(chosen)
    return {"default": options(place, chosen)}


def embedded(chosen: str) -> dict[str, Any]:
    """Coordinates of the embedded server, started if need be; refused in production (promises.md NL-9)."""
    if environment.mode() == "production":
        raise environment.BadSetting("DATABASE_URL est vide : en production, le serveur intégré est refusé.")
    running = cluster().ready()
    user = postgres.OWNER if chosen == "owner" else postgres.APP
    return coordinates(running, user, postgres.DATABASE)


def coordinates(running: postgres.Cluster, user: str, name: str) -> dict[str, Any]:
    """The Django keys that reach one database of a cluster."""
    return {"HOST": str(running.sockets), "USER": user, "PASSWORD": running.passwords[user], "NAME": name}


def parse(url: str) -> dict[str, Any]:
    """Django's keys from `postgresql://user:secret@host:port/name?sslmode=…`."""
    parts = urlsplit(url)
    if parts.scheme not in ("postgres", "postgresql") or not parts.path.strip("/"):
        raise environment.BadSetting("DATABASE_URL : écrivez postgresql://compte:secret@hôte:port/base.")
    return {
        "HOST": unquote(parts.hostname or ""),
        "PORT": str(parts.port or ""),
        "USER": unquote(parts.username or ""),
        "PASSWORD": unquote(parts.password or ""),
        "NAME": unquote(parts.path.strip("/")),
        "OPTIONS": dict(parse_qsl(parts.query)),
    }


def options(place: dict[str, Any], chosen: str, *, pool: bool = True) -> dict[str, Any]:
    """Complete coordinates with the pool and the time-outs of the application's role."""
    extra: dict[str, Any] = dict(place.get("OPTIONS", {}))
    if chosen == "app":
        extra["options"] = " ".join(f"-c {name}={value}" for name, value in TIMEOUTS.items())
        if pool:
            extra["pool"] = POOL
    return {"ENGINE": ENGINE, **place, "OPTIONS": extra, "CONN_MAX_AGE": 0, "CONN_HEALTH_CHECKS": True}
