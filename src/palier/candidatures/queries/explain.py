"""« Pourquoi ce rang ? »: every line with its proof, the neighbours, what would move it, the stamp to count again."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from palier.base.clock import local_day
from palier.candidatures.facts import Frozen, count, law_grille
from palier.candidatures.models import Candidature, Classement
from palier.candidatures.queries.equivalence import Scale, Wait, months_for, scale_of, waiting
from palier.candidatures.queries.neighbours import Keys, Neighbour, keys_around, neighbours, third, tie, wins_tie
from palier.candidatures.queries.ranks import Rang, rank_of, ranks_with_points, with_rank
from palier.candidatures.rules import number
from palier.droit.cotation import Cotation, Grille, Ligne
from palier.droit.cotation.calcul import PIECE_ABSENTE, PIECE_EXPIREE
from palier.droit.pieces import libelle_piece
from palier.droit.situation import faits_situation

NBSP = "\u00a0"


@dataclass(frozen=True)
class Line:
    """One line of the sum, in words. `gain` is what the missing piece would bring, 0 otherwise."""

    libelle: str
    rubrique: str
    points: int
    maximum: int | None
    situation: str
    preuve: str
    regle: str
    zero: str
    gain: int = 0


@dataclass(frozen=True)
class Lever:
    """A missing piece: its points, the rank it would give now, and the months of seniority that it is worth."""

    titre: str
    points: int
    rang: int | None
    mois: int | None


@dataclass(frozen=True)
class Missing:
    """What is short of passing the third file: its lead, the points that do pass it, and the months that bring them.

    One point more than the lead when the published rule would leave it ahead at equal points. `attente` is None when
    seniority alone never brings them.
    """

    ecart: int
    points: int
    egalite: str
    attente: Wait | None


@dataclass(frozen=True)
class Explanation:
    """The whole page of a rank. `liste` is the fingerprint of the frozen list, "" while it is open."""

    rang: Rang | None
    points: int
    maximum: int | None
    lignes: tuple[Line, ...]
    voisins: tuple[Neighbour, ...]
    leviers: tuple[Lever, ...]
    manquant: Missing | None
    anciennete: Scale | None
    grille: Grille
    au: date
    cote_le: datetime
    numero: str
    repere: int
    tirage: str
    liste: str

    @property
    def manque(self) -> int | None:
        """Points between the third file and mine; None when it is not known or not needed."""
        return self.manquant.ecart if self.manquant is not None else None


def explanation(candidature: Candidature) -> Explanation:
    """Explain a candidature (its offre with place and grid): counted again from the stored facts, never remembered."""
    frozen: Frozen = candidature.cotation
    placed, frozen_list = _placed(candidature)
    grille = law_grille(candidature.offre.grille)
    counted = count(grille, frozen)
    around = keys_around(candidature, placed)
    open_levers = _levers(candidature, grille, frozen, counted) if placed and not placed.fige else ()
    return Explanation(
        rang=placed,
        points=counted.points,
        maximum=grille.points_maximum,
        lignes=tuple(_line(ligne, candidature, frozen) for ligne in counted.lignes),
        voisins=neighbours(candidature, placed, around),
        leviers=open_levers,
        manquant=_missing(candidature, grille, frozen, third(placed, around)),
        anciennete=scale_of(grille, held=candidature.points_anciennete),
        grille=grille,
        au=date.fromisoformat(frozen["au"]),
        cote_le=candidature.cote_le,
        repere=number("rang_repere"),
        numero=f"{local_day(candidature.cote_le):%Y-%m-%d}-{candidature.pk.hex[-8:].upper()}",
        tirage=candidature.cle_egalite[:8].upper(),
        liste=frozen_list.empreinte if frozen_list is not None else "",
    )


def _placed(candidature: Candidature) -> tuple[Rang | None, Classement | None]:
    """The rank, and the frozen list when there is one: one query."""
    row = with_rank(Candidature.objects.filter(pk=candidature.pk)).get()
    line = getattr(row, "ligne", None)
    return rank_of(row), line.classement if line is not None else None


def _missing(candidature: Candidature, grille: Grille, frozen: Frozen, other: Keys | None) -> Missing | None:
    if other is None:
        return None
    lead = max(0, other.points - candidature.points)
    needed = lead if wins_tie(candidature, other) else lead + 1
    target = candidature.points + needed
    return Missing(
        ecart=lead,
        points=needed,
        egalite=tie(candidature, other._replace(points=candidature.points)),
        attente=waiting(grille, frozen, candidature.anciennete_le, target),
    )


def _line(ligne: Ligne, candidature: Candidature, frozen: Frozen) -> Line:
    missing = ligne.raison in (PIECE_ABSENTE, PIECE_EXPIREE)
    return Line(
        libelle=ligne.libelle,
        rubrique=ligne.libelle_rubrique,
        points=ligne.points,
        maximum=ligne.maximum,
        situation=_situation(ligne.faits, candidature),
        preuve=_proof(ligne, frozen),
        regle=ligne.reference,
        zero="" if ligne.retenu else ligne.texte,
        gain=ligne.maximum or 0 if missing else 0,
    )


def _proof(ligne: Ligne, frozen: Frozen) -> str:
    if ligne.piece is None:
        return "attestation d'enregistrement" if "anciennete_mois" in ligne.faits else "votre demande"
    held = {each["code"]: each["expire_le"] for each in frozen["pieces"]}
    name = libelle_piece(ligne.piece)
    if ligne.piece not in held:
        return "aucune"
    end = held[ligne.piece]
    return f"{name}, jusqu'au {date.fromisoformat(end):%d/%m/%Y}" if end else name


def _situation(faits: Mapping[str, object], candidature: Candidature) -> str:
    """The facts of a line in plain words."""
    words = [_fact(path, value, candidature) for path, value in faits.items()]
    if len(faits) > 1:  # several boxes in one criterion: « Oui » alone would not say which
        words = [_named(path, word) for path, word in zip(faits, words, strict=True)]
    return ", ".join(dict.fromkeys(word for word in words if word)) or "Rien de déclaré"


def _named(path: str, word: str) -> str:
    known = faits_situation().get(path.removeprefix("situation.")) if word in ("Oui", "Non") else None
    return f"{known.sens.split(',')[0]}{NBSP}: {word.lower()}" if known else word


def _fact(path: str, value: object, candidature: Candidature) -> str:
    amount = int(value) if isinstance(value, Decimal) else 0
    if path == "anciennete_mois":
        return f"{amount}{NBSP}mois depuis le {candidature.anciennete_le:%d/%m/%Y}"
    if path == "offre.trajet_minutes":
        return "Lieu de travail inconnu" if value is None else f"{amount}{NBSP}min du travail, estimation"
    if path == "menage.adultes":
        return f"{amount}{NBSP}adulte{'s' if amount > 1 else ''}"
    if path == "menage.a_charge":
        return f"{amount}{NBSP}personne{'s' if amount > 1 else ''} à charge"
    if isinstance(value, Decimal) and path.startswith("situation.taux"):
        return f"{value * 100:.0f}{NBSP}%"
    if value is None or value is False or (path.startswith("offre.") and amount == 0):
        return "Non"
    return "Oui" if value is True or path.startswith("offre.") else str(value)


def _levers(candidature: Candidature, grille: Grille, frozen: Frozen, counted: Cotation) -> tuple[Lever, ...]:
    """Each missing piece: the points it would bring, counted whole, and the rank of that moment."""
    codes = [ligne.piece for ligne in counted.lignes if ligne.raison in (PIECE_ABSENTE, PIECE_EXPIREE) and ligne.piece]
    gains = {}
    for code in dict.fromkeys(codes):
        kept = [each for each in frozen["pieces"] if each["code"] != code]
        more = count(grille, {**frozen, "pieces": [*kept, {"code": code, "expire_le": None}]})
        if more.points > counted.points:
            gains[code] = more.points - counted.points
    ranks = ranks_with_points(candidature, [counted.points + gain for gain in gains.values()])
    return tuple(
        Lever(
            titre=libelle_piece(code),
            points=gain,
            rang=place,
            mois=months_for(grille, gain, held=0),
        )
        for (code, gain), place in zip(gains.items(), ranks, strict=True)
    )
