"""Django's record of the gateways room."""

from django.apps import AppConfig


class GatewaysConfig(AppConfig):
    name = "palier.gateways"
    label = "gateways"
    default_auto_field = "django.db.models.BigAutoField"
