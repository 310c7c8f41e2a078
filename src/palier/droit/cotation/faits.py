"""Facts of a household for a grid: one flat mapping by dotted path, and the pieces held."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Decimal

from palier.droit import champs
from palier.droit.champs import CasInvalide
from palier.droit.cotation.expression import Valeur
from palier.droit.foyer import selon_foyer
from palier.droit.menage import Cas, Menage, lire_cas
from palier.droit.situation import BOOLEEN, NOMBRE, faits_situation

ANCIENNETE_MAXIMUM = 1_200
NOMBRE_MAXIMUM, NOMBRE_MINIMUM = Decimal(10) ** 12, Decimal(10) ** -12
CLES_CALCULEES = ("situation", "pieces", "anciennete_mois", "menage", "offre", "au", "id")


@dataclass(frozen=True)
class Faits:
    """Facts by dotted path (absent = unknown), and pieces by code with the last day of validity (None = none)."""

    valeurs: Mapping[str, Valeur]
    pieces: Mapping[str, date | None]

    def json(self) -> dict[str, object]:
        """Return a form to store with a frozen list; `Faits.depuis_json` gives equal facts back."""
        return {
            "valeurs": {cle: en_json(valeur) for cle, valeur in self.valeurs.items()},
            "pieces": {code: fin.isoformat() if fin else None for code, fin in self.pieces.items()},
        }

    @classmethod
    def depuis_json(cls, stocke: Mapping[str, object]) -> Faits:
        """Read what `json` wrote."""
        valeurs: dict[str, Valeur] = {}
        for chemin, valeur in champs.objet(stocke["valeurs"], "valeurs").items():
            _aplatit(chemin, valeur, valeurs)
        pieces = champs.objet(stocke["pieces"], "pieces")
        fins = {code: None if fin is None else champs.une_date(fin, f"pieces.{code}") for code, fin in pieces.items()}
        return cls(valeurs, fins)


def en_json(valeur: Valeur | None) -> object:
    """Return a JSON scalar: a whole number, a float, a text, a boolean or null."""
    if isinstance(valeur, Decimal):
        return int(valeur) if valeur == valeur.to_integral_value() else float(valeur)
    return valeur


def faits_cotation(
    source: Mapping[str, object] | Menage | None,
    situation: Mapping[str, object] | None = None,
    anciennete_mois: int | None = None,
    offre: Mapping[str, object] | None = None,
    *,
    au: date | None = None,
    pieces: object = (),
) -> Faits:
    """Build the facts from a case of the contract (a JSON object) or from a household.

    Arguments given beside a case win over its keys. `pieces`: codes, or {code, expire_le}, or a mapping
    code -> last day (or None). CasInvalide says what to mend. `au` is needed with a household.
    """
    if isinstance(source, Mapping):
        return _depuis_cas(source, situation, anciennete_mois, offre, pieces)
    if source is not None and au is None:
        raise ValueError("au is needed with a household")
    valeurs: dict[str, Valeur] = {}
    if source is not None and au is not None:
        valeurs.update(_faits_menage(Cas(au, menage=source)))
    return _complete(valeurs, situation, anciennete_mois, offre, pieces)


def _depuis_cas(
    brut: Mapping[str, object],
    situation: Mapping[str, object] | None,
    anciennete_mois: int | None,
    offre: Mapping[str, object] | None,
    pieces: object,
) -> Faits:
    """Build the facts of a case: computed ones, then any other key of the case by dotted path."""
    cas = lire_cas(brut)
    valeurs: dict[str, Valeur] = dict(_faits_menage(cas))
    for cle, valeur in brut.items():
        if cle not in CLES_CALCULEES:
            _aplatit(cle, valeur, valeurs)
    menage = brut.get("menage")
    if isinstance(menage, Mapping):
        for cle, valeur in menage.items():
            if cle != "personnes" and f"menage.{cle}" not in valeurs:
                _aplatit(f"menage.{cle}", valeur, valeurs)
    lues = {cle: brut.get(cle) for cle in ("situation", "offre")}
    for cle, valeur in lues.items():
        if valeur is not None:
            champs.objet(valeur, cle)
    anciennete = anciennete_mois if anciennete_mois is not None else brut.get("anciennete_mois")
    return _complete(
        valeurs,
        situation if situation is not None else champs.objet(lues["situation"] or {}, "situation"),
        anciennete,
        offre if offre is not None else champs.objet(lues["offre"] or {}, "offre"),
        pieces or brut.get("pieces") or (),
    )


def _complete(
    valeurs: dict[str, Valeur],
    situation: Mapping[str, object] | None,
    anciennete: object,
    offre: Mapping[str, object] | None,
    pieces: object,
) -> Faits:
    """Add situation, seniority, offer and pieces."""
    if anciennete is not None:
        valeurs["anciennete_mois"] = Decimal(champs.entier(anciennete, "anciennete_mois", maximum=ANCIENNETE_MAXIMUM))
    for nom, valeur in (situation or {}).items():
        _verifie_situation(nom, valeur)
        _aplatit(f"situation.{nom}", valeur, valeurs)
    for nom, valeur in (offre or {}).items():
        _aplatit(f"offre.{nom}", valeur, valeurs)
    return Faits(valeurs, lire_pieces(pieces))


def _verifie_situation(nom: str, valeur: object) -> None:
    """Check a fact of the dictionary against its type; a local fact is free."""
    if valeur is None:
        return
    connu = faits_situation().get(nom)
    if connu is not None and connu.type == BOOLEEN:
        champs.booleen(valeur, connu.chemin)
    if connu is not None and connu.type == NOMBRE:
        champs.decimal(valeur, connu.chemin)


def _aplatit(chemin: str, valeur: object, vers: dict[str, Valeur]) -> None:
    """Write scalars by dotted path; lists and null are no facts."""
    if isinstance(valeur, Mapping):
        for cle, interne in valeur.items():
            _aplatit(f"{chemin}.{cle}", interne, vers)
    elif isinstance(valeur, bool | str):
        vers[chemin] = valeur
    elif isinstance(valeur, int | float | Decimal):
        vers[chemin] = _nombre(valeur, chemin)


def _nombre(valeur: int | float | Decimal, chemin: str) -> Decimal:
    """Return a number that grids can compute with, negative or not."""
    exact = champs.exact_decimal(valeur)
    if not exact.is_finite():
        raise CasInvalide(chemin, valeur, "un nombre fini est attendu.")
    if abs(exact) > NOMBRE_MAXIMUM or 0 < abs(exact) < NOMBRE_MINIMUM:
        raise CasInvalide(chemin, valeur, "ce nombre est trop grand ou trop petit, corrigez-le.")
    return exact


def _faits_menage(cas: Cas) -> dict[str, Valeur]:
    """Return `menage.adultes`, `menage.a_charge`, `menage.personnes`; absent when not established."""
    if cas.menage is None:
        return {}
    faits: dict[str, Valeur] = {"menage.adultes": Decimal(len(cas.menage.adultes))}
    a_charge, _ = selon_foyer(cas, lambda foyer: len(foyer.a_charge))
    if a_charge is not None:
        faits["menage.a_charge"] = Decimal(a_charge)
        faits["menage.personnes"] = Decimal(len(cas.menage.adultes) + a_charge)
    return faits


def lire_pieces(brutes: object) -> dict[str, date | None]:
    """Read the pieces held: the longest validity wins when a code comes twice."""
    if isinstance(brutes, Mapping):
        return {str(code): _fin(fin, f"pieces.{code}") for code, fin in brutes.items()}
    lues: dict[str, date | None] = {}
    for rang, brute in enumerate(champs.liste(brutes, "pieces"), 1):
        champ = f"pieces[{rang}]"
        if isinstance(brute, Mapping):
            code = champs.texte(brute.get("code"), f"{champ}.code")
            fin = _fin(brute.get("expire_le"), f"{champ}.expire_le")
        else:
            code, fin = champs.texte(brute, champ), None
        if code in lues:
            ancienne = lues[code]
            fin = None if fin is None or ancienne is None else max(fin, ancienne)
        lues[code] = fin
    return lues


def _fin(valeur: object, champ: str) -> date | None:
    """Read the last day of a piece: a date, its text, or none."""
    return valeur if valeur is None or isinstance(valeur, date) else champs.une_date(valeur, champ)
