"""A grid of points: strict reading of its TOML, and its fingerprint."""

from __future__ import annotations

import hashlib
import json
import re
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from decimal import Context, Decimal
from functools import cache, cached_property
from typing import Any

from palier.droit.bareme import texte_donnees
from palier.droit.cotation.expression import ExpressionInvalide, Noeud, chemin_valide, faits_lus, lire_expression
from palier.droit.mots import francais, nombre, propre
from palier.droit.situation import faits_sensibles

CODE = re.compile(r"[a-z0-9][a-z0-9_-]*")
CODE_PIECE = re.compile(r"[A-Z][A-Z0-9_]*")
CUMULS = ("le_plus_fort", "somme")
EGALITES = ("anciennete",)
CLES_GRILLE = (
    *("code", "libelle", "version", "en_vigueur_depuis", "en_vigueur_jusqu_au", "deliberation", "egalite"),
    *("fictif", "partiel", "statut", "source", "manque", "exemple_attendu", "note", "rubrique"),
)
CLES_RUBRIQUE = ("code", "libelle", "cumul", "reference", "note", "critere")
CLES_CRITERE = ("code", "libelle", "points", "points_par", "si", "piece", "reference", "sensible", "note")
CLES_POINTS_PAR = ("fait", "pas", "points", "plafond")
POINTS_MAXIMUM = 100_000
PAS = (Decimal("0.0001"), Decimal(1_000_000))
EXACT = Context(prec=1_000, traps=[])
POINTS_DE_CLE = 300
"""Dots in one piece of a line: past that no key is written, and reading one takes the square of its parts."""


class GrilleInvalide(ValueError):
    """A grid that cannot be used; `str()` is one French sentence naming rubrique, critère and key.

    The codes as they are written, the key, and for a syntax error the line, say the place to a program.
    """

    def __init__(
        self, phrase: str, *, rubrique: str = "", critere: str = "", cle: str = "", ligne: int | None = None
    ) -> None:
        """Set the typography of the sentence."""
        super().__init__(propre(francais(phrase)))
        self.rubrique, self.critere, self.cle, self.ligne = rubrique, critere, cle, ligne


@dataclass(frozen=True)
class PointsPar:
    """A scale: floor(fact / pas) x points, at most `plafond` points."""

    fait: str
    pas: Decimal
    points: int
    plafond: int | None

    def calcule(self, valeur: Decimal | None) -> int:
        """Return the points of a fact, 0 when absent."""
        if valeur is None:
            return 0
        points = int((valeur / self.pas).to_integral_value("ROUND_FLOOR")) * self.points
        return points if self.plafond is None else min(points, self.plafond)


@dataclass(frozen=True)
class Critere:
    """One line of the grid; `sensible` when it reads a protected fact (P6)."""

    code: str
    libelle: str
    points: int | None
    points_par: PointsPar | None
    si: Noeud | None
    piece: str | None
    reference: str
    sensible: bool
    faits: tuple[str, ...]

    @property
    def maximum(self) -> int | None:
        """Return the most points that the line can bring, None without a cap."""
        return self.points if self.points_par is None else self.points_par.plafond


@dataclass(frozen=True)
class Rubrique:
    """Lines that add up (`somme`) or of which only the highest counts (`le_plus_fort`)."""

    code: str
    libelle: str
    cumul: str
    criteres: tuple[Critere, ...]


@dataclass(frozen=True)
class Grille:
    """A grid in force from a day on, with its fingerprint (SHA-256 of its canonical form)."""

    code: str
    libelle: str
    version: int
    en_vigueur_depuis: date
    en_vigueur_jusqu_au: date | None
    deliberation: str
    egalite: str
    fictif: bool
    rubriques: tuple[Rubrique, ...]
    empreinte: str
    partiel: bool = False
    source: str = ""
    manque: str = ""

    def __hash__(self) -> int:
        """Hash the fingerprint: it stands for every value."""
        return hash(self.empreinte)

    @cached_property
    def points_maximum(self) -> int | None:
        """Return the most points that a household can have, None when a scale has no cap."""
        maxima = [[critere.maximum for critere in rubrique.criteres] for rubrique in self.rubriques]
        if any(maximum is None for ligne in maxima for maximum in ligne):
            return None
        cumuls = [sum if rubrique.cumul == "somme" else max for rubrique in self.rubriques]
        return sum(
            cumul([max(0, maximum or 0) for maximum in ligne]) for cumul, ligne in zip(cumuls, maxima, strict=True)
        )

    @cached_property
    def faits(self) -> tuple[str, ...]:
        """Return the facts that the grid reads, sorted."""
        return tuple(sorted({fait for r in self.rubriques for critere in r.criteres for fait in critere.faits}))

    def critere(self, rubrique: str, critere: str) -> Critere:
        """Return a line by its codes; KeyError when absent."""
        for groupe in self.rubriques:
            for ligne in groupe.criteres:
                if (groupe.code, ligne.code) == (rubrique, critere):
                    return ligne
        raise KeyError(f"{rubrique}.{critere}")


