"""Addresses of this portal."""

from django.urls import URLPattern

app_name = "demo"
urlpatterns: list[URLPattern] = []
