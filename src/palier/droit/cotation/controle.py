"""What a grid must be before it is published: referenced, closed, typed, without a dead or double line, fair to time.

`palier coter` accepts more (local facts, partial grids): these checks are those of publication.
"""

from __future__ import annotations

import unicodedata
from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace
from functools import lru_cache

from palier.droit.cotation.dictionnaire import faits_publiables
from palier.droit.cotation.grille import Critere, Grille, GrilleInvalide, Rubrique, lire_grille
from palier.droit.cotation.lieux import ligne_du_texte
from palier.droit.cotation.lignes_mortes import chute_anciennete, double, est_dominee, jamais_vraie
from palier.droit.cotation.temoins import Travail
from palier.droit.cotation.types import defaut_type
from palier.droit.mots import INSECABLE, francais, jour, propre
from palier.droit.pieces import pieces

NOM_GRILLE = "Grille"
ILLISIBLE = "grille_illisible"


CRITERES, CODE, LIBELLE, DELIBERATION, VERSION = 200, 60, 160, 200, 32_767
"""The most that a published grid holds: lines, characters of a code, of a name, of a deliberation, a version."""


@dataclass(frozen=True)
class Defaut:
    """One fault: a code, where (codes as written, key, line of the text when known), and a sentence with its mend.

    `texte` names the place; `remede` is its end, for a page that shows it at the place.
    """

    code: str
    rubrique: str
    critere: str
    cle: str
    texte: str
    remede: str
    ligne: int | None = None


@lru_cache(maxsize=32)
def controle_texte(texte: str) -> tuple[Defaut, ...]:
    """Return the faults of a written grid with their lines: unreadable, else `controle_publication` (CCH L.441-2-8)."""
    try:
        grille = lire_grille(texte)
    except GrilleInvalide as erreur:
        phrase = str(erreur)
        lu = Defaut(ILLISIBLE, erreur.rubrique, erreur.critere, erreur.cle, phrase, _fin(phrase), erreur.ligne)
        return (_situe(lu, texte),)
    return tuple(_situe(defaut, texte) for defaut in controle_publication(grille))


def _fin(phrase: str) -> str:
    """Return what a sentence says after its place, with a capital letter."""
    remede = phrase.partition(f"{INSECABLE}: ")[2] or phrase
    return remede[:1].upper() + remede[1:]


def _situe(defaut: Defaut, texte: str) -> Defaut:
    """Give a fault its line, unless it has one."""
    ligne = defaut.ligne or ligne_du_texte(texte, defaut.rubrique, defaut.critere, defaut.cle)
    return replace(defaut, ligne=ligne)


def controle_publication(grille: Grille) -> tuple[Defaut, ...]:
    """Return what forbids to publish a grid, in the order of its lines (CCH L.441-1, L.441-2-8, R.441-2-10)."""
    entete = tuple(_entete(grille))
    if sum(len(rubrique.criteres) for rubrique in grille.rubriques) > CRITERES:
        trop = _defaut("trop_de_criteres", "", "", "rubrique", f"gardez au plus {CRITERES} critères.")
        return (*entete, trop)
    travail = Travail()
    return (*entete, *(defaut for rubrique in grille.rubriques for defaut in _rubrique(rubrique, travail)))


def _entete(grille: Grille) -> Iterator[Defaut]:
    """Yield the faults of the grid itself."""
    if grille.partiel:
        yield _defaut("grille_partielle", "", "", "partiel", "un extrait ne se publie pas. Écrivez tous les critères.")
    for cle, texte, most in (
        ("code", grille.code, CODE),
        ("libelle", grille.libelle, LIBELLE),
        ("deliberation", grille.deliberation, DELIBERATION),
    ):
        if len(texte) > most or _cache(texte):
            yield _defaut("texte", "", "", cle, f"écrivez au plus {most} caractères, sur une ligne.")
    if not 1 <= grille.version <= VERSION:
        yield _defaut("version", "", "", "version", f"un numéro de 1 à {VERSION} est attendu.")
    fin = grille.en_vigueur_jusqu_au
    if fin is not None and fin < grille.en_vigueur_depuis:
        remede = f"{jour(fin)} vient avant le début, {jour(grille.en_vigueur_depuis)}. Corrigez l'une des deux dates."
        yield _defaut("dates", "", "", "en_vigueur_jusqu_au", remede)


def _cache(texte: str) -> bool:
    """Tell whether a text hides a control character or a line end."""
    return any(unicodedata.category(lettre) == "Cc" for lettre in texte)