EXEMPLES = ("paris_2014", "rhone", "toulouse_metropole")


@cache
def textes_partiels() -> Mapping[str, str]:
    """Return the texts of the published extracts of real grids, by code: they are read, never used to rank."""
    textes = [texte_donnees(f"donnees/grilles/exemples/{nom}_partiel.toml") for nom in EXEMPLES]
    return {lire_grille(texte).code: texte for texte in textes}


@cache
def grille_fournie(nom: str) -> Grille:
    """Return a grid of this package: `territoire_demo` or `territoire_exemple`."""
    return lire_grille(texte_donnees(f"donnees/grilles/{nom}.toml"))


def tables_toml(texte: str) -> dict[str, Any]:
    """Return the tables of a TOML text; ValueError, ArithmeticError or RecursionError when it cannot be read."""
    for numero, ligne in enumerate(texte.split("\n"), 1):
        if ligne.count(".") > POINTS_DE_CLE and any(un.count(".") > POINTS_DE_CLE for un in ligne.split("=")):
            raise ValueError(f"Key too deep (at line {numero}, column 1)")
    return tomllib.loads(texte, parse_float=Decimal)


def lire_grille(texte: str) -> Grille:
    """Read and check a grid; GrilleInvalide names what to mend. Nothing in it is executed."""
    try:
        brute = tables_toml(texte)
    except (ValueError, ArithmeticError, RecursionError) as erreur:
        ligne, colonne = _lieu_toml(str(erreur), texte)
        ou = f"voyez la ligne {ligne}, colonne {colonne}"
        raise GrilleInvalide(f"La grille n'est pas un fichier TOML lisible : {ou}.", ligne=ligne) from erreur
    lecteur = _Lecteur("Grille")
    lecteur.cles(brute, CLES_GRILLE)
    rubriques = tuple(_rubrique(ligne, rang) for rang, ligne in enumerate(lecteur.tables(brute, "rubrique"), 1))
    lecteur.uniques([rubrique.code for rubrique in rubriques], "rubrique.code")
    fin = brute.get("en_vigueur_jusqu_au")
    return Grille(
        code=lecteur.code(brute),
        libelle=lecteur.texte(brute, "libelle"),
        version=lecteur.entier(brute, "version"),
        en_vigueur_depuis=lecteur.jour(brute, "en_vigueur_depuis"),
        en_vigueur_jusqu_au=None if fin is None else lecteur.jour(brute, "en_vigueur_jusqu_au"),
        deliberation=lecteur.texte(brute, "deliberation"),
        egalite=lecteur.choix(brute, "egalite", EGALITES),
        fictif=lecteur.booleen(brute, "fictif"),
        rubriques=rubriques,
        empreinte=empreinte(brute),
        partiel=lecteur.booleen(brute, "partiel"),
        source=lecteur.texte(brute, "source") if "source" in brute else "",
        manque=lecteur.texte(brute, "manque") if "manque" in brute else "",
    )


def _lieu_toml(message: str, texte: str) -> tuple[int, int]:
    """Return the line and column where a TOML text stops being readable, its end when the reader does not say."""
    lieu = re.search(r"line ([0-9]+), column ([0-9]+)", message)
    lignes = texte.split("\n")
    return (int(lieu[1]), int(lieu[2])) if lieu else (len(lignes), len(lignes[-1]) + 1)


