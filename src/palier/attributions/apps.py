"""Django's record of the attributions room."""

from django.apps import AppConfig


class AttributionsConfig(AppConfig):
    name = "palier.attributions"
    label = "attributions"
    default_auto_field = "django.db.models.BigAutoField"
