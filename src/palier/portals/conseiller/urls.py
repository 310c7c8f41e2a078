"""Addresses of this portal."""

from django.urls import URLPattern, path

from palier.portals.conseiller import pieces, views

app_name = "conseiller"
urlpatterns: list[URLPattern] = [
    path("", views.portefeuille, name="portefeuille"),
    path("demandes/<uuid:demande_id>/", views.dossier, name="dossier"),
    path("demandes/<uuid:demande_id>/suivre/", views.suivre, name="suivre"),
    path("demandes/<uuid:demande_id>/rendre/", views.rendre, name="rendre"),
    path("demandes/<uuid:demande_id>/urgence/", views.urgence, name="urgence"),
    path("pieces/<uuid:piece_id>/", pieces.piece, name="piece"),
    path("pieces/<uuid:piece_id>/<int:ordre>/<int:page>/", pieces.image, name="image"),
    path("doublons/", views.doublons, name="doublons"),
    path("doublons/<uuid:doublon_id>/", views.doublon, name="doublon"),
]
