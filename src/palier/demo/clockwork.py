"""Moving the demonstration's clock: forward only, and what became due is done at once."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, time, timedelta
from zoneinfo import ZoneInfo

from palier.attributions.actions import count_delays, expire_due, publish_results, remind_due
from palier.attributions.models import Proposition
from palier.base import clock, limits
from palier.candidatures.actions import close_due
from palier.demandes import actions as demandes
from palier.demandes.models import Echange
from palier.parc.actions import publish_due
from palier.parc.models import Offre

NEXT = 6


@dataclass(frozen=True)
class Done:
    """What a move of the clock made happen."""

    publiees: int
    closes: int
    expirees: int
    rappels: int
    dossiers: int = 0
    registre: int = 0

    def sentences(self) -> list[str]:
        """One French sentence for each kind of thing that happened."""
        said = (
            (self.publiees, "offre publiée", "offres publiées"),
            (self.closes, "liste close et figée", "listes closes et figées"),
            (self.expirees, "proposition expirée ou ordre repris", "propositions expirées ou ordres repris"),
            (self.rappels, "rappel envoyé", "rappels envoyés"),
            (self.dossiers, "date de dossier annoncée ou passée", "dates de dossier annoncées ou passées"),
            (self.registre, "message reçu par le registre", "messages reçus par le registre"),
        )
        return [f"{count}\u00a0{one if count == 1 else many}." for count, one, many in said if count]


@dataclass(frozen=True)
class Due:
    """One date to come: when, what, and the offre it is about."""

    at: datetime
    quoi: str
    offre: Offre


def run_due(at: datetime, since: datetime | None = None) -> Done:
    """Everything that the queue does, now: each thing in its own commit, nothing done twice.

    With `since`, the calendar of files passes through each morning of the time jumped over, as if the queue had
    worked all along: a jump of a year shows every announcement, not the last one alone.
    """
    passed = sum(_calendar(morning) for morning in _mornings(since or at, at)) + _calendar(at)
    told = demandes.send_due(at=at)
    publish_results(at=at)
    count_delays(at=at)
    return Done(len(publish_due(at=at)), len(close_due(at=at)), expire_due(at=at), remind_due(at=at), passed, told)


def _calendar(at: datetime) -> int:
    return sum(demandes.lapse_due(at=at).values()) + demandes.remind_due(at=at)


def _mornings(since: datetime, at: datetime) -> list[datetime]:
    first = clock.local_day(since)
    opening, zone = time(limits.value("rappel_debut")), ZoneInfo(clock.PARIS)
    days = (first + timedelta(days=rank) for rank in range((clock.local_day(at) - first).days + 1))
    return [each for day in days for each in [datetime.combine(day, opening, tzinfo=zone)] if since < each < at]


def untold() -> int:
    """How many things wait to be told to the registration system."""
    return Echange.objects.filter(state="a_envoyer").count()


def next_dates(at: datetime) -> list[Due]:
    """The next closings, publications and limits to answer, soonest first."""
    offres = Offre.objects.with_place()
    closing = offres.filter(state="publiee", cloture_le__gte=at).order_by("cloture_le")[:NEXT]
    coming = offres.filter(state="programmee", publiee_le__gte=at).order_by("publiee_le")[:NEXT]
    limits = Proposition.objects.filter(state="envoyee", limite_le__gte=at).order_by("limite_le")
    found = [Due(each.cloture_le, "Clôture des candidatures", each) for each in closing if each.cloture_le]
    found += [Due(each.publiee_le, "Publication", each) for each in coming if each.publiee_le]
    place = "offre__logement__programme__commune"
    found += [
        Due(each.limite_le, "Fin du délai de réponse", each.offre) for each in limits.select_related(place)[:NEXT]
    ]
    return sorted(found, key=lambda due: due.at)[:NEXT]
