"""Settings of the tests: their own fast cluster (started by tests/conftest.py), no pool, a quick hasher."""

import os

os.environ["PALIER_MODE"] = "test"
os.environ["PALIER_ROLE"] = "owner"
os.environ["DATABASE_URL"] = "postgresql://palier_owner@localhost/a_definir_par_conftest"
os.environ.pop("DATABASE_OWNER_URL", None)

from palier.config.settings import *  # noqa: F403
from palier.config.settings import PALIER_VAR

PASSWORD_HASHERS = ["django.contrib.auth.hashers.MD5PasswordHasher"]
STORAGES = {
    "default": {"BACKEND": "django.core.files.storage.InMemoryStorage"},
    "staticfiles": {"BACKEND": "django.contrib.staticfiles.storage.StaticFilesStorage"},
}
WHITENOISE_USE_FINDERS = True
WHITENOISE_AUTOREFRESH = True
PALIER_KEK_FILE = PALIER_VAR / "pg-essai" / "kek"
PALIER_COURRIER = PALIER_VAR / "essai" / "courrier"
EMAIL_FILE_PATH = PALIER_COURRIER
