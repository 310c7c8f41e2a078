"""The whole map of addresses. The demo's portal exists in every mode but production."""

from django.conf import settings
from django.urls import URLPattern, URLResolver, include, path

from palier.config import health

urlpatterns: list[URLPattern | URLResolver] = [
    path("sante/vivant", health.alive, name="alive"),
    path("sante/pret", health.ready, name="ready"),
    path("compte/", include("allauth.urls")),
    path("", include("palier.portals.public.urls")),
    path("", include("palier.portals.demandeur.urls")),
    path("bailleur/", include("palier.portals.bailleur.urls")),
    path("reservataire/", include("palier.portals.reservataire.urls")),
    path("conseiller/", include("palier.portals.conseiller.urls")),
    path("employeur/", include("palier.portals.employeur.urls")),
    path("collectivite/", include("palier.portals.collectivite.urls")),
    path("protection-des-donnees/", include("palier.portals.dpo.urls")),
    path("audit/", include("palier.portals.auditeur.urls")),
    path("commission/", include("palier.portals.caleol.urls")),
    path("api/", include("palier.api.urls")),
]
if not settings.IS_PRODUCTION:
    urlpatterns.append(path("demo/", include("palier.portals.demo.urls")))
