"""The odds of ranks 2 and after in the order of a commission: everybody before must refuse."""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterator, Sequence
from typing import Any
from uuid import UUID

import numpy as np

from palier.candidatures.models import Candidature
from palier.chances.ajustement.covariables import colonnes
from palier.chances.cas import table
from palier.chances.journal import Reels
from palier.chances.lots import Chances, Lot, chances_lot
from palier.chances.predire import Candidats
from palier.estimations.calcul.fits import Known
from palier.estimations.calcul.listes import COLUMNS, Line, line_of, with_completeness
from palier.estimations.drafts import Draft
from palier.estimations.enums import Genre, Statut
from palier.estimations.facts.tables import typologie
from palier.estimations.rules import RETAINED
from palier.parc.models import Offre

SURE = 30.0
"""Logit of somebody who stands in the order: reached for and available."""
BEFORE = (*RETAINED, "proposee")


def orders_of(offres: Sequence[Offre]) -> dict[Offre, list[Line]]:
    """Who still waits in the decided order of each offre, first to last: one query.

    None on an offre whose dwelling was accepted: only the lease is missing, and nothing is known of those who give up.
    """
    decided = {offre.pk: offre for offre in offres if offre.state == "attribuee"}
    rows = Candidature.objects.filter(offre_id__in=decided, state__in=(*BEFORE, "acceptee"))
    rows = rows.filter(ordre_decision__isnull=False).order_by("offre_id", "ordre_decision")
    found: dict[Offre, list[Line]] = defaultdict(list)
    taken: set[UUID] = set()
    for row in with_completeness(rows).values_list(*COLUMNS):
        line = line_of(row)
        found[decided[row[0]]].append(line)
        if line.state == "acceptee":
            taken.add(row[0])
    return {offre: order for offre, order in found.items() if offre.pk not in taken and len(order) > 1}


def suites_of(fit: Known, offre: Offre, columns: Candidats, order: Sequence[Line]) -> Iterator[Draft]:
    """The estimate of each candidature that waits behind somebody in the decided order of an offre."""
    odds = _odds(fit, typologie(offre.logement.typologie), columns)
    statut = Statut.OK if fit.fit.suffisant else Statut.INSUFFISANT
    for column, line in enumerate(order[1:]):
        yield Draft(
            genre=Genre.SUITE.value,
            demande_id=line.demande_id,
            candidature_id=line.pk,
            ajustement_id=fit.row.pk,
            statut=statut.value,
            entrees=[fit.row.empreinte, [_inputs(each) for each in order[: column + 1]]],
            proba=float(odds.proba[column]),
            bas=float(odds.bas80[column]),
            haut=float(odds.haut80[column]),
            detail={"rang_decide": line.ordre},
        )


def _inputs(line: Line) -> list[Any]:
    return [str(line.pk), line.ordre, line.trajet, line.effort, line.deposee]


def _odds(fit: Known, kind: int, columns: Candidats) -> Chances:
    """One column a candidate after the first: chance that all before refuse or let the ten days pass."""
    size = columns.points.size
    x = colonnes(
        columns.trajet_min, columns.taux_effort, columns.habitudes, columns.complet, np.full(size, np.nan)
    )  # fmt: skip
    people = table(fit.fit, x, np.full(size, kind), columns.points)
    after = size - 1

    def before(values: Reels) -> Reels:
        return np.repeat(values[:after, None], after, axis=1)

    sure, one, nobody = np.full(size, SURE), np.ones(size), np.zeros((0, after))
    lot = Lot(
        logit_p_devant=before(sure), logit_a_devant=before(people.logit_a), c_devant=before(one), w_devant=before(one),
        n_devant=np.arange(1, size), logit_p_derriere=nobody, logit_a_derriere=nobody, c_derriere=nobody,
        w_derriere=nobody, n_derriere=np.zeros(after, dtype=np.int64), logit_p_moi=sure[:after],
        logit_a_moi=people.logit_a[1:], c_moi=one[:after], presentes=np.full(after, size),
        commissions=np.ones(after, dtype=np.int64), arrivees=np.zeros(after), part=np.zeros(after), forme=one[:after],
        p_moyen=one[:after], alpha_moyen=np.full(after, 0.5),
    )  # fmt: skip
    return chances_lot(lot, fit.fit.fragilite)
