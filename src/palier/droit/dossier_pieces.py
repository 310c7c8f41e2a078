"""The pieces of a whole dossier: which one, about whom, and those that a person may add without being asked."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from palier.droit.bareme import dictionnaire
from palier.droit.dates import plus_mois
from palier.droit.foyer import majorite
from palier.droit.menage import Cas, Menage, Personne
from palier.droit.pieces import (
    ETAPE_DEPOT,
    ETAPE_INSTRUCTION,
    ETAPE_PREUVE,
    Piece,
    coches,
    hors_demande,
    pieces,
    pieces_exigibles,
)
from palier.droit.verdict import Motif

FOYER_FISCAL = ("mariage", "pacs")
PAR_RESSOURCE = {"salarie": "salaire", "pensionne": "pension", "chomeur": "chomage"}


@dataclass(frozen=True)
class Attendue:
    """One piece to give: `personne` is the id of whom it is about, None for the demandeur or the whole household."""

    code: str
    libelle: str
    court: str
    personne: str | None
    motif: Motif
    bloquante: bool
    sensible: bool = False
    volontaire: bool = False


def pieces_du_dossier(
    cas: Cas, situation: Mapping[str, object], recus: Mapping[str, frozenset[str]] | None = None
) -> tuple[Attendue, ...]:
    """Return what may be asked for before the attribution, once for each person concerned (CCH R.441-2-4-1).

    `recus`: codes of monthly resources (of the form) by id of person; without it a wage is the demandeur's.
    """
    trouvees = []
    for etape in (ETAPE_DEPOT, ETAPE_INSTRUCTION):
        for piece, motif in pieces_exigibles(cas, situation, etape):
            trouvees += [_attendue(piece, motif, qui) for qui in _concernees(piece, cas, recus or {})]
    return tuple(trouvees)


def pieces_de_priorite(situation: Mapping[str, object]) -> tuple[Attendue, ...]:
    """Return the proofs of the priorities declared: never asked for, they may give points (CCH L.441-1)."""
    donnees, connues = dictionnaire("pieces"), pieces()
    codes = dict.fromkeys(fait.piece for fait in coches(situation) if fait.piece)
    preuves = [connues[code] for code in codes if code in connues and connues[code].etape == ETAPE_PREUVE]
    reference, texte = donnees["regle"]["reference"], donnees["raisons"]["situation"]
    return tuple(_attendue(p, Motif("piece_situation", reference, {"piece": p.code}, texte), None) for p in preuves)


def pieces_volontaires() -> tuple[Attendue, ...]:
    """Return what a person may add to save time: on no list, asked for by nobody (arrêté du 22/12/2020)."""
    donnees = dictionnaire("pieces")["hors_liste"]
    return tuple(
        Attendue(
            code=code,
            libelle=libelle,
            court=libelle[:1].lower() + libelle[1:] if not libelle[1:2].isupper() else libelle,
            personne=None,
            motif=Motif("piece_volontaire", donnees["reference"], {"piece": code}, donnees["raisons"][code]),
            bloquante=False,
            volontaire=True,
        )
        for code, libelle in donnees["libelles"].items()
    )


def est_du_demandeur(code: str) -> bool:
    """Tell whether a piece given for nobody in particular is the demandeur's own (CCH R.441-2-3, R.441-2-4-1).

    Others (livret de famille, union, motives) are the household's: any of its persons may be named on them.
    """
    piece = pieces().get(code)
    return piece is not None and piece.pour in ("demandeur", "chaque_personne_a_loger", *PAR_RESSOURCE)


def _attendue(piece: Piece, motif: Motif, personne: str | None) -> Attendue:
    return Attendue(piece.code, piece.libelle, piece.court, personne, motif, piece.bloquante, piece.sensible)


def _concernees(piece: Piece, cas: Cas, recus: Mapping[str, frozenset[str]]) -> tuple[str | None, ...]:
    """Return the ids of those whose own document is needed, None standing for the demandeur or the household."""
    if cas.menage is None:
        return (None,)
    autres = [p for p in cas.menage.personnes if p.role != "demandeur" and not hors_demande(p, p.age(cas.au))]
    majeurs = [p for p in autres if _majeur(p, cas)]
    if piece.pour == "chaque_majeur":
        return tuple(p.id for p in majeurs) or (None,)
    if piece.pour == "chaque_personne_a_loger":
        return (None, *(p.id for p in majeurs if not _meme_foyer(p, cas.menage)))
    if piece.pour in PAR_RESSOURCE:
        return _par_ressource(piece, cas.menage, recus)
    return (None,)


def _majeur(personne: Personne, cas: Cas) -> bool:
    age = personne.age(cas.au)
    return personne.adulte or personne.role == "ascendant" or (age is not None and age >= majorite())


def _meme_foyer(personne: Personne, menage: Menage) -> bool:
    """Tell whether one tax notice serves for both: married or pacsé with the demandeur, or dependent on them."""
    if personne.role == "conjoint":
        return menage.union in FOYER_FISCAL
    return personne.role == "enfant" and personne.a_charge is not False


def _par_ressource(piece: Piece, menage: Menage, recus: Mapping[str, frozenset[str]]) -> tuple[str | None, ...]:
    codes = frozenset(dictionnaire("pieces")["ressources"][PAR_RESSOURCE[piece.pour]])
    trouves = [p for p in menage.personnes if codes & recus.get(p.id, frozenset())]
    return tuple(None if p.role == "demandeur" else p.id for p in trouves) or (None,)


def fin_de_validite(
    code: str, *, datee: date | None = None, expiration: date | None = None, annee_revenus: int | None = None
) -> date | None:
    """Return the last day on which a piece proves, None when it has none (CCH R.441-2-3 ; arrêté du 22/12/2020).

    The day written on it, unless an out-of-date one is admitted; the year of signature of the lease for the incomes
    of year N-2; else the age that the list allows, counted from its date.
    """
    lignes: list[dict[str, Any]] = dictionnaire("pieces")["piece"]
    ligne = next((une for une in lignes if une["code"] == code), {})
    if ligne.get("revenus_n2") and annee_revenus is not None:
        return date(annee_revenus + 2, 12, 31)
    if expiration is not None:
        return None if ligne.get("perimee_admise") else expiration
    mois = ligne.get("fraicheur_mois")
    return plus_mois(datee, mois) if mois is not None and datee is not None else None
