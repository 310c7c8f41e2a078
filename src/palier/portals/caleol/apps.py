"""Django's record of the portals.caleol room."""

from django.apps import AppConfig


class CaleolConfig(AppConfig):
    name = "palier.portals.caleol"
    label = "portal_caleol"
    default_auto_field = "django.db.models.BigAutoField"
