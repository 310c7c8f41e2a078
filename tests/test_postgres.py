"""The embedded server: making, healing, leases, roles, durability (decisions.md, promises.md D8 and NL-6)."""

import os
import shutil
import signal
import subprocess
import sys
import time
from collections.abc import Callable
from pathlib import Path

import psycopg
import pytest
from django.db import ProgrammingError, connection

from palier.base import database, postgres

SOURCE = str(Path(postgres.__file__).parents[2])
FSYNCS = "SELECT coalesce(sum(fsyncs), 0) FROM pg_stat_io WHERE object = 'wal'"
USE = "import sys, time; from pathlib import Path; from palier.base.postgres import Cluster\n"
USE += "c = Cluster(Path(sys.argv[1])).ready(); print(c.postmaster(), flush=True); time.sleep(float(sys.argv[2]))"


def user_of(home: Path, seconds: float) -> subprocess.Popen[str]:
    """A separate process that uses the cluster for a while and prints the pid of its server."""
    command = [sys.executable, "-c", USE, str(home), str(seconds)]
    return subprocess.Popen(command, stdout=subprocess.PIPE, text=True, env={**os.environ, "PYTHONPATH": SOURCE})


def answered(process: subprocess.Popen[str]) -> int:
    out, _ = process.communicate(timeout=60)
    return int(out)


def test_the_app_role_has_no_ddl(db: None, as_app_role: Callable[[], None]) -> None:
    as_app_role()
    with connection.cursor() as cursor, pytest.raises(ProgrammingError, match="permission denied"):
        cursor.execute("CREATE TABLE intruse (n int)")


def test_the_app_role_only_adds_to_the_journal(db: None) -> None:
    assert database.append_only_tables()
    assert database.append_only_writes(postgres.APP) == []
    assert len(database.append_only_writes(postgres.OWNER)) == 3 * len(database.append_only_tables())


def test_no_trust_line_and_no_tcp(cluster: postgres.Cluster) -> None:
    rules = (cluster.data / "pg_hba.conf").read_text().splitlines()
    assert not [rule for rule in rules if rule.strip() and not rule.startswith("#") and "trust" in rule]
    assert (cluster.home / "acces.json").stat().st_mode & 0o077 == 0
    with cluster.connect() as link:
        assert link.execute("SHOW listen_addresses").fetchone() == ("",)
    with pytest.raises(psycopg.OperationalError, match="password authentication failed"):
        psycopg.connect(**{**cluster.parameters(postgres.APP), "password": "faux"})


@pytest.mark.kill
def test_six_cold_starts_make_one_server(cluster_home: Path) -> None:
    users = [user_of(cluster_home, 1) for _ in range(6)]
    assert len({answered(user) for user in users}) == 1


@pytest.mark.kill
def test_the_last_user_stops_the_server(cluster_home: Path) -> None:
    short, long = user_of(cluster_home, 0), user_of(cluster_home, 3)
    pid = answered(short)
    assert postgres.Cluster(cluster_home).postmaster() == pid
    assert answered(long) == pid
    assert postgres.Cluster(cluster_home).postmaster() is None


@pytest.mark.kill
def test_it_heals_after_a_kill_and_from_a_strangers_pid(cluster_home: Path) -> None:
    running = postgres.Cluster(cluster_home).ready()
    try:
        first = running.postmaster()
        assert first is not None
        os.kill(first, signal.SIGKILL)
        begun = time.monotonic()
        running.start()
        assert time.monotonic() - begun < 5
        running.stop()
        (running.data / "postmaster.pid").write_text(f"{os.getpid()}\n{running.data}\n")
        running.start()
        assert running.postmaster() not in (first, os.getpid(), None)
    finally:
        running.leave()


@pytest.mark.kill
def test_a_very_deep_folder_gets_a_short_socket(cluster_home: Path) -> None:
    running = postgres.Cluster(cluster_home / ("x" * 80) / ("y" * 80)).ready()
    try:
        assert len(os.fsencode(running.sockets)) < postgres.SOCKET_LIMIT
        assert running.answers()
    finally:
        running.leave()
        shutil.rmtree(running.sockets)


def test_fifty_acknowledged_commits_reach_the_disk(durable_cluster: postgres.Cluster) -> None:
    """NL-6, and its plant: with `synchronous_commit` off the same commits force nothing."""
    with durable_cluster.connect(postgres.OWNER, postgres.DATABASE) as link:
        link.execute("CREATE TABLE IF NOT EXISTS acte (n int)")
        assert fsyncs_of_commits(durable_cluster, link) >= 50
        link.execute("SET synchronous_commit = off")
        assert fsyncs_of_commits(durable_cluster, link) < 50


def fsyncs_of_commits(running: postgres.Cluster, link: psycopg.Connection) -> int:
    before = fsyncs(running)
    for number in range(50):
        link.execute("INSERT INTO acte VALUES (%s)", [number])
    link.execute("SELECT pg_stat_force_next_flush()")
    return fsyncs(running) - before


def fsyncs(running: postgres.Cluster) -> int:
    with running.connect() as reader:
        row = reader.execute(FSYNCS).fetchone()
    assert row is not None
    return int(row[0])


@pytest.mark.kill
@pytest.mark.skipif(os.geteuid() != 0, reason="only root must lend the server to another account")
def test_root_in_a_private_folder_uses_a_system_folder(cluster_home: Path) -> None:
    cluster_home.parent.chmod(0o700)
    running = postgres.Cluster(cluster_home).ready()
    try:
        assert running.base.parent == Path("/var/lib/palier")
        assert running.answers()
    finally:
        running.leave()
        shutil.rmtree(running.base)
