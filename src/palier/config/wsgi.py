"""The WSGI application: Django behind the body watchdog."""

import os

from django.core.wsgi import get_wsgi_application

from palier.config.watchdog import BodyWatchdog

os.environ.setdefault("DJANGO_SETTINGS_MODULE", "palier.config.settings")

application = BodyWatchdog(get_wsgi_application())
