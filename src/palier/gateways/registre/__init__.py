"""The registration system of the demandes: one gateway for the SNE and the *systèmes particuliers*."""

from palier.gateways import outage
from palier.gateways.registre.double import LABEL, SERVICE, RegistreDouble
from palier.gateways.registre.facts import (
    Attribution,
    Enregistrement,
    Identite,
    Registre,
    Resume,
    normalise_numero,
)

__all__ = [
    "Attribution",
    "Enregistrement",
    "Identite",
    "Registre",
    "Resume",
    "normalise_numero",
    "registre",
]


def registre() -> Registre:
    """The registration system of this installation: the double in the demo and the tests.

    GatewayDown elsewhere: the XML client of the real system (« interfaceNuu ») is not written yet.
    """
    if outage.may_double():
        return RegistreDouble()
    raise outage.not_configured(SERVICE, LABEL)
