"""Sirene, the national register of establishments: who the employer is, from the SIRET on a payslip."""

from palier.gateways import outage
from palier.gateways.sirene.client import LABEL, SERVICE, SireneApi
from palier.gateways.sirene.codes import Code, codes, confusion, recognise
from palier.gateways.sirene.double import EMPLOYEURS, SireneDouble
from palier.gateways.sirene.facts import SECTEURS, Etablissement, Sirene, normalise_siret

__all__ = [
    "EMPLOYEURS",
    "SECTEURS",
    "Code",
    "Etablissement",
    "Sirene",
    "codes",
    "confusion",
    "normalise_siret",
    "recognise",
    "sirene",
]


def sirene() -> Sirene:
    """The register of this installation: the API of PALIER_SIRENE_URL, or the double in the demo and the tests."""
    if url := outage.option("PALIER_SIRENE_URL"):
        return SireneApi(url, outage.option("PALIER_SIRENE_CLE"))
    if outage.may_double():
        return SireneDouble()
    raise outage.not_configured(SERVICE, LABEL)
