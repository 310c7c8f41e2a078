"""Addresses of this portal; `config.urls` leaves them out in production."""

from django.urls import URLPattern, path

from palier.portals.demo import views

app_name = "demo"
urlpatterns: list[URLPattern] = [
    path("", views.tour_page, name="visite"),
    path("horloge/", views.horloge, name="horloge"),
    path("registre/", views.registre, name="registre"),
    path("courrier/", views.courrier, name="courrier"),
    path("courrier/<str:message_id>/", views.message, name="message"),
]
