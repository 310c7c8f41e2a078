"""The shared interface kit: page frame, components, filters. No model, no view."""

from django.apps import AppConfig


class UiConfig(AppConfig):
    """Templates, static files and template tags of every portal."""

    name = "palier.portals.ui"
    label = "ui"
    verbose_name = "Interface"
    default_auto_field = "django.db.models.BigAutoField"
