"""Django's record of the estimations room."""

from django.apps import AppConfig


class EstimationsConfig(AppConfig):
    name = "palier.estimations"
    label = "estimations"
    default_auto_field = "django.db.models.BigAutoField"
