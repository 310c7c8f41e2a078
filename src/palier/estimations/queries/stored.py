"""Stored estimates of a person, as the pages read them: nothing is computed here."""

from __future__ import annotations

import json
from collections.abc import Iterable, Mapping
from datetime import UTC, date, datetime
from typing import Any
from uuid import UUID

from django.db import connection
from django.db.models import Exists, OuterRef, Q

from palier import coffre
from palier.attributions.models import Proposition
from palier.attributions.queries import Standing, standing
from palier.base import limits
from palier.candidatures.models import Candidature
from palier.demandes.models import Demande
from palier.estimations.enums import Genre, Origine
from palier.estimations.models import Ajustement, Choix, Estimation, EstimationQuerySet
from palier.estimations.values import (
    Attendre,
    ChanceVue,
    Delai3,
    Levier,
    Moyenne,
    Perspective,
    PointEtape,
    SuiteOrdre,
    Tableau,
    Trace,
)

_OFF = Choix.objects.filter(demande=OuterRef("demande_id"), coupees_le__isnull=False)
_TABLEAU = """
select c.coupees_le, e.id, e.genre, e.statut, e.faite_le, e.montree_le, e.detail, a.origine
from (select %s::uuid as demande_id) d
left join estimations_choix c on c.demande_id = d.demande_id
left join estimations_estimation e
  on e.demande_id = d.demande_id and e.courante and e.candidature_id is null and e.genre = any(%s)
left join estimations_ajustement a on a.id = e.ajustement_id"""
DAY = 86_400


def is_off(demande: Demande) -> bool:
    """True while the person wants no estimate at all."""
    return Choix.objects.filter(demande=demande, coupees_le__isnull=False).exists()


def off_among(demandes: Iterable[UUID]) -> set[UUID]:
    """Of these demandes, those estimated nothing: switched off, or their holder was erased. One query."""
    off = Choix.objects.filter(demande=OuterRef("pk"), coupees_le__isnull=False)
    rows = Demande.objects.filter(pk__in=list(demandes)).order_by()
    return set(rows.filter(Exists(off) | Q(titulaire_id__in=coffre.destroyed())).values_list("pk", flat=True))


def of_erased() -> EstimationQuerySet:
    """The current estimates of persons whose key was destroyed."""
    return Estimation.objects.current().filter(demande__titulaire_id__in=coffre.destroyed())


def chances_of(candidatures: Iterable[Candidature], now: datetime | None = None) -> dict[UUID, ChanceVue]:
    """The stored chance of each of these candidatures; none for whoever switched estimates off. One query.

    With `now`, the days left run to that instant; else they are those of the estimate's own date.
    """
    rows = _current(Genre.CHANCE, [each.pk for each in candidatures])
    return {row.candidature_id: _chance(row, now) for row in rows if row.candidature_id is not None}


def _current(genre: Genre, candidatures: list[UUID]) -> Iterable[Estimation]:
    rows = Estimation.objects.current().filter(~Exists(_OFF), genre=genre, candidature_id__in=candidatures)
    return rows.select_related("ajustement").defer("ajustement__parametres")


def _chance(row: Estimation, now: datetime | None) -> ChanceVue:
    figures = (_number(row.proba), _number(row.bas), _number(row.haut))
    return chance_of_detail(
        row.detail, row.ajustement, now=now or row.faite_le, faite_le=row.faite_le, statut=row.statut, figures=figures,
        trace=_trace(row),
    )  # fmt: skip


def chance_of_detail(
    detail: Mapping[str, Any], fit: Ajustement | None, *, now: datetime, faite_le: datetime, statut: str,
    figures: tuple[float, float, float], trace: Trace | None = None,
) -> ChanceVue:  # fmt: skip
    """A chance out of what is stored of it, or of what was just computed."""
    said = dict(detail)
    left = (datetime.fromisoformat(said.pop("cloture_le")) - now).total_seconds() / DAY
    return ChanceVue(
        proba=figures[0],
        bas80=figures[1],
        haut80=figures[2],
        jours_restants=max(0.0, left),
        statut=statut,
        demonstration=fit is None or fit.demonstration,
        faite_le=faite_le,
        offres_finies=fit.offres_finies if fit is not None else 0,
        contactees=fit.contactees if fit is not None else 0,
        trace=trace,
        **said,
    )


def _number(value: float | None) -> float:
    if value is None:
        raise ValueError("an estimate of this kind has a number and its range")
    return value


def _trace(row: Estimation) -> Trace:
    return Trace(row.pk, row.faite_le, row.montree_le is not None)


