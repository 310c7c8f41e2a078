"""When Palier refuses to start (promises.md NL-9): one French line a reason, exit status 1."""

import os
import secrets
import sys
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

import django
import psycopg
from django.conf import settings
from django.core.exceptions import ImproperlyConfigured
from django.db import DatabaseError, connection

from palier.base import database
from palier.base.postgres import ServerError
from palier.config import environment, health, static

OLDEST_SERVER = 170_000
SKEW = timedelta(minutes=5)
DURABLE = {
    "fsync": ("on",),
    "full_page_writes": ("on",),
    "data_checksums": ("on",),
    "synchronous_commit": ("on", "remote_write", "remote_apply"),
}
SECRET_LENGTH, DIFFERENT = 50, 5


def problems() -> list[str]:
    """Every reason not to start, in French; empty when all is well."""
    found = list(settings_problems())
    try:
        found += database_problems()
    except DatabaseError as refusal:
        found.append(f"La base de données ne répond pas : {' '.join(str(refusal).split())}")
    return found


def database_problems() -> Iterator[str]:
    """Reasons that the server, the role or the schema give."""
    with connection.cursor() as cursor:
        cursor.execute("SELECT current_setting('server_version_num')::int, clock_timestamp(), current_user")
        version, clock, role = cursor.fetchone() or (0, datetime.now(UTC), "")
        cursor.execute("SELECT rolsuper FROM pg_roles WHERE rolname = current_user")
        superuser = (cursor.fetchone() or (True,))[0]
    if version < OLDEST_SERVER:
        yield f"PostgreSQL {version // 10_000} est trop ancien : il faut la version 17 ou plus."
    if settings.PALIER_MODE != "test":
        yield from durability_problems()
    if superuser:
        yield f"Le rôle « {role} » est superutilisateur : donnez à DATABASE_URL un rôle d’application."
    for table, right in database.append_only_writes(role):
        yield f"Le rôle « {role} » a le droit {right} sur « {table} » : lancez « palier migrer »."
    if abs(clock - datetime.now(UTC)) > SKEW:
        yield "L’horloge de cette machine s’écarte de plus de 5 minutes de celle de la base : réglez-la."
    if not health.migrated():
        yield "Des migrations attendent : lancez « palier migrer »."
    if settings.IS_PRODUCTION and accepts_any_password():
        yield "La base accepte n’importe quel mot de passe (« trust ») : exigez scram-sha-256 dans pg_hba.conf."


def durability_problems() -> Iterator[str]:
    """Server settings under which an acknowledged act could be lost."""
    with connection.cursor() as cursor:
        for name, good in DURABLE.items():
            cursor.execute("SELECT current_setting(%s)", [name])
            value = (cursor.fetchone() or ("",))[0]
            if value not in good:
                yield f"PostgreSQL : {name} vaut « {value} », un acte confirmé pourrait se perdre. Mettez « on »."


def accepts_any_password() -> bool:
    """Whether the server lets us in under a password drawn at random."""
    place: dict[str, Any] = connection.settings_dict
    words = {"host": place["HOST"], "port": place.get("PORT") or None, "user": place["USER"], "dbname": place["NAME"]}
    try:
        psycopg.connect(**words, password=secrets.token_hex(8), connect_timeout=2).close()
    except psycopg.OperationalError:
        return False
    return True


def settings_problems() -> Iterator[str]:
    """Reasons that the settings give; only production is held to them."""
    if not settings.IS_PRODUCTION:
        return
    key = settings.SECRET_KEY
    if len(key) < SECRET_LENGTH or len(set(key)) < DIFFERENT or key == environment.SAMPLE_SECRET:
        yield "PALIER_SECRET_KEY est un exemple ou trop courte : tirez-en une de 50 caractères."
    if settings.DEBUG:
        yield "DEBUG est allumé : éteignez-le en production."
    if not settings.PALIER_TLS:
        yield "PALIER_MANDATAIRE_TLS vaut « non » : en production, servez derrière un mandataire TLS et mettez « oui »."
    if settings.PALIER_FAULTS:
        yield "PALIER_FAULTS est donné : les pannes simulées sont refusées en production."
    yield from key_problems(Path(settings.PALIER_KEK_FILE))
    yield from file_problems()


def file_problems() -> Iterator[str]:
    """Reasons for which every file would be refused: better said at the start than to each person."""
    if settings.PALIER_ANTIVIRUS_EXIGE and not settings.PALIER_CLAMD:
        yield "PALIER_ANTIVIRUS_EXIGE vaut « oui » sans antivirus : donnez PALIER_CLAMD."
    place = settings.PALIER_STOCKAGE
    if "://" in place and not place.startswith("s3://"):
        yield f"PALIER_STOCKAGE vaut « {place} » : donnez un dossier ou s3://seau?endpoint=…"


def key_problems(place: Path) -> Iterator[str]:
    """Reasons that the vault's master key gives."""
    if not place.is_file():
        yield f"PALIER_KEK_FILE : « {place} » n’existe pas. Donnez le fichier de la clé maîtresse."
        return
    if place.resolve().is_relative_to(environment.ROOT):
        yield f"PALIER_KEK_FILE : « {place} » est dans l’arbre du programme. Rangez la clé ailleurs."
    if place.stat().st_mode & 0o077:
        yield f"PALIER_KEK_FILE : « {place} » est lisible par d’autres. Faites chmod 600."
    if environment.SAMPLE_SECRET.encode() in place.read_bytes():
        yield f"PALIER_KEK_FILE : « {place} » est la clé d’exemple. Tirez-en une."


def main() -> int:
    """Judge, and prepare the static files; run as the application's role in a process of its own."""
    os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palier.config.settings")
    try:
        django.setup()
        found = problems()
        connection.close()
    except (environment.BadSetting, ServerError, ImproperlyConfigured) as refusal:
        found = [str(refusal)]
    for line in found[:1]:
        print(f"Palier refuse de démarrer : {line}", file=sys.stderr)
    if not found:
        static.collect()
    return 1 if found else 0


if __name__ == "__main__":
    raise SystemExit(main())
