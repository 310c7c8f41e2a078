"""Addresses of this portal."""

from django.urls import URLPattern

app_name = "caleol"
urlpatterns: list[URLPattern] = []
