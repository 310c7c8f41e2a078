"""The questions of a journal answered with fits that are given: each one from rows strictly before its instant."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import fields

import numpy as np

from palier.chances.ajustement import Ajustement
from palier.chances.ajustement.covariables import covariables
from palier.chances.cas import Contexte, ReponsesChance, Table, rassembler, repondre, table
from palier.chances.journal import JOUR, Entiers, Journal, QuestionsChance
from palier.chances.listes import Ordre, listes, ordonner

PAIRES_PAR_BLOC = 1_000_000
"""Candidates looked at together: bounds the memory, changes no answer."""


def reponses(
    journal: Journal, questions: QuestionsChance, ajustement: Ajustement, *, details: bool = True
) -> ReponsesChance:
    """Return the chance of each candidature at its instant; without `details`, no range and no factors."""
    moi, instants = questions.candidature_i, questions.instant
    ordre = ordonner(journal, moi, int(instants.max(initial=journal.parametres.debut)))
    gens = _gens(journal, ajustement, ordre.rangees)
    morceaux = []
    for ici in blocs(journal, ordre, moi):
        liste = listes(journal, ordre, moi[ici], instants[ici])
        tous, places = _ensemble(gens, _gens(journal, ajustement, moi[ici], instants[ici]))
        contexte = _contexte(journal, moi[ici], instants[ici])
        nom = questions.question[ici]
        morceaux.append(repondre(ajustement, tous, places, contexte, liste, nom, details=details))
    return rassembler(morceaux)


def _gens(journal: Journal, ajustement: Ajustement, qui: Entiers, instants: Entiers | None = None) -> Table:
    """Read candidates at their deposit, or at the instant of the question when it comes first."""
    candidatures = journal.candidatures
    quand = candidatures.deposee[qui]
    x = covariables(journal, qui, quand if instants is None else np.minimum(quand, instants))
    return table(ajustement, x, journal.offres.typologie[candidatures.offre_i[qui]], candidatures.points[qui])


def _ensemble(gens: Table, eux: Table) -> tuple[Table, Entiers]:
    """Put those who ask after all the candidates; return where they are."""
    colonnes_ = {
        champ.name: np.concatenate([getattr(gens, champ.name), getattr(eux, champ.name)]) for champ in fields(Table)
    }
    return Table(**colonnes_), np.arange(eux.points.size) + gens.points.size


def _contexte(journal: Journal, moi: Entiers, instants: Entiers) -> Contexte:
    offres, o = journal.offres, journal.candidatures.offre_i[moi]
    fenetre = (offres.cloture[o] - offres.publiee[o]).astype(np.float64)
    ecoulee = np.where(instants >= offres.cloture[o], 1.0, (instants - offres.publiee[o]) / np.maximum(fenetre, 1.0))
    return Contexte(
        commune=offres.commune[o], typologie=offres.typologie[o], presentes=offres.presentes[o],
        commissions=offres.commissions[o], jours=fenetre / JOUR, ecoulee=ecoulee,
    )  # fmt: skip


def blocs(journal: Journal, ordre: Ordre, moi: Entiers) -> Iterator[Entiers]:
    """Cut the questions so that a block looks at a bounded number of candidates."""
    offre = journal.candidatures.offre_i[moi]
    cumul = np.cumsum(ordre.fin[offre] - ordre.debut[offre])
    bloc = cumul // PAIRES_PAR_BLOC
    coupes = np.flatnonzero(np.diff(bloc)) + 1
    yield from np.split(np.arange(moi.size), coupes)
