"""Addresses of this portal."""

from django.urls import URLPattern

app_name = "demandeur"
urlpatterns: list[URLPattern] = []
