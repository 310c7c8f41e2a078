"""The real client of the Sirene API (INSEE): one GET per establishment."""

from typing import Any

import httpx

from palier.gateways import outage
from palier.gateways.sirene.facts import Etablissement, normalise_siret

SERVICE, LABEL = "sirene", "Le répertoire des entreprises (Sirene)"
# Bounds of each bracket of employees (INSEE, variable trancheEffectifs); NN = no employee known.
BRACKETS: dict[str, tuple[int, int | None]] = {
    "00": (0, 0), "01": (1, 2), "02": (3, 5), "03": (6, 9), "11": (10, 19), "12": (20, 49), "21": (50, 99),
    "22": (100, 199), "31": (200, 249), "32": (250, 499), "41": (500, 999), "42": (1000, 1999), "51": (2000, 4999),
    "52": (5000, 9999), "53": (10000, None),
}  # fmt: skip
UNKNOWN = (None, None)
CLOSED = ("F", "C")
"""Administrative state of an establishment that closed, and of an employer that ceased."""


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
    low, high = BRACKETS.get(unit.get("trancheEffectifsUniteLegale") or "", UNKNOWN)
    return Etablissement(
        siret=siret,
        nom=name,
        secteur=secteur_of(category or "", activity or ""),
        effectif=low,
        commune_code=raw["adresseEtablissement"].get("codeCommuneEtablissement") or "",
        effectif_max=high,
        ouvert=_is_open(raw),
    )


def _is_open(raw: dict[str, Any]) -> bool:
    """False when the last period of the establishment is closed, or the employer ceased."""
    periods = raw.get("periodesEtablissement") or [{}]
    states = (periods[0].get("etatAdministratifEtablissement"), raw["uniteLegale"].get("etatAdministratifUniteLegale"))
    return not any(state in CLOSED for state in states)


def secteur_of(category: str, activity: str) -> str:
    """The sector by legal category (41xx: EPIC; 7xxx: public) and activity (NAF 01 to 03: agricultural)."""
    if category.startswith("41"):
        return "epic"
    if category.startswith("7"):
        return "public"
    return "agricole" if activity[:2] in ("01", "02", "03") else "prive"
