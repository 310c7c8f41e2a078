"""Django's record of the portals.dpo room."""

from django.apps import AppConfig


class DpoConfig(AppConfig):
    name = "palier.portals.dpo"
    label = "portal_dpo"
    default_auto_field = "django.db.models.BigAutoField"
