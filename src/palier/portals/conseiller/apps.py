"""Django's record of the portals.conseiller room."""

from django.apps import AppConfig


class ConseillerConfig(AppConfig):
    name = "palier.portals.conseiller"
    label = "portal_conseiller"
    default_auto_field = "django.db.models.BigAutoField"
