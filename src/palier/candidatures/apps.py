"""Django's record of the candidatures room."""

from django.apps import AppConfig


class CandidaturesConfig(AppConfig):
    name = "palier.candidatures"
    label = "candidatures"
    default_auto_field = "django.db.models.BigAutoField"
