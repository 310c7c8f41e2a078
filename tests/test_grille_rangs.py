"""A new version of a grid: open lists that close under it are counted again, once; frozen lists never move."""

from __future__ import annotations

from collections.abc import Callable
from contextlib import suppress
from dataclasses import replace
from datetime import date, datetime, timedelta
from io import StringIO
from typing import Any
from uuid import UUID

import pytest
from django.core.management import CommandError, call_command
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from palier.attributions.queries import register
from palier.base import clock, limits
from palier.base.actor import Actor
from palier.base.faults import InjectedFault, armed
from palier.base.refusal import Refused
from palier.candidatures import actions, rules, tasks
from palier.candidatures.enums import CauseRecotation
from palier.candidatures.models import Candidature, Classement, ClassementLigne, Recotation
from palier.candidatures.queries import movements, rank, recount, with_place
from palier.candidatures.queries.grids import behind
from palier.coffre import Destroyed
from palier.demandes.queries.history import history
from palier.droit.bareme import texte_donnees
from palier.journal.events import subscribers
from palier.journal.models import Event
from palier.journal.mover import Busy
from palier.parc.models import Offre
from palier.territoires.actions import publish_grille
from palier.territoires.models import Grille
from palier.territoires.queries import grille_en_vigueur
from tests import factories as make

pytestmark = pytest.mark.django_db
SYSTEM = Actor.system()
DEMO = texte_donnees("donnees/grilles/territoire_demo.toml")


@pytest.fixture(autouse=True)
def _now():
    clock.set_now(make.NOW)


def publish(since: date = date(2026, 11, 26), *, version: int = 2, dalo: int = 80, perimetre: tuple[str, ...] = ("44",),
            code: str = "territoire-demo") -> Grille:  # fmt: skip
    """The next version: DALO brings more, from this day on."""
    text = DEMO.replace("version = 1", f"version = {version}").replace("2025-01-01", since.isoformat())
    text = text.replace("points = 60", f"points = {dalo}").replace("territoire-demo", code)
    return publish_grille(texte=text, perimetre=perimetre, by=SYSTEM, at=make.NOW)


def spread() -> None:
    """What the queue does until nothing is left."""
    tasks.renew_grilles.func(timestamp=0)


def proved(offre: Offre, days: int = 100) -> Candidature:
    demande = make.make_demande(filed=make.NOW - timedelta(days=days), situation={"dalo": True})
    make.make_piece(demande, "DALO")
    return make.make_candidature(offre, demande)


def recotees(row: Candidature) -> list[str]:
    return list(Event.objects.filter(aggregate_id=row.pk, kind="candidature.recotee").values_list("reason", flat=True))


def test_an_open_list_is_counted_again_under_the_version_of_its_closing_day():
    offre = make.make_offre(days=6)
    row, plain = proved(offre), make.make_candidature(offre)
    assert "candidatures.tasks.spread_grille" in subscribers("grille.publiee")
    new = publish()
    assert ProcrastinateJob.objects.filter(task_name="candidatures.tasks.spread_grille").exists()
    spread()
    offre.refresh_from_db()
    after = Candidature.objects.get(pk=row.pk)
    assert (offre.grille_id, after.points - row.points) == (new.pk, 20)
    assert after.cotation["grille"] == new.empreinte
    assert recotees(row) == recotees(plain) == ["grille"]
    assert recount(Offre.objects.with_place().get(pk=offre.pk)) == []


def test_the_publication_queues_the_first_lot():
    make.make_offre()
    new = publish()
    event = Event.objects.get(aggregate_id=new.pk, kind="grille.publiee")
    for _ in range(2):
        tasks.spread_grille(event.pk)
    assert ProcrastinateJob.objects.filter(task_name=tasks.RENEWAL, status="todo").count() == 1


def test_a_list_that_closes_before_keeps_its_version():
    offre = make.make_offre(days=6)
    row = proved(offre)
    publish(date(2026, 12, 1))
    spread()
    assert Offre.objects.get(pk=offre.pk).grille_id == offre.grille_id
    assert recotees(row) == []
    make.make_closed(offre)
    assert Classement.objects.get().grille_empreinte == offre.grille.empreinte


def test_frozen_lists_never_move_and_replay_the_same_a_year_later():
    offre = make.make_offre(days=3)
    rows = [proved(offre, days) for days in (100, 200)] + [make.make_candidature(offre) for _ in range(2)]
    make.make_closed(offre)
    frozen = list(ClassementLigne.objects.values_list("rang", "points", "candidature_id"))
    publish(date(2026, 11, 24))
    spread()
    clock.set_now(make.NOW + timedelta(days=365))
    spread()
    assert list(ClassementLigne.objects.values_list("rang", "points", "candidature_id")) == frozen
    assert [rank(row).fige for row in rows] == [True] * 4
    out = StringIO()
    call_command("rejouer", "--toutes", stdout=out)
    assert "1 classement rejoué, 0 différence(s)" in out.getvalue()
    assert Recotation.objects.count() == 0


