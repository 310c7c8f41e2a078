"""Django's record of the parc room."""

from django.apps import AppConfig


class ParcConfig(AppConfig):
    name = "palier.parc"
    label = "parc"
    default_auto_field = "django.db.models.BigAutoField"
