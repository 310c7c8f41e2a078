"""The checkpoint of two months: the offres published in a perimeter against those that the replay expects."""

from __future__ import annotations

from datetime import date, datetime

from palier.base import limits
from palier.base.clock import local_day
from palier.chances.delais import Profils, Rejeu
from palier.chances.delais.perimetre import attendues, point_etape
from palier.chances.delais.reponses import REJOUEES_MINIMUM
from palier.chances.journal import MOIS
from palier.droit.dates import plus_mois
from palier.estimations.calcul.leviers import Bench
from palier.estimations.facts.tables import midnight
from palier.estimations.values import PointEtape


def checkpoint(bench: Bench, at: datetime) -> PointEtape | None:
    """The checkpoint of one person; None before the demande is old enough.

    A perimeter in which too few offres were replayed, or a record younger than the window, gives no verdict.
    """
    since = plus_mois(local_day(at), -limits.value("etape_mois"))
    if bench.seeker.depuis > since:
        return None
    seen = bench.adverts.in_perimeter(bench.seeker.version, midnight(since))
    months = (bench.adverts.until - midnight(since)) / MOIS
    expected = float(attendues(bench.replay, bench.profil, months)[0])
    tail, verdict = point_etape(seen, expected)
    enough = replayed_in(bench.replay, bench.profil) >= REJOUEES_MINIMUM and bench.replay.gel.debut <= midnight(since)
    return PointEtape(seen, expected, tail, verdict if enough else "insuffisant", since)


def replayed_in(replay: Rejeu, profil: Profils) -> int:
    """How many offres of the year lie in the perimeter of one person."""
    masks = replay.perimetres(profil.communes, profil.typologies, profil.financements)
    return int(masks.convient(replay.commune, replay.typologie, replay.financement).sum())


def as_detail(point: PointEtape) -> dict[str, object]:
    """The checkpoint as it is stored."""
    since: date = point.depuis
    return {
        "vues": point.vues, "attendues": point.attendues, "p": point.p, "verdict": point.verdict,
        "depuis": since.isoformat(),
    }  # fmt: skip
