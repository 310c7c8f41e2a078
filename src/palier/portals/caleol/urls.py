"""Addresses of this portal."""

from django.urls import URLPattern, path

from palier.portals.caleol import views

app_name = "caleol"
urlpatterns: list[URLPattern] = [
    path("", views.seances, name="seances"),
    path("seances/<uuid:seance_id>/", views.seance_page, name="seance"),
    path("seances/<uuid:seance_id>/signer/", views.signer, name="signer"),
    path("seances/<uuid:seance_id>/<slug:act>/", views.etape, name="etape"),
    path("seances/<uuid:seance_id>/offres/<uuid:offre_id>/", views.point, name="point"),
    path("candidatures/<uuid:candidature_id>/", views.dossier, name="dossier"),
    path("candidatures/<uuid:candidature_id>/<uuid:piece_id>/<int:ordre>/<int:page>/", views.image, name="image"),
]
