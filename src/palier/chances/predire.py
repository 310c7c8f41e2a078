"""The chance of candidatures: of a journal's questions, or of lists given as plain columns.

`predire` freezes its fits at the earliest instant of the questions, or takes those it is given. Each answer then uses
only rows dated strictly before its own instant. The method is written in docs/chances.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass, replace

import numpy as np

from palier.chances.ajustement import Ajustement
from palier.chances.ajustement.covariables import NOMS, Habitudes, colonnes
from palier.chances.cas import Contexte, ReponsesChance, repondre, table
from palier.chances.journal import Entiers, Journal, QuestionsChance, Reels, Vrais
from palier.chances.listes import DERRIERE, Listes, etendre
from palier.chances.questions import reponses
from palier.chances.recalage import apprendre

SUR = 30.0
"""Logit of somebody who is known to be available."""


def predire(journal: Journal, questions: QuestionsChance, *, ajustement: Ajustement | None = None) -> ReponsesChance:
    """Return the chance of each candidature at its instant, as if its person stays a candidate with a complete file.

    Without `ajustement`, parameters are learned from what precedes the earliest instant of the questions.
    """
    if ajustement is None:
        instants = questions.instant
        ajustement = apprendre(journal, int(instants.min()) if instants.size else journal.parametres.debut)
    return reponses(journal, questions, ajustement)


@dataclass(frozen=True)
class Annonce:
    """An advert as a list needs it. `ecoulee`: share of its window that is over, 1 from the closing on."""

    commune: str
    typologie: int  # place in TYPOLOGIES
    qualite: float  # NaN when unknown
    presentes: int
    commissions: int
    jours: float  # days between publication and closing
    ecoulee: float


@dataclass(frozen=True)
class Candidats:
    """The live candidates of an advert, best first. An unknown figure is NaN; habits are those at their deposit.

    `disponibles`: those who were reached for and stand before the commission, whatever their covariates say.
    """

    points: Reels
    trajet_min: Reels
    taux_effort: Reels
    complet: Vrais
    habitudes: Habitudes
    disponibles: Vrais | None = None


def chances_offre(ajustement: Ajustement, annonce: Annonce, candidats: Candidats, moi: Entiers) -> ReponsesChance:
    """Return the chance of these rows of one list (`moi`: places in the order, 0 is the first)."""
    return chances_offres(ajustement, [(annonce, candidats, moi)])


def chances_offres(
    ajustement: Ajustement, demandes: Sequence[tuple[Annonce, Candidats, Entiers]]
) -> ReponsesChance:
    """Return the chances asked of several lists in one batch, list after list; `question` is left blank."""
    tailles = np.array([candidats.points.size for _, candidats, _ in demandes], dtype=np.int64)
    combien = np.array([moi.size for _, _, moi in demandes], dtype=np.int64)
    debuts = np.cumsum(tailles) - tailles
    typologie = np.array([annonce.typologie for annonce, _, _ in demandes], dtype=np.int64)
    x = [_covariables_de(annonce, candidats) for annonce, candidats, _ in demandes]
    gens = table(
        ajustement,
        np.concatenate(x) if x else np.zeros((0, len(NOMS))),
        np.repeat(typologie, tailles),
        np.concatenate([candidats.points for _, candidats, _ in demandes]) if x else np.zeros(0),
    )
    if np.isnan(gens.points).any():
        raise ValueError("points: NaN")
    if x:
        sures = np.concatenate([_sures(candidats) for _, candidats, _ in demandes])
        gens = replace(gens, logit_p=np.where(sures, SUR, gens.logit_p))
    moi = np.concatenate([np.asarray(m, dtype=np.int64) for _, _, m in demandes]) if x else np.zeros(0, dtype=np.int64)
    debut, fin = np.repeat(debuts, combien), np.repeat(debuts + tailles, combien)
    moi = moi + debut
    liste = _liste_pleine(debut, moi, fin)
    annonces = [annonce for annonce, _, _ in demandes]
    contexte = Contexte(
        commune=np.repeat(np.array([a.commune for a in annonces], dtype=np.str_), combien),
        typologie=np.repeat(typologie, combien),
        **{
            nom: np.repeat(np.array([getattr(a, nom) for a in annonces], dtype=genre), combien)
            for nom, genre in (("presentes", np.int64), ("commissions", np.int64), ("jours", float), ("ecoulee", float))
        },
    )
    return repondre(ajustement, gens, moi, contexte, liste, np.full(moi.size, "", dtype=np.str_))


def _sures(candidats: Candidats) -> Vrais:
    return np.zeros(candidats.points.size, dtype=np.bool_) if candidats.disponibles is None else candidats.disponibles


def _covariables_de(annonce: Annonce, candidats: Candidats) -> Reels:
    qualite = np.full(candidats.points.size, annonce.qualite)
    return colonnes(candidats.trajet_min, candidats.taux_effort, candidats.habitudes, candidats.complet, qualite)


def _liste_pleine(debut: Entiers, moi: Entiers, fin: Entiers) -> Listes:
    """Everybody of an ordered list, cut before and after me."""
    _, devant = etendre(debut, moi)
    _, derriere = etendre(moi + 1, np.minimum(fin, moi + 1 + DERRIERE))
    rang = moi - debut + 1
    return Listes(
        devant=devant,
        debut_devant=np.concatenate([[0], np.cumsum(rang - 1)]),
        derriere=derriere,
        debut_derriere=np.concatenate([[0], np.cumsum(np.minimum(fin - moi - 1, DERRIERE))]),
        rang=rang,
        candidatures=fin - debut,
    )


__all__ = ["Annonce", "Candidats", "Habitudes", "ReponsesChance", "chances_offre", "chances_offres", "predire"]
