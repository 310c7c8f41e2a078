"""Django's record of the portals.collectivite room."""

from django.apps import AppConfig


class CollectiviteConfig(AppConfig):
    name = "palier.portals.collectivite"
    label = "portal_collectivite"
    default_auto_field = "django.db.models.BigAutoField"