def empreinte(brute: Mapping[str, Any]) -> str:
    """Return the SHA-256 of the canonical grid: keys sorted, numbers normalised, order of lines kept."""
    canonique = json.dumps(_canonique(brute), ensure_ascii=False, sort_keys=True, separators=(",", ":"))
    return hashlib.sha256(canonique.encode()).hexdigest()


def _canonique(valeur: object) -> object:
    """Return plain JSON values, each number and date in one form."""
    if isinstance(valeur, Mapping):
        return {cle: _canonique(v) for cle, v in valeur.items()}
    if isinstance(valeur, list):
        return [_canonique(v) for v in valeur]
    if isinstance(valeur, bool | str):
        return valeur
    if isinstance(valeur, int | Decimal):
        return {"nombre": str(Decimal(valeur).normalize(EXACT))}
    return {"jour": str(valeur)}


def _rubrique(brute: Mapping[str, Any], rang: int) -> Rubrique:
    """Read one rubrique."""
    lecteur = _Lecteur(f"Rubrique « {brute.get('code', rang)} »", str(brute.get("code", rang)))
    lecteur.cles(brute, CLES_RUBRIQUE)
    code = lecteur.code(brute)
    criteres = tuple(_critere(ligne, code, place) for place, ligne in enumerate(lecteur.tables(brute, "critere"), 1))
    lecteur.uniques([critere.code for critere in criteres], "critere.code")
    libelle = lecteur.texte(brute, "libelle") if "libelle" in brute else code.replace("_", " ").capitalize()
    return Rubrique(code, libelle, lecteur.choix(brute, "cumul", CUMULS), criteres)


def _critere(brute: Mapping[str, Any], rubrique: str, rang: int) -> Critere:
    """Read one line."""
    nom = f"« {rubrique} », critère « {brute.get('code', rang)} »"
    lecteur = _Lecteur(f"Rubrique {nom}", rubrique, str(brute.get("code", rang)))
    lecteur.cles(brute, CLES_CRITERE)
    if ("points" in brute) == ("points_par" in brute):
        lecteur.refuse("points", "donnez soit points, soit points_par.")
    points_par = _points_par(lecteur, brute["points_par"]) if "points_par" in brute else None
    si = _expression(lecteur, brute["si"]) if "si" in brute else None
    if si is None and points_par is None:
        lecteur.refuse("si", "donnez la condition qui ouvre ces points.")
    lus = [*([] if si is None else faits_lus(si)), *([] if points_par is None else [points_par.fait])]
    piece = lecteur.texte(brute, "piece") if "piece" in brute else None
    if piece is not None and not CODE_PIECE.fullmatch(piece):
        lecteur.refuse("piece", f"« {piece} » n'est pas un code de pièce en majuscules.")
    return Critere(
        code=lecteur.code(brute),
        libelle=lecteur.texte(brute, "libelle"),
        points=lecteur.entier(brute, "points") if points_par is None else None,
        points_par=points_par,
        si=si,
        piece=piece,
        reference=lecteur.texte(brute, "reference") if "reference" in brute else "",
        sensible=lecteur.booleen(brute, "sensible") or bool(faits_sensibles() & set(lus)),
        faits=tuple(dict.fromkeys(lus)),
    )


def _expression(lecteur: _Lecteur, source: object) -> Noeud:
    """Parse a condition."""
    if not isinstance(source, str):
        lecteur.refuse("si", "un texte est attendu.")
    try:
        return lire_expression(str(source))
    except ExpressionInvalide as erreur:
        raise lecteur.erreur("si", str(erreur)) from erreur


def _points_par(lecteur: _Lecteur, brute: object) -> PointsPar:
    """Read a scale."""
    if not isinstance(brute, Mapping):
        raise lecteur.erreur("points_par", "une table {fait, pas, points, plafond} est attendue.")
    lecteur.cles(brute, CLES_POINTS_PAR, prefixe="points_par.")
    fait = lecteur.texte(brute, "fait")
    if not chemin_valide(fait):
        lecteur.refuse("points_par.fait", f"« {fait[:40]} » n'est pas le chemin d'un fait.")
    pas = brute.get("pas")
    if isinstance(pas, bool) or not isinstance(pas, int | Decimal) or not _dans_bornes(Decimal(pas)):
        raise lecteur.erreur("points_par.pas", f"un nombre de {nombre(PAS[0])} à {PAS[1]} est attendu.")
    plafond = lecteur.entier(brute, "plafond") if "plafond" in brute else None
    return PointsPar(fait, Decimal(pas), lecteur.entier(brute, "points"), plafond)


