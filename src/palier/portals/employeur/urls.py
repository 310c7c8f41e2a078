"""Addresses of this portal: the desk, and the page that a one-time link opens without an account."""

from django.urls import URLPattern, path

from palier.portals.employeur import attestation, codes

app_name = "employeur"
urlpatterns: list[URLPattern] = [
    path("", codes.codes, name="codes"),
    path("codes/<uuid:code_id>/revoquer/", codes.revoquer, name="revoquer"),
    path("attestation/merci/", attestation.merci, name="merci"),
    path("attestation/<str:jeton>/", attestation.attestation, name="attestation"),
]
