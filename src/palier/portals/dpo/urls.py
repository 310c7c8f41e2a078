"""Addresses of this portal."""

from django.urls import URLPattern, path

from palier.portals.dpo import views

app_name = "dpo"
urlpatterns: list[URLPattern] = [
    path("", views.contestations, name="contestations"),
    path("contestations/<uuid:contestation_id>/", views.contestation, name="contestation"),
    path("contestations/<uuid:contestation_id>/examiner/", views.examiner, name="examiner"),
]
