"""Settings of the type checker: every application, and no server."""

import os

os.environ["DATABASE_URL"] = "postgresql://personne@localhost/aucune"

from palier.config.settings import *  # noqa: F403
