"""Django's record of the journal room."""

from django.apps import AppConfig


class JournalConfig(AppConfig):
    name = "palier.journal"
    label = "journal"
    default_auto_field = "django.db.models.BigAutoField"
