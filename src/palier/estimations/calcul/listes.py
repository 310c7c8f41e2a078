"""The live list of an offre as `chances` reads it, and the chance of each of its candidatures.

The list is that of the order keys. Habits of a person are counted at the deposit of each candidature, as the fits count
them; whoever applies on two territories has the candidatures of both.
"""

from __future__ import annotations

from bisect import bisect_left
from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import date, datetime, timedelta
from typing import Any
from uuid import UUID

import numpy as np
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import Case, Exists, OuterRef, Q, Subquery, Value, When
from django.db.models.functions import Coalesce

from palier.attributions.enums import LOSSES
from palier.attributions.models import Contact
from palier.candidatures.models import Candidature, CandidatureQuerySet
from palier.chances.journal import JOUR, MOIS
from palier.chances.predire import Annonce, Candidats, Habitudes
from palier.demandes.models import Demande, Piece
from palier.estimations.facts.tables import midnight, real, reals, seconds, typologie
from palier.estimations.rules import COMMISSIONS, PRESENTED, WAITING
from palier.parc.models import Offre

FAILING = ("refusee", "expiree")
"""States of a piece that no longer proves what it was given for."""
RECENT = int(timedelta(days=28).total_seconds())
COLUMNS = (
    "offre_id", "pk", "demande_id", "deposee_le", "points", "trajet_minutes", "taux_effort", "anciennete_le", "state",
    "ordre_decision", "points_ordre", "cle_egalite", "incomplet",
)  # fmt: skip
NOBODY = Value(UUID(int=0))
Key = tuple[int, date, str]


@dataclass(frozen=True, slots=True)
class Line:
    """One candidate of a list; `key` is the order of the platform, `ordre` the rank that a commission decided."""

    pk: UUID | None
    demande_id: UUID
    deposee: int
    points: int
    trajet: int | None
    effort: float | None
    depuis: int
    state: str
    ordre: int | None
    complete: bool
    key: Key


def line_of(row: tuple[Any, ...]) -> Line:
    """A candidate out of the values of `COLUMNS`."""
    _, pk, demande, at, points, minutes, effort, since, state, order, minus, tie, incomplete = row
    weight = None if effort is None else float(effort)
    return Line(
        pk, demande, seconds(at), points, minutes, weight, midnight(since), state, order, not incomplete,
        (minus, since, tie),
    )  # fmt: skip


def with_completeness(rows: CandidatureQuerySet) -> CandidatureQuerySet:
    """Adds `incomplet`: no number yet, or a piece refused or lapsed that no other replaced."""
    own = Coalesce("personne_id", NOBODY)
    later = Piece.objects.annotate(qui=own).filter(
        demande=OuterRef("demande_id"), code=OuterRef("code"), qui=OuterRef("qui"), pk__gt=OuterRef("pk")
    )
    failing = Piece.objects.annotate(qui=own).filter(demande=OuterRef("demande_id"), state__in=FAILING)
    failing = failing.filter(~Exists(later.exclude(state="retiree")))
    return rows.annotate(incomplet=Case(When(demande__numero_index="", then=True), default=Exists(failing)))


def is_complete(demande: Demande) -> bool:
    """The same for a demande with its `pieces`."""
    last: dict[tuple[str, UUID | None], tuple[UUID, str]] = {}
    for piece in demande.pieces.all():
        key = piece.code, piece.personne_id
        if piece.state != "retiree" and (key not in last or last[key][0] < piece.pk):
            last[key] = piece.pk, piece.state
    return demande.numero_index != "" and not any(state in FAILING for _, state in last.values())


def lists_of(offres: Iterable[UUID]) -> dict[UUID, list[Line]]:
    """The candidates whose turn may still come, best first, by offre: one query.

    Who was reached for in vain has left the list, even before the désignation says so.
    """
    found: dict[UUID, list[Line]] = defaultdict(list)
    for row in _lists(offres).values_list(*COLUMNS):
        found[row[0]].append(line_of(row))
    return dict(found)


def lists_with_habits(offres: Iterable[UUID]) -> tuple[dict[UUID, list[Line]], dict[UUID, dict[UUID, list[int]]]]:
    """The same lists and, offre by offre, when each of these persons applied: one query."""
    own = Candidature.objects.filter(demande=OuterRef("demande_id"))
    deposits = ArraySubquery(own.order_by("deposee_le").values("deposee_le"))
    found: dict[UUID, list[Line]] = defaultdict(list)
    told: dict[UUID, dict[UUID, list[int]]] = defaultdict(dict)
    for *row, at in _lists(offres).annotate(deposees=deposits).values_list(*COLUMNS, "deposees"):
        line = line_of(tuple(row))
        found[row[0]].append(line)
        told[row[0]][line.demande_id] = [seconds(each) for each in at]
    return dict(found), dict(told)


def _lists(offres: Iterable[UUID]) -> CandidatureQuerySet:
    last = Contact.objects.filter(candidature=OuterRef("pk")).order_by("-at", "-id").values("type")[:1]
    asked = Candidature.objects.filter(offre_id__in=list(offres), state__in=WAITING).annotate(dernier=Subquery(last))
    asked = with_completeness(asked.filter(Q(dernier=None) | ~Q(dernier__in=tuple(LOSSES))))
    return asked.order_by("offre_id", "points_ordre", "anciennete_le", "cle_egalite")


@dataclass(frozen=True)
class Habits:
    """When each person applied, first to last, and since when the record of a territory runs."""

    deposits: dict[UUID, list[int]]
    debut: int

    def at(self, line: Line) -> tuple[float, float, float]:
        """Earlier candidatures, months over which they are counted, those of the last 28 days."""
        own = self.deposits.get(line.demande_id, [])
        before = bisect_left(own, line.deposee)
        months = (line.deposee - max(line.depuis, self.debut)) / MOIS
        return float(before), months, float(before - bisect_left(own, line.deposee - RECENT))


def habits_of(demandes: Iterable[UUID], debut: int) -> Habits:
    """The deposits of these persons: one query."""
    asked = Candidature.objects.filter(demande_id__in=set(demandes))
    found: dict[UUID, list[int]] = defaultdict(list)
    for demande, at in asked.order_by("deposee_le").values_list("demande_id", "deposee_le"):
        found[demande].append(seconds(at))
    return Habits(dict(found), debut)


def annonce(offre: Offre, at: datetime) -> Annonce:
    """The ad of an offre (with its place) at an instant."""
    assert offre.publiee_le is not None
    assert offre.cloture_le is not None
    window = (offre.cloture_le - offre.publiee_le).total_seconds()
    gone = (at - offre.publiee_le).total_seconds() / window
    return Annonce(
        commune=offre.logement.programme.commune_id,
        typologie=typologie(offre.logement.typologie),
        qualite=float("nan"),
        presentes=offre.presentes,
        commissions=COMMISSIONS,
        jours=window / JOUR,
        ecoulee=min(1.0, max(0.0, gone)),
    )


def candidats(lines: Sequence[Line], habits: Habits) -> Candidats:
    """The columns of a list."""
    counted = np.array([habits.at(line) for line in lines], dtype=np.float64).reshape(-1, 3)
    return Candidats(
        points=reals(float(line.points) for line in lines),
        trajet_min=reals(real(line.trajet) for line in lines),
        taux_effort=reals(real(line.effort) for line in lines),
        complet=np.array([line.complete for line in lines], dtype=np.bool_),
        habitudes=Habitudes(counted[:, 0], counted[:, 1], counted[:, 2]),
        disponibles=np.array([line.state in PRESENTED for line in lines], dtype=np.bool_),
    )
