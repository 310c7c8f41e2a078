"""Studies that really commit: two workers at once, a stop from the page while it runs, a worker that dies."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from threading import Event as Signal
from typing import Any

import pytest
from django.db import connection
from procrastinate.contrib.django.models import ProcrastinateJob

from palier.base import clock
from palier.etudes import actions, queries, running, tasks
from palier.etudes.models import Etude
from palier.journal.models import Event
from tests import factories as make
from tests.etudes_kit import DRAFT, make_people

WAIT = 20


def calculate(etude: Etude) -> None:
    """What the queue does, on a connection of its own."""
    try:
        running.run(etude.pk, now=clock.now)
    finally:
        connection.close()


def kinds(etude: Etude) -> list[str]:
    return list(Event.objects.filter(aggregate_id=etude.pk).order_by("n").values_list("kind", flat=True))


@pytest.fixture
def asked(committed_db: str) -> Any:
    """An agent and a study that waits, committed."""
    by = make_people(3)
    return by, actions.launch_etude(texte=DRAFT, by=by, at=make.NOW)


def test_the_job_is_queued_with_the_study_and_two_workers_calculate_it_once(asked: Any):
    _, etude = asked
    job = ProcrastinateJob.objects.get(task_name="etudes.tasks.calculate")
    assert Event.objects.get(pk=job.args["event_id"]).aggregate_id == etude.pk
    with ThreadPoolExecutor(2) as pool:
        list(pool.map(calculate, [etude, etude]))
    assert Etude.objects.get(pk=etude.pk).state == "terminee"
    assert kinds(etude) == ["etude.demandee", "etude.en_cours", "etude.terminee"]


def test_a_stop_reaches_the_worker_between_two_lots(asked: Any, monkeypatch: pytest.MonkeyPatch):
    by, etude = asked
    monkeypatch.setattr(queries, "number", lambda name: 1)
    reading, stopped, note = Signal(), Signal(), actions.note_progress

    def slow(*, etude_id: Any, lues: int) -> bool:
        going = note(etude_id=etude_id, lues=lues)
        reading.set()
        assert stopped.wait(WAIT)
        return going

    monkeypatch.setattr(actions, "note_progress", slow)
    with ThreadPoolExecutor(1) as pool:
        work = pool.submit(calculate, etude)
        assert reading.wait(WAIT)
        seen = Etude.objects.get(pk=etude.pk)
        assert (seen.state, seen.lues, seen.total, seen.progres) == ("en_cours", 1, 3, 33)
        actions.stop_etude(etude_id=etude.pk, by=by, at=make.NOW)
        stopped.set()
        work.result(WAIT)
    done = Etude.objects.get(pk=etude.pk)
    assert (done.state, done.resultat, done.lues) == ("arretee", None, 1)
    assert kinds(etude) == ["etude.demandee", "etude.en_cours", "etude.arretee"]


def test_a_dead_worker_leaves_its_lock_and_the_study_is_taken_up(asked: Any):
    _, etude = asked

    def dies() -> None:
        """Begin, and lose the connection as a killed process does."""
        with running.alone(etude.pk) as mine:
            assert mine
            actions.start_etude(etude_id=etude.pk, total=3, at=make.NOW)
            connection.close()
        connection.close()

    with ThreadPoolExecutor(1) as pool:
        pool.submit(dies).result(WAIT)
    assert Etude.objects.get(pk=etude.pk).state == "en_cours"
    tasks.take_up(0)
    assert Etude.objects.get(pk=etude.pk).state == "en_cours", "too soon: a minute of silence first"
    with connection.cursor() as cursor:
        cursor.execute("UPDATE etudes_etude SET battement = now() - interval '2 minutes'")
    tasks.take_up(0)
    assert Etude.objects.get(pk=etude.pk).state == "terminee"
    assert kinds(etude) == ["etude.demandee", "etude.en_cours", "etude.terminee"]
