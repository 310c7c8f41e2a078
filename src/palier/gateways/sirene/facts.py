"""What is asked about an employer, and the check of a SIRET before anything is asked."""

from dataclasses import dataclass
from typing import Protocol

from stdnum.exceptions import ValidationError
from stdnum.fr import siret

from palier.base.refusal import NBSP, Refused
from palier.gateways.sirene.codes import bare, confusion, recognise

FIELD = "SIRET de l'employeur"
SECTEURS = ("prive", "agricole", "epic", "public")


@dataclass(frozen=True, slots=True)
class Etablissement:
    """An establishment. `secteur` is one of SECTEURS.

    The register counts the employees of the whole employer in brackets: `effectif` is the lower bound, `effectif_max`
    the upper one when there is one; None when the register does not say.
    """

    siret: str
    nom: str
    secteur: str
    effectif: int | None
    commune_code: str
    effectif_max: int | None = None
    ouvert: bool = True


class Sirene(Protocol):
    """The national register of establishments. GatewayDown when it does not answer."""

    def etablissement(self, numero: str) -> Etablissement | None:
        """The establishment of this SIRET; None when unknown. Refused when it is not a SIRET."""


def _refused(code: str, detail: str, typed: str, mend: str) -> Refused:
    return Refused(code, detail, field=FIELD, value=typed[:40], mend=mend, status=422)


def normalise_siret(typed: str) -> str:
    """The 14 digits of a valid SIRET (Luhn, rule of La Poste). Refused says what was typed, and the mend."""
    numero = bare(typed)
    mistaken = confusion(numero, "siret")
    if mistaken is not None:
        found = recognise(numero)
        raise _refused(f"siret_est_un_{found.slug if found else ''}", mistaken[0], typed.strip(), mistaken[1])
    if not (numero.isascii() and numero.isdecimal()):
        raise _refused(
            "siret_pas_des_chiffres",
            "Un SIRET n'a que des chiffres.",
            typed.strip(),
            "Il figure sur votre bulletin de salaire. Un code spécifique de votre employeur se saisit à part.",
        )
    if len(numero) != 14:
        raise _refused(
            "siret_longueur",
            f"Un SIRET compte 14 chiffres, vous en avez saisi {len(numero)}.",
            typed.strip(),
            "Recopiez-le depuis votre bulletin de salaire.",
        )
    try:
        valid: str = siret.validate(numero)
    except ValidationError as error:
        raise _refused(
            "siret_cle",
            f"Ces 14 chiffres ne forment pas un SIRET{NBSP}: la clé de contrôle est fausse.",
            typed.strip(),
            f"Un chiffre est sans doute faux ou deux sont inversés{NBSP}: comparez avec votre bulletin de salaire.",
        ) from error
    return valid
