"""What a page asks and nothing has stored: a chance before applying, a what-if, a table of travel limits.

Computed from the stored fits and replays, in a few queries whatever the number of offres, and never for whoever
switched estimates off.
"""

from __future__ import annotations

from bisect import bisect_left
from collections.abc import Sequence
from dataclasses import replace
from datetime import datetime
from itertools import islice
from typing import Any
from uuid import UUID

import numpy as np
from django.contrib.postgres.expressions import ArraySubquery
from django.db.models import OuterRef, Subquery, prefetch_related_objects

from palier.attributions.enums import MotifRefus
from palier.attributions.models import Proposition
from palier.base import limits
from palier.base.clock import local_day
from palier.candidatures.facts import Profil, cas_offre, closing_day, travel_minutes
from palier.candidatures.queries import points_if_applied, verdict
from palier.candidatures.queries.ranks import order_key
from palier.candidatures.rules import MAY_APPLY
from palier.chances.delais import predire_delais
from palier.chances.delais.perimetre import alertes, risques_par_commune, zones
from palier.chances.leviers import Reprise
from palier.chances.predire import Candidats, chances_offres
from palier.demandes.models import Demande
from palier.droit.effort import charge_logement
from palier.estimations.calcul.demandes import benches_of
from palier.estimations.calcul.fits import Known, Replayed, fits_for, replay_of
from palier.estimations.calcul.leviers import GRAINE, Bench
from palier.estimations.calcul.listes import Habits, Line, annonce, candidats, is_complete, lists_with_habits
from palier.estimations.calcul.offres import detail
from palier.estimations.calcul.perspectives import bound_of, outlooks
from palier.estimations.calcul.perspectives import known as figure
from palier.estimations.calcul.trajets import minutes_from
from palier.estimations.enums import Genre, Statut
from palier.estimations.facts.tables import midnight, seconds
from palier.estimations.models import Estimation
from palier.estimations.queries.stored import chance_of_detail, perspective
from palier.estimations.rules import WAITING
from palier.estimations.values import ChanceVue, Comparaison, LimiteTrajet, Perspective, Zones
from palier.parc.models import Offre

FOR_THE_PLACE = (MotifRefus.LOCALISATION, MotifRefus.QUARTIER, MotifRefus.TRANSPORTS)
"""Reasons of a refusal that speak of the commune, not of the dwelling."""


def chances_before(known: Profil, offres: Sequence[Offre], now: datetime) -> dict[UUID, ChanceVue]:
    """The chance that this person would have on each of these offres (with their place), applying at this instant.

    Nothing for a draft, for whoever switched estimates off, and beyond the most that a page may ask. Two queries.
    """
    asked = list(offres)[: limits.value("estimation_demande_au_plus")]
    if not asked or known.demande.deposee_le is None:
        return {}
    fits, mine = fits_for(known.demande, {offre.grille.code for offre in asked})
    if not fits:
        return {}
    lists, told = lists_with_habits(offre.pk for offre in asked)
    found: dict[UUID, ChanceVue] = {}
    for territoire, fit in fits.items():
        own = [offre for offre in asked if offre.grille.code == territoire]
        deposits = {known.demande.pk: [seconds(each) for each in mine[territoire]]}
        for offre in own:
            deposits |= told.get(offre.pk, {})
        found |= _before(known, fit, own, lists, Habits(deposits, fit.fit.debut), now)
    return found


def _before(
    known: Profil, fit: Known, offres: Sequence[Offre], lists: dict[UUID, list[Line]], habits: Habits, now: datetime
) -> dict[UUID, ChanceVue]:
    cases = []
    for offre in offres:
        columns, place = _inserted(known, offre, lists.get(offre.pk, []), habits, now)
        cases.append((annonce(offre, now), columns, np.array([place], dtype=np.int64)))
    answers = chances_offres(fit.fit, cases)
    return {
        offre.pk: chance_of_detail(
            detail(answers, row, offre), fit.row, now=now, faite_le=now, statut=str(answers.statut[row]),
            figures=(float(answers.proba[row]), float(answers.bas80[row]), float(answers.haut80[row])),
        )
        for row, offre in enumerate(offres)
    }  # fmt: skip


