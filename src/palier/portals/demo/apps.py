"""Django's record of the portals.demo room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "palier.portals.demo"
    label = "portal_demo"
    default_auto_field = "django.db.models.BigAutoField"
