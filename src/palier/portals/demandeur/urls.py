"""Addresses of the applicant's portal."""

from django.urls import URLPattern, URLResolver, include, path

from palier.portals.demandeur import account, calendar, dashboard, filing, household, register, shared, wizard

app_name = "demandeur"
urlpatterns: list[URLPattern | URLResolver] = [
    path("entree/", account.entree, name="entree"),
    path("compte/chapeau/", account.chapeau, name="chapeau"),
    path("compte/renvoyer/", account.renvoyer, name="renvoyer"),
    path("mon-espace/", shared.landing(dashboard.accueil), name="accueil"),
    path("mon-espace/completude/", dashboard.completude, name="completude"),
    path("mon-espace/prevenir/", calendar.prevenir, name="prevenir"),
    path("mon-espace/prevenir/telephone/", calendar.telephone, name="telephone"),
    path("mon-espace/prevenir/code/", calendar.telephone_code, name="telephone_code"),
    path("mon-espace/prevenir/sms/", calendar.textos, name="textos"),
    path("mon-espace/prevenir/agenda/", calendar.agenda, name="agenda"),
    path("calendrier/<str:jeton>.ics", calendar.flux, name="flux"),
    path("demande/renouveler/", calendar.renouveler, name="renouveler"),
    path("demande/numero/", wizard.numero, name="numero"),
    path("demande/numero/existant/", register.numero_existant, name="numero_existant"),
    path("demande/doublon/<uuid:doublon_id>/", register.doublon, name="doublon"),
    path("demande/attestation/", filing.attestation, name="attestation"),
    path("demande/attestation.pdf", filing.attestation_pdf, name="attestation_pdf"),
    path("demande/formulaire.pdf", filing.formulaire_pdf, name="formulaire_pdf"),
    path("demande/code/", filing.code, name="code"),
    path("demande/renoncer/", filing.renoncer, name="renoncer"),
    path("demande/menage/personne/", household.personne, name="personne_ajouter"),
    path("demande/menage/personne/<uuid:personne_id>/", household.personne, name="personne"),
    path("demande/menage/personne/<uuid:personne_id>/retirer/", household.retirer, name="personne_retirer"),
    path("", include("palier.portals.demandeur.change")),
    path("", include("palier.portals.demandeur.access")),
    path("", include("palier.portals.demandeur.employer")),
    path("", include("palier.portals.demandeur.history")),
    path("", include("palier.portals.demandeur.looked")),
    path("", include("palier.portals.demandeur.pieces")),
    path("", include("palier.portals.demandeur.shared")),
    path("", include("palier.portals.demandeur.candidatures")),
    path("", include("palier.portals.demandeur.estimations")),
    path("", include("palier.portals.demandeur.what_if")),
    path("", include("palier.portals.demandeur.propositions")),
    path("", include("palier.portals.demandeur.contest")),
    path("", include("palier.portals.demandeur.contest_facts")),
    # Last: any other address under demande/ is a step, or a question of one.
    path("demande/<slug:etape>/", wizard.etape, name="etape"),
    path("demande/<slug:etape>/<slug:question>/", wizard.question, name="question"),
]
