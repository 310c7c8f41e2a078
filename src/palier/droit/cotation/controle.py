"""What a grid must be before it is published: referenced, closed, typed, without a dead or double line, fair to time.

`palier coter` accepts more (local facts, partial grids): these checks are those of publication.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from dataclasses import dataclass, replace

from palier.droit.cotation.dictionnaire import faits_publiables
from palier.droit.cotation.grille import Critere, Grille, GrilleInvalide, Rubrique, lire_grille
from palier.droit.cotation.lieux import ligne_du_texte
from palier.droit.cotation.lignes_mortes import chute_anciennete, double, est_dominee, jamais_vraie
from palier.droit.cotation.types import defaut_type
from palier.droit.mots import INSECABLE, francais, jour, propre
from palier.droit.pieces import pieces

NOM_GRILLE = "Grille"


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


def controle_texte(texte: str) -> tuple[Defaut, ...]:
    """Return the faults of a written grid with their lines: unreadable, else `controle_publication` (CCH L.441-2-8)."""
    try:
        grille = lire_grille(texte)
    except GrilleInvalide as erreur:
        lu = Defaut(
            "grille_illisible",
            erreur.rubrique,
            erreur.critere,
            erreur.cle,
            str(erreur),
            _fin(str(erreur)),
            erreur.ligne,
        )
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
    return (*_entete(grille), *(defaut for rubrique in grille.rubriques for defaut in _rubrique(rubrique)))


def _entete(grille: Grille) -> Iterator[Defaut]:
    """Yield the faults of the grid itself."""
    if grille.partiel:
        yield _defaut("grille_partielle", "", "", "partiel", "un extrait ne se publie pas. Écrivez tous les critères.")
    fin = grille.en_vigueur_jusqu_au
    if fin is not None and fin < grille.en_vigueur_depuis:
        remede = f"{jour(fin)} vient avant le début, {jour(grille.en_vigueur_depuis)}. Corrigez l'une des deux dates."
        yield _defaut("dates", "", "", "en_vigueur_jusqu_au", remede)


def _rubrique(rubrique: Rubrique) -> Iterator[Defaut]:
    """Yield the faults of a rubrique: of each line alone, then of each line among those that can be read."""
    sains: list[Critere] = []
    for critere in rubrique.criteres:
        trouves = list(_ligne(rubrique, critere))
        yield from trouves
        if not any(defaut.cle in ("si", "points", "points_par") for defaut in trouves):
            sains.append(critere)
    for rang in range(len(sains)):
        yield from _parmi(rubrique, sains, rang)
    chute = chute_anciennete(rubrique, sains)
    if chute is not None:
        critere, mois = chute
        remede = f"il apporte moins à {mois} mois qu'à {mois - 1}. L'ancienneté ne fait jamais perdre de points."
        yield _defaut("anciennete", rubrique.code, critere.code, _cle_condition(critere), remede)


def _ligne(rubrique: Rubrique, critere: Critere) -> Iterator[Defaut]:
    """Yield the faults of one line alone."""
    dire = _diseur(rubrique, critere)
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
        elif jamais_vraie(critere):
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


def _parmi(rubrique: Rubrique, sains: list[Critere], rang: int) -> Iterator[Defaut]:
    """Yield the fault of a line among those of its rubrique: written twice, or never the one that counts."""
    critere, dire = sains[rang], _diseur(rubrique, sains[rang])
    jumeau = next((autre for autre in sains[:rang] if double(autre, critere, rubrique.cumul)), None)
    if jumeau is not None:
        remede = f"il a la même condition que « {jumeau.code} ». Gardez l'un des deux."
        yield dire("ligne_double", _cle_condition(critere), remede)
    elif rubrique.cumul == "le_plus_fort" and est_dominee(critere, sains):
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
    lieu = f"Rubrique « {rubrique} », critère « {critere} »" if critere else NOM_GRILLE
    texte = propre(francais(f"{lieu}, clé « {cle} » : {remede}"))
    return Defaut(code, rubrique, critere, cle, texte, _fin(texte))
