"""What the application's role may do, in one place (promises.md D8).

The owner makes tables; the application reads and writes rows, and may only add to the tables of models that say
`append_only = True`.
"""

from collections.abc import Iterable

from django.apps import apps
from django.db import connection
from django.db.backends.utils import CursorWrapper
from psycopg import sql

WRITES = ("UPDATE", "DELETE", "TRUNCATE")


def append_only_tables() -> tuple[str, ...]:
    """Tables whose rows are never changed: those of the models marked `append_only = True`."""
    return tuple(sorted(m._meta.db_table for m in apps.get_models() if getattr(m, "append_only", False)))


def append_only_writes(role: str) -> list[tuple[str, str]]:
    """Pairs (table, right) that `role` holds and must not: empty when the journal is safe."""
    with connection.cursor() as cursor:
        return [pair for pair in _pairs(append_only_tables()) if _holds(cursor, role, *pair)]


def grant(app: str) -> None:
    """Give the application's role what it needs on this database, as the owner; may be run again at will."""
    with connection.cursor() as cursor:
        for statement in _statements(app):
            cursor.execute(statement.as_string(cursor.connection))


def _pairs(tables: Iterable[str]) -> Iterable[tuple[str, str]]:
    return ((table, right) for table in tables for right in WRITES)


def _holds(cursor: CursorWrapper, role: str, table: str, right: str) -> bool:
    cursor.execute("SELECT has_table_privilege(%s, to_regclass(%s), %s)", [role, table, right])
    row = cursor.fetchone()
    return bool(row and row[0])


def _statements(app: str) -> Iterable[sql.Composed]:
    role = sql.Identifier(app)
    rights = {"TABLES": "SELECT, INSERT, UPDATE, DELETE", "SEQUENCES": "USAGE, SELECT, UPDATE", "ROUTINES": "EXECUTE"}
    yield sql.SQL("GRANT USAGE ON SCHEMA public TO {}").format(role)
    for kind, verbs in rights.items():
        words = sql.SQL(verbs), sql.SQL(kind), role
        yield sql.SQL("GRANT {} ON ALL {} IN SCHEMA public TO {}").format(*words)
        yield sql.SQL("ALTER DEFAULT PRIVILEGES IN SCHEMA public GRANT {} ON {} TO {}").format(*words)
    for table in sorted({*append_only_tables()} & {*connection.introspection.table_names()}):
        yield sql.SQL("REVOKE UPDATE, DELETE, TRUNCATE ON {} FROM {}").format(sql.Identifier(table), role)
