"""Django's record of the coffre room."""

from django.apps import AppConfig


class CoffreConfig(AppConfig):
    name = "palier.coffre"
    label = "coffre"
    default_auto_field = "django.db.models.BigAutoField"
