"""The numéro unique of a demande: its form, and the seniority and validity of the demande."""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from functools import cache
from typing import Any

from palier.droit.bareme import bareme, table
from palier.droit.dates import mois_complets, plus_mois
from palier.droit.mots import INSECABLE, francais

EFFACES = re.compile(r"[\s.\-]+")
CARACTERES = re.compile(r"[0-9A-Z]+")


@dataclass(frozen=True)
class NumeroUnique:
    """A number of 18 characters, its parts when they are recognised, and what looks strange (never a refusal)."""

    valeur: str
    territoire: str
    mois: int | None
    annee: int | None
    sequence: str
    guichet: str
    avertissements: tuple[str, ...]

    def __str__(self) -> str:
        """Write the number in groups: « 111 03 18 016982 G1104 »."""
        v = self.valeur
        return INSECABLE.join((v[:3], v[3:5], v[5:7], v[7:13], v[13:]))


class NumeroInvalide(ValueError):
    """A text that cannot be a number; `str()` is one French sentence."""

    def __init__(self, phrase: str) -> None:
        """Set the typography of the sentence."""
        super().__init__(francais(phrase))


def lire_numero_unique(texte: str, departement: str | None = None) -> NumeroUnique:
    """Read a number, spaces ignored (CCH R.441-2-3): 18 characters or NumeroInvalide; the rest only warns."""
    regle = _regle()
    valeur = EFFACES.sub("", texte).upper()
    longueur = int(regle["longueur"])
    if len(valeur) != longueur or not CARACTERES.fullmatch(valeur):
        recu = f"« {texte.strip()[:40]} » ({len(valeur)} caractères)"
        attendu = f"le numéro unique a {longueur} chiffres ou lettres, recopiez-le depuis votre attestation."
        raise NumeroInvalide(f"Numéro unique {recu} : {attendu}")
    trouve = re.fullmatch(regle["expression"], valeur)
    avertissements = [] if trouve else ["Ce numéro n'a pas la forme habituelle. Vérifiez-le sur votre attestation."]
    attendu_territoire = territoire(departement) if departement else None
    if attendu_territoire and valeur[:3] != attendu_territoire:
        avertissements.append(f"Ce numéro ne semble pas venir du département {departement}.")
    return NumeroUnique(
        valeur=valeur,
        territoire=valeur[:3],
        mois=int(trouve["mois"]) if trouve else None,
        annee=2000 + int(trouve["annee"]) if trouve else None,
        sequence=valeur[7:13],
        guichet=valeur[13:],
        avertissements=tuple(avertissements),
    )


def _regle() -> Mapping[str, Any]:
    """Return the rule of the number."""
    regle: Mapping[str, Any] = bareme("demande")["numero_unique"]
    return regle


@cache
def _territoires() -> Mapping[str, str]:
    """Return the territory code by département."""
    return {ligne["code"]: ligne["numero_unique_territoire"] for ligne in table("departements")}


def territoire(departement: str) -> str | None:
    """Return the territory code of a département (`111` in Île-de-France), None when unknown (CCH R.441-2-3)."""
    return _territoires().get(departement) or None


def anciennete_mois(depot: date, au: date) -> int:
    """Return complete months since the first deposit (CCH R.441-2-10), never since the number or the renewal."""
    return mois_complets(depot, au)


def fin_validite(depuis: date) -> date:
    """Return the last day of a demande deposited or renewed on a day: twelve months (CCH R.441-2-7)."""
    return plus_mois(depuis, int(bareme("demande")["validite"]["mois"]))


def debut_preavis(depuis: date) -> date:
    """Return the day when the person is told to renew: one month before the end (CCH R.441-2-7)."""
    return plus_mois(fin_validite(depuis), -int(bareme("demande")["preavis_renouvellement"]["mois"]))


def radiation_non_renouvellement(depuis: date) -> date:
    """Return the day of removal without renewal: thirteen months (CCH R.441-2-8 e)."""
    return plus_mois(depuis, int(bareme("demande")["radiation_non_renouvellement"]["mois"]))


def communes_maximum() -> int:
    """Return the most communes that a demande may name (form, 2020)."""
    return int(bareme("demande")["communes"]["maximum"])


def motifs_radiation() -> Mapping[str, str]:
    """Return the closed list of grounds of removal, slug to sentence (CCH R.441-2-8)."""
    return {ligne["slug"]: ligne["libelle"] for ligne in bareme("demande")["radiation"]}
