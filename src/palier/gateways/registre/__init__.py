"""The registration system of the demandes: one gateway for the SNE and the *systèmes particuliers*."""

from palier.base import clock
from palier.gateways import outage
from palier.gateways.registre.client import LABEL, SERVICE, Https, RegistreXml
from palier.gateways.registre.double import carry
from palier.gateways.registre.envelope import parse, serialise
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
from palier.gateways.registre.reading import read_message
from palier.gateways.registre.writing import message

__all__ = [
    "AlreadyRegistered",
    "Attribution",
    "Dossier",
    "Enregistrement",
    "Identite",
    "Membre",
    "Registre",
    "from_text",
    "normalise_numero",
    "registre",
    "to_text",
]


def to_text(dossier: Dossier) -> str:
    """A record as the text of a message, to be kept sealed."""
    return serialise(message("retour", clock.now(), dossier)).decode()


def from_text(text: str) -> Dossier:
    """The record of a kept text. LookupError when it holds none."""
    found = read_message(parse(text.encode())).dossier
    if found is None:
        raise LookupError("the kept message holds no record")
    return found


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
