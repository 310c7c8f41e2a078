"""Strict reading of one JSON value: the right type, in range, or one French sentence that says how to mend it."""

from __future__ import annotations

import re
from collections.abc import Collection, Mapping
from datetime import date
from decimal import ROUND_HALF_UP, Decimal

from palier.droit.mots import francais, jour, propre

MONTANT_MAXIMUM = 10_000_000
TEXTE_MAXIMUM = 100
CENTIME = Decimal("0.01")
PREMIERE_ANNEE, DERNIERE_ANNEE = 1900, 2100
MONTANT_TAPE = re.compile(r"[0-9]{1,8}(\.[0-9]{1,2})?")
DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")
Objet = Mapping[str, object]


class CasInvalide(ValueError):
    """A case that cannot be read; `str()` is one French sentence: field, value, mend."""

    def __init__(self, champ: str, valeur: object, remede: str) -> None:
        """Keep the field (dotted path), the value as received and the mend."""
        self.champ, self.valeur, self.remede = champ, valeur, remede
        super().__init__(propre(francais(f"Le champ « {champ[:80]} » vaut {citation(valeur)} : {remede}")))


def citation(valeur: object) -> str:
    """Quote a received value in a sentence, shortened, on one line."""
    if valeur is None:
        return "null"
    if isinstance(valeur, bool):
        return "vrai" if valeur else "faux"
    if isinstance(valeur, dict):
        return "un objet"
    if isinstance(valeur, list):
        return "une liste"
    if isinstance(valeur, int) and valeur.bit_length() > 200:
        return "un très grand nombre"
    texte = " ".join(str(valeur).split())
    court = texte if len(texte) <= 60 else texte[:57] + "…"
    return f"« {court} »" if isinstance(valeur, str) else court


def objet(valeur: object, champ: str) -> Objet:
    """Return a JSON object."""
    if not isinstance(valeur, Mapping):
        raise CasInvalide(champ, valeur, "un objet JSON est attendu.")
    return valeur


def liste(valeur: object, champ: str) -> list[object]:
    """Return a JSON list."""
    if not isinstance(valeur, list | tuple):
        raise CasInvalide(champ, valeur, "une liste JSON est attendue.")
    return list(valeur)


def texte(valeur: object, champ: str) -> str:
    """Return a text."""
    if not isinstance(valeur, str):
        raise CasInvalide(champ, valeur, "un texte entre guillemets est attendu.")
    if not valeur.isprintable() or len(valeur) > TEXTE_MAXIMUM:
        raise CasInvalide(champ, valeur, f"un texte imprimable d'au plus {TEXTE_MAXIMUM} caractères est attendu.")
    return valeur


def choix(valeur: object, champ: str, permis: Collection[str]) -> str:
    """Return one of the allowed texts."""
    if not isinstance(valeur, str) or valeur not in permis:
        raise CasInvalide(champ, valeur, f"choisissez parmi {', '.join(permis)}.")
    return valeur


def booleen(valeur: object, champ: str) -> bool:
    """Return true or false."""
    if not isinstance(valeur, bool):
        raise CasInvalide(champ, valeur, "écrivez true ou false.")
    return valeur


def decimal(valeur: object, champ: str, *, maximum: int = MONTANT_MAXIMUM) -> Decimal:
    """Return a finite number from 0 to `maximum`, as written."""
    if isinstance(valeur, bool) or not isinstance(valeur, int | float | Decimal):
        raise CasInvalide(champ, valeur, _remede_nombre(valeur))
    exact = exact_decimal(valeur)
    if not exact.is_finite():
        raise CasInvalide(champ, valeur, "un nombre fini est attendu.")
    if exact < 0:
        raise CasInvalide(champ, valeur, "un nombre positif ou nul est attendu.")
    if exact > maximum:
        raise CasInvalide(champ, valeur, f"un nombre d'au plus {maximum} est attendu.")
    return exact


def _remede_nombre(valeur: object) -> str:
    """Say how to write a number; an amount typed in French is shown as JSON writes it."""
    tape = re.sub(r"[\s\u00a0\u202f]|€|euros?", "", valeur).replace(",", ".") if isinstance(valeur, str) else ""
    if MONTANT_TAPE.fullmatch(tape):
        return f"écrivez le nombre {tape}, sans guillemets ni espace, avec un point."
    return "un nombre est attendu, sans guillemets, comme 1200.50."


def exact_decimal(valeur: int | float | Decimal) -> Decimal:
    """Return a number as it is written."""
    return Decimal(repr(valeur)) if isinstance(valeur, float) else Decimal(valeur)


def centimes(valeur: object, champ: str) -> int:
    """Return an amount of euros as whole cents, half up."""
    exact = decimal(valeur, champ)
    if 0 < exact < CENTIME:
        raise CasInvalide(champ, valeur, "donnez un montant d'au moins un centime, ou 0.")
    return int((exact * 100).quantize(Decimal(1), ROUND_HALF_UP))


def entier(valeur: object, champ: str, *, maximum: int) -> int:
    """Return a whole number from 0 to `maximum`."""
    exact = decimal(valeur, champ, maximum=maximum)
    if exact != int(exact):
        raise CasInvalide(champ, valeur, "un nombre entier est attendu.")
    return int(exact)


def une_date(valeur: object, champ: str) -> date:
    """Return a calendar date written AAAA-MM-JJ."""
    if not isinstance(valeur, str) or not DATE.fullmatch(valeur):
        raise CasInvalide(champ, valeur, "écrivez une date AAAA-MM-JJ entre guillemets.")
    try:
        return date.fromisoformat(valeur)
    except ValueError as erreur:
        raise CasInvalide(champ, valeur, "cette date n'existe pas dans le calendrier.") from erreur


def date_proche(valeur: object, champ: str) -> date:
    """Return a date of this century or the last, so that months can be added to it."""
    quand = une_date(valeur, champ)
    if not PREMIERE_ANNEE <= quand.year <= DERNIERE_ANNEE:
        raise CasInvalide(champ, valeur, f"donnez une date entre {PREMIERE_ANNEE} et {DERNIERE_ANNEE}.")
    return quand


def date_passee(valeur: object, champ: str, au: date) -> date:
    """Return a date not after `au` and not before 1900."""
    quand = une_date(valeur, champ)
    if quand > au:
        raise CasInvalide(champ, valeur, f"donnez une date au plus tard le {jour(au)}.")
    if quand.year < PREMIERE_ANNEE:
        raise CasInvalide(champ, valeur, f"donnez une date depuis {PREMIERE_ANNEE}.")
    return quand
