"""Django's record of the portals.bailleur room."""

from django.apps import AppConfig


class BailleurConfig(AppConfig):
    name = "palier.portals.bailleur"
    label = "portal_bailleur"
    default_auto_field = "django.db.models.BigAutoField"
