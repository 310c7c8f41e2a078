"""Django's record of the etudes room."""

from django.apps import AppConfig


class EtudesConfig(AppConfig):
    name = "palier.etudes"
    label = "etudes"
    default_auto_field = "django.db.models.BigAutoField"
