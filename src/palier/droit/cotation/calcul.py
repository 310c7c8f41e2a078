"""Points of one household on a grid, line by line."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import date
from decimal import Decimal

from palier.droit.champs import CasInvalide
from palier.droit.cotation.expression import Valeur, vraie
from palier.droit.cotation.faits import Faits, en_json
from palier.droit.cotation.grille import Critere, Grille, Rubrique
from palier.droit.mots import francais, jour, pluriel
from palier.droit.pieces import libelle_court
from palier.droit.verdict import Json

NON_CONCERNE = "non_concerne"
PIECE_ABSENTE = "piece_absente"
PIECE_EXPIREE = "piece_expiree"
MOINS_FORT = "moins_fort"


@dataclass(frozen=True)
class Ligne:
    """One line of the decomposition; `raison` is None when the points count, `maximum` None without a cap."""

    rubrique: str
    critere: str
    libelle: str
    libelle_rubrique: str
    points: int
    retenu: bool
    raison: str | None
    piece: str | None
    reference: str
    faits: Mapping[str, Valeur | None]
    sensible: bool
    maximum: int | None
    texte: str

    def json(self) -> Json:
        """Return the contract form, with what explains the line."""
        return {
            "rubrique": self.rubrique,
            "critere": self.critere,
            "libelle": self.libelle,
            "points": self.points,
            "maximum": self.maximum,
            "retenu": self.retenu,
            "raison": self.raison,
            "piece": self.piece,
            "reference": self.reference,
            "faits": {cle: en_json(valeur) for cle, valeur in self.faits.items()},
            "sensible": self.sensible,
            "texte": self.texte,
        }


@dataclass(frozen=True)
class Cotation:
    """Total points, lines in the order of the grid's file, the grid and its fingerprint."""

    points: int
    lignes: tuple[Ligne, ...]
    empreinte: str
    grille: Grille

    def json(self) -> Json:
        """Return the answer of `palier coter`."""
        return {
            "points": self.points,
            "points_maximum": self.grille.points_maximum,
            "lignes": [ligne.json() for ligne in self.lignes],
            "empreinte": self.empreinte,
            "grille": self.grille.code,
            "version": self.grille.version,
        }


def coter(grille: Grille, faits: Faits, au: date) -> Cotation:
    """Count the points of a household on a grid, on the day `au` (CCH L.441-2-8; the grid's deliberation)."""
    lignes = tuple(ligne for rubrique in grille.rubriques for ligne in _rubrique(rubrique, faits, au))
    return Cotation(sum(ligne.points for ligne in lignes), lignes, grille.empreinte, grille)


def _rubrique(rubrique: Rubrique, faits: Faits, au: date) -> list[Ligne]:
    """Count the lines of a rubrique; under `le_plus_fort` only the highest keeps its points."""
    lignes = [_ligne(rubrique, critere, faits, au) for critere in rubrique.criteres]
    if rubrique.cumul == "somme":
        return lignes
    candidates = [ligne for ligne in lignes if ligne.retenu]
    if not candidates:
        return lignes
    gagnante = max(candidates, key=lambda ligne: ligne.points)
    texte = francais(f"« {gagnante.libelle} » apporte davantage. Un seul critère compte ici.")
    return [
        replace(ligne, points=0, retenu=False, raison=MOINS_FORT, texte=texte)
        if ligne.retenu and ligne is not gagnante
        else ligne
        for ligne in lignes
    ]


def _ligne(rubrique: Rubrique, critere: Critere, faits: Faits, au: date) -> Ligne:
    """Count one line alone."""
    points = _points(critere, faits.valeurs)
    raison = NON_CONCERNE if points == 0 else _raison_piece(critere, faits, au)
    return Ligne(
        rubrique=rubrique.code,
        critere=critere.code,
        libelle=critere.libelle,
        libelle_rubrique=rubrique.libelle,
        points=0 if raison else points,
        retenu=raison is None,
        raison=raison,
        piece=critere.piece,
        reference=critere.reference,
        faits={fait: faits.valeurs.get(fait) for fait in critere.faits},
        sensible=critere.sensible,
        maximum=critere.maximum,
        texte=francais(_texte(critere, raison, points, faits)),
    )


def _points(critere: Critere, valeurs: Mapping[str, Valeur]) -> int:
    """Return the points that a line would bring, its piece set aside."""
    if critere.si is not None and not vraie(critere.si, valeurs):
        return 0
    if critere.points_par is None:
        return critere.points or 0
    valeur = valeurs.get(critere.points_par.fait)
    if valeur is not None and not isinstance(valeur, Decimal):
        raise CasInvalide(critere.points_par.fait, valeur, "la grille attend un nombre.")
    return critere.points_par.calcule(valeur)


def _raison_piece(critere: Critere, faits: Faits, au: date) -> str | None:
    """Say why the piece does not prove the line, None when it does or none is asked."""
    if critere.piece is None:
        return None
    if critere.piece not in faits.pieces:
        return PIECE_ABSENTE
    fin = faits.pieces[critere.piece]
    return PIECE_EXPIREE if fin is not None and fin < au else None


def _texte(critere: Critere, raison: str | None, points: int, faits: Faits) -> str:
    """Explain one line in a short sentence."""
    if raison is None:
        return f"Ce critère vous apporte {pluriel(points, 'point')}."
    if raison == NON_CONCERNE:
        return "Votre dossier ne remplit pas ce critère."
    piece = libelle_court(critere.piece or "")
    attendus = pluriel(points, "point")
    if raison == PIECE_ABSENTE:
        return f"Il manque une pièce pour ces {attendus} : {piece}."
    fin = faits.pieces.get(critere.piece or "")
    date_fin = jour(fin) if fin else ""
    return f"La pièce a expiré le {date_fin}. Donnez-en une nouvelle pour ces {attendus}."
