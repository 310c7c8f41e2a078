"""The estimates of the candidatures of some offres: chances while the list is open, odds once an order is decided."""

from __future__ import annotations

import hashlib
from collections.abc import Collection, Iterable, Iterator, Sequence
from datetime import datetime
from typing import Any
from uuid import UUID

import numpy as np

from palier.chances.predire import Annonce, Candidats, ReponsesChance, chances_offres
from palier.estimations.calcul.fits import Known, fits_of
from palier.estimations.calcul.listes import Line, annonce, candidats, habits_of, lists_of
from palier.estimations.calcul.suites import orders_of, suites_of
from palier.estimations.drafts import Draft
from palier.estimations.enums import Genre
from palier.estimations.queries.stored import off_among
from palier.parc.models import Offre

OPEN = ("publiee", "cloturee", "en_designation", "en_commission", "attribuee")
"""States of an offre whose candidates still wait."""
GENRES = (Genre.CHANCE.value, Genre.SUITE.value)
Asked = tuple[Offre, Annonce, Candidats, list[Line]]


def drafts_of(offres: Iterable[UUID], *, at: datetime) -> list[Draft]:
    """Every estimate of the live candidatures of these offres at an instant; none for whoever wants none.

    A territory without any fit has no estimate yet: its first night makes one.
    """
    known = {row.pk: row for row in Offre.objects.with_place().filter(pk__in=set(offres), state__in=OPEN)}
    by_territoire: dict[str, list[Offre]] = {}
    for offre in known.values():
        by_territoire.setdefault(offre.grille.code, []).append(offre)
    found: list[Draft] = []
    for territoire, fit in fits_of(by_territoire).items():
        found += _of_territoire(fit, by_territoire[territoire], at)
    return found


def _of_territoire(fit: Known, offres: Sequence[Offre], at: datetime) -> list[Draft]:
    lists, orders = lists_of(offre.pk for offre in offres), orders_of(offres)
    everybody = {line.demande_id for lines in (*lists.values(), *orders.values()) for line in lines}
    habits = habits_of(everybody, fit.fit.debut)
    off = off_among(everybody)
    asked = [
        (offre, annonce(offre, at), candidats(lists[offre.pk], habits), lists[offre.pk])
        for offre in offres
        if offre.pk in lists
    ]
    found = list(_chances(fit, asked, off))
    for offre, order in orders.items():
        found += suites_of(fit, offre, candidats(order, habits), order)
    return found


def _chances(fit: Known, asked: Sequence[Asked], off: Collection[UUID]) -> Iterator[Draft]:
    """One batch for all the lists."""
    places = [[place for place, line in enumerate(lines) if line.demande_id not in off] for *_, lines in asked]
    cases = [
        (ad, columns, np.array(mine, dtype=np.int64))
        for (_, ad, columns, _), mine in zip(asked, places, strict=True)
    ]  # fmt: skip
    answers = chances_offres(fit.fit, cases)
    row = 0
    for (offre, ad, columns, lines), mine in zip(asked, places, strict=True):
        inputs = digest(fit.row.empreinte, ad, columns)
        for place in mine:
            line = lines[place]
            yield _draft(fit, offre, line, columns, answers, row, [inputs, place])
            row += 1


def _draft(
    fit: Known, offre: Offre, line: Line, columns: Candidats, answers: ReponsesChance, row: int, inputs: Any
) -> Draft:
    proba = float(answers.proba[row])
    return Draft(
        genre=Genre.CHANCE.value,
        demande_id=line.demande_id,
        candidature_id=line.pk,
        ajustement_id=fit.row.pk,
        statut=str(answers.statut[row]),
        entrees=inputs,
        proba=proba,
        bas=float(answers.bas80[row]),
        haut=float(answers.haut80[row]),
        detail=detail(answers, row, offre),
    )


def detail(answers: ReponsesChance, row: int, offre: Offre) -> dict[str, Any]:
    """What a chance says beside its number and its range, under the names of `ChanceVue`."""
    assert offre.cloture_le is not None
    ready = float(answers.prete[row])
    names = ("arrivees_attendues", "arrivees_devant", "f_places", "f_devant", "f_arrivees", "f_dossier", "perte_devant")
    return {
        "rang": int(answers.rang[row]),
        "candidatures": int(answers.candidatures[row]),
        "prete": ready if ready < 1.0 else None,
        "cloture_le": offre.cloture_le.isoformat(),
        **{name: float(getattr(answers, name)[row]) for name in names},
    }


def digest(fit: str, ad: Annonce, columns: Candidats) -> str:
    """A fingerprint of all that a list is computed from."""
    found = hashlib.sha256(repr((fit, ad)).encode())
    habits = columns.habitudes
    for column in (
        columns.points, columns.trajet_min, columns.taux_effort, columns.complet, habits.anterieures, habits.mois,
        habits.recentes, columns.disponibles,
    ):  # fmt: skip
        found.update(b"" if column is None else column.tobytes())
    return found.hexdigest()
