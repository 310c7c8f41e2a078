"""Our score of a quarter, written once from the estimates that were shown, and from the record replayed.

Loaded by name: the web and the queue start without numpy.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable
from datetime import date, datetime, time
from uuid import UUID
from zoneinfo import ZoneInfo

import numpy as np

from palier.base.clock import PARIS, local_day
from palier.chances.ajustement import Ajustement as Fit
from palier.chances.journal import Journal
from palier.chances.recalage import apprendre
from palier.droit.dates import plus_mois
from palier.estimations.calcul import scores
from palier.estimations.enums import Genre, Origine, Source, Statut
from palier.estimations.facts import candidature_pk, journal_of, territories
from palier.estimations.facts.tables import ints, reals, seconds
from palier.estimations.models import Ajustement, Estimation, Score
from palier.estimations.rules import origin
from palier.journal.mover import act
from palier.territoires.models import Grille

SEED = 1
"""The instants of a replayed quarter are drawn with this seed: the same record gives the same score."""
QUARTER = 3
Part = tuple[scores.Cases, str]


def last_quarter(at: datetime) -> date:
    """The first day of the last quarter that is over."""
    today = local_day(at)
    return plus_mois(date(today.year, today.month - (today.month - 1) % QUARTER, 1), -QUARTER)


def opening(day: date) -> datetime:
    """The first instant of a day where the dwellings are."""
    return datetime.combine(day, time(0), ZoneInfo(PARIS))


def score_quarter(*, debut: date, at: datetime) -> int:
    """Write the scores of the quarter that begins on `debut`, unless it has some; how many rows."""
    start, end = opening(debut), opening(plus_mois(debut, QUARTER))
    done = set(Score.objects.filter(debut=debut).values_list("source", flat=True))
    asked = {source: find for source, find in _FINDERS.items() if source not in done}
    found: dict[str, list[Part]] = {source: [] for source in asked}
    for territoire in territories(au=end) if asked else ():
        journal = journal_of(territoire, au=end)
        for source, find in asked.items():
            part = find(territoire, journal, start, end)
            found[source] += [part] if part is not None else []
    return sum(write_scores(debut=debut, source=source, parts=parts, at=at) for source, parts in found.items())


@act
def write_scores(*, debut: date, source: str, parts: Iterable[Part], at: datetime) -> int:
    """Keep the table of a quarter for ever."""
    known = list(parts)
    real = bool(known) and all(kind == Origine.REEL for _, kind in known)
    shared = {
        "debut": debut, "fin": plus_mois(debut, QUARTER), "source": source, "calcule_le": at,
        "origine": Origine.REEL.value if real else Origine.DEMONSTRATION.value,
    }  # fmt: skip
    rows = [Score(**shared, **each) for each in scores.table(scores.together(cases for cases, _ in known))]
    return len(Score.objects.bulk_create(rows, ignore_conflicts=True))


def replayed(territoire: str, journal: Journal, start: datetime, end: datetime) -> Part | None:
    """The quarter of a territory, announced by what was learned before it began."""
    cut = seconds(start)
    if not (journal.offres.publiee < cut).any():
        return None
    fit, share = apprendre(journal, cut), np.random.default_rng(SEED).random
    cases = scores.replayed(journal, fit, cut, seconds(end), share, local_day(start))
    grille = Grille.objects.filter(code=territoire).order_by("-version").only("fictif").first()
    return cases, origin(fit.decisions, fictif=grille is None or grille.fictif)


def _shown(territoire: str, journal: Journal, start: datetime, end: datetime) -> Part | None:
    """The quarter of a territory, as it was announced to the persons."""
    told = _picked(territoire, journal, end)
    fits = {each.pk: each for each in Ajustement.objects.filter(pk__in=told)}
    if not fits:
        return None
    days = seconds(start), seconds(end), local_day(start)
    parts = [
        scores.shown(journal, Fit.from_dict(fit.parametres), _announced(told[pk]), *days) for pk, fit in fits.items()
    ]
    real = all(fit.origine == Origine.REEL for fit in fits.values())
    return scores.together(parts), Origine.REEL.value if real else Origine.DEMONSTRATION.value


Line = tuple[int, int, float, float, float]


def _picked(territoire: str, journal: Journal, end: datetime) -> dict[UUID, list[Line]]:
    """One estimate shown a candidature, by fit: place in the journal, instant, value, range."""
    places = {candidature_pk(each): row for row, each in enumerate(journal.candidatures.candidature.tolist())}
    closing = journal.offres.cloture[journal.candidatures.offre_i]
    rows = Estimation.objects.shown().filter(
        genre=Genre.CHANCE, statut=Statut.OK, ajustement__territoire=territoire, proba__isnull=False,
        montree_le__lt=end,
    )  # fmt: skip
    names = ("candidature_id", "ajustement_id", "faite_le", "proba", "bas", "haut")
    by_candidature: dict[UUID, list[tuple[UUID, Line]]] = defaultdict(list)
    for candidature, fit, made, *values in rows.order_by("faite_le", "pk").values_list(*names):
        row = places.get(candidature)
        if row is not None and seconds(made) < closing[row]:
            by_candidature[candidature].append((fit, (row, seconds(made), *values)))
    found: dict[UUID, list[Line]] = defaultdict(list)
    for candidature, lines in by_candidature.items():
        fit, line = lines[scores.pick(candidature.hex, len(lines))]
        found[fit].append(line)
    return found


def _announced(lines: list[Line]) -> scores.Announced:
    rows, instants, probas, lows, highs = zip(*lines, strict=True)
    return scores.Announced(ints(rows), ints(instants), reals(probas), reals(lows), reals(highs))


_FINDERS = {Source.MONTREES.value: _shown, Source.REJOUEES.value: replayed}
