"""The mover: table, roles, reasons, locks, retry, effects, bulk."""

import threading
from collections.abc import Callable
from datetime import timedelta
from uuid import UUID

import pytest
from django.db import OperationalError, connection, models, transaction
from django.db.utils import IntegrityError
from procrastinate.contrib.django.models import ProcrastinateJob

from palier import journal
from palier.base.actor import Actor
from palier.base.faults import InjectedFault, armed
from palier.base.ids import new_id
from palier.base.refusal import NotVisible, Refused, explain_constraint
from palier.journal import events, scope
from palier.journal.chain import payload_of
from palier.journal.models import ChainHead, Event, Payload
from tests.journal_kit import AT, BAILLEUR, DEMANDEUR, Candidature, Offre, make_tables


@pytest.fixture(autouse=True)
def _tables(request: pytest.FixtureRequest) -> None:
    if "committed_db" in request.fixturenames:
        request.getfixturevalue("committed_db")
    else:
        request.getfixturevalue("db")
    make_tables()


def _offre(titre: str = "T3") -> Offre:
    offre = Offre(titre=titre)
    journal.create(offre, by=BAILLEUR, at=AT)
    return offre


def _candidature() -> Candidature:
    candidature = Candidature(personne=DEMANDEUR.user_id, identite={"nom": "Ève Nguyễn"})
    journal.create(candidature, by=DEMANDEUR, at=AT, data={"canal": "page"})
    return candidature


@journal.act
def _close(pk: UUID, *, by: Actor = BAILLEUR, **more: object) -> Event:
    [offre] = journal.lock((Offre, pk))
    return journal.move(offre, "fermer", by=by, at=AT + timedelta(hours=1), **more)


def test_create_writes_initial_state_and_first_line():
    offre = _offre()
    event = Event.objects.get()
    assert Offre.objects.get().state == "ouverte"
    assert (event.n, event.kind, event.prev, event.to_state) == (1, "offre.ouverte", "", "ouverte")
    assert (event.actor_id, event.organisation_id, event.role) == (
        BAILLEUR.user_id,
        BAILLEUR.organisation_id,
        "bailleur",
    )
    assert ChainHead.objects.get(key=f"offre:{offre.id}").hash == event.hash


def test_move_writes_state_since_changes_and_the_next_line():
    offre = _offre()
    event = _close(offre.id, changes={"titre": "T4"}, data={"cause": "complet"})
    stored = Offre.objects.get()
    assert (stored.state, stored.state_since, stored.titre) == ("fermee", AT + timedelta(hours=1), "T4")
    first, second = Event.objects.order_by("n")
    assert (second.id, second.n, second.prev, second.kind) == (event.id, 2, first.hash, "offre.fermee")
    assert payload_of(second) == {"cause": "complet"}


def test_payload_about_a_person_is_sealed_and_its_digest_salted():
    _candidature()
    event = Event.objects.get()
    assert b"page" not in bytes(Payload.objects.get().blob)
    assert payload_of(event) == {"canal": "page"}
    _candidature()
    assert len({each.digest for each in Event.objects.all()}) == 2


def test_a_role_that_the_table_does_not_list_is_refused():
    offre = _offre()
    with pytest.raises(Refused, match="rôle") as refusal:
        _close(offre.id, by=DEMANDEUR)
    assert (refusal.value.code, refusal.value.status) == ("role_refuse", 403)
    assert Event.objects.count() == 1


def test_a_state_that_the_table_does_not_list_is_refused():
    offre = _offre()
    _close(offre.id)
    with pytest.raises(Refused, match="«\u00a0fermée\u00a0»") as refusal:
        _close(offre.id)
    assert refusal.value.code == "etat_refuse"


@journal.act
def _withdraw(pk: UUID, reason: str) -> None:
    [row] = journal.lock((Candidature, pk))
    journal.move(row, "retirer", by=DEMANDEUR, at=AT, reason=reason)


def test_a_missing_reason_is_refused_and_free_text_is_a_fault():
    candidature = _candidature()
    with pytest.raises(Refused, match="motif"):
        _withdraw(candidature.id, "")
    with pytest.raises(ValueError, match="free text"):
        _withdraw(candidature.id, "Parce que Monsieur l'a dit")
    _withdraw(candidature.id, "loge_ailleurs")
    assert Event.objects.get(n=2).reason == "loge_ailleurs"