def _rubrique(rubrique: Rubrique, travail: Travail) -> Iterator[Defaut]:
    """Yield the faults of a rubrique: of each line alone, then of each line among those that can be read."""
    if _cache(rubrique.libelle):
        yield _defaut("texte", rubrique.code, "", "libelle", "écrivez ce nom sur une ligne.")
    sains: list[Critere] = []
    for critere in rubrique.criteres:
        trouves = list(_ligne(rubrique, critere, travail))
        yield from trouves
        if not any(defaut.cle in ("si", "points", "points_par") for defaut in trouves):
            sains.append(critere)
    for rang in range(len(sains)):
        yield from _parmi(rubrique, sains, rang, travail)
    chute = chute_anciennete(rubrique, sains, travail)
    if chute is not None:
        critere, mois = chute
        remede = f"il apporte moins à {mois} mois qu'à {mois - 1}. L'ancienneté ne fait jamais perdre de points."
        yield _defaut("anciennete", rubrique.code, critere.code, _cle_condition(critere), remede)


def _ligne(rubrique: Rubrique, critere: Critere, travail: Travail) -> Iterator[Defaut]:
    """Yield the faults of one line alone."""
    dire = _diseur(rubrique, critere)
    for cle, texte in (("libelle", critere.libelle), ("reference", critere.reference)):
        if _cache(texte):
            yield dire("texte", cle, "écrivez ce texte sur une ligne.")
    if not critere.reference.strip():
        yield dire("sans_reference", "reference", "aucun texte n'est cité. Donnez l'article ou la délibération.")
    yield from _piece(critere, dire)
    inconnus = [fait for fait in critere.faits if fait not in faits_publiables()]
    for fait in inconnus:
        cle = "points_par" if critere.points_par is not None and critere.points_par.fait == fait else "si"
        yield dire("fait_inconnu", cle, f"« {fait} » n'est pas un fait du dictionnaire. Choisissez-en un de la liste.")
    if not inconnus:
        cle, remede = defaut_type(critere)
        if remede:
            yield dire("type", cle, remede)
        elif _sans_points(critere):
            cle = "points" if critere.points_par is None else "points_par"
            yield dire("ligne_morte", cle, "il n'apporte jamais de point. Donnez des points ou retirez-le.")
        elif jamais_vraie(critere, travail):
            yield dire("ligne_morte", "si", "sa condition n'est jamais vraie. Corrigez-la ou retirez le critère.")


def _sans_points(critere: Critere) -> bool:
    """Tell whether a line brings nothing whatever the household."""
    par = critere.points_par
    return critere.points == 0 if par is None else par.points == 0 or (par.points > 0 and par.plafond == 0)


def _piece(critere: Critere, dire: Callable[[str, str, str], Defaut]) -> Iterator[Defaut]:
    """Yield the fault of a piece that nobody may ask for."""
    if critere.piece is None:
        return
    connue = pieces().get(critere.piece)
    if connue is None:
        remede = f"« {critere.piece} » n'est pas une pièce de la liste nationale. Choisissez-en une de la liste."
        yield dire("piece_inconnue", "piece", remede)
    elif connue.du_bail:
        remede = f"« {critere.piece} » ne se demande qu'au bail. Choisissez une pièce de l'instruction."
        yield dire("piece_tardive", "piece", remede)


def _parmi(rubrique: Rubrique, sains: list[Critere], rang: int, travail: Travail) -> Iterator[Defaut]:
    """Yield the fault of a line among those of its rubrique: written twice, or never the one that counts."""
    critere, dire = sains[rang], _diseur(rubrique, sains[rang])
    jumeau = next((autre for autre in sains[:rang] if double(autre, critere, rubrique.cumul, travail)), None)
    if jumeau is not None:
        remede = f"il a la même condition que « {jumeau.code} ». Gardez l'un des deux."
        yield dire("ligne_double", _cle_condition(critere), remede)
    elif rubrique.cumul == "le_plus_fort" and est_dominee(critere, sains, travail):
        remede = "un autre critère apporte toujours autant ou davantage. Changez ses points ou retirez-le."
        yield dire("ligne_morte", "points" if critere.points_par is None else "points_par", remede)


def _cle_condition(critere: Critere) -> str:
    """Return the key that opens the points of a line."""
    return "si" if critere.si is not None else "points_par"


def _diseur(rubrique: Rubrique, critere: Critere) -> Callable[[str, str, str], Defaut]:
    """Return what builds the faults of one line: (code, key, mend)."""
    return lambda code, cle, remede: _defaut(code, rubrique.code, critere.code, cle, remede)


def _defaut(code: str, rubrique: str, critere: str, cle: str, remede: str) -> Defaut:
    """Build a fault; the sentence names rubrique, critère and key."""
    grand = f"Rubrique « {rubrique} »" if rubrique else NOM_GRILLE
    lieu = f"{grand}, critère « {critere} »" if critere else grand
    texte = propre(francais(f"{lieu}, clé « {cle} » : {remede}"))
    return Defaut(code, rubrique, critere, cle, texte, _fin(texte))
