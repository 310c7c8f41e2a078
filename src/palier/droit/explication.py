"""One renderer: a verdict becomes the lines that the page, the API, the mail and the letter all say."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal
from functools import cache
from string import Formatter
from typing import Any, Protocol

from palier.droit.bareme import dictionnaire
from palier.droit.mots import INSECABLE
from palier.droit.pieces import libelle_piece as libelle_francais
from palier.droit.verdict import Fait, Manquant, Motif

FRANCAIS, ANGLAIS = "fr", "en"
MOTIF, MANQUANT = "motif", "manquant"
RANG_PERSONNE = 2
"""Place of the person's id in the path of a fact: `menage.personnes.p1.naissance`."""


class Explicable(Protocol):
    """Anything with reasons and missing facts."""

    @property
    def motifs(self) -> tuple[Motif, ...]:
        """Return the reasons."""

    @property
    def manquants(self) -> tuple[Manquant, ...]:
        """Return what is missing."""


@dataclass(frozen=True)
class Ligne:
    """One sentence of a verdict: its kind, words, the language of the words, reference, key, fact and piece asked."""

    kind: str
    code: str
    texte: str
    langue: str
    reference: str = ""
    fait: str = ""
    piece: str | None = None
    piece_libelle: str = ""


def explication(verdict: Explicable, langue: str = FRANCAIS) -> tuple[Ligne, ...]:
    """Return the reasons of a verdict, then what is missing; French where the English catalogue is silent."""
    return (
        *(_motif(motif, langue) for motif in verdict.motifs),
        *(_manquant(manquant, langue) for manquant in verdict.manquants),
    )


def explication_texte(verdict: Explicable, langue: str = FRANCAIS) -> str:
    """Return a verdict as plain text, one sentence a line, each with its reference or the piece that settles it."""
    return "\n".join(_texte(ligne) for ligne in explication(verdict, langue))


def cle_manquant(manquant: Manquant) -> str:
    """Return the key of the sentence: its code, or the path with `*` for a person's id and for a year."""
    if manquant.code:
        return manquant.code
    segments = manquant.fait.split(".")
    personnel = segments[:RANG_PERSONNE] == ["menage", "personnes"] and len(segments) > RANG_PERSONNE + 1
    return ".".join(
        "*" if segment.isdigit() or (personnel and rang == RANG_PERSONNE) else segment
        for rang, segment in enumerate(segments)
    )


def _motif(motif: Motif, langue: str) -> Ligne:
    """Render one reason."""
    texte, dite = _phrase("motifs", motif.code, motif.faits, motif.texte, langue)
    return Ligne(MOTIF, motif.code, texte, dite, reference=motif.reference)


def _manquant(manquant: Manquant, langue: str) -> Ligne:
    """Render one missing fact."""
    code = cle_manquant(manquant)
    texte, dite = _phrase("manquants", code, manquant.faits, manquant.texte, langue)
    libelle = libelle_piece(manquant.piece, langue) if manquant.piece else ""
    return Ligne(MANQUANT, code, texte, dite, fait=manquant.fait, piece=manquant.piece, piece_libelle=libelle)


def _phrase(famille: str, code: str, faits: Mapping[str, Fait], francais: str, langue: str) -> tuple[str, str]:
    """Return a sentence and its language."""
    modele = catalogue()[famille].get(code) if langue == ANGLAIS else None
    if modele is None or any(faits.get(nom) is None for nom in champs(modele)):
        return francais, FRANCAIS
    texte = _Anglais().vformat(modele, (), faits)
    return texte[:1].upper() + texte[1:], ANGLAIS


def champs(modele: str) -> set[str]:
    """Return the names of the facts that a sentence of the catalogue says."""
    return {nom for _, nom, _, _ in Formatter().parse(modele) if nom}


def libelle_piece(code: str, langue: str = FRANCAIS) -> str:
    """Return the label of a piece; its code when it is local to a grid."""
    nom: str | None = catalogue()["pieces"].get(code) if langue == ANGLAIS else None
    return nom or libelle_francais(code)


def obtenir(code: str, langue: str = FRANCAIS) -> str:
    """Return how to obtain a piece, in one sentence; "" when nothing is known."""
    return str(dictionnaire("obtenir")["piece"].get(code, {}).get(langue, ""))


def _texte(ligne: Ligne) -> str:
    """Return one line of plain text."""
    suite = ligne.reference or ligne.piece_libelle
    return f"- {ligne.texte}{f' ({suite})' if suite else ''}"


@cache
def catalogue() -> Mapping[str, Any]:
    """Return the English sentences: `motifs` by code, `manquants` by key; the other tables hold words by value."""
    return dictionnaire("explications.en")


class _Anglais(Formatter):
    """Fills `{plafond:euros}`, `{depuis:date}`, `{personnes:person|people}`, `{taux:percent}`, `{piece:pieces}`."""

    def format_field(self, value: Any, format_spec: str) -> str:
        """Write one value in English: as its shape says, or in the words of the table so named."""
        if "|" in format_spec:
            un, plusieurs = format_spec.split("|")
            return f"{_nombre(value)}{INSECABLE}{un if value == 1 else plusieurs}"
        if format_spec in FORMES:
            return FORMES[format_spec](value)
        if format_spec:
            return str(catalogue()[format_spec].get(str(value), value))
        return str(value) if isinstance(value, (str, int)) else _nombre(value)


def _nombre(valeur: Fait | Decimal) -> str:
    """Write a number: « 1,718 », « 12.5 »."""
    exact = Decimal(str(valeur))
    return f"{exact.normalize():,f}" if exact != exact.to_integral_value() else f"{int(exact):,}"


def _euros(valeur: Fait) -> str:
    """Write an amount of euros: « €1,718 », « €888.89 »."""
    exact = Decimal(str(valeur))
    signe = "-" if exact < 0 else ""
    return f"{signe}€{abs(exact):,.{0 if exact == exact.to_integral_value() else 2}f}"


def _jour(valeur: Fait) -> str:
    """Write an ISO date: « 24 November 2026 »."""
    quand = date.fromisoformat(str(valeur))
    return f"{quand.day} {catalogue()['mois'][quand.month - 1]} {quand.year}"


def _pourcent(valeur: Fait) -> str:
    """Write a ratio: 0.2773 is « 27.73% »."""
    return f"{_nombre(Decimal(str(valeur)) * 100)}%"


FORMES = {"euros": _euros, "date": _jour, "percent": _pourcent}
