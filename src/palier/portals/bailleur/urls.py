"""Addresses of this portal."""

from django.urls import URLPattern

app_name = "bailleur"
urlpatterns: list[URLPattern] = []
