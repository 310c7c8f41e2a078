"""From the agenda to the keys: séance, decisions with their motive, propositions in order, lease, and who is left."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date, datetime, timedelta

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


def commission(case: Case) -> None:
    """The agenda, the convocation, and the decisions when the sitting is over."""
    world, team = case.world, case.world.team_of(case.offre)
    prepared, planned = case.day(5, 15), case.day(14 - _weekend(case.closed_on + timedelta(days=14)), 8, 45)
    house_moves(case.listed, world, prepared)
    seance = Seance(id=world.draw.uid(prepared), bailleur=team.organisation, prevue_le=planned, created_at=prepared)
    world.history.born(seance, prepared, case.agent, {"offres": [str(case.offre.pk)]})
    dossiers = [Dossier(seance=seance, candidature=entry.row, offre=case.offre) for entry in case.chosen]
    for dossier, entry in zip(dossiers, case.chosen, strict=True):
        world.history.add(dossier)
        world.history.move(entry.row, "inscrire", case.agent, prepared, seance=str(seance.pk))
    world.history.move(case.offre, "presenter", case.agent, prepared, seance=str(seance.pk))
    _set_aside(case, prepared)
    world.history.move(seance, "convoquer", case.agent, case.day(6, 10), membres=len(team.members))
    for user in team.members:
        world.history.add(SeanceMembre(seance=seance, user=user))
    if planned > NOW:
        return
    world.history.move(seance, "ouvrir", team.member, planned)
    if case.fate == "en_commission":
        return
    _decide(case, dossiers, planned + timedelta(minutes=40))
    world.history.move(seance, "clore", team.member, planned + timedelta(hours=2))


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


def _decide(case: Case, dossiers: list[Dossier], at: datetime) -> None:
    by = case.world.team_of(case.offre).member
    order = 0
    for dossier, entry, letter in zip(dossiers, case.chosen, _letters(case), strict=True):
        order += letter in rules.ATTRIBUTING
        choice = _choice(entry, letter, order, at)
        texte = said(choice)
        row = Decision(
            dossier=dossier, offre=case.offre, lettre=letter, ordre=choice.ordre, motif=choice.motif or "classement",
            texte={"texte": texte} if texte else None, condition_avant=choice.condition_avant, decidee_le=at,
            par=author(by),
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


def _letters(case: Case) -> list[str]:
    """a) for a single file, b) in order, sometimes d) for the last, c) in the first case under way."""
    if case.fate == "infructueuse" and case.world.draw.likely(40):
        return ["d"] * len(case.chosen)
    if len(case.chosen) == 1:
        return ["a"]
    letters = ["b"] * len(case.chosen)
    if case.fate == "attribuee" and not any(row.lettre == "c" for row in case.world.history.plain[Decision]):
        letters[-1] = "c"
    elif case.world.draw.likely(35) and len(letters) > 2:
        letters = ["b"] * (len(letters) - 1) + ["d"]
    return letters if letters.count("b") + letters.count("c") > 1 else ["a", *["d"] * (len(letters) - 1)]


def _choice(entry: Entry, letter: str, order: int, at: datetime) -> Choice:
    if letter == "c":
        return Choice(entry.row.pk, letter, order, "", CONDITION, (at + timedelta(days=21)).date())
    if letter == "d":
        return Choice(entry.row.pk, letter, None, FRUITLESS_MOTIF, SAID)
    return Choice(entry.row.pk, letter, order)


def lease_or_end(case: Case) -> None:
    """Propositions in the decided order until somebody accepts, then the lease; or nobody is left."""
    at, by = case.day(15, 10), case.agent
    for place, entry in enumerate(case.kept):
        answer, answered = _propose(case, entry, place, by, at)
        if answer == "envoyee":
            return
        if answer == "acceptee":
            _sign(case, entry, answered)
            return
        at, by = answered, Actor.system()
    if case.kept:
        case.world.history.move(case.offre, "constater_sans_suite", by, at, "sans_suite")


def _propose(case: Case, entry: Entry, place: int, by: Actor, at: datetime) -> tuple[str, datetime]:
    """One proposition and its answer: (state reached, instant)."""
    world = case.world
    limit = limit_of(at)
    row = Proposition(id=world.draw.uid(at), candidature=entry.row, offre=case.offre, envoyee_le=at, limite_le=limit)
    world.history.born(row, at, by, {"limite_le": limit})
    world.history.move(entry.row, "proposer", by, at, ordre=entry.row.ordre_decision)
    answer = _answer(case, entry, place)
    person = Actor(entry.menage.user.pk, "demandeur")
    latest = limit - timedelta(days=1) if case.fate != "attribuee" else at + timedelta(days=4)
    answered = world.draw.between(at + timedelta(hours=5), latest)
    if answer == "sans_reponse":
        answered = limit + timedelta(seconds=43)
    _reminders(case, row, answered)
    if answer == "envoyee" or answered >= NOW:
        return "envoyee", at
    if answer == "acceptee":
        world.history.move(row, "accepter", person, answered)
        world.history.move(entry.row, "accepter", person, answered)
        return answer, answered
    if answer == "refusee":
        row.motif_refus = world.draw.choice(MotifRefus.values)
        world.history.move(row, "refuser", person, answered, row.motif_refus)
        world.history.move(entry.row, "refuser", person, answered, row.motif_refus)
    else:
        world.history.move(row, "expirer", Actor.system(), answered)
        world.history.move(entry.row, "expirer", Actor.system(), answered)
    entry.ended_at = entry.menage.busy_until = answered
    return answer, answered


def _answer(case: Case, entry: Entry, place: int) -> str:
    if case.fate == "infructueuse":
        return case.world.draw.weighted({"refusee": 70, "sans_reponse": 30})
    if case.fate == "attribuee":
        return "acceptee" if case.closed_on == local_day(NOW) - ACCEPTED_AGE else "envoyee"
    if place == len(case.kept) - 1:
        return "acceptee"
    return case.world.draw.weighted({"acceptee": 58, "refusee": 22, "sans_reponse": 20})


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
    signed = made_at + timedelta(days=6, hours=world.draw.randint(0, 4))
    if case.fate == "attribuee" or signed >= NOW:
        return
    bail.signe_le = signed
    world.history.move(bail, "signer", case.agent, signed)
    world.history.move(winner.row, "loger", case.agent, signed)
    world.history.move(case.offre, "pourvoir", case.agent, signed)
    for entry in case.kept:
        if entry is not winner and entry.ended_at is None:
            entry.row.motif_fin = "logement_pourvu"
            world.history.move(entry.row, "clore", case.agent, signed, "logement_pourvu")
            entry.ended_at = entry.menage.busy_until = signed
    winner.menage.housed_at = winner.ended_at = signed
    winner.menage.leave(case.agent, signed, "radier", "attribution")
