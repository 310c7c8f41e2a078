"""The record: append-only, verified, and every kind of planted damage found."""

from datetime import timedelta

import pytest
from django.core.management import CommandError, call_command
from django.db import DatabaseError, connection, transaction

from palier import coffre, journal
from palier.journal.models import AccessLine, ChainHead, Event, Payload
from palier.journal.verification import verify
from tests import factories
from tests.journal_kit import (
    AT,
    BAILLEUR,
    DEMANDEUR,
    MODELS,
    Candidature,
    Offre,
    as_owner_without_triggers,
    make_tables,
)


@pytest.fixture(autouse=True)
def _world(db: None) -> None:
    make_tables()


@journal.act
def _history(count: int = 3) -> list[Offre]:
    rows = [Offre(titre=f"n° {i}") for i in range(count)]
    journal.create_many(rows, at=AT, by=BAILLEUR, data=[{"i": i} for i in range(count)])
    journal.move_many(
        journal.Move(row, name, BAILLEUR, AT + timedelta(hours=hour))
        for row in rows
        for hour, name in ((1, "fermer"), (2, "rouvrir"), (3, "fermer"))
    )
    return rows


def _person() -> Candidature:
    row = Candidature(personne=DEMANDEUR.user_id, identite={"nom": "Zoé"})
    journal.create(row, by=DEMANDEUR, at=AT, data={"revenu": 1})
    return row


def _sql(statement: str, *values: object) -> None:
    with as_owner_without_triggers(), connection.cursor() as cursor:
        cursor.execute(statement, list(values))


def _faults() -> list[str]:
    return verify(MODELS).faults


def test_a_whole_record_has_no_fault():
    _history()
    _person()
    report = verify(MODELS)
    assert report.faults == []
    assert (report.lines, report.chains, report.rows) == (13, 4, 4)


@pytest.mark.parametrize(
    "statement",
    [
        "UPDATE {} SET role = 'admin'",
        "DELETE FROM {}",
        "TRUNCATE {}",
    ],
)
@pytest.mark.parametrize("model", [Event, Payload, AccessLine])
def test_even_the_owner_meets_the_triggers(statement: str, model: type):
    _person()
    row = Candidature.objects.get()
    journal.read([row], ["points"], by=DEMANDEUR, relation="own", purpose="suivi", at=AT)
    column = "role = 'admin'" if model is not Payload else "person_id = NULL"
    with (
        pytest.raises(DatabaseError, match=r"append only|Cannot update or delete"),
        transaction.atomic(),
        connection.cursor() as cursor,
    ):
        cursor.execute(statement.replace("role = 'admin'", column).format(model._meta.db_table))


def test_the_application_role_may_only_add(as_app_role):
    _person()
    as_app_role()
    for statement in ("UPDATE {} SET n = 9", "DELETE FROM {}", "TRUNCATE {}", "ALTER TABLE {} DISABLE TRIGGER USER"):
        with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
            cursor.execute(statement.format("journal_event"))
    with pytest.raises(DatabaseError), transaction.atomic(), connection.cursor() as cursor:
        cursor.execute("DELETE FROM journal_accessline")


def test_an_edited_line_is_found():
    first = _history()[0]
    _sql("UPDATE journal_event SET actor_id = NULL WHERE aggregate_id = %s AND n = 2", first.id)
    assert any("ligne 2 : le contenu a été modifié" in fault for fault in _faults())


def test_an_edited_line_with_its_hash_made_again_is_found():
    first = _history()[0]
    _sql("UPDATE journal_event SET reason = 'x', hash = repeat('a', 64) WHERE aggregate_id = %s AND n = 2", first.id)
    assert any("ne suit pas la ligne 2" in fault for fault in _faults())


def test_a_removed_line_is_found():
    first = _history()[0]
    _sql("DELETE FROM journal_event WHERE aggregate_id = %s AND n = 2", first.id)
    assert any("numéro 2 attendu" in fault for fault in _faults())


def test_reordered_lines_are_found():
    first = _history()[0]
    _sql(
        "UPDATE journal_event SET n = CASE n WHEN 2 THEN 1002 ELSE 1003 END WHERE aggregate_id = %s AND n IN (2, 3)",
        first.id,
    )
    _sql(
        "UPDATE journal_event SET n = CASE n WHEN 1002 THEN 3 ELSE 2 END WHERE aggregate_id = %s AND n > 1000", first.id
    )
    faults = _faults()
    assert any("le contenu a été modifié" in fault for fault in faults)
    assert any("ne suit pas" in fault for fault in faults)


def test_a_truncated_chain_is_found():
    first = _history()[0]
    _sql("DELETE FROM journal_event WHERE aggregate_id = %s AND n = 4", first.id)
    assert any("la fin a été retirée" in fault for fault in _faults())


def test_a_chain_removed_whole_is_found():
    first = _history()[0]
    _sql("DELETE FROM journal_event WHERE aggregate_id = %s", first.id)
    assert any("toute la chaîne a été retirée (4 lignes)" in fault for fault in _faults())
    ChainHead.objects.filter(aggregate_id=first.id).delete()
    faults = _faults()
    assert any("aucune ligne au journal" in fault for fault in faults)
    assert any("charge" in fault for fault in faults)


def test_an_edited_removed_or_swapped_payload_is_found():
    _history()
    one, two = Payload.objects.all()[:2]
    _sql("UPDATE journal_payload SET blob = %s WHERE event_id = %s", bytes(two.blob), one.event_id)
    assert any("la charge a été modifiée" in fault for fault in _faults())
    _sql("DELETE FROM journal_payload WHERE event_id = %s", one.event_id)
    assert any("la charge manque" in fault for fault in _faults())


def test_a_state_written_elsewhere_is_found():
    first = _history()[0]
    Offre.objects.filter(pk=first.pk).update(state="retiree")
    assert _faults() == [f"offre {first.pk} : l'état est « retiree », le journal dit « fermee »."]


def test_a_step_outside_the_table_is_found():
    row = _person()
    with transaction.atomic():
        journal.record("candidature.fermee", row, by=DEMANDEUR, at=AT)
    row.state = "retiree"
    journal.record("candidature.saut", row, by=DEMANDEUR, at=AT)
    assert any("part de l'état « retiree »" in fault for fault in _faults())


def test_erasure_leaves_a_chain_that_verifies():
    row = _person()
    coffre.destroy(row.personne)
    assert _faults() == []


def test_the_command_says_so_and_exits_1(capsys: pytest.CaptureFixture[str]):
    demande = factories.make_demande()
    call_command("verifier", skip_checks=True)
    assert "Journal entier" in capsys.readouterr().out
    _sql("DELETE FROM journal_event WHERE n = 2 AND aggregate_id = %s", demande.pk)
    with pytest.raises(CommandError, match=r"faute\(s\)") as stop:
        call_command("verifier", skip_checks=True)
    assert stop.value.returncode == 1
    assert capsys.readouterr().err.count("numéro 2 attendu") == 1


def test_100_000_lines_are_written_and_verified():
    _history(25_000)
    report = verify(MODELS)
    assert (report.lines, report.faults) == (100_000, [])


def test_the_verification_never_looks_up_line_by_line():
    """Statistics taken while a burst of lines is not committed yet say « no row »: the plan must not believe them."""
    verify(MODELS)
    with connection.cursor() as cursor:
        cursor.execute("SHOW enable_nestloop")
        assert cursor.fetchone() == ("off",)
