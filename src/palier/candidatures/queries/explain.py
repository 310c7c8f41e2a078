"""« Pourquoi ce rang ? »: every line with its proof, the neighbours, what would move it, the stamp to count again."""

from __future__ import annotations

import math
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date, datetime
from decimal import Decimal

from palier.base.clock import local_day
from palier.candidatures.facts import Frozen, count, law_grille
from palier.candidatures.models import GONE, Candidature, ClassementLigne
from palier.candidatures.queries.ranks import Rang, rank, ranks_with_points
from palier.candidatures.rules import number
from palier.droit.cotation import Cotation, Grille, Ligne
from palier.droit.cotation.calcul import PIECE_ABSENTE, PIECE_EXPIREE
from palier.droit.pieces import libelle_piece
from palier.droit.situation import faits_situation

NBSP = "\u00a0"
SIDE = 2


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
class Neighbour:
    """A place near mine: no name, no pseudonym, only its points and the difference."""

    rang: int
    points: int
    ecart: int
    moi: bool
    lu: bool

    @property
    def moins(self) -> int:
        """How many points fewer than mine, 0 when it has more."""
        return max(0, -self.ecart)


@dataclass(frozen=True)
class Lever:
    """Something that would move the rank: what, how many points, the rank it would give now."""

    titre: str
    points: int
    rang: int | None
    texte: str


@dataclass(frozen=True)
class Explanation:
    """The whole page of a rank."""

    rang: Rang | None
    points: int
    maximum: int | None
    lignes: tuple[Line, ...]
    voisins: tuple[Neighbour, ...]
    leviers: tuple[Lever, ...]
    manque: int | None
    mois: int | None
    grille: Grille
    au: date
    cote_le: datetime
    numero: str
    repere: int


def explanation(candidature: Candidature) -> Explanation:
    """Explain a candidature (its offre with place and grid): counted again from the stored facts, never remembered."""
    offre = candidature.offre
    frozen: Frozen = candidature.cotation
    grille = law_grille(offre.grille)
    counted = count(grille, frozen)
    placed = rank(candidature)
    around = neighbours(candidature, placed)
    gap = _gap(around, placed)
    lines = tuple(_line(ligne, candidature, frozen) for ligne in counted.lignes)
    open_levers = _levers(candidature, grille, frozen, counted) if placed and not placed.fige else ()
    return Explanation(
        rang=placed,
        points=counted.points,
        maximum=grille.points_maximum,
        lignes=lines,
        voisins=around,
        leviers=open_levers,
        manque=gap,
        mois=months_for(grille, gap, held=candidature.points_anciennete) if gap else None,
        grille=grille,
        au=date.fromisoformat(frozen["au"]),
        cote_le=candidature.cote_le,
        repere=number("rang_repere"),
        numero=f"{local_day(candidature.cote_le):%Y-%m-%d}-{candidature.pk.hex[-8:].upper()}",
    )


def neighbours(candidature: Candidature, placed: Rang | None) -> tuple[Neighbour, ...]:
    """The third file and two places either side, when the list has at least five candidatures (trust V3)."""
    if placed is None or placed.effectif < number("voisins_min"):
        return ()
    wanted = {number("rang_repere"), *range(max(1, placed.rang - SIDE), placed.rang + SIDE + 1)}
    points = _frozen_points(candidature, wanted) if placed.fige else _live_points(candidature, wanted, placed)
    return tuple(
        Neighbour(
            rang=place,
            points=found,
            ecart=found - candidature.points,
            moi=place == placed.rang,
            lu=place == number("rang_repere"),
        )
        for place, found in sorted(points.items())
    )


def _frozen_points(candidature: Candidature, wanted: set[int]) -> dict[int, int]:
    lines = ClassementLigne.objects.filter(classement__offre_id=candidature.offre_id, rang__in=wanted)
    gone = lines.exclude(candidature=candidature).filter(GONE)
    return dict(lines.exclude(pk__in=gone.values("pk")).values_list("rang", "points"))


def _live_points(candidature: Candidature, wanted: set[int], placed: Rang) -> dict[int, int]:
    ordered = (
        Candidature.objects.live().filter(offre_id=candidature.offre_id).in_order().values_list("points", flat=True)
    )
    low = max(0, placed.rang - SIDE - 1)
    found = dict(enumerate(ordered[low : placed.rang + SIDE], start=low + 1))
    last_read = number("rang_repere")
    if last_read not in found:
        found.update(dict(enumerate(ordered[last_read - 1 : last_read], start=last_read)))
    return {place: points for place, points in found.items() if place in wanted}


def _gap(around: tuple[Neighbour, ...], placed: Rang | None) -> int | None:
    """Points missing to the third file; None when it is not known or not needed."""
    if placed is None or placed.rang <= number("rang_repere"):
        return None
    return next((max(0, each.ecart) for each in around if each.lu), None)


def months_for(grille: Grille, points: int, *, held: int) -> int | None:
    """How many more months of waiting would bring these points to whoever holds `held` points of seniority.

    None when the grid has no such scale, or when its cap comes first: waiting would not bring them.
    """
    for rubrique in grille.rubriques:
        for critere in rubrique.criteres:
            scale = critere.points_par
            if scale is not None and scale.fait == "anciennete_mois" and scale.points > 0:
                if scale.plafond is not None and held + points > scale.plafond:
                    return None
                return math.ceil(points / scale.points) * int(scale.pas)
    return None


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
            texte=f"Montrez cette pièce à un guichet avant la clôture. {gain}{NBSP}points de plus.",
        )
        for (code, gain), place in zip(gains.items(), ranks, strict=True)
    )
