"""Addresses of this portal."""

from django.urls import URLPattern, path

from palier.portals.auditeur import views

app_name = "auditeur"
urlpatterns: list[URLPattern] = [
    path("", views.equite, name="equite"),
    path("equite/<uuid:audit_id>/", views.audit, name="audit"),
    path("rangs/", views.rangs, name="rangs"),
    path("rangs/<uuid:offre_id>/", views.rang, name="rang"),
    path("journal/", views.journal, name="journal"),
    path("journal/verifier/", views.verifier, name="verifier"),
]
