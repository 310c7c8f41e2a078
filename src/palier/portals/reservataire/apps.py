"""Django's record of the portals.reservataire room."""

from django.apps import AppConfig


class ReservataireConfig(AppConfig):
    name = "palier.portals.reservataire"
    label = "portal_reservataire"
    default_auto_field = "django.db.models.BigAutoField"
