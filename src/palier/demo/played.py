"""What the simulator played, told through the mover: lists, contacts, commissions, propositions, leases, departures.

The simulator says who and in which order; the hours are moved into the day, and the year of a demande is the law's.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from typing import Any

import numpy as np

from palier.attributions.actions.cascade import limit_of
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.chances.journal import CAUSES, TYPES, Journal
from palier.chances.simulateur import Deroulement
from palier.demo.applying import Entry, enter, house_moves, register
from palier.demo.draw import NOW, PARIS, at_hour
from palier.demo.fates import contact, designate, freeze, office
from palier.demo.outcomes import Case, Sitting, commission, end_without_file, lease_or_end
from palier.demo.people import Menage
from palier.demo.scene import Stage, play
from palier.demo.world import World
from palier.droit.dates import plus_mois

ANSWERS = {"accepte": "acceptee", "refuse": "refusee", "sans_reponse": "sans_reponse"}
LEASE, SIGNATURE = timedelta(hours=22), timedelta(days=6, hours=2)
INES_HISTORY = 2
"""Ended candidatures of Inès, in lists whose readers stopped above her."""


@dataclass
class Called:
    """One reach of the simulator: whom, when, and what came of it."""

    entry: Entry
    at: datetime
    answer: str


@dataclass
class Turn:
    """One proposition of the simulator, at the hours of the day."""

    sent: datetime
    answer: str
    answered: datetime


@dataclass
class Played(Case):
    """One offre whose outcome is known: its reaches, its commission, its turns."""

    entries: list[Entry] = field(default_factory=list)
    withdrawn: dict[int, datetime] = field(default_factory=dict)  # place of the entry -> instant
    calls: list[Called] = field(default_factory=list)
    order: list[Entry] = field(default_factory=list)
    refused: list[Entry] = field(default_factory=list)
    answers: list[tuple[Entry, str, timedelta]] = field(default_factory=list)
    ended: bool = False
    when: dict[Any, Turn] = field(default_factory=dict)  # key of the candidature -> its turn

    def designated(self) -> datetime:
        """When the files that answered are designated."""
        return office(self.calls[-1].at + timedelta(hours=2))

    def sitting(self) -> Sitting:
        """The commission some days after the last reach, never at a week-end."""
        prepared = office(self.designated() + timedelta(hours=3))
        day = local_day(prepared) + timedelta(days=6)
        day += timedelta(days=max(0, 7 - day.weekday()) if day.weekday() > 4 else 0)
        return Sitting(prepared, office(prepared + timedelta(hours=20)), at_hour(day, 8, 45))

    def first_proposition(self) -> datetime:
        """The day after the commission."""
        return at_hour(local_day(self.sitting().planned) + timedelta(days=1), 10)

    def letters(self) -> list[str]:
        """b) in the order of the commission, d) for whom it refuses; a) for a single one kept."""
        letters = ["d" if entry in self.refused else "b" for entry in self.chosen]
        return ["a" if each == "b" and letters.count("b") == 1 else each for each in letters]

    def turns(self) -> list[Entry]:
        """Those of the order to whom the simulator gave a turn."""
        return [entry for entry in self.kept if entry.row.pk in self.when]

    def sent(self, entry: Entry, at: datetime) -> datetime:
        """The hour told, or later when the one before left it late."""
        return max(at, self.when[entry.row.pk].sent)

    def answer(self, entry: Entry, at: datetime) -> tuple[str, datetime]:
        """What the simulator answered."""
        del at
        turn = self.when[entry.row.pk]
        return turn.answer, turn.answered

    def signed(self, made_at: datetime) -> datetime | None:
        """Six days after the lease is made."""
        return made_at + SIGNATURE

    def is_over(self, at: datetime) -> bool:
        """True when the simulator saw nobody left."""
        return self.ended and at < NOW

    def time(self) -> None:
        """Give each turn its hours, and the accepting one its day of lease."""
        if not self.calls:
            return
        at = self.first_proposition()
        for entry, kind, after in self.answers:
            limit = limit_of(at)
            given = _daytime(min(at + max(after, timedelta(hours=3)), limit - timedelta(hours=2)))
            answered = limit + timedelta(seconds=43) if kind == "sans_reponse" else max(given, at + timedelta(hours=1))
            self.when[entry.row.pk] = Turn(at, ANSWERS[kind], answered)
            if kind == "accepte" and answered + LEASE + SIGNATURE < NOW:
                entry.menage.housed_at = answered + LEASE + SIGNATURE
            at = answered


def tell_played(world: World) -> None:
    """Play the finished offres, then write them by their closings, and the departures."""
    stage, run = play(world)
    played = _read(world, stage, run)
    for each in played:
        each.time()
    _leave(world, stage, run.journal)
    _remember(world, played)
    for each in sorted(played, key=lambda one: _closing(one)):
        _tell(world, each)


def _closing(played: Played) -> datetime:
    assert played.offre.cloture_le is not None
    return played.offre.cloture_le


def _read(world: World, stage: Stage, run: Deroulement) -> list[Played]:
    """One case an offre, from the lists of the run and the lines of its journal."""
    journal = run.journal
    places = {str(each.demande.pk): place for place, each in enumerate(stage.menages)}
    who = [places[str(name)] for name in journal.demandes.demande]
    made = [Played(world, offre, "jouee", [], [], local_day(offre.cloture_le)) for offre in stage.offres]  # type: ignore[arg-type]
    rows: list[tuple[Played, Entry]] = []
    for offre, demande, at in zip(*_columns(journal), strict=True):
        entry = stage.counted[who[demande], offre]
        assert entry is not None
        entry.row.deposee_le = entry.row.cote_le = _deposit(made[offre], at)
        made[offre].entries.append(entry)
        rows.append((made[offre], entry))
    for offre, lived in enumerate(run.verite.listes):
        if lived is not None:
            refused = np.flatnonzero(~lived.attribuable)
            found = (stage.counted[int(lived.demande[place]), offre] for place in refused)
            made[offre].refused = [entry for entry in found if entry is not None]
    _lines(journal, rows, made)
    return made


def _columns(journal: Journal) -> tuple[list[int], list[int], list[int]]:
    rows = journal.candidatures
    return rows.offre_i.tolist(), rows.demande_i.tolist(), rows.deposee.tolist()


def _deposit(played: Played, at: int) -> datetime:
    """The hour of a deposit, by day and inside the window."""
    assert played.offre.publiee_le is not None
    latest = _closing(played) - timedelta(minutes=2)
    return min(max(_daytime(_instant(at)), played.offre.publiee_le + timedelta(minutes=1)), latest)


def _lines(journal: Journal, rows: list[tuple[Played, Entry]], made: list[Played]) -> None:
    """Spread the lines of the journal over the cases."""
    told = journal.evenements
    attributed: dict[int, int] = {}
    columns = (told.instant, told.offre_i, told.candidature_i, told.type, told.commission, told.ordre)
    ranks: dict[int, list[tuple[int, Entry]]] = {}
    for at, offre, row, code, sitting, order in zip(*(column.tolist() for column in columns), strict=True):
        kind = TYPES[code]
        if row < 0:
            made[offre].ended = True
            continue
        case, entry = rows[row]
        if kind == "retire" and sitting < 0:
            case.withdrawn[id(entry)] = _instant(at)
        elif kind == "contacte":
            case.calls.append(Called(entry, office(_instant(at)), ""))
        elif kind == "classe":
            ranks.setdefault(offre, []).append((order, entry))
        elif kind == "attribue":
            attributed[row] = at
        elif kind in ANSWERS:
            case.answers.append((entry, kind, timedelta(seconds=at - attributed[row])))
        elif kind != "non_attribue":
            next(each for each in reversed(case.calls) if each.entry is entry).answer = kind
    for offre, placed in ranks.items():
        made[offre].order = [entry for _, entry in sorted(placed, key=lambda each: each[0])]


def _leave(world: World, stage: Stage, journal: Journal) -> None:
    """The demandes that end without a home from here: given up, struck off, or not renewed."""
    places = {str(each.demande.pk): each for each in stage.menages}
    exits = journal.sorties
    for who, at, code in zip(exits.demande_i.tolist(), exits.sortie.tolist(), exits.cause.tolist(), strict=True):
        menage = places[str(journal.demandes.demande[who])]
        cause = CAUSES[code]
        if cause == "non_renouvelee":
            _lapse(menage, _instant(at))
        elif cause != "loge_plateforme" and menage.housed_at is None:
            when = _daytime(_instant(at))
            person = Actor(menage.user.pk, "demandeur")
            by, name, motif = (Actor.system(), "radier", "sans_reponse") if cause == "radiee" else (
                person, "renoncer", "renonciation",
            )  # fmt: skip
            _go(menage, by, when, name, motif)


def _lapse(menage: Menage, at: datetime) -> None:
    """Not renewed: called a month before the end of a year of the filing here, removed two days after it."""
    years = max(1, round((local_day(at) - local_day(menage.filed_at)).days / 365.25))
    due = plus_mois(local_day(menage.filed_at), 12 * years)
    menage.lapsed_on = due
    _go(menage, Actor.system(), at_hour(due + timedelta(days=2), 9, 10), "radier", "non_renouvellement")


def _go(menage: Menage, by: Actor, at: datetime, name: str, motif: str) -> None:
    if at < NOW:
        menage.left_at = at
        menage.leave(by, at, name, motif)


def _remember(world: World, played: list[Played]) -> None:
    """Inès was below those who were called on two lists: she reads why."""
    ines, told = world.cast["Inès"], 0
    for case in sorted(played, key=_closing, reverse=True):
        if told == INES_HISTORY:
            return
        wanted = case.offre.logement.typologie in ines.demande.typologies and case.when
        if not wanted or ines.filed_at > _closing(case) - timedelta(days=15):
            continue
        entry = enter(world, ines, case.offre, _closing(case))
        if entry is not None and entry.row.points < case.calls[-1].entry.row.points:
            case.entries.append(entry)
            told += 1


def _tell(world: World, case: Played) -> None:
    """Write one offre from its deposits to its end."""
    offre, closing = case.offre, _closing(case)
    for entry in case.entries:
        if entry.menage.gone is not None:
            entry.row.deposee_le = min(entry.row.deposee_le, entry.menage.gone[0] - timedelta(minutes=3))
    register(world, sorted(case.entries, key=lambda each: each.row.deposee_le))
    for entry in case.entries:
        at = case.withdrawn.get(id(entry))
        if at is not None:
            at = min(max(_daytime(at), entry.row.deposee_le + timedelta(minutes=9)), closing - timedelta(minutes=1))
            if not entry.menage.is_gone(at):
                world.history.move(entry.row, "retirer", Actor(entry.menage.user.pk, "demandeur"), at)
                entry.ended_at = at
    house_moves(case.entries, world, closing)
    case.listed = freeze(world, offre, case.entries, closing + timedelta(seconds=41))
    if not case.calls or case.calls[-1].at >= NOW:
        return
    ready = _call(world, case)
    case.chosen = [entry for entry in case.order if entry in ready]
    if not case.chosen:
        end_without_file(case, case.designated() + timedelta(days=1))
        return
    commission(case)
    if case.kept:
        lease_or_end(case)


def _call(world: World, case: Played) -> list[Entry]:
    """The reaches in the order of the list, and the désignation of those who answered."""
    by, start = world.designator(case.offre), at_hour(case.closed_on + timedelta(days=1), 10)
    world.history.move(case.offre, "ouvrir_designation", by, start)
    ranks = {entry.row.pk: rank for rank, entry in enumerate(case.listed, start=1)}
    ready, at = [], start
    for call in case.calls:
        at = max(call.at, at + timedelta(minutes=6))
        house_moves([call.entry], world, at)
        if call.entry.ended_at is None:
            contact(world, case.offre, call.entry, by, at, call.answer)
            ready += [call.entry] * (call.answer == "presente")
    house_moves(ready, world, case.designated())
    ready = [entry for entry in ready if entry.ended_at is None]
    placed = [(ranks[entry.row.pk], entry) for entry in ready]
    designate(world, case.offre, placed, by, case.designated(), out_of_order=False)
    return ready


def _instant(seconds: int) -> datetime:
    return datetime.fromtimestamp(seconds, UTC)


def _daytime(at: datetime) -> datetime:
    """The same day, after seven in the morning."""
    local = at.astimezone(PARIS)
    return at if local.hour >= 7 else local.replace(hour=8 + local.minute % 12).astimezone(UTC)
