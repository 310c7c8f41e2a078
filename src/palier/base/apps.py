"""Django's record of the base room."""

from django.apps import AppConfig


class BaseConfig(AppConfig):
    name = "palier.base"
    label = "base"
    default_auto_field = "django.db.models.BigAutoField"
