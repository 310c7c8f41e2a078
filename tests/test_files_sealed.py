"""What is kept: files sealed one by one (FI-5), in a folder or an S3 service that never see anything else."""

import os
import socket
import subprocess
import sys
import time
from collections.abc import Iterator
from concurrent.futures import ThreadPoolExecutor
from datetime import timedelta
from pathlib import Path
from typing import Any
from uuid import UUID

import boto3
import httpx
import pytest

from palier import coffre
from palier.base.ids import new_id
from palier.coffre.blobs import open_blob, seal_blob
from palier.coffre.models import PersonKey
from palier.gateways.outage import GatewayDown
from palier.gateways.storage import AlreadyStored, NotStored, Store, storage

CONTENT = b"un bulletin de salaire" * 40
NOW = timedelta(0)


class Sealed:
    """One sealed file, and a try at opening it with some coordinates changed."""

    def __init__(self, person: UUID, content: bytes = CONTENT, **more: Any) -> None:
        self.place = {"blob_id": new_id(), "version": 1, "kind": "piece"} | more
        self.person = person
        self.wrapped, self.bytes = seal_blob(person, content, **self.place)

    def open(self, **more: Any) -> bytes:
        given = {"person": self.person, "wrapped": self.wrapped, "bytes": self.bytes} | self.place | more
        person, wrapped, sealed = (given.pop(name) for name in ("person", "wrapped", "bytes"))
        return open_blob(person, wrapped, sealed, **given)


@pytest.fixture
def person(db: None) -> UUID:
    return new_id()


def test_a_sealed_file_opens_where_it_belongs_and_holds_nothing_in_clear(person: UUID):
    one, two = Sealed(person), Sealed(person)
    assert one.open() == two.open() == CONTENT
    assert b"bulletin" not in one.bytes + one.wrapped
    assert one.bytes[1:] != two.bytes[1:]
    assert Sealed(person, b"").open() == b""


def test_any_flipped_byte_is_refused(person: UUID):
    kept = Sealed(person, b"petit")
    with coffre.ring([person]):
        for name in ("bytes", "wrapped"):
            good = getattr(kept, name)
            for at in range(len(good)):
                with pytest.raises(coffre.Tampered):
                    kept.open(**{name: good[:at] + bytes([good[at] ^ 1]) + good[at + 1 :]})
            for cut in (b"", good[:1], good[:-1], good + b"\0"):
                with pytest.raises(coffre.Tampered):
                    kept.open(**{name: cut})


def test_a_swapped_file_an_older_version_another_kind_or_person_is_refused(person: UUID):
    old, other = Sealed(person), Sealed(person)
    new = Sealed(person, b"version 2", blob_id=old.place["blob_id"], version=2)
    stranger = Sealed(new_id())
    swaps: list[dict[str, Any]] = [
        {"bytes": other.bytes},
        {"wrapped": other.wrapped},
        {"bytes": other.bytes, "wrapped": other.wrapped},
        {"bytes": new.bytes, "wrapped": new.wrapped},
        {"version": 2},
        {"kind": "morceau"},
        {"person": stranger.person},
        {"bytes": stranger.bytes, "wrapped": stranger.wrapped},
    ]
    for swap in swaps:
        with pytest.raises(coffre.Tampered):
            old.open(**swap)
    with pytest.raises(coffre.Tampered):
        new.open(bytes=old.bytes, wrapped=old.wrapped)
    assert new.open() == b"version 2"


def test_keys_and_nonces_serve_once(person: UUID):
    with coffre.ring([person]):
        kept = [Sealed(person, b"x") for _ in range(200)]
    assert len({each.bytes[1:13] for each in kept}) == len({each.wrapped for each in kept}) == 200


def test_a_destroyed_key_takes_the_files_with_it(person: UUID):
    kept = Sealed(person)
    coffre.destroy(person)
    with pytest.raises(coffre.Destroyed):
        kept.open()
    PersonKey.objects.filter(pk=person).delete()
    with pytest.raises(coffre.VaultError):
        kept.open()


