"""Django's record of the api room."""

from django.apps import AppConfig


class ApiConfig(AppConfig):
    name = "palier.api"
    label = "api"
    default_auto_field = "django.db.models.BigAutoField"
