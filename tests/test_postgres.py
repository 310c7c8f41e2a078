"""The embedded server: making, healing, leases, durability (stack.md §2, trust.md NL-6)."""

from collections.abc import Callable

import psycopg
import pytest
from django.db import ProgrammingError, connection

from palier.base import postgres

FSYNCS = "SELECT sum(fsyncs) FROM pg_stat_io WHERE object = 'wal'"


def test_the_app_role_has_no_ddl(db: None, as_app_role: Callable[[], None]) -> None:
    as_app_role()
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("CREATE TABLE intruse (n int)")
