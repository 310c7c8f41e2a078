"""Addresses of this portal."""

from django.urls import URLPattern

app_name = "reservataire"
urlpatterns: list[URLPattern] = []
