"""The vault: envelope, binding, erasure, blind index, sealed columns."""

import os
import subprocess
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest
from django.db import IntegrityError, transaction

from palier import coffre
from palier.base.ids import new_id
from palier.coffre import keys
from palier.coffre.models import PersonKey
from tests.journal_kit import AT, Candidature, make_tables

DATA = {"nom": "Éloïse d'Œuvre", "enfants": [1, 2], "revenu": None}


@pytest.fixture(autouse=True)
def _database(db: None) -> None:
    """Every test here writes key rows."""


def test_round_trip_and_fresh_bytes_each_time():
    person = new_id()
    one, two = coffre.seal(person, DATA, aad="a"), coffre.seal(person, DATA, aad="a")
    assert one != two
    assert coffre.unseal(person, one, aad="a") == DATA
    assert coffre.unseal(person, memoryview(two).tobytes(), aad="a") == DATA


def test_any_flipped_byte_is_refused():
    person = new_id()
    blob = coffre.seal(person, DATA, aad="a")
    for at in range(len(blob)):
        bad = blob[:at] + bytes([blob[at] ^ 1]) + blob[at + 1 :]
        with pytest.raises(coffre.Tampered):
            coffre.unseal(person, bad, aad="a")
    for short in (b"", b"\x01", blob[:40]):
        with pytest.raises(coffre.Tampered):
            coffre.unseal(person, short, aad="a")


def test_another_place_or_person_is_refused():
    person, other = new_id(), new_id()
    blob = coffre.seal(person, DATA, aad="a")
    coffre.seal(other, DATA, aad="a")
    with pytest.raises(coffre.Tampered):
        coffre.unseal(person, blob, aad="b")
    with pytest.raises(coffre.Tampered):
        coffre.unseal(other, blob, aad="a")
    with pytest.raises(coffre.VaultError, match="no key"):
        coffre.unseal(new_id(), blob, aad="a")


def test_destroying_the_key_is_erasure():
    person = new_id()
    blob = coffre.seal(person, DATA, aad="a")
    with coffre.ring([person]):
        assert coffre.unseal(person, blob, aad="a") == DATA
        coffre.destroy(person)
        with pytest.raises(coffre.Destroyed):
            coffre.unseal(person, blob, aad="a")
    with pytest.raises(coffre.Destroyed):
        coffre.seal(person, DATA, aad="a")
    row = PersonKey.objects.get(pk=person)
    assert row.wrapped is None
    assert row.destroyed_at is not None
    assert coffre.is_destroyed(person)


def test_a_destroyed_row_holds_no_bytes():
    with pytest.raises(IntegrityError), transaction.atomic():
        PersonKey.objects.create(person_id=new_id(), wrapped=None, kek_id="x")


def test_a_person_without_a_key_gets_a_tombstone():
    person = new_id()
    coffre.destroy(person)
    coffre.destroy(person)
    with pytest.raises(coffre.Destroyed):
        coffre.seal(person, DATA, aad="a")


def test_keys_are_wrapped_and_bound_to_their_person():
    one, two = new_id(), new_id()
    coffre.ensure_keys([one, two])
    blob = coffre.seal(one, DATA, aad="a")
    wrapped = PersonKey.objects.get(pk=one).wrapped
    PersonKey.objects.filter(pk=two).update(wrapped=bytes(wrapped))
    with pytest.raises(coffre.Tampered):
        coffre.unseal(two, blob, aad="a")


def test_lists_cost_a_fixed_number_of_queries(django_assert_num_queries: Callable):
    people = [new_id() for _ in range(300)]
    with django_assert_num_queries(3):  # look, insert, load
        blobs = coffre.seal_many([(p, {"i": i}, "x") for i, p in enumerate(people)])
    with django_assert_num_queries(1):
        found = coffre.unseal_many([(p, b, "x") for p, b in zip(people, blobs, strict=True)])
    assert found == [{"i": i} for i in range(300)]


def test_blind_index_is_keyed_scoped_and_folds_case_and_spaces():
    index = coffre.blind_index("044 0123 ABC", scope="numero_unique")
    assert index == coffre.blind_index("0440123abc", scope="numero_unique")
    assert index != coffre.blind_index("0440123abc", scope="siret")
    assert len(index) == 64


def test_the_key_file_is_private_and_a_wrong_one_is_refused(tmp_path: Path, settings: Any):
    settings.PALIER_KEK_FILE = tmp_path / "neuf" / "kek"
    name = keys.kek_id()
    assert settings.PALIER_KEK_FILE.stat().st_mode & 0o777 == 0o600
    assert keys.kek_id() == name
    settings.PALIER_KEK_FILE = tmp_path / "court"
    settings.PALIER_KEK_FILE.write_text("YWJj")
    with pytest.raises(keys.BadKeyFile, match="32 octets"):
        keys.kek_id()
    settings.PALIER_MODE = "production"
    settings.PALIER_KEK_FILE = tmp_path / "absent"
    with pytest.raises(keys.BadKeyFile, match="ne se lit pas"):
        keys.kek_id()
    assert not settings.PALIER_KEK_FILE.exists()


def _sealed(**more: object) -> Candidature:
    row = Candidature(personne=new_id(), identite=dict(DATA), state="ouverte", state_since=AT, **more)
    row.save()
    return row


def test_a_sealed_column_reads_as_a_dict_and_is_never_stored_in_clear():
    make_tables()
    row = _sealed()
    fresh = Candidature.objects.get()
    assert b"nom" not in bytes(fresh.__dict__["identite"])
    assert fresh.identite == DATA
    assert fresh.note is None
    fresh.identite["nom"] = "Zoé"
    fresh.save(update_fields=["identite"])
    assert Candidature.objects.get().identite["nom"] == "Zoé"
    assert Candidature.objects.only("points").get().identite["nom"] == "Zoé"
    assert row.identite == DATA


def test_sealed_bytes_do_not_move_to_another_row_or_column():
    make_tables()
    one, two = _sealed(), _sealed()
    blob = bytes(Candidature.objects.get(pk=one.pk).__dict__["identite"])
    Candidature.objects.filter(pk=two.pk).update(identite=blob, personne=one.personne)
    Candidature.objects.filter(pk=one.pk).update(note=blob)
    with pytest.raises(coffre.Tampered):
        _ = Candidature.objects.get(pk=two.pk).identite
    with pytest.raises(coffre.Tampered):
        _ = Candidature.objects.get(pk=one.pk).note


def test_a_sealed_column_refuses_what_is_not_a_dict_and_bulk_updates():
    make_tables()
    row = _sealed()
    row.identite = "nom"
    with pytest.raises(TypeError, match="holds a dict"):
        row.save()
    with pytest.raises(TypeError, match="bulk_create"):
        Candidature.objects.filter(pk=row.pk).update(identite={"nom": "x"})


def test_the_package_imports_before_django_is_ready():
    done = subprocess.run(
        [sys.executable, "-c", "import palier.coffre, palier.journal"],
        env={"PYTHONPATH": os.pathsep.join(sys.path)},
        capture_output=True,
        text=True,
        check=False,
    )
    assert done.returncode == 0, done.stderr