def _dans_bornes(pas: Decimal) -> bool:
    """Tell whether a step is a usable number."""
    return pas.is_finite() and PAS[0] <= pas <= PAS[1]


class _Lecteur:
    """Typed reads of one TOML table; refusals name the place and the key."""

    def __init__(self, lieu: str, rubrique: str = "", critere: str = "") -> None:
        """Keep the place for the sentences."""
        self.lieu, self.rubrique, self.critere = lieu, rubrique, critere

    def erreur(self, cle: str, remede: str) -> GrilleInvalide:
        """Build a refusal."""
        phrase = f"{self.lieu}, clé « {cle} » : {remede}"
        return GrilleInvalide(phrase, rubrique=self.rubrique, critere=self.critere, cle=cle)

    def refuse(self, cle: str, remede: str) -> None:
        """Refuse."""
        raise self.erreur(cle, remede)

    def cles(self, brute: Mapping[str, Any], permises: tuple[str, ...], prefixe: str = "") -> None:
        """Refuse an unknown key."""
        inconnue = next((cle for cle in brute if cle not in permises), None)
        if inconnue is not None:
            self.refuse(f"{prefixe}{inconnue}", f"clé inconnue, choisissez parmi {', '.join(permises)}.")

    def uniques(self, codes: list[str], cle: str) -> None:
        """Refuse one code twice."""
        double = next((code for code in codes if codes.count(code) > 1), None)
        if double is not None:
            self.refuse(cle, f"« {double} » apparaît deux fois.")

    def tables(self, brute: Mapping[str, Any], cle: str) -> list[Mapping[str, Any]]:
        """Return a non-empty list of tables."""
        lues = brute.get(cle)
        if not isinstance(lues, list) or not lues or not all(isinstance(ligne, Mapping) for ligne in lues):
            raise self.erreur(cle, f"au moins une table [[{cle}]] est attendue.")
        return lues

    def texte(self, brute: Mapping[str, Any], cle: str) -> str:
        """Return a text."""
        valeur = brute.get(cle)
        if not isinstance(valeur, str) or not valeur.strip():
            raise self.erreur(cle, "un texte est attendu.")
        if "\0" in valeur:
            raise self.erreur(cle, "retirez le caractère nul.")
        return valeur

    def code(self, brute: Mapping[str, Any]) -> str:
        """Return a code in lower case."""
        valeur = self.texte(brute, "code")
        if not CODE.fullmatch(valeur):
            self.refuse("code", f"« {valeur[:40]} » doit être en minuscules, sans espace ni point.")
        return valeur

    def choix(self, brute: Mapping[str, Any], cle: str, permis: tuple[str, ...]) -> str:
        """Return one of the allowed texts."""
        valeur = brute.get(cle)
        if valeur not in permis:
            raise self.erreur(cle, f"« {valeur} » est inconnu, choisissez parmi {', '.join(permis)}.")
        return str(valeur)

    def entier(self, brute: Mapping[str, Any], cle: str) -> int:
        """Return a whole number of points or a version."""
        valeur = brute.get(cle)
        if isinstance(valeur, bool) or not isinstance(valeur, int) or abs(valeur) > POINTS_MAXIMUM:
            raise self.erreur(cle, f"un nombre entier d'au plus {POINTS_MAXIMUM} est attendu.")
        return valeur

    def booleen(self, brute: Mapping[str, Any], cle: str) -> bool:
        """Return a boolean, false when absent."""
        valeur = brute.get(cle, False)
        if not isinstance(valeur, bool):
            raise self.erreur(cle, "true ou false est attendu.")
        return valeur

    def jour(self, brute: Mapping[str, Any], cle: str) -> date:
        """Return a date."""
        valeur = brute.get(cle)
        if type(valeur) is not date:
            raise self.erreur(cle, "une date AAAA-MM-JJ sans guillemets est attendue.")
        return valeur
