"""`palier migrer`: the schema, the cache table and the rights of the application's role, as the owner."""

import sys
from urllib.parse import unquote, urlsplit

import django
from django.conf import settings
from django.core.management import call_command
from django.db import DatabaseError, connections

from palier.base import database, postgres
from palier.config import environment


def run(words: list[str]) -> int:
    """0 when the schema is up to date; 1 with the database's reason."""
    django.setup()
    try:
        call_command("migrate", verbosity=0, interactive=False)
        call_command("createcachetable", verbosity=0)
        app = app_role()
        if app != settings.DATABASES["default"]["USER"]:
            database.grant(app)
    except DatabaseError as refusal:
        print(f"Migration refusée : {' '.join(str(refusal).split())}", file=sys.stderr)
        return 1
    finally:
        connections.close_all()
    return 0


def app_role() -> str:
    """The role under which web and worker run: that of DATABASE_URL, or the embedded server's."""
    url = environment.text("DATABASE_URL")
    return unquote(urlsplit(url).username or "") if url else postgres.APP
