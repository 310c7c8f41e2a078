"""Addresses of the applicant's portal."""

from django.urls import URLPattern, URLResolver, include, path

from palier.portals.demandeur import account, filing, household, wizard

app_name = "demandeur"
urlpatterns: list[URLPattern | URLResolver] = [
    path("entree/", account.entree, name="entree"),
    path("compte/chapeau/", account.chapeau, name="chapeau"),
    path("compte/renvoyer/", account.renvoyer, name="renvoyer"),
    path("mon-espace/", wizard.accueil, name="accueil"),
    path("demande/numero/", wizard.numero, name="numero"),
    path("demande/attestation/", filing.attestation, name="attestation"),
    path("demande/code/", filing.code, name="code"),
    path("demande/renoncer/", filing.renoncer, name="renoncer"),
    path("demande/menage/personne/", household.personne, name="personne_ajouter"),
    path("demande/menage/personne/<uuid:personne_id>/", household.personne, name="personne"),
    path("demande/menage/personne/<uuid:personne_id>/retirer/", household.retirer, name="personne_retirer"),
    path("demande/<slug:etape>/", wizard.etape, name="etape"),
    path("", include("palier.portals.demandeur.candidatures")),
    path("", include("palier.portals.demandeur.propositions")),
    path("", include("palier.portals.demandeur.contest")),
]