def _inserted(
    known: Profil, offre: Offre, lines: list[Line], habits: Habits, now: datetime
) -> tuple[Candidats, int]:
    """The list with this person in its place; a candidature already there is taken out first."""
    demande = known.demande
    assert demande.deposee_le is not None
    others = [line for line in lines if line.demande_id != demande.pk]
    points = points_if_applied(known, offre)
    effort = charge_logement(cas_offre(known, offre, closing_day(offre))).taux_effort.valeur
    key = order_key(demande, offre, points)
    mine = Line(
        None, demande.pk, seconds(now), points, travel_minutes(known, offre), effort, midnight(demande.deposee_le),
        "deposee", None, is_complete(demande), key,
    )  # fmt: skip
    place = bisect_left(others, key, key=lambda line: line.key)
    return candidats([*others[:place], mine, *others[place:]], habits), place


def best_offres(known: Profil, now: datetime) -> list[tuple[Offre, ChanceVue]]:
    """A few open offres of the perimeter that this person may apply to, where the chance would be best.

    Each is better than where it is lowest among the candidatures held, and beyond « moins de 1 sur 100 » for sure.
    """
    demande, today = known.demande, local_day(now)
    if demande.state not in MAY_APPLY:
        return []
    rows = Offre.objects.public().with_place().filter(state="publiee", cloture_le__gt=now)
    rows = rows.filter(logement__programme__commune_id__in=known.communes).exclude(candidatures__demande=demande)
    if demande.typologies:
        rows = rows.filter(logement__typologie__in=demande.typologies)
    rows = rows.annotate(plus_faible=_weakest(demande)).order_by("cloture_le", "pk")
    soonest = list(rows[: limits.value("estimation_demande_au_plus")])
    chances = chances_before(known, soonest, now)
    better = (each for each in soonest if each.pk in chances and _better(chances[each.pk], vars(each)["plus_faible"]))
    ranked = sorted(better, key=lambda each: -chances[each.pk].proba)
    allowed = (each for each in ranked if verdict(known, each, today).may_apply)
    return [(each, chances[each.pk]) for each in islice(allowed, limits.value("meilleures_offres"))]


def _weakest(demande: Demande) -> Subquery:
    """The lowest stored chance of the candidatures held, None without any: read with the offres, no query more."""
    held = Estimation.objects.current().filter(genre=Genre.CHANCE, statut=Statut.OK, demande=demande)
    return Subquery(held.filter(candidature__state__in=WAITING).order_by("proba").values("proba")[:1])


def _better(vue: ChanceVue, weakest: float | None) -> bool:
    """True when a chance is a number, beats the weakest one held, and is beyond « moins de 1 sur 100 » for sure."""
    beats = vue.proba > (weakest or 0.0) and vue.bas80 > limits.value("meilleures_bas") / 100
    return vue.statut == Statut.OK and beats


def what_if(demande: Demande, actions: Sequence[str], now: datetime) -> Comparaison | None:
    """The outlook of a demande before and after some changes; None without a stored outlook, or switched off.

    Refused when an action is not in the list. Six queries at most, the demande's own rows apart.
    """
    found = _bench(demande, now)
    if found is None:
        return None
    replayed, before, _ = found
    after = before.after(actions)
    gap = Reprise(before.replay, GRAINE).ecart(before.profil, after.profil)
    old, travel, loyer = _standing(replayed, before, now)
    new, other_travel, other_loyer = _standing(replayed, after, now)
    return Comparaison(
        avant=old,
        apres=new,
        gain=gap.gain,
        bas80=gap.bas80,
        haut80=gap.haut80,
        trajet_min=(travel, other_travel),
        loyer_cents=(loyer, other_loyer),
        annonces=(before.adverts_12m, after.adverts_12m),
    )