def tableau_of(demande: Demande) -> Tableau:
    """The outlook, the levers and the checkpoint of a demande, or the fact that they are switched off. One query."""
    with connection.cursor() as cursor:
        cursor.execute(_TABLEAU, [demande.pk, [Genre.DELAI, Genre.LEVIERS, Genre.ETAPE]])
        rows = cursor.fetchall()
    if rows[0][0] is not None:
        return Tableau(eteint=True)
    found = {row[2]: row for row in rows if row[1] is not None}
    return Tableau(
        eteint=False,
        perspective=_perspective(found.get(Genre.DELAI)),
        leviers=_leviers(found.get(Genre.LEVIERS)),
        point=_point(found.get(Genre.ETAPE)),
    )


def _opened(row: tuple[Any, ...]) -> tuple[dict[str, Any], Trace]:
    """The detail of a row of `_TABLEAU`, and its trace."""
    _, pk, _, _, made, shown, detail, _ = row
    said = json.loads(detail) if isinstance(detail, str) else dict(detail)
    return said, Trace(pk, made.astimezone(UTC), shown is not None)


def _perspective(row: tuple[Any, ...] | None) -> Perspective | None:
    if row is None:
        return None
    said, trace = _opened(row)
    demonstration = row[7] != Origine.REEL
    return perspective(said, statut=row[3], demonstration=demonstration, faite_le=trace.faite_le, trace=trace)


def perspective(
    said: Mapping[str, Any], *, statut: str, demonstration: bool, faite_le: datetime, trace: Trace | None = None
) -> Perspective:
    """An outlook out of what is stored of it, or of what was just computed."""
    plain = dict(said)
    three, au = plain.pop("delais"), date.fromisoformat(plain.pop("au"))
    means = [Moyenne(**each) if each is not None else None for each in (three["loges"], three["attente"])]
    courbe = tuple(plain.pop("courbe"))
    return Perspective(
        statut=statut,
        courbe=courbe,
        delais=Delai3(means[0], means[1], three["stock_flux"]),
        demonstration=demonstration,
        faite_le=faite_le,
        au=au,
        trace=trace,
        **plain,
    )


def _leviers(row: tuple[Any, ...] | None) -> tuple[Levier, ...]:
    if row is None:
        return ()
    said, trace = _opened(row)
    return tuple(Levier(**{**each, "pieces": tuple(each["pieces"])}, trace=trace) for each in said["leviers"])


def _point(row: tuple[Any, ...] | None) -> PointEtape | None:
    if row is None:
        return None
    said, trace = _opened(row)
    return PointEtape(**{**said, "depuis": date.fromisoformat(said["depuis"])}, trace=trace)


def perspective_of(demande: Demande) -> Perspective | None:
    """The stored outlook of a demande. One query."""
    return tableau_of(demande).perspective


def leviers_of(demande: Demande) -> tuple[Levier, ...]:
    """At most three actions, the free ones first. One query."""
    return tableau_of(demande).leviers


def point_etape_of(demande: Demande) -> PointEtape | None:
    """The checkpoint of a demande. One query."""
    return tableau_of(demande).point


def below_floor(outlook: Perspective) -> bool:
    """True when the chance at 12 months is so low that a human contact is offered.

    Counted too when fewer than one offre was served: the figure is not written then, but it is known to be low.
    """
    counted = outlook.statut == "ok" or outlook.moins_p12 is not None
    return counted and outlook.p12 * 100 < limits.value("estimation_plancher")


def attendre_of(proposition: Proposition) -> Attendre | None:
    """The outlook without the dwelling of a proposition; None when there is none or it is switched off. One query."""
    row = next(iter(_current(Genre.ATTENDRE, [proposition.candidature_id])), None)
    if row is None:
        return None
    return Attendre(
        p12=_number(row.proba), bas80=_number(row.bas), haut80=_number(row.haut), q50=row.detail["q50"],
        statut=row.statut, trace=_trace(row), demonstration=_is_demonstration(row),
    )  # fmt: skip


def suite_of(candidature: Candidature, place: Standing | None = None) -> SuiteOrdre | None:
    """The odds of a place in the decided order; None when there is none or it is switched off.

    One query; two more when the place is not given.
    """
    row = next(iter(_current(Genre.SUITE, [candidature.pk])), None)
    if row is None:
        return None
    place = place or standing(candidature)
    return SuiteOrdre(
        rang_decide=row.detail["rang_decide"], proba=_number(row.proba), bas80=_number(row.bas),
        haut80=_number(row.haut), statut=row.statut, liberee_le=place.au_plus_tard if place is not None else None,
        trace=_trace(row), demonstration=_is_demonstration(row),
    )  # fmt: skip


def _is_demonstration(row: Estimation) -> bool:
    return row.ajustement is None or row.ajustement.demonstration
