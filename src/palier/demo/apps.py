"""Django's record of the demo room."""

from django.apps import AppConfig


class DemoConfig(AppConfig):
    name = "palier.demo"
    label = "demo"
    default_auto_field = "django.db.models.BigAutoField"
