"""Django's record of the portals.auditeur room."""

from django.apps import AppConfig


class AuditeurConfig(AppConfig):
    name = "palier.portals.auditeur"
    label = "portal_auditeur"
    default_auto_field = "django.db.models.BigAutoField"
