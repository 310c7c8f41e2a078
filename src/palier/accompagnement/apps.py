"""Django's record of the accompagnement room."""

from django.apps import AppConfig


class AccompagnementConfig(AppConfig):
    name = "palier.accompagnement"
    label = "accompagnement"
    default_auto_field = "django.db.models.BigAutoField"
