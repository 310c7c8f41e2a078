"""Django's record of the portals.demandeur room."""

from django.apps import AppConfig


class DemandeurConfig(AppConfig):
    name = "palier.portals.demandeur"
    label = "portal_demandeur"
    default_auto_field = "django.db.models.BigAutoField"
