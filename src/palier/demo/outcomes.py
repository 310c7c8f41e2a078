"""From the agenda to the keys: séance, decisions with their motive, propositions in order, lease, and who is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta
from uuid import UUID

from palier.attributions import rules
from palier.attributions.actions.cascade import limit_of
from palier.attributions.actions.commission import Choice, said
from palier.attributions.actions.common import author
from palier.attributions.enums import LOSSES, MotifRefus
from palier.attributions.models import Bail, Decision, Dossier, Proposition, Seance, SeanceMembre
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.demo.applying import Entry, house_moves
from palier.demo.draw import NOW, at_hour
from palier.demo.world import World
from palier.parc.models import Offre

SAID = "Le loyer prendrait plus du tiers de vos revenus."
CONDITION = "Le dossier doit montrer le dernier avis d'imposition."
ACCEPTED_AGE = timedelta(days=23)
"""Age of the list whose first person has accepted, with a lease to sign."""
FRUITLESS_MOTIF = "taux_effort_ou_reste_a_vivre"


@dataclass
class Case:
    """One offre after its désignation, and the hours of what follows."""

    world: World
    offre: Offre
    fate: str
    listed: list[Entry]
    chosen: list[Entry]
    closed_on: date
    kept: list[Entry] = field(default_factory=list)

    @property
    def agent(self) -> Actor:
        """The bailleur's agent."""
        return self.world.team_of(self.offre).agent

    def day(self, days: int, hour: int, minute: int = 0) -> datetime:
        """An hour of the n-th day after the closing."""
        return at_hour(self.closed_on + timedelta(days=days), hour, minute)

    def sitting(self) -> Sitting:
        """When the agenda is written, the members called, and the commission sits."""
        planned = self.day(14 - _weekend(self.closed_on + timedelta(days=14)), 8, 45)
        return Sitting(self.day(5, 15), self.day(6, 10), planned)

    def first_proposition(self) -> datetime:
        """When the first of the order is written to."""
        return self.day(15, 10)

    def letters(self) -> list[str]:
        """a) for a single file, b) in order, sometimes d) for the last, c) in the first case under way."""
        if len(self.chosen) == 1:
            return ["a"]
        letters = ["b"] * len(self.chosen)
        if self.fate == "attribuee" and not any(row.lettre == "c" for row in self.world.history.plain[Decision]):
            letters[-1] = "c"
        elif self.world.draw.likely(35) and len(letters) > 2:
            letters = ["b"] * (len(letters) - 1) + ["d"]
        return letters if letters.count("b") + letters.count("c") > 1 else ["a", *["d"] * (len(letters) - 1)]

    def turns(self) -> list[Entry]:
        """Those of the order who are written to, while nobody accepts."""
        return self.kept

    def sent(self, entry: Entry, at: datetime) -> datetime:
        """When this one is written to, not before `at`."""
        del entry
        return at

    def signed(self, made_at: datetime) -> datetime | None:
        """When the lease made at this instant is signed; None while it is not."""
        del made_at
        return None

    def answer(self, entry: Entry, at: datetime) -> tuple[str, datetime]:
        """What the person answers to a proposition of `at`, and when; « envoyee » when there is no answer yet."""
        del entry
        accepts = self.closed_on == local_day(NOW) - ACCEPTED_AGE
        answered = self.world.draw.between(at + timedelta(hours=5), at + timedelta(days=4))
        return ("acceptee" if accepts else "envoyee"), answered


    def is_over(self, at: datetime) -> bool:
        """True when the order is used up."""
        return at < NOW


@dataclass(frozen=True)
class Sitting:
    """The three instants of a séance."""

    prepared: datetime
    called: datetime
    planned: datetime


