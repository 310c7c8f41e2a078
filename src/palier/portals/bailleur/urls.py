"""Addresses of this portal."""

from django.urls import URLPattern, path

from palier.portals.bailleur import counter, files, stock

app_name = "bailleur"
urlpatterns: list[URLPattern] = [
    path("", stock.home, name="accueil"),
    path("programmes/", stock.programmes, name="programmes"),
    path("programmes/<uuid:programme_id>/", stock.programme, name="programme"),
    path("logements/<uuid:logement_id>/offre/", stock.new_offre, name="nouvelle_offre"),
    path("offres/<uuid:offre_id>/", stock.offre, name="offre"),
    path("offres/<uuid:offre_id>/publier/", stock.publish, name="publier"),
    path("offres/<uuid:offre_id>/retirer/", stock.withdraw, name="retirer"),
    path("offres/<uuid:offre_id>/sans-suite/", files.fruitless, name="sans_suite"),
    path("offres/<uuid:offre_id>/candidats/", files.candidats_offre, name="candidats_offre"),
    path("offres/<uuid:offre_id>/designer/", files.designer, name="designer"),
    path("offres/<uuid:offre_id>/proposer/", files.propose, name="proposer"),
    path("candidats/", files.candidats, name="candidats"),
    path("candidatures/<uuid:candidature_id>/", files.dossier, name="dossier"),
    path("candidatures/<uuid:candidature_id>/<uuid:piece_id>/<int:ordre>/<int:page>/", files.image, name="image"),
    path("candidatures/<uuid:candidature_id>/contact/", files.contact, name="contact"),
    path("candidatures/<uuid:candidature_id>/passer/", files.passer, name="passer"),
    path("candidatures/<uuid:candidature_id>/condition/", files.condition, name="condition"),
    path("commissions/", files.seances, name="seances"),
    path("commissions/<uuid:seance_id>/", files.seance, name="seance"),
    path("commissions/<uuid:seance_id>/<slug:act>/", files.etape, name="etape"),
    path("commissions/<uuid:seance_id>/offres/<uuid:offre_id>/", files.point, name="point"),
    path("propositions/<uuid:proposition_id>/annuler/", files.cancel, name="annuler"),
    path("propositions/<uuid:proposition_id>/bail/", files.prepare_lease, name="preparer_bail"),
    path("baux/", files.leases, name="baux"),
    path("baux/<uuid:bail_id>/signer/", files.sign, name="signer"),
    path("guichet/", counter.guichet, name="guichet"),
    path("guichet/<uuid:demande_id>/", counter.guichet_demande, name="guichet_demande"),
]
