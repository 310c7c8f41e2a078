"""The registration system of the demandes: one gateway for the SNE and the *systèmes particuliers*."""

from palier.gateways import outage
from palier.gateways.registre.client import LABEL, SERVICE, Https, RegistreXml
from palier.gateways.registre.double import carry
from palier.gateways.registre.facts import (
    AlreadyRegistered,
    Attribution,
    Dossier,
    Enregistrement,
    Identite,
    Membre,
    Registre,
    normalise_numero,
)

__all__ = [
    "AlreadyRegistered",
    "Attribution",
    "Dossier",
    "Enregistrement",
    "Identite",
    "Membre",
    "Registre",
    "normalise_numero",
    "registre",
]


def registre() -> Registre:
    """The registration system of this installation: that of PALIER_REGISTRE_URL, or the double in the demo and tests.

    GatewayDown elsewhere: an invented number would be worse than none.
    """
    if url := outage.option("PALIER_REGISTRE_URL"):
        certificate, key = outage.option("PALIER_REGISTRE_CERTIFICAT"), outage.option("PALIER_REGISTRE_CLE")
        return RegistreXml(Https(url, certificate, key))
    if outage.may_double():
        return RegistreXml(carry)
    raise outage.not_configured(SERVICE, LABEL)
