"""Django's record of the territoires room."""

from django.apps import AppConfig


class TerritoiresConfig(AppConfig):
    name = "palier.territoires"
    label = "territoires"
    default_auto_field = "django.db.models.BigAutoField"
