"""Django's record of the portals.public room."""

from django.apps import AppConfig


class PublicConfig(AppConfig):
    name = "palier.portals.public"
    label = "portal_public"
    default_auto_field = "django.db.models.BigAutoField"
