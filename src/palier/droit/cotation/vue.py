"""What others than the person may see of points: bands, and three parts (no line, no rubrique).

A band must never be reachable by protected facts alone (health, disability, violence, social difficulty). Bands of 10
are merged downward when no combination without a sensitive line reaches them; the last one is open (« 120 et plus »).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from functools import lru_cache

from palier.droit.cotation.calcul import Cotation
from palier.droit.cotation.grille import Critere, Grille, Rubrique

LARGEUR = 10
SANS_PLAFOND = 300
ANCIENNETE = "Ancienneté"
OFFRE = "Logement offert"
PRIORITES = "Priorités et situation"


@dataclass(frozen=True)
class Parties:
    """The three parts of a presented candidate: exact points, exact points, and a band."""

    anciennete: int
    logement_offert: int
    priorites: str

    def lignes(self) -> tuple[tuple[str, str], ...]:
        """Return (label, value) for a page."""
        return ((ANCIENNETE, str(self.anciennete)), (OFFRE, str(self.logement_offert)), (PRIORITES, self.priorites))


def bande(points: int) -> str:
    """Return the band of 10 points: « 70 à 79 »."""
    debut = points // LARGEUR * LARGEUR
    return f"{debut} à {debut + LARGEUR - 1}"


def parties(cotation: Cotation) -> Parties:
    """Return what a bailleur or a commission sees of a presented candidate, beside the exact total."""
    totaux = {ANCIENNETE: 0, OFFRE: 0, PRIORITES: 0}
    par_code = {rubrique.code: rubrique for rubrique in cotation.grille.rubriques}
    for ligne in cotation.lignes:
        critere = cotation.grille.critere(ligne.rubrique, ligne.critere)
        totaux[partie(par_code[ligne.rubrique], critere)] += ligne.points
    debuts = _debuts(cotation.grille, _priorite)
    return Parties(totaux[ANCIENNETE], totaux[OFFRE], _bande_sure(totaux[PRIORITES], debuts))


def bande_total(cotation: Cotation) -> str:
    """Return the band of the total, shown before designation."""
    return _bande_sure(cotation.points, _debuts(cotation.grille, _toutes))


def partie(rubrique: Rubrique, critere: Critere) -> str:
    """Return the part that a line belongs to.

    A line that reads only the seniority, or only the offer, is shown exactly; not in a rubrique where a sensitive
    line could set it aside, for its absence would tell.
    """
    masquee = rubrique.cumul == "le_plus_fort" and any(autre.sensible for autre in rubrique.criteres)
    if critere.sensible or masquee:
        return PRIORITES
    if set(critere.faits) == {"anciennete_mois"}:
        return ANCIENNETE
    return OFFRE if all(fait.startswith("offre.") for fait in critere.faits) else PRIORITES


def _priorite(rubrique: Rubrique, critere: Critere) -> bool:
    """Keep the lines of the banded part."""
    return partie(rubrique, critere) == PRIORITES


def _toutes(rubrique: Rubrique, critere: Critere) -> bool:
    """Keep every line."""
    return True


@lru_cache(maxsize=64)
def _debuts(grille: Grille, garde: Callable[[Rubrique, Critere], bool]) -> tuple[int, ...]:
    """Return the starts of the bands that some combination without a sensitive line reaches."""
    sommes = {0}
    for rubrique in grille.rubriques:
        criteres = [critere for critere in rubrique.criteres if garde(rubrique, critere) and not critere.sensible]
        sommes = {total + apport for total in sommes for apport in _apports(rubrique.cumul, criteres)}
    return tuple(sorted({total // LARGEUR * LARGEUR for total in sommes}))


def _apports(cumul: str, criteres: Iterable[Critere]) -> set[int]:
    """Return the points that lines of a rubrique can bring together, each line free."""
    apports = {0}
    for critere in criteres:
        seuls = _valeurs(critere)
        apports = apports | seuls if cumul == "le_plus_fort" else {a + b for a in apports for b in seuls | {0}}
    return apports


def _valeurs(critere: Critere) -> set[int]:
    """Return the points that one line can bring."""
    if critere.points_par is None:
        return {critere.points or 0}
    pas, plafond = critere.points_par.points, critere.points_par.plafond
    fin = SANS_PLAFOND if plafond is None else plafond
    return {*range(0, fin + 1, pas), fin} if pas > 0 else {0}


def _bande_sure(points: int, debuts: tuple[int, ...]) -> str:
    """Return the band of points among safe starts; the last is open."""
    bas = [debut for debut in debuts if debut <= points] or [debuts[0]]
    if bas[-1] == debuts[-1]:
        return f"{bas[-1]} et plus"
    suivante = debuts[len(bas)]
    return f"{bas[-1]} à {suivante - 1}"
