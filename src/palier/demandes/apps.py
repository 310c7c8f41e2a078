"""Django's record of the demandes room."""

from django.apps import AppConfig


class DemandesConfig(AppConfig):
    name = "palier.demandes"
    label = "demandes"
    default_auto_field = "django.db.models.BigAutoField"
