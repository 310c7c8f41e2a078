"""What is asked about an employer, and the check of a SIRET before anything is asked."""

import re
from dataclasses import dataclass
from typing import Protocol

from stdnum.exceptions import ValidationError
from stdnum.fr import siren, siret

from palier.base.refusal import NBSP, Refused

FIELD = "SIRET de l'employeur"
SECTEURS = ("prive", "agricole", "epic", "public")


@dataclass(frozen=True, slots=True)
class Etablissement:
    """An establishment. `secteur` is one of SECTEURS; `effectif` a lower bound of the employer's employees, or None."""

    siret: str
    nom: str
    secteur: str
    effectif: int | None
    commune_code: str


class Sirene(Protocol):
    """The national register of establishments. GatewayDown when it does not answer."""

    def etablissement(self, numero: str) -> Etablissement | None:
        """The establishment of this SIRET; None when unknown. Refused when it is not a SIRET."""


def _refused(code: str, detail: str, typed: str, mend: str) -> Refused:
    return Refused(code, detail, field=FIELD, value=typed[:40], mend=mend, status=422)


def normalise_siret(typed: str) -> str:
    """The 14 digits of a valid SIRET (Luhn, rule of La Poste). Refused says what was typed, and the mend."""
    numero = re.sub(r"[\s.\-]+", "", typed)
    if not (numero.isascii() and numero.isdecimal()):
        raise _refused(
            "siret_pas_des_chiffres",
            "Un SIRET n'a que des chiffres.",
            typed.strip(),
            "Il figure sur votre bulletin de salaire. Un code spécifique de votre employeur se saisit à part.",
        )
    if len(numero) == 9 and siren.is_valid(numero):
        raise _refused(
            "siret_est_un_siren",
            f"Ces 9 chiffres sont un SIREN{NBSP}: il désigne l'entreprise, pas l'établissement.",
            typed.strip(),
            "Ajoutez les 5 chiffres qui suivent sur votre bulletin de salaire.",
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