def test_unknown_transitions_states_in_changes_and_unlocked_rows_are_refused():
    offre = _offre()
    with pytest.raises(journal.LockOrderError, match="outside an act"):
        journal.move(offre, "fermer", by=BAILLEUR, at=AT)

    @journal.act
    def stale() -> None:
        journal.lock((Offre, offre.id))
        journal.move(offre, "fermer", by=BAILLEUR, at=AT)

    with pytest.raises(journal.LockOrderError, match="lock the row"):
        stale()
    with pytest.raises(ValueError, match="state"):
        _close(offre.id, changes={"state": "retiree"})


def test_locks_follow_the_declared_order_and_give_fresh_rows_in_the_order_asked():
    offre, candidature = _offre(), _candidature()

    @journal.act
    def right() -> list[object]:
        found = journal.lock((Candidature, candidature.id), journal.share(Offre, offre.id))
        assert journal.lock((Candidature, candidature.id))[0] is found[0]
        return found

    @journal.act
    def wrong() -> None:
        journal.lock((Candidature, candidature.id))
        journal.lock((Offre, offre.id))

    first, second = right()
    assert isinstance(first, Candidature)
    assert isinstance(second, Offre)
    with pytest.raises(journal.LockOrderError, match="offre asked after candidature"):
        wrong()


def test_ids_of_one_kind_are_locked_ascending():
    low, high = sorted((_offre(), _offre()), key=lambda row: row.id)

    @journal.act
    def wrong() -> None:
        journal.lock((Offre, high.id))
        journal.lock((Offre, low.id))

    with pytest.raises(journal.LockOrderError):
        wrong()


def test_a_row_that_is_missing_is_not_visible():
    @journal.act
    def missing() -> None:
        journal.lock((Offre, new_id()))

    with pytest.raises(NotVisible):
        missing()


def test_a_shared_row_cannot_be_moved():
    offre = _offre()

    @journal.act
    def shared() -> None:
        [row] = journal.lock(journal.share(Offre, offre.id))
        journal.move(row, "fermer", by=BAILLEUR, at=AT)

    with pytest.raises(journal.LockOrderError):
        shared()


def test_a_failed_act_leaves_nothing():
    with pytest.raises(InjectedFault), armed("before_commit"):
        _offre()
    assert (Offre.objects.count(), Event.objects.count(), ChainHead.objects.count()) == (0, 0, 0)


def test_an_inner_act_joins_the_outer_one():
    @journal.act
    def outer() -> None:
        offre = _offre()
        _close(offre.id)
        raise KeyError

    with pytest.raises(KeyError):
        outer()
    assert Event.objects.count() == 0


def test_news_are_queued_once_per_event_and_subscriber_in_the_same_transaction():
    heard: list[tuple[UUID, int | None]] = []

    @journal.on("offre.fermee")
    def listener(event_id: UUID) -> None:
        heard.append((event_id, events.job_id()))

    name = events.subscribers("offre.fermee")[-1]
    try:
        offre = _offre()
        event = _close(offre.id)
        with pytest.raises(InjectedFault), armed("before_commit"):
            _close(_offre().id)
        [job] = ProcrastinateJob.objects.filter(task_name=name)
        assert job.args == {"event_id": str(event.id)}
        events.app.tasks[name].func(**job.args)
        assert heard == [(event.id, None)]
    finally:
        events.forget(listener)


def test_record_appends_without_a_change_of_state():
    candidature = _candidature()
    journal.record("candidature.vue", candidature, by=DEMANDEUR, at=AT)
    event = Event.objects.get(n=2)
    assert (event.kind, event.from_state, event.to_state) == ("candidature.vue", "ouverte", "ouverte")


def test_an_explained_constraint_becomes_a_sentence():
    explain_constraint("essais_offre_pkey", code="deja_la", detail="Cette offre existe déjà.")
    offre = _offre()
    with pytest.raises(Refused, match="existe déjà"):
        journal.create(Offre(id=offre.id), by=BAILLEUR, at=AT)


