"""Addresses of this portal."""

from django.urls import URLPattern, path

from palier.portals.reservataire import views

app_name = "reservataire"
urlpatterns: list[URLPattern] = [
    path("", views.candidats, name="candidats"),
    path("offres/<uuid:offre_id>/", views.candidats_offre, name="candidats_offre"),
    path("offres/<uuid:offre_id>/designer/", views.designer, name="designer"),
    path("candidatures/<uuid:candidature_id>/", views.dossier, name="dossier"),
    path("candidatures/<uuid:candidature_id>/contact/", views.contact, name="contact"),
    path("candidatures/<uuid:candidature_id>/passer/", views.passer, name="passer"),
]
