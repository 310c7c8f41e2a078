"""Two questions of a supervisor: is the process alive, and is the service ready (README.md)?"""

from datetime import UTC, datetime, timedelta

from django.apps import apps
from django.db import DatabaseError, connection
from django.db.migrations.executor import MigrationExecutor
from django.http import HttpRequest, JsonResponse
from django.views.decorators.cache import never_cache
from django.views.decorators.http import require_safe

from palier.base.policy import policy

HEARTBEAT = timedelta(seconds=60)
_applied: list[bool] = []


@policy("sante.lire")
@require_safe
@never_cache
def alive(request: HttpRequest) -> JsonResponse:
    """200 as long as this process answers."""
    return JsonResponse({"etat": "vivant"})


@policy("sante.lire")
@require_safe
@never_cache
def ready(request: HttpRequest) -> JsonResponse:
    """200 when the database answers, every migration is applied and a worker beats; 503 otherwise."""
    try:
        parts = {"base": _database(), "migrations": migrated(), "file": _queue()}
    except DatabaseError:
        parts = {"base": False, "migrations": False, "file": False}
    whole = all(parts.values())
    shown = {name: "oui" if good else "non" for name, good in parts.items()}
    return JsonResponse({"etat": "pret" if whole else "indisponible", **shown}, status=200 if whole else 503)


def migrated() -> bool:
    """Whether no migration waits; a yes is remembered for the life of the process."""
    if not _applied:
        executor = MigrationExecutor(connection)
        if executor.migration_plan(executor.loader.graph.leaf_nodes()):
            return False
        _applied.append(True)
    return True


def _database() -> bool:
    with connection.cursor() as cursor:
        cursor.execute("SELECT 1")
    return True


def _queue() -> bool:
    since = datetime.now(UTC) - HEARTBEAT
    workers = apps.get_model("procrastinate", "ProcrastinateWorker")._default_manager
    return workers.filter(last_heartbeat__gte=since).exists()
