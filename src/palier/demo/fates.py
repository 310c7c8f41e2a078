"""What became of each closed offre: list frozen, contacts, désignation, commission, proposition, lease; or its end."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta

from palier.attributions.actions.common import author
from palier.attributions.models import Contact, Designation, RangPasse
from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.candidatures.actions import build_classement
from palier.candidatures.models import ClassementLigne
from palier.demo.applying import Entry, house_moves
from palier.demo.draw import NOW, PARIS, at_hour
from palier.demo.outcomes import Case, commission, lease_or_end
from palier.demo.world import World
from palier.parc.enums import MotifRetrait
from palier.parc.models import Offre

PASSED = "Au téléphone, vous avez préféré attendre un logement plus proche de votre travail."
READ = 3


@dataclass(frozen=True)
class Answers:
    """How people answer when they are called, out of 100."""

    present: int = 74
    unreachable: int = 13
    leaves: int = 7


def tell(world: World, offre: Offre, fate: str, entries: list[Entry]) -> None:
    """Write the history of one past offre up to where its fate stops."""
    assert offre.cloture_le is not None
    if fate == "retiree":
        _withdrawn(world, offre, entries)
        return
    _withdrawals(world, offre, entries)
    frozen_at = offre.cloture_le + timedelta(seconds=41)
    house_moves(entries, world, offre.cloture_le)
    listed = freeze(world, offre, entries, frozen_at)
    chosen = []
    if fate != "cloturee":
        chosen = _designation(world, offre, listed, partial=fate == "en_designation" and world.draw.likely(50))
    if fate in ("cloturee", "en_designation"):
        house_moves(entries, world, NOW)
        return
    case = Case(world, offre, fate, listed, chosen, local_day(offre.cloture_le))
    commission(case)
    if fate != "en_commission":
        lease_or_end(case)


def withdrawal_of(offre: Offre) -> datetime:
    """When a withdrawn offre was withdrawn: the day before it would have closed."""
    assert offre.cloture_le is not None
    return at_hour(local_day(offre.cloture_le) - timedelta(days=1), 11)


def _withdrawals(world: World, offre: Offre, entries: list[Entry]) -> None:
    """A few people take their candidature back before the closing."""
    assert offre.cloture_le is not None
    for entry in entries:
        if not world.draw.likely(3) or entry.menage in world.cast.values():
            continue
        at = world.draw.between(entry.row.deposee_le + timedelta(minutes=30), offre.cloture_le - timedelta(minutes=5))
        if at <= entry.row.deposee_le or entry.menage.is_gone(at):
            continue
        world.history.move(entry.row, "retirer", Actor(entry.menage.user.pk, "demandeur"), at)
        entry.ended_at = at


def _withdrawn(world: World, offre: Offre, entries: list[Entry]) -> None:
    at = withdrawal_of(offre)
    house_moves(entries, world, at)
    by, motif = world.team_of(offre).agent, world.draw.choice(MotifRetrait.values)
    offre.motif_retrait = motif
    world.history.move(offre, "retirer", by, at, motif)
    for entry in entries:
        if entry.ended_at is None:
            entry.row.motif_fin, entry.row.explication = "offre_retiree", {"texte": f"{MotifRetrait(motif).label}."}
            world.history.move(entry.row, "clore", by, at, "offre_retiree")
            entry.ended_at = at


def freeze(world: World, offre: Offre, entries: list[Entry], at: datetime) -> list[Entry]:
    """The frozen list, in order, and its rows."""
    assert offre.cloture_le is not None
    system = Actor.system()
    live = {entry.row.pk: entry for entry in entries if entry.ended_at is None}
    world.history.move(offre, "cloturer", system, at)
    made, lines = build_classement(offre, [entry.row for entry in live.values()], at)
    world.history.add(made)
    world.history.plain[ClassementLigne].extend(lines)
    data = {"effectif": made.effectif, "empreinte": made.empreinte}
    world.history.note("classement.fige", made, system, at, **data)
    return [live[line.candidature_id] for line in lines]


def _designation(world: World, offre: Offre, listed: list[Entry], *, partial: bool) -> list[Entry]:
    """Contacts in list order until three answer; they are designated, unless the story stops before."""
    by, start = world.designator(offre), at_hour(local_day(offre.cloture_le) + timedelta(days=1), 10)  # type: ignore[arg-type]
    world.history.move(offre, "ouvrir_designation", by, start)
    passing = world.draw.randint(0, 3) == 0
    ready: list[tuple[int, Entry]] = []
    passed_any, at = False, start
    for rank, entry in enumerate(listed, start=1):
        if len(ready) == READ or (partial and rank > 3):
            break
        at = office(at + timedelta(minutes=world.draw.randint(8, 95)))
        if not entry.menage.has_number or entry.menage.is_gone(at):
            continue
        if passing and rank == 2 and not partial:
            _pass(world, offre, entry, rank, by, at)
            passed_any = True
            continue
        if _reach(world, offre, entry, by, at) == "presente":
            ready.append((rank, entry))
    if not partial:
        designate(world, offre, ready, by, office(at + timedelta(hours=2)), out_of_order=passed_any)
    return [entry for _, entry in ready]


def office(at: datetime) -> datetime:
    """The same instant in office hours, or the next morning."""
    hour = at.astimezone(PARIS).hour
    if hour < 9:
        return at_hour(local_day(at), 9, at.minute)
    return at if hour < 17 else at_hour(local_day(at) + timedelta(days=1), 9, 5)


def _pass(world: World, offre: Offre, entry: Entry, rank: int, by: Actor, at: datetime) -> None:
    row = RangPasse(offre=offre, candidature=entry.row, rang_vu=rank, motif={"texte": PASSED}, at=at, par=author(by))
    world.history.add(row)
    world.history.note("candidature.rang_passe", entry.row, by, at, rang=rank)
    entry.last, entry.row.explication = "passe", {"texte": PASSED}


def _reach(world: World, offre: Offre, entry: Entry, by: Actor, at: datetime) -> str:
    """One reach and its drawn answer."""
    busy = entry.menage.busy_until
    answer = _answer(world, entry) if busy is None or busy <= at else "retire"
    contact(world, offre, entry, by, at, answer)
    return answer


def contact(world: World, offre: Offre, entry: Entry, by: Actor, at: datetime, answer: str) -> None:
    """One reach and its answer, as two contacts."""
    for kind, instant in (("contacte", at), (answer, at + timedelta(minutes=5))):
        row = Contact(offre=offre, candidature=entry.row, type=kind, at=instant, par=author(by))
        world.history.add(row)
        world.history.note("candidature.contact", entry.row, by, instant, type=kind)
    entry.last = answer


def _answer(world: World, entry: Entry) -> str:
    if entry.menage in world.cast.values():
        return "presente" if entry.menage is world.cast["Thomas"] else "injoignable"
    odds = Answers()
    rest = 100 - odds.present - odds.unreachable - odds.leaves
    return world.draw.weighted(
        {"presente": odds.present, "injoignable": odds.unreachable, "retire": odds.leaves, "dossier_invalide": rest}
    )


def designate(
    world: World, offre: Offre, ready: list[tuple[int, Entry]], by: Actor, at: datetime, *, out_of_order: bool
) -> None:
    for rank, entry in ready:
        beyond = out_of_order and rank > 2
        row = Designation(offre=offre, candidature=entry.row, rang_vu=rank, hors_ordre=beyond, at=at, par=author(by))
        world.history.add(row)
        world.history.move(entry.row, "designer", by, at, rang=rank, hors_ordre=beyond)
        entry.menage.busy_until = at + timedelta(days=70)
