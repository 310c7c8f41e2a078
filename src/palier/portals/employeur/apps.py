"""Django's record of the portals.employeur room."""

from django.apps import AppConfig


class EmployeurConfig(AppConfig):
    name = "palier.portals.employeur"
    label = "portal_employeur"
    default_auto_field = "django.db.models.BigAutoField"