def commission(case: Case) -> None:
    """The agenda, the convocation, and the decisions when the sitting is over."""
    world, team, sitting = case.world, case.world.team_of(case.offre), case.sitting()
    house_moves(case.listed, world, sitting.prepared)
    case.chosen = [entry for entry in case.chosen if entry.ended_at is None]
    seance = Seance(
        id=world.draw.uid(sitting.prepared), bailleur=team.organisation, prevue_le=sitting.planned,
        created_at=sitting.prepared,
    )  # fmt: skip
    world.history.born(seance, sitting.prepared, case.agent, {"offres": [str(case.offre.pk)]})
    dossiers = {entry.row.pk: _enrol(case, seance, entry, sitting.prepared) for entry in case.chosen}
    world.history.move(case.offre, "presenter", case.agent, sitting.prepared, seance=str(seance.pk))
    _set_aside(case, sitting.prepared)
    world.history.move(seance, "convoquer", case.agent, sitting.called, membres=len(team.members))
    for user in team.members:
        world.history.add(SeanceMembre(seance=seance, user=user))
    if sitting.planned > NOW:
        return
    world.history.move(seance, "ouvrir", team.member, sitting.planned)
    if case.fate == "en_commission":
        return
    decided = sitting.planned + timedelta(minutes=40)
    house_moves(case.chosen, world, decided)
    case.chosen = [entry for entry in case.chosen if entry.ended_at is None]
    _decide(case, dossiers, decided)
    world.history.move(seance, "clore", team.member, sitting.planned + timedelta(hours=2))


def _enrol(case: Case, seance: Seance, entry: Entry, at: datetime) -> Dossier:
    dossier = Dossier(seance=seance, candidature=entry.row, offre=case.offre)
    case.world.history.add(dossier)
    case.world.history.move(entry.row, "inscrire", case.agent, at, seance=str(seance.pk))
    return dossier


def end_without_file(case: Case, at: datetime) -> None:
    """Nobody answered: everyone reads why, and the offre ends."""
    house_moves(case.listed, case.world, at)
    _set_aside(case, at)
    case.world.history.move(case.offre, "constater_sans_suite", case.agent, at, "sans_suite")


def _weekend(day: date) -> int:
    """Days to come back to the Friday before, from a Saturday or a Sunday."""
    return max(0, day.weekday() - 4)


def _set_aside(case: Case, at: datetime) -> None:
    """Everybody who is not on the agenda reads why."""
    for entry in case.listed:
        if entry in case.chosen or entry.ended_at is not None:
            continue
        motif = LOSSES.get(entry.last) or ("rang" if entry.menage.has_number else "sans_numero")
        entry.row.motif_fin = motif
        world = case.world
        world.history.move(entry.row, "ecarter", case.agent, at, motif)
        entry.ended_at = at


def _decide(case: Case, dossiers: dict[UUID, Dossier], at: datetime) -> None:
    by = case.world.team_of(case.offre).member
    order = 0
    for entry, letter in zip(case.chosen, case.letters(), strict=True):
        order += letter in rules.ATTRIBUTING
        choice = _choice(entry, letter, order, at)
        texte = said(choice)
        row = Decision(
            dossier=dossiers[entry.row.pk], offre=case.offre, lettre=letter, ordre=choice.ordre,
            motif=choice.motif or "classement", texte={"texte": texte} if texte else None,
            condition_avant=choice.condition_avant, decidee_le=at, par=author(by),
        )  # fmt: skip
        case.world.history.add(row)
        entry.row.ordre_decision = choice.ordre
        if texte:
            entry.row.explication = {"texte": texte}
        name = rules.TRANSITIONS[letter]
        case.world.history.move(entry.row, name, by, at, row.motif, lettre=letter, ordre=choice.ordre, motif=row.motif)
        if letter in rules.ATTRIBUTING:
            case.kept.append(entry)
        else:
            entry.ended_at = entry.menage.busy_until = at
    if case.kept:
        case.world.history.move(case.offre, "attribuer", by, at)
    else:
        case.world.history.move(case.offre, "constater_sans_suite", by, at, "sans_suite")


def _choice(entry: Entry, letter: str, order: int, at: datetime) -> Choice:
    if letter == "c":
        return Choice(entry.row.pk, letter, order, "", CONDITION, (at + timedelta(days=21)).date())
    if letter == "d":
        return Choice(entry.row.pk, letter, None, FRUITLESS_MOTIF, SAID)
    return Choice(entry.row.pk, letter, order)


