"""The simulation of the law over a case: no account, nothing kept."""

from collections.abc import Mapping
from typing import Any

from django.http import HttpRequest, HttpResponse, JsonResponse
from django.utils.cache import patch_vary_headers
from django.utils.translation import get_language_from_request
from ninja import Router

from palier.api import schemas
from palier.api.simulation_schemas import EXEMPLE, CasIn, Simulation, inlined
from palier.base import clock
from palier.base.policy import policy
from palier.base.refusal import Refused
from palier.base.throttle import count_call
from palier.droit.champs import CasInvalide
from palier.droit.explication import ANGLAIS, FRANCAIS, explication
from palier.droit.lecture_json import JsonIllisible, lire_json
from palier.droit.menage import Cas, lire_cas
from palier.droit.simulation import simulation
from palier.droit.verdict import Verdict

router = Router(tags=["public"])
BODY = {
    "requestBody": {
        "required": True,
        "content": {"application/json": {"schema": inlined(CasIn), "example": EXEMPLE}},
    },
    "parameters": [
        {
            "name": "Accept-Language",
            "in": "header",
            "required": False,
            "description": "Langue des phrases des motifs et des manquants : fr (par défaut) ou en.",
            "schema": {"type": "string", "examples": ["en"]},
        }
    ],
}


@router.post(
    "/simulations",
    response={200: Simulation, 400: schemas.Probleme, 422: schemas.Probleme, 429: schemas.Probleme},
    summary="Ce que la loi donne à un foyer",
    openapi_extra=BODY,
)
@policy("simulation.faire")
def simulate(request: HttpRequest) -> HttpResponse:
    """Le cas et la réponse de `palier simuler`. Sans compte, rien n'est gardé."""
    count_call("simulations", request.META.get("REMOTE_ADDR", ""), int(clock.now().timestamp()) // 60)
    language = ANGLAIS if get_language_from_request(request) == ANGLAIS else FRANCAIS
    body = said(simulation(read_case(request.body)), language)
    answer = JsonResponse(body, json_dumps_params={"ensure_ascii": False}, headers={"Content-Language": language})
    patch_vary_headers(answer, ("Accept-Language",))
    return answer


def read_case(body: bytes) -> Cas:
    """The case of a body. Refused with the sentence of the law's reader."""
    try:
        return lire_cas(lire_json(body))
    except CasInvalide as exc:
        raise Refused("cas", str(exc), status=422) from exc
    except JsonIllisible as exc:
        raise Refused(
            "json", "Le corps n'est pas du JSON lisible.", mend="Vérifiez les guillemets et les virgules.", status=400
        ) from exc


def said(tree: Mapping[str, Any], language: str) -> dict[str, Any]:
    """The verdicts in the form of the contract, their sentences in this language."""
    return {
        name: leaf_of(leaf, language) if isinstance(leaf, Verdict) else said(leaf, language)
        for name, leaf in tree.items()
    }


def leaf_of(verdict: Verdict[Any], language: str) -> dict[str, Any]:
    """One verdict; French where the English catalogue is silent."""
    leaf: dict[str, Any] = verdict.json()
    lines = [*leaf["motifs"], *leaf["manquants"]]
    for line, sentence in zip(lines, explication(verdict, language), strict=True):
        line["texte"] = sentence.texte
    return leaf
