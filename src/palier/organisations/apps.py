"""Django's record of the organisations room."""

from django.apps import AppConfig


class OrganisationsConfig(AppConfig):
    name = "palier.organisations"
    label = "organisations"
    default_auto_field = "django.db.models.BigAutoField"