def _bench(demande: Demande, now: datetime) -> tuple[Replayed, Bench, Sequence[str]] | None:
    """The demande in the replay that its stored outlook came from, and the communes that the person refused.

    Nothing stored means nothing to compare with.
    """
    stored = Estimation.objects.current().filter(genre=Genre.DELAI, demande=demande, candidature=None)
    refused = Proposition.objects.filter(candidature__demande=OuterRef("demande"), motif_refus__in=FOR_THE_PLACE)
    where = ArraySubquery(refused.values("offre__logement__programme__commune_id"))
    territoire, communes = stored.values_list("ajustement__territoire", where).first() or (None, [])
    replayed = replay_of(territoire) if territoire else None
    if territoire is None or replayed is None:
        return None
    prefetch_related_objects([demande], "personnes", "communes", "pieces")
    benches, _ = benches_of(replayed, territoire, [demande], now)
    return (replayed, benches[0], communes) if benches else None


def _standing(replayed: Replayed, bench: Bench, now: datetime) -> tuple[Perspective, float | None, int | None]:
    """The outlook, and the travel and loyer of the propositions expected."""
    answers = predire_delais(bench.replay, bench.profil)
    ((statut, said),) = outlooks(answers, [bench.adverts_12m], replayed.delais, local_day(now))
    outlook = perspective(said, statut=statut, demonstration=replayed.row.demonstration, faite_le=now)
    by_commune, pairs = risques_par_commune(bench.replay, bench.profil)
    weights = pairs.logs(bench.profil.rythme[pairs.i])[0]
    minutes = minutes_from(_home_of_work(bench), by_commune)
    travels = np.array([minutes.get(bench.replay.communes[place], np.nan) for place in bench.replay.commune[pairs.o]])
    loyer = figure(_mean(bench.replay.loyer[pairs.o], weights))
    return outlook, figure(_mean(travels, weights)), None if loyer is None else round(loyer * 100)


def _home_of_work(bench: Bench) -> str:
    """Where travel is counted from: work, else home."""
    return bench.seeker.version.travail or bench.seeker.version.domicile


def _mean(values: Any, weights: Any) -> float:
    sure = ~np.isnan(values)
    total = weights[sure].sum()
    return float(weights[sure] @ values[sure] / total) if total > 0 else float("nan")


def zones_of(demande: Demande, now: datetime) -> Zones | None:
    """How wide to look: travel limits, and the two rings; None as in `what_if`."""
    found = _bench(demande, now)
    if found is None:
        return None
    _, bench, refused = found
    minutes = minutes_from(_home_of_work(bench), bench.replay.communes)
    rows = zones(bench.replay, bench.profil, minutes)
    rings = bench.seeker.rings
    pair = [bench.after(["secteur:prioritaire"])] if rings.prioritaires and rings.secondaires else []
    answers = [predire_delais(bench.replay, each.profil) for each in (*pair, bench)]
    chances = [float(each.p12[0]) for each in answers] if pair else []
    bounds = [bound_of(str(each.statut[0]), int(each.offres_rejouees[0]), each.moins_de12[0]) for each in answers]
    warned = alertes(risques_par_commune(bench.replay, bench.profil)[0], refused)
    return Zones(
        trajets=tuple(
            LimiteTrajet(
                maximum=row.limite, p12=row.p12, trajet_min=figure(row.trajet), loyer_cents=_cents(row.loyer),
                annonces=replace(bench, seeker=_within(bench, row.communes)).adverts_12m, statut=row.statut,
                moins_p12=bound_of(row.statut, row.offres, row.moins_de12),
            )
            for row in rows
        ),
        prioritaire_p12=chances[0] if chances else None,
        ensemble_p12=chances[1] if chances else None,
        alerte=warned[0] if warned else "",
        statut=str(answers[-1].statut[0]),
        prioritaire_statut=str(answers[0].statut[0]),
        prioritaire_moins=bounds[0],
        ensemble_moins=bounds[-1],
    )  # fmt: skip


def _within(bench: Bench, communes: tuple[str, ...]) -> Any:
    return replace(bench.seeker, version=replace(bench.seeker.version, communes=communes))


def _cents(euros: float) -> int | None:
    return None if np.isnan(euros) else round(euros * 100)
