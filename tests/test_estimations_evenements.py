"""Estimates follow events in few batches, and every territory has its night; nothing is computed on a page."""

from __future__ import annotations

import subprocess
import sys
from collections.abc import Iterable
from datetime import datetime, timedelta
from typing import Any
from zoneinfo import ZoneInfo

import pytest
from django.core.management import call_command
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from palier.base import clock
from palier.base.actor import Actor
from palier.candidatures import actions as candidatures
from palier.candidatures.models import Candidature
from palier.demandes import actions as demandes
from palier.estimations import actions, queries, tasks
from palier.estimations.actions import computing
from palier.estimations.models import Estimation, Rejeu
from palier.estimations.queries.territories import due, territories_of
from palier.journal.events import catalogue
from palier.journal.models import Event
from tests import attributions_kit as kit
from tests import factories as make

pytestmark = pytest.mark.django_db
NOW = make.NOW
TERRITOIRE = "territoire-demo"
LISTENERS = {
    f"estimations.tasks.{name}"
    for name in ("follow_candidature", "follow_offre", "follow_proposition", "follow_demande", "follow_piece")
}


def deliver() -> None:
    """What the queue does with the waiting jobs of this room's listeners, oldest first."""
    waiting = ProcrastinateJob.objects.filter(task_name__in=LISTENERS, status="todo").order_by("pk")
    for job in list(waiting):
        getattr(tasks, job.task_name.rpartition(".")[2])(job.args["event_id"])
        finish([job.pk])


def finish(jobs: Iterable[int]) -> None:
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'succeeded' where id = any(%s)", [list(jobs)])


def batches(name: str) -> list[dict[str, Any]]:
    """The arguments of the waiting batches of a kind."""
    waiting = ProcrastinateJob.objects.filter(task_name=f"estimations.tasks.{name}", status="todo")
    return list(waiting.order_by("pk").values_list("args", flat=True))


def run_batches() -> None:
    """Do the batches that wait, offres and demandes."""
    for name in ("estimate_offre", "estimate_demande"):
        for given in batches(name):
            getattr(tasks, name)(**given)
        waiting = ProcrastinateJob.objects.filter(task_name=f"estimations.tasks.{name}", status="todo")
        finish(waiting.values_list("pk", flat=True))


def test_thirty_arrivals_on_an_offre_make_one_batch():
    offre = make.make_offre()
    for _ in range(30):
        make.make_candidature(offre)
    deliver()
    asked = batches("estimate_offre")
    assert [each["offre_id"] for each in asked] == [str(offre.pk)]
    assert ProcrastinateJob.objects.get(task_name="estimations.tasks.estimate_offre").scheduled_at is not None


def test_an_arrival_during_a_batch_asks_for_another():
    offre = make.make_offre()
    make.make_candidature(offre)
    deliver()
    with connection.cursor() as cursor:
        cursor.execute("update procrastinate_jobs set status = 'doing' where task_name like '%%estimate_offre'")
    make.make_candidature(offre)
    deliver()
    assert len(batches("estimate_offre")) == 1


def test_the_arguments_of_the_queue_are_ids_alone():
    make.make_candidature()
    deliver()
    assert {name for each in (*batches("estimate_offre"), *batches("estimate_demande")) for name in each} == {
        "offre_id", "demande_id", "cause",
    }  # fmt: skip


def test_from_an_act_to_the_estimate_with_its_cause():
    clock.set_now(NOW)
    offre = make.make_offre()
    first = make.make_candidature(offre, filed=NOW - timedelta(days=300))
    computing.refit(TERRITOIRE, at=NOW + timedelta(minutes=1))
    deliver()
    run_batches()
    alone = queries.chances_of([first])[first.pk]
    second = make.make_candidature(offre, filed=NOW - timedelta(days=600))
    deliver()
    run_batches()
    assert queries.chances_of([first])[first.pk].proba < alone.proba
    assert queries.chances_of([first])[first.pk].rang == 2
    causes = set(Estimation.objects.filter(genre="chance").values_list("cause", flat=True))
    assert causes <= {kind for kind, names in catalogue().items() if LISTENERS.intersection(names)}
    candidatures.withdraw_candidature(
        candidature_id=second.pk, by=Actor(second.demande.titulaire_id, "demandeur"), at=NOW
    )
    deliver()
    run_batches()
    assert queries.chances_of([first])[first.pk].rang == 1
    assert Estimation.objects.filter(candidature=second).count() == 0


def test_a_batch_run_twice_changes_nothing():
    clock.set_now(kit.CLOSED)
    world = kit.closed()
    computing.refit(TERRITOIRE, at=kit.CLOSED)
    given = {"offre_id": str(world.offre.pk), "cause": "offre.cloturee"}
    tasks.estimate_offre(**given)
    before = list(Estimation.objects.order_by("pk").values())
    assert len(before) == 4
    tasks.estimate_offre(**given)
    assert list(Estimation.objects.order_by("pk").values()) == before


def test_drafts_and_those_who_left_ask_for_nothing():
    make.make_demande(state="brouillon")
    deliver()
    assert batches("estimate_demande") == []
    gone = make.make_demande(state="deposee")
    deliver()
    assert [each["demande_id"] for each in batches("estimate_demande")] == [str(gone.pk)]
    run_batches()
    by = Actor(gone.titulaire_id, "demandeur")
    demandes.save_step(
        demande_id=gone.pk, step="logement", data={"typologies": ["T2"], "budget_cents": None}, version=gone.version,
        by=by, at=NOW,
    )  # fmt: skip
    deliver()
    assert len(batches("estimate_demande")) == 1