def test_a_second_run_changes_nothing():
    offre = make.make_offre()
    row = proved(offre)
    publish()
    spread()
    traces = Event.objects.count()
    spread()
    assert actions.renew_grille(offre_id=offre.pk, by=SYSTEM, at=make.NOW) is False
    assert (Event.objects.count(), recotees(row)) == (traces, ["grille"])


def lots_of_two(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(rules.LIMITS, "lot_grille", replace(rules.LIMITS["lot_grille"], value=2))


def refusing(
    monkeypatch: pytest.MonkeyPatch, *offres: UUID, error: Callable[[], Exception] = Busy
) -> list[UUID]:
    """These offres refuse from now on; the list of those that were asked."""
    asked, renew = [], actions.renew_grille

    def asking(*, offre_id: UUID, by: Actor, at: datetime) -> bool:
        asked.append(offre_id)
        if offre_id in offres:
            raise error()
        return renew(offre_id=offre_id, by=by, at=at)

    monkeypatch.setattr(actions, "renew_grille", asking)
    return asked


def waiting() -> list[tuple[str, int, bool]]:
    """The lots in the queue: their lock, their try, whether they wait for an hour. Read once."""
    jobs = ProcrastinateJob.objects.filter(task_name=tasks.RENEWAL, status="todo").order_by("id")
    found = [(job.queueing_lock, job.args["essai"], job.scheduled_at is not None) for job in jobs]
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'cancelled' where task_name = %s", [tasks.RENEWAL])
    return found


def test_offres_that_somebody_holds_do_not_stop_those_behind(monkeypatch: pytest.MonkeyPatch):
    lots_of_two(monkeypatch)
    _, agent = make.make_bailleur()
    rows = [proved(make.make_offre(agent)) for _ in range(5)]
    publish()
    first, second, *others = behind(make.NOW, size=9)
    asked = refusing(monkeypatch, first, second)
    spread()
    assert asked == [first, second, *others[:2]]
    assert waiting() == [(tasks.RENEWAL, 0, False)], "a full lot: the next one at once"
    spread()
    assert behind(make.NOW, size=9) == [first, second]
    assert waiting() == [(f"{tasks.RENEWAL}.essai", 1, True)], "what is left is held: later"
    assert sorted(recotees(row) for row in rows) == [[], [], ["grille"], ["grille"], ["grille"]]


def test_held_offres_are_tried_again_a_few_times_then_by_the_hour(monkeypatch: pytest.MonkeyPatch):
    offre = make.make_offre()
    publish()
    asked, tries, essai = refusing(monkeypatch, offre.pk), 0, 0
    while tries < 50:
        tries += 1
        tasks.renew_grilles.func(timestamp=0, essai=essai)
        queued = waiting()
        if not queued:
            break
        ((lock, essai, later),) = queued
        assert (lock, later) == (f"{tasks.RENEWAL}.essai", True)
    assert tries == len(asked) == limits.value("job_tries")
    monkeypatch.undo()
    spread()
    assert behind(make.NOW, size=9) == []


@pytest.mark.parametrize("error", [Destroyed, lambda: Refused("demande_illisible", "Illisible.")])
def test_an_offre_that_cannot_be_counted_is_told_after_the_others(error: Any, monkeypatch: pytest.MonkeyPatch):
    _, agent = make.make_bailleur()
    for _ in range(3):
        proved(make.make_offre(agent))
    publish()
    broken, *_ = behind(make.NOW, size=9)
    refusing(monkeypatch, broken, error=error)
    with pytest.raises((Destroyed, Refused)):
        spread()
    assert behind(make.NOW, size=9) == [broken]
    assert waiting() == [], "trying again at once would change nothing"


def test_the_work_goes_lot_by_lot_and_is_taken_up_after_a_crash(monkeypatch: pytest.MonkeyPatch):
    lots_of_two(monkeypatch)
    _, agent = make.make_bailleur()
    rows = [proved(make.make_offre(agent)) for _ in range(5)]
    publish()
    with armed("before_commit"), suppress(InjectedFault):
        spread()
    assert len(behind(make.NOW, size=9)) == 5, "the offre that was cut is as before"
    assert [recotees(row) for row in rows] == [[]] * 5
    for left in (3, 1, 0):
        spread()
        assert len(behind(make.NOW, size=9)) == left
    assert [recotees(row) for row in rows] == [["grille"]] * 5


def test_a_closing_that_comes_first_counts_under_the_version_in_force():
    """The queue was down: the list freezes all the same on the grid of its closing day."""
    offre = make.make_offre(days=6)
    row = proved(offre)
    new = publish()
    classement = make.make_closed(offre)
    assert classement.grille_empreinte == new.empreinte
    assert ClassementLigne.objects.get(candidature=row).points == row.points + 20
    out = StringIO()
    call_command("rejouer", str(offre.pk), stdout=out)
    assert "0 différence(s)" in out.getvalue()


def test_a_draft_takes_the_version_of_the_closing_day_chosen_later():
    _, agent = make.make_bailleur()
    offre = make.make_offre(agent, state="brouillon")
    new = publish()
    closing = clock.deadline(date(2026, 12, 4))
    make.parc.publish_offre(offre_id=offre.pk, publiee_le=make.NOW, cloture_le=closing, by=agent, at=make.NOW)
    tasks.take_grille(Event.objects.get(aggregate_id=offre.pk, kind="offre.publiee").pk)
    assert Offre.objects.get(pk=offre.pk).grille_id == new.pk


@pytest.mark.parametrize("days", [3, 5, 8])
def test_what_is_behind_is_what_the_grid_in_force_says(days: int):
    """The EPCI's own grid outranks the département's; each offre is asked apart, and all together."""
    offre = make.make_offre(days=days)
    publish(date(2026, 11, 28))
    publish(date(2026, 11, 30), version=1, code="metropole", perimetre=(make.EPCI,))
    due = grille_en_vigueur(offre.logement.programme.commune, clock.local_day(offre.cloture_le))
    assert behind(make.NOW, size=9) == ([offre.pk] if due.pk != offre.grille_id else [])
    spread()
    assert Offre.objects.get(pk=offre.pk).grille_id == due.pk


def test_it_is_told_in_the_movement_in_the_history_and_in_the_register():
    _, agent = make.make_bailleur()
    offre = make.make_offre(agent)
    row = proved(offre)
    for days in (10, 20, 30, 40):
        make.make_candidature(offre, filed=make.NOW - timedelta(days=days))
    shown = with_place(Candidature.objects.filter(pk=row.pk)).get()
    actions.note_rank_seen([(shown, rank(shown))], at=make.NOW)
    publish()
    clock.set_now(make.NOW + timedelta(hours=1))
    spread()
    shown = with_place(Candidature.objects.filter(pk=row.pk)).get()
    (own,) = movements([shown], make.NOW + timedelta(days=1))[row.pk].propres
    assert (own.points, own.cause) == (20, CauseRecotation.GRILLE)
    assert any("nouvelle version de la grille" in fact.texte for fact in register(offre, by=agent))
    told = history(row.demande, Actor(row.demande.titulaire_id, "demandeur"), size=5, candidatures={row.pk: ("T3", {})})
    assert told.lignes[0].phrase == "T3\u00a0: Points comptés à nouveau, une nouvelle version de la grille."


def test_lists_frozen_under_two_versions_replay_whatever_changed_since():
    """Answers, pieces and grids move on, a year passes: what was frozen is proved again from its own inputs."""
    _, agent = make.make_bailleur()
    early, late = make.make_offre(agent, days=3), make.make_offre(agent, days=8)
    rows = [proved(offre, days) for offre in (early, late) for days in (100, 200)]
    make.make_closed(early)
    publish(date(2026, 11, 30))
    spread()
    make.make_closed(late)
    assert len(set(Classement.objects.values_list("grille_empreinte", flat=True))) == 2
    after = late.cloture_le + timedelta(days=1)
    for row in rows:
        demande = row.demande
        actions.declare_change(demande_id=demande.pk, step="situation", data={}, version=demande.version,
                               by=Actor(demande.titulaire_id, "demandeur"), at=after)  # fmt: skip
    publish(date(2026, 12, 20), version=3, dalo=5)
    clock.set_now(make.NOW + timedelta(days=365))
    spread()
    out = StringIO()
    call_command("rejouer", "--toutes", stdout=out)
    assert "2 classements rejoués, 0 différence(s)" in out.getvalue()


def test_a_grid_whose_text_was_edited_is_caught():
    offre = make.make_offre(days=3)
    proved(offre)
    make.make_closed(offre)
    Grille.objects.filter(pk=offre.grille_id).update(texte=DEMO.replace("points = 60", "points = 61"))
    out = StringIO()
    with pytest.raises(CommandError):
        call_command("rejouer", str(offre.pk), stdout=out)
    assert "n'est plus celui de son empreinte" in out.getvalue()