def lease_or_end(case: Case) -> None:
    """Propositions in the decided order until somebody accepts, then the lease; or nobody is left."""
    at, by = case.first_proposition(), case.agent
    for entry in case.turns():
        at = case.sent(entry, at)
        house_moves([entry], case.world, at)
        if entry.ended_at is not None:
            continue
        if at >= NOW:
            return
        answer, answered = _propose(case, entry, by, at)
        if answer == "envoyee":
            return
        if answer == "acceptee":
            _sign(case, entry, answered)
            return
        at, by = answered, Actor.system()
    if case.kept and case.is_over(at):
        _end_order(case, "sans_suite", by, at)
        case.world.history.move(case.offre, "constater_sans_suite", by, at, "sans_suite")


def _end_order(case: Case, motif: str, by: Actor, at: datetime) -> None:
    """Those of the order who are still there are told why it ends."""
    house_moves(case.kept, case.world, at)
    for entry in case.kept:
        if entry.ended_at is None:
            entry.row.motif_fin = motif
            case.world.history.move(entry.row, "clore", by, at, motif)
            entry.ended_at = entry.menage.busy_until = at


def _propose(case: Case, entry: Entry, by: Actor, at: datetime) -> tuple[str, datetime]:
    """One proposition and its answer: (state reached, instant)."""
    world = case.world
    limit = limit_of(at)
    row = Proposition(id=world.draw.uid(at), candidature=entry.row, offre=case.offre, envoyee_le=at, limite_le=limit)
    world.history.born(row, at, by, {"limite_le": limit})
    world.history.move(entry.row, "proposer", by, at, ordre=entry.row.ordre_decision)
    answer, answered = case.answer(entry, at)
    if answer != "acceptee" and entry.menage.is_gone(min(answered, NOW)):
        return _give_back(case, row, entry)
    _reminders(case, row, answered)
    if answer == "envoyee" or answered >= NOW:
        return "envoyee", at
    if answer == "sans_reponse":
        world.history.move(row, "expirer", Actor.system(), answered)
        world.history.move(entry.row, "expirer", Actor.system(), answered)
    else:
        _answered(case, row, entry, answer, answered)
    if answer != "acceptee":
        entry.ended_at = entry.menage.busy_until = answered
    return answer, answered


def _answered(case: Case, row: Proposition, entry: Entry, answer: str, at: datetime) -> None:
    """The person accepts, or refuses with a motive."""
    person, name = Actor(entry.menage.user.pk, "demandeur"), "accepter" if answer == "acceptee" else "refuser"
    if answer == "refusee":
        row.motif_refus = case.world.draw.choice(MotifRefus.values)
    for each in (row, entry.row):
        case.world.history.move(each, name, person, at, row.motif_refus)


def _give_back(case: Case, row: Proposition, entry: Entry) -> tuple[str, datetime]:
    """Whoever is housed elsewhere, or ends the demande, leaves the proposition."""
    assert entry.menage.gone is not None
    at, motif = entry.menage.gone
    case.world.history.move(row, "annuler", Actor.system(), at, motif)
    house_moves([entry], case.world, at)
    return "annulee", at


def _reminders(case: Case, row: Proposition, until: datetime) -> None:
    """The reminders that were due before the answer, or before now."""
    for days in rules.REMINDERS:
        at = row.limite_le - timedelta(days=days) + timedelta(seconds=20)
        if at < min(until, NOW):
            row.rappels = [*row.rappels, days]
            case.world.history.note("proposition.rappel", row, Actor.system(), at, jours=days)


def _sign(case: Case, winner: Entry, accepted: datetime) -> None:
    """The lease to sign, then its signature: one instant settles everything."""
    world, made_at = case.world, accepted + timedelta(hours=22)
    if made_at >= NOW:
        return
    bail = Bail(
        id=world.draw.uid(made_at), proposition=world.history.births["proposition"][-1].obj,
        logement=case.offre.logement, demande=winner.menage.demande, offre=case.offre, created_at=made_at,
    )  # fmt: skip
    world.history.born(bail, made_at, case.agent)
    signed = case.signed(made_at)
    if signed is None or signed >= NOW:
        return
    bail.signe_le = signed
    winner.menage.housed_at = winner.ended_at = signed
    world.history.move(bail, "signer", case.agent, signed)
    world.history.move(winner.row, "loger", case.agent, signed)
    world.history.move(case.offre, "pourvoir", case.agent, signed)
    _end_order(case, "logement_pourvu", case.agent, signed)
    winner.menage.leave(case.agent, signed, "radier", "attribution")
