"""The API object: title, errors, routers."""

from palier.api.problems import PalierAPI, install
from palier.api.routes.person import router as person
from palier.api.routes.public import router as public
from palier.api.routes.simulations import router as simulations

api = PalierAPI(
    title="Palier",
    version="1",
    description="Offres, simulations, demande, candidatures et propositions. Les refus sont des problèmes RFC 9457.",
    docs_url=None,
    urls_namespace="api",
)
install(api)
api.add_router("", public)
api.add_router("", simulations)
api.add_router("", person)
