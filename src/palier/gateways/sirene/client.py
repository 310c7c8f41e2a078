"""The real client of the Sirene API (INSEE): one GET per establishment."""

from typing import Any

import httpx

from palier.gateways import outage
from palier.gateways.sirene.facts import Etablissement, normalise_siret

SERVICE, LABEL = "sirene", "Le répertoire des entreprises (Sirene)"
# Lower bound of each bracket of employees (INSEE, variable trancheEffectifs); NN = no employee known.
BRACKETS = {
    "00": 0, "01": 1, "02": 3, "03": 6, "11": 10, "12": 20, "21": 50, "22": 100, "31": 200, "32": 250, "41": 500,
    "42": 1000, "51": 2000, "52": 5000, "53": 10000,
}  # fmt: skip


class SireneApi:
    """`url` is the root of the API (`https://…/api-sirene/3.11`), `key` the subscription key."""

    def __init__(self, url: str, key: str, transport: httpx.BaseTransport | None = None) -> None:
        self.url = url.rstrip("/")
        self.headers = {"X-INSEE-Api-Key-Integration": key, "Accept": "application/json"}
        self.transport = transport

    def etablissement(self, numero: str) -> Etablissement | None:
        siret = normalise_siret(numero)
        try:
            with httpx.Client(timeout=outage.TIMEOUT_SECONDS, transport=self.transport) as client:
                answer = client.get(f"{self.url}/siret/{siret}", headers=self.headers)
            if answer.status_code == httpx.codes.NOT_FOUND:
                return None
            answer.raise_for_status()
            return read(siret, answer.json()["etablissement"])
        except (httpx.HTTPError, ValueError, KeyError, TypeError) as error:
            raise outage.GatewayDown(SERVICE, f"{LABEL} ne répond pas en ce moment.") from error


def read(siret: str, raw: dict[str, Any]) -> Etablissement:
    """One answer of the API as an establishment. KeyError or TypeError when it has not the documented form."""
    unit = raw["uniteLegale"]
    category, activity = unit.get("categorieJuridiqueUniteLegale"), unit.get("activitePrincipaleUniteLegale")
    name = unit.get("denominationUniteLegale") or unit.get("nomUniteLegale") or ""
    return Etablissement(
        siret=siret,
        nom=name,
        secteur=secteur_of(category or "", activity or ""),
        effectif=BRACKETS.get(unit.get("trancheEffectifsUniteLegale") or ""),
        commune_code=raw["adresseEtablissement"].get("codeCommuneEtablissement") or "",
    )


def secteur_of(category: str, activity: str) -> str:
    """The sector by legal category (41xx: EPIC; 7xxx: public) and activity (NAF 01 to 03: agricultural)."""
    if category.startswith("41"):
        return "epic"
    if category.startswith("7"):
        return "public"
    return "agricole" if activity[:2] in ("01", "02", "03") else "prive"
