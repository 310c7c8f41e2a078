"""Addresses of the public pages."""

from django.urls import URLPattern, path

from palier.portals.public import chances, grids, law, offer, results, search, views
from palier.portals.public.simulateur import views as simulateur

app_name = "public"
urlpatterns: list[URLPattern] = [
    path("", views.home, name="accueil"),
    path("recherche/", search.search, name="recherche"),
    path("offres/<uuid:offre_id>/", offer.offre_page, name="offre"),
    path("offres/<uuid:offre_id>/resultats/", results.results, name="resultats"),
    path("delais/", results.delays, name="delais"),
    path("chances/", chances.card, name="chances"),
    path("communes/suggestions", views.suggestions, name="suggestions"),
    path("simulateur/", simulateur.page, {"langue": "fr"}, name="simulateur"),
    path("simulateur/fichier/", simulateur.fichier, {"langue": "fr"}, name="simulateur_fichier"),
    path("en/simulateur/", simulateur.page, {"langue": "en"}, name="simulateur_en"),
    path("en/simulateur/fichier/", simulateur.fichier, {"langue": "en"}, name="simulateur_fichier_en"),
    path("regles/", views.rules, name="regles"),
    path("grilles/", grids.grids, name="grilles"),
    path("grilles/exemples/<slug:code>/", grids.extract, name="grille_extrait"),
    path("grilles/exemples/<slug:code>/grille.toml", grids.extract_text, name="grille_extrait_texte"),
    path("grilles/<slug:empreinte>/", grids.grid, name="grille"),
    path("grilles/<slug:empreinte>/grille.toml", grids.grid_text, name="grille_texte"),
    path("droit/", law.index, name="droit"),
    path("droit/articles/<slug:slug>/", law.article, name="droit_article"),
    path("droit/pieces/", law.pieces, {"langue": "fr"}, name="droit_pieces"),
    path("en/droit/pieces/", law.pieces, {"langue": "en"}, name="droit_pieces_en"),
    path("droit/<slug:bareme>/", law.values, name="droit_valeurs"),
    path("accessibilite/", views.accessibility, name="accessibilite"),
    path("urgence/", views.danger, name="danger"),
    path("confidentialite/", views.privacy, name="confidentialite"),
    path("aide/", views.help_page, name="aide"),
]