@pytest.fixture(scope="session")
def s3_server() -> Iterator[str]:
    """A real S3 server of ours on a free port, stopped at the end."""
    with socket.create_server(("127.0.0.1", 0)) as probe:
        port = probe.getsockname()[1]
    command = [str(Path(sys.executable).with_name("moto_server")), "-H", "127.0.0.1", "-p", str(port)]
    server = subprocess.Popen(command, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
    url = f"http://127.0.0.1:{port}"
    try:
        for _ in range(150):
            try:
                httpx.get(url, timeout=2)
                break
            except httpx.TransportError:
                time.sleep(0.2)
        yield url
    finally:
        server.kill()
        server.wait()


@pytest.fixture(params=["dossier", "s3"])
def store(request: pytest.FixtureRequest, tmp_path: Path, settings: Any) -> Store:
    """The storage of an installation, by its setting alone."""
    if request.param == "dossier":
        settings.PALIER_STOCKAGE = str(tmp_path / "coffre" / "pieces")
        return storage()
    url, bucket = request.getfixturevalue("s3_server"), f"pieces-{new_id().hex}"
    keys = {"aws_access_key_id": "essai", "aws_secret_access_key": "essai"}
    boto3.client("s3", endpoint_url=url, region_name="eu-west-3", **keys).create_bucket(
        Bucket=bucket, CreateBucketConfiguration={"LocationConstraint": "eu-west-3"}
    )
    settings.PALIER_STOCKAGE = f"s3://{bucket}?endpoint={url}&region=eu-west-3"
    settings.PALIER_STOCKAGE_CLE = settings.PALIER_STOCKAGE_SECRET = "essai"
    return storage()


def test_what_is_put_is_kept_until_deleted(store: Store):
    name = str(new_id())
    assert not store.exists(name)
    store.put(name, CONTENT)
    assert store.exists(name)
    assert store.get(name) == CONTENT
    store.delete(name)
    store.delete(name)
    assert not store.exists(name)
    with pytest.raises(NotStored):
        store.get(name)


def test_nothing_is_written_over(store: Store):
    store.put("piece-1", b"premier")
    with pytest.raises(AlreadyStored):
        store.put("piece-1", b"second")
    assert store.get("piece-1") == b"premier"


def test_two_at_once_under_one_name_leave_one(store: Store):
    def put(content: bytes) -> bool:
        try:
            store.put("course", content)
        except AlreadyStored:
            return False
        return True

    given = [bytes([rank]) * 1000 for rank in range(8)]
    with ThreadPoolExecutor(8) as pool:
        won = [content for content, done in zip(given, pool.map(put, given), strict=True) if done]
    assert won == [store.get("course")]


def test_old_names_are_listed_and_young_ones_are_not(store: Store):
    names = {f"piece-{rank}" for rank in range(12)}
    for name in names:
        store.put(name, b"x")
    assert set(store.names_older_than(NOW - timedelta(seconds=2))) == names
    assert set(store.names_older_than(timedelta(hours=1))) == set()


@pytest.mark.parametrize("name", ["", ".", "..", "../x", "a/b", ".cache", "a\0b", "-x", "é", "x" * 101, "/etc/passwd"])
def test_only_plain_names(store: Store, name: str):
    for call in (store.get, store.exists, store.delete, lambda each: store.put(each, b"")):
        with pytest.raises(ValueError, match="plain name"):
            call(name)


def test_the_folder_is_private_and_a_draft_of_a_killed_process_is_swept(tmp_path: Path, settings: Any):
    settings.PALIER_STOCKAGE = str(tmp_path / "pieces")
    store = storage()
    store.put("piece", CONTENT)
    found = [path for path in (tmp_path / "pieces").rglob("*") if path.is_file()]
    assert [path.name for path in found] == ["piece"]
    assert found[0].stat().st_mode & 0o777 == 0o600
    assert found[0].parent.stat().st_mode & 0o777 == 0o700
    draft = found[0].with_name("piece.0a1b2c3d.part")
    draft.write_bytes(b"coup")
    os.utime(draft, (1, 1))
    assert list(store.names_older_than(timedelta(hours=1))) == [draft.name]
    store.delete(draft.name)
    assert not draft.exists()


def test_a_place_that_fails_is_an_outage(tmp_path: Path, settings: Any):
    (tmp_path / "un-fichier").touch()
    for value in (str(tmp_path / "un-fichier"), "s3://seau?endpoint=http://127.0.0.1:9", "ftp://x", "s3://", ""):
        settings.PALIER_STOCKAGE, settings.PALIER_STOCKAGE_CLE = value, "essai"
        settings.PALIER_STOCKAGE_SECRET = "essai"
        with pytest.raises(GatewayDown, match="stockage"):
            storage().put("piece", b"x")