def test_bulk_and_single_moves_give_the_same_record():
    @journal.act
    def history() -> None:
        rows = [Offre(titre=f"n° {i}") for i in range(600)]
        journal.create_many(rows, at=AT, by=BAILLEUR)
        journal.move_many(
            journal.Move(row, name, BAILLEUR, AT + timedelta(days=day), changes={"titre": name})
            for row in rows
            for day, name in ((1, "fermer"), (2, "rouvrir"))
        )

    history()
    assert Event.objects.count() == 1_800
    assert Offre.objects.filter(state="ouverte", titre="rouvrir", state_since=AT + timedelta(days=2)).count() == 600
    with pytest.raises(Refused):
        journal.move_many([journal.Move(Offre.objects.first(), "retirer", BAILLEUR, AT, reason="x")])
    assert ProcrastinateJob.objects.count() == 0


def test_bulk_creation_seals_with_few_queries(django_assert_max_num_queries: Callable):
    people = [new_id() for _ in range(50)]

    @journal.act
    def seeding() -> None:
        rows = [Candidature(personne=p, identite={"nom": "A"}) for p in people]
        journal.create_many(rows, at=AT, by=DEMANDEUR, data=[{"x": 1}] * 50)

    with django_assert_max_num_queries(14):
        seeding()
    assert Candidature.objects.order_by("id").first().identite == {"nom": "A"}


# --- real commits -------------------------------------------------------------------------------------------


def _in_thread(work: Callable[[], object], results: list[object]) -> threading.Thread:
    def run() -> None:
        try:
            results.append(work())
        except Exception as error:
            results.append(error)
        finally:
            connection.close()

    thread = threading.Thread(target=run)
    thread.start()
    return thread


def test_two_acts_at_once_on_one_row_give_one_effect(committed_db: str):
    offre, results = _offre(), []
    threads = [_in_thread(lambda: _close(offre.id), results) for _ in range(4)]
    for thread in threads:
        thread.join()
    assert sum(isinstance(each, Event) for each in results) == 1
    assert sum(isinstance(each, Refused) for each in results) == 3
    assert [each.n for each in Event.objects.order_by("n")] == [1, 2]


def test_a_deadlock_is_retried_whole(committed_db: str):
    left, right = _offre(), _offre()
    gate, tries, results = threading.Barrier(2, timeout=5), [], []

    def crossed(first: Offre, second: Offre) -> Callable[[], Event]:
        @journal.act
        def work() -> Event:
            tries.append(first.id)
            Offre.objects.filter(pk=first.pk).update(titre="pris")
            if tries.count(first.id) == 1:
                gate.wait()
            Offre.objects.filter(pk=second.pk).update(titre="pris")
            return journal.record("offre.vue", first, by=BAILLEUR, at=AT)

        return work

    threads = [_in_thread(crossed(left, right), results), _in_thread(crossed(right, left), results)]
    for thread in threads:
        thread.join()
    assert all(isinstance(each, Event) for each in results), results
    assert len(tries) == 3
    assert Event.objects.filter(kind="offre.vue").count() == 2


def test_a_row_held_too_long_is_busy(committed_db: str):
    offre, results = _offre(), []
    held, done = threading.Event(), threading.Event()

    def hold() -> None:
        with transaction.atomic():
            Offre.objects.select_for_update().get(pk=offre.pk)
            held.set()
            done.wait(5)

    thread = _in_thread(hold, results)
    held.wait(5)

    @journal.act
    def impatient() -> None:
        with connection.cursor() as cursor:
            cursor.execute("SET LOCAL lock_timeout = '50ms'")
        journal.lock((Offre, offre.id))

    with pytest.raises(journal.Busy, match="Réessayez"):
        impatient()
    done.set()
    thread.join()


def test_pause_is_doubled_and_other_errors_pass():
    assert scope.pause(3) > scope.pause(0)
    with pytest.raises(IntegrityError):
        scope.run(lambda: Offre.objects.create(titre=None, state="x", state_since=AT))
    assert isinstance(Offre._meta.pk, models.UUIDField)
    assert scope.sqlstate(OperationalError()) == ""
