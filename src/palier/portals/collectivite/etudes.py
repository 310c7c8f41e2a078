"""The studies of a grid before a vote."""

from django.urls import URLPattern

urlpatterns: list[URLPattern] = []
