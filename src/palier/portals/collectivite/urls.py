"""Addresses of this portal."""

from django.urls import URLPattern, path

from palier.portals.collectivite import editor, etudes, views

app_name = "collectivite"
urlpatterns: list[URLPattern] = [
    path("", views.grilles, name="grilles"),
    path("brouillons/nouveau/", views.nouveau, name="nouveau"),
    path("brouillons/<uuid:draft_id>/", editor.brouillon, name="brouillon"),
    path("brouillons/<uuid:draft_id>/texte/", views.texte, name="brouillon_texte"),
    path("brouillons/<uuid:draft_id>/apercu/", views.apercu, name="brouillon_apercu"),
    path("brouillons/<uuid:draft_id>/publier/", views.publier, name="brouillon_publier"),
    path("brouillons/<uuid:draft_id>/ecarter/", views.ecarter, name="ecarter"),
    *etudes.urlpatterns,
]