def test_a_piece_seen_makes_the_outlook_again():
    demande = make.make_demande()
    deliver()
    run_batches()
    make.make_piece(demande, "DALO")
    deliver()
    assert [each["cause"] for each in batches("estimate_demande")] == ["piece.validee"]


def test_the_decided_order_and_the_proposition_are_followed():
    world = kit.proposed()
    deliver()
    asked = batches("estimate_offre")
    assert [each["offre_id"] for each in asked] == [str(world.offre.pk)]
    assert str(world.candidates[0].demande_id) in {each["demande_id"] for each in batches("estimate_demande")}


def test_switching_on_again_asks_for_everything():
    row = make.make_candidature()
    deliver()
    run_batches()
    by = Actor(row.demande.titulaire_id, "demandeur")
    for off in (True, False):
        actions.switch(demande_id=row.demande_id, off=off, by=by, at=NOW)
    deliver()
    assert [each["cause"] for each in batches("estimate_demande")] == ["demande.estimations_remises"]


def test_each_listener_is_deaf_to_what_is_unknown():
    event = Event.objects.filter(pk__isnull=False).first()
    unknown = Event(aggregate="candidature", aggregate_id=make.make_user().pk, n=1, at=NOW, kind="x.y", role="systeme")
    unknown.hash = "0" * 64
    unknown.save(force_insert=True)
    for name in LISTENERS - {"estimations.tasks.follow_offre"}:
        getattr(tasks, name.rpartition(".")[2])(unknown.pk)
    assert (batches("estimate_offre"), batches("estimate_demande")) == ([], [])
    assert event is None or event.pk


PARIS = ZoneInfo("Europe/Paris")


@pytest.mark.parametrize(
    ("done", "now", "waits"),
    [
        (datetime(2026, 11, 24, 9, tzinfo=PARIS), datetime(2026, 11, 24, 23, 59, tzinfo=PARIS), False),
        (datetime(2026, 11, 24, 9, tzinfo=PARIS), datetime(2026, 11, 25, 1, 59, tzinfo=PARIS), False),
        (datetime(2026, 11, 24, 9, tzinfo=PARIS), datetime(2026, 11, 25, 2, 0, tzinfo=PARIS), True),
        (datetime(2026, 11, 25, 1, 59, tzinfo=PARIS), datetime(2026, 11, 25, 2, 0, tzinfo=PARIS), True),
        (datetime(2026, 11, 24, 9, tzinfo=PARIS), datetime(2027, 11, 24, 9, tzinfo=PARIS), True),
        (None, datetime(2026, 11, 24, 9, tzinfo=PARIS), True),
    ],
)
def test_each_territory_has_one_night_on_the_clock_of_the_platform(done: datetime | None, now: datetime, waits: bool):
    make.make_offre()
    computing.refit(TERRITOIRE, at=NOW)
    Rejeu.objects.update(acheve_le=done)
    assert due(now) == ([TERRITOIRE] if waits else [])


def test_a_territory_without_any_fit_waits_and_a_moved_clock_is_seen():
    clock.set_now(NOW)
    make.make_candidature()
    for _ in range(2):
        tasks.keep_fresh(0)
    assert batches("estimate_territoire") == [{"territoire": TERRITOIRE}]
    tasks.estimate_territoire(territoire=TERRITOIRE)
    finish(ProcrastinateJob.objects.values_list("pk", flat=True))
    tasks.keep_fresh(0)
    assert batches("estimate_territoire") == []
    clock.set_now(NOW + timedelta(days=12))
    tasks.keep_fresh(0)
    assert batches("estimate_territoire") == [{"territoire": TERRITOIRE}]


def test_a_night_whose_worker_died_is_begun_again(monkeypatch: pytest.MonkeyPatch):
    clock.set_now(NOW)
    make.make_candidature()

    def dies(*args: object, **options: object) -> int:
        raise KeyboardInterrupt

    with monkeypatch.context() as patch:
        patch.setattr(computing, "estimate_demandes", dies)
        with pytest.raises(KeyboardInterrupt):
            tasks.estimate_territoire(territoire=TERRITOIRE)
    assert due(NOW) == [TERRITOIRE]
    tasks.estimate_territoire(territoire=TERRITOIRE)
    assert due(NOW) == []
    assert Candidature.objects.count() == Estimation.objects.filter(genre="chance").count() == 1


def test_a_demande_belongs_to_the_territory_where_it_asks_first():
    make.make_grille()
    here, user = make.make_demande(), make.make_user()
    nowhere = demandes.open_demande(user=user, by=Actor(user.pk, "demandeur"), at=NOW)
    assert territories_of([here, nowhere], NOW.date()) == {TERRITOIRE: [here]}


def test_what_is_listened_to_is_told_by_somebody():
    mine = {kind for kind, names in catalogue().items() if LISTENERS.intersection(names)}
    assert {"candidature.deposee", "candidature.retiree", "candidature.recotee", "offre.cloturee"} <= mine
    assert {"demande.estimations_remises", "proposition.envoyee", "piece.validee"} <= mine


def test_the_web_starts_without_numpy():
    code = (
        "import django, sys; django.setup(); import palier.estimations.tasks, palier.estimations.queries,"
        " palier.estimations.actions; print(sorted({'numpy', 'scipy', 'polars'} & set(sys.modules)))"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True, timeout=120)
    assert done.stdout.strip() == "[]"


def test_the_command_does_the_nights_that_wait_and_no_other(capsys: pytest.CaptureFixture[str]):
    clock.set_now(NOW)
    make.make_candidature()
    call_command("estimer")
    assert TERRITOIRE in capsys.readouterr().out
    assert Estimation.objects.filter(genre="chance").count() == 1
    call_command("estimer")
    assert "à jour" in capsys.readouterr().out
    call_command("estimer", tout=True)
    assert TERRITOIRE in capsys.readouterr().out
