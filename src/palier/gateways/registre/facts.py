"""What is exchanged with the registration system of the demandes (SNE, or a *système particulier*)."""

from dataclasses import dataclass
from datetime import date
from typing import Protocol

from palier.base.refusal import Refused
from palier.droit.numero_unique import NumeroInvalide, lire_numero_unique


@dataclass(frozen=True, slots=True)
class Identite:
    """A person as the system knows them: imported data, to be confirmed by the person."""

    nom: str
    prenom: str
    naissance: date


@dataclass(frozen=True, slots=True)
class Enregistrement:
    """A registered demande. `depose_le` is the first filing: the seniority. `radie_le` is set when it was removed."""

    numero: str
    depose_le: date
    departement: str
    demandeur: Identite
    radie_le: date | None = None
    motif_radiation: str = ""


@dataclass(frozen=True, slots=True)
class Resume:
    """What the system needs to give a number. `reference` is our own id of the demande: asked twice, one number."""

    reference: str
    departement: str
    depose_le: date
    demandeur: Identite


@dataclass(frozen=True, slots=True)
class Attribution:
    """The number given, and the day of filing that it certifies."""

    numero: str
    depose_le: date


class Registre(Protocol):
    """The registration system. Every method: GatewayDown when it does not answer."""

    def check(self, numero: str) -> Enregistrement | None:
        """The demande of this number; None when unknown. Refused when it is not a number at all."""

    def request_number(self, resume: Resume) -> Attribution:
        """A number for a demande; the same answer for the same reference."""

    def radier(self, numero: str, motif: str, au: date) -> Enregistrement:
        """Remove a demande on a ground of `droit.numero_unique.motifs_radiation`. The first removal stands."""


def normalise_numero(typed: str) -> str:
    """The 18 characters, without spaces, in capitals. Refused when there are not 18 letters and digits.

    An unusual shape is no refusal: `droit.numero_unique.lire_numero_unique(…).avertissements` tells it.
    """
    try:
        return lire_numero_unique(typed).valeur
    except NumeroInvalide as error:
        raise Refused("numero_unique_forme", str(error), status=422) from error
