"""Idempotency (promises.md NL-1), on rolled-back and on real commits."""

import threading
import time
from datetime import timedelta

import pytest
from django.db import connection

from palier import journal
from palier.base.ids import new_id
from palier.base.refusal import Refused
from palier.journal import idempotency
from palier.journal.models import Event, Idempotency
from tests.journal_kit import AT, BAILLEUR, DEMANDEUR, Offre, make_tables

SCOPE = "POST /bailleur/offres"


@pytest.fixture(autouse=True)
def _world(request: pytest.FixtureRequest) -> None:
    request.getfixturevalue("committed_db" if "committed_db" in request.fixturenames else "db")
    make_tables()


def _work() -> journal.Answer:
    offre = Offre()
    journal.create(offre, by=BAILLEUR, at=AT)
    return journal.Answer(201, f'{{"id": "{offre.id}"}}'.encode(), f"/offres/{offre.id}/")


def _send(key: str = "k1", body: bytes = b"a=1", **more: object) -> journal.Answer:
    return journal.once(key, **({"by": BAILLEUR, "scope": SCOPE, "body": body, "at": AT, "work": _work} | more))


def test_same_key_and_body_give_the_kept_answer_byte_for_byte():
    first = _send()
    assert _send() == first
    assert Offre.objects.count() == 1
    assert first.body not in bytes(Idempotency.objects.get().body)


def test_other_body_is_refused():
    _send()
    with pytest.raises(journal.KeyReused, match="déjà servi") as refusal:
        _send(body=b"a=2")
    assert refusal.value.status == 422
    assert Offre.objects.count() == 1


def test_another_person_or_path_has_its_own_keys():
    _send()
    _send(by=DEMANDEUR)
    _send(scope="POST /ailleurs")
    assert Offre.objects.count() == 3


def test_after_30_days_the_key_is_free_again():
    _send()
    _send(at=AT + timedelta(days=30) - timedelta(seconds=1))
    assert Offre.objects.count() == 1
    _send(at=AT + timedelta(days=30))
    assert Offre.objects.count() == 2
    assert idempotency.purge(AT + timedelta(days=61)) == 1


def test_a_refused_act_keeps_nothing():
    def refuse() -> journal.Answer:
        raise Refused("non", "Non.")

    with pytest.raises(Refused):
        _send(work=refuse)
    assert Idempotency.objects.count() == 0
    assert _send().status == 201


@pytest.mark.parametrize("key", ["", "é", "a\x00b", "x" * 201])
def test_unusable_keys_are_refused(key: str):
    with pytest.raises(Refused, match="clé"):
        _send(key)


def _parallel(count: int, **more: object) -> list[object]:
    results: list[object] = []

    def run() -> None:
        try:
            results.append(_send(**more))
        except Refused as refusal:
            results.append(refusal)
        finally:
            connection.close()

    threads = [threading.Thread(target=run) for _ in range(count)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    return results


def test_in_parallel_there_is_one_effect(committed_db: str):
    results = _parallel(6, key=str(new_id()))
    assert len(set(results)) == 1
    assert (Offre.objects.count(), Event.objects.count()) == (1, 1)


def test_the_second_waits_for_a_slow_first(committed_db: str):
    def slow() -> journal.Answer:
        time.sleep(0.5)
        return _work()

    results = _parallel(2, work=slow)
    assert len(set(results)) == 1
    assert Offre.objects.count() == 1


def test_a_first_that_lasts_makes_the_second_busy(committed_db: str):
    def endless() -> journal.Answer:
        time.sleep(2.6)
        return _work()

    results = _parallel(2, work=endless)
    assert sorted(type(each).__name__ for each in results) == ["Answer", "KeyBusy"]
    assert Offre.objects.count() == 1
