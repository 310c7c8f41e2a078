"""The baseline of B2: Django with one view and nothing else, on the same database, role and pool."""

from palier.config.settings import *  # noqa: F403

INSTALLED_APPS: list[str] = []
MIDDLEWARE: list[str] = []
AUTH_USER_MODEL = "auth.User"
ROOT_URLCONF = "tests.bench.bare_urls"
WSGI_APPLICATION = "tests.bench.bare_wsgi.application"
