"""Django's record of the accounts room."""

from django.apps import AppConfig


class AccountsConfig(AppConfig):
    name = "palier.accounts"
    label = "accounts"
    default_auto_field = "django.db.models.BigAutoField"
