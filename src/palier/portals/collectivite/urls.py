"""Addresses of this portal."""

from django.urls import URLPattern, path

from palier.portals.collectivite import etudes, views

app_name = "collectivite"
urlpatterns: list[URLPattern] = [
    path("", views.grilles, name="grilles"),
    *etudes.urlpatterns,
]
