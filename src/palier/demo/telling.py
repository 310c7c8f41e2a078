"""The whole story: who applied to each offre, in the order of the closings, and what became of it."""

from __future__ import annotations

from datetime import datetime, timedelta

from palier.base.actor import Actor
from palier.base.clock import local_day
from palier.candidatures.facts import profil
from palier.candidatures.models import RangVu
from palier.demandes.models import Demande
from palier.demo.applying import Entry, draw_candidatures, enter, house_moves, register, target
from palier.demo.draw import NOW
from palier.demo.fates import tell, withdrawal_of
from palier.demo.played import tell_played
from palier.demo.scene import PLAYED
from palier.demo.world import World
from palier.parc.models import Offre

OPEN = ("ouverte", "vitrine")
SHOWN, PLACE = 80, 5
VISIT = NOW - timedelta(days=2)
THOMAS_AGE = timedelta(days=21)


def read_profiles(world: World) -> None:
    """What the law may read of each demande, once for all its candidatures, as the database now has it."""
    asked = Demande.objects.select_related("titulaire").prefetch_related("personnes", "communes", "pieces")
    stored = asked.in_bulk([each.demande.pk for each in world.menages])
    for each in world.menages:
        each.known = profil(stored[each.demande.pk], local_day(NOW))


def tell_all(world: World) -> None:
    """The finished offres as they were played; those under way by their closing; then the open ones."""
    tell_played(world)
    past = [(offre, fate) for offre, fate in world.offres if fate not in (*OPEN, "brouillon", "programmee", PLAYED)]
    for offre, fate in sorted(past, key=lambda each: each[0].cloture_le or NOW):
        entries = _past(world, offre, fate, target(world, offre))
        register(world, entries)
        tell(world, offre, fate, entries)
    _showcase(world)
    for offre, fate in world.offres:
        if fate == "ouverte":
            _open(world, draw_candidatures(world, offre, target(world, offre), _closing(offre)))


def _closing(offre: Offre) -> datetime:
    assert offre.cloture_le is not None
    return offre.cloture_le


def _past(world: World, offre: Offre, fate: str, count: int) -> list[Entry]:
    end = withdrawal_of(offre) - timedelta(minutes=10) if fate == "retiree" else _closing(offre)
    thomas = world.cast["Thomas"]
    if fate == "attribuee" and local_day(end) == local_day(NOW) - THOMAS_AGE:
        first = enter(world, thomas, offre, end)
        if first is None:
            raise RuntimeError("the cast has nobody to propose a dwelling to: change the draw")
        return [first, *draw_candidatures(world, offre, count - 1, end, below=first.row.points)]
    return draw_candidatures(world, offre, count, end)


def _showcase(world: World) -> None:
    """The offre of the tour: Inès is 5th of 80, Karim is 1st."""
    offre = world.showcase
    assert offre is not None
    end = _closing(offre)
    karim, ines = enter(world, world.cast["Karim"], offre, end), enter(world, world.cast["Inès"], offre, end)
    if karim is None or ines is None or karim.row.points <= ines.row.points:
        raise RuntimeError("the showcase cannot be told with this draw")
    others = draw_candidatures(world, offre, len(world.menages), end)
    rest = [each for each in others if each.menage not in world.cast.values() and each.menage.gone is None]
    ahead = [each for each in rest if ines.row.points < each.row.points < karim.row.points]
    ahead = [each for each in ahead if each.menage.has_number][: PLACE - 2]
    behind = [each for each in rest if each.row.points < ines.row.points][: SHOWN - PLACE]
    better = [each for each in rest if each.row.points > ines.row.points and each not in ahead]
    if not better:
        raise RuntimeError("nobody is there to withdraw before Inès: change the draw")
    told = [karim, ines, *ahead, better[0], *behind]
    _before_her_visit([karim, ines, *ahead, better[0]])
    _open(world, sorted(told, key=lambda each: each.row.deposee_le))
    _visited(world, ines, told, better[0])


def _before_her_visit(entries: list[Entry]) -> None:
    """Whoever stands near Inès was there when she looked: her next visit tells one withdrawal, and nothing else."""
    for minutes, entry in enumerate(entries, start=1):
        entry.row.deposee_le = min(entry.row.deposee_le, VISIT - timedelta(minutes=minutes))
        entry.row.cote_le = entry.row.deposee_le


def _visited(world: World, ines: Entry, told: list[Entry], gone: Entry) -> None:
    """Inès looked, then somebody before her withdrew."""
    world.history.move(gone.row, "retirer", Actor(gone.menage.user.pk, "demandeur"), VISIT + timedelta(hours=9))
    there = sum(each.row.deposee_le <= VISIT for each in told)
    row = ines.row
    seen = RangVu(candidature=row, rang=PLACE + 1, effectif=there, points=row.points, anciennete_le=row.anciennete_le,
                  vu_le=VISIT)  # fmt: skip
    world.history.add(seen)


def _open(world: World, entries: list[Entry]) -> None:
    register(world, entries)
    house_moves(entries, world, NOW)
