"""The child process: what it may not use, and what becomes of a job that dies, hangs, swells or lies."""

import ctypes
import logging
import os
import socket
import textwrap
import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import pytest

from palier.gateways.files import child

JOBS = {
    "echo": "return {'taille': len(payload), **arguments}, payload[::-1]",
    "env": ("import os; return {'env': dict(os.environ), 'cwd': os.getcwd(), 'fds': os.dup(0)}, b''"),
    "die": "import os; os.kill(os.getpid(), 11)",
    "raise_it": "raise RuntimeError('bogue')",
    "hang": "import time; time.sleep(60)",
    "burn": "while True: pass",
    "swell": "return {}, bytes(4 << 30)",
    "flood": "return {}, bytes(30 << 20)",
    "lie": "import os; os.write(1, b'pas une trame'); os._exit(0)",
    "fork": "import os, time\n    if os.fork() == 0: time.sleep(60)\n    return {'groupe': os.getpgrp()}, b''",
    "net": "import socket; socket.create_connection(('127.0.0.1', arguments['port']), 2); return {}, b''",
    "read": "return {}, open(arguments['path'], 'rb').read()",
    "write": "open(arguments['path'], 'wb').write(b'x'); return {}, b''",
    "unfit": "from palier.gateways.files.jobs.boot import Unfit; raise Unfit('trop_de_pages', pages=61)",
}


@pytest.fixture
def job(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Callable[[str], str]:
    """Plant jobs of the test beside the real package, as the child sees it."""
    source = Path(child.HOME) / "palier"
    home = tmp_path / "palier"
    for package in ("", "gateways", "gateways/essai", "gateways/essai/jobs"):
        (home / package).mkdir()
        (home / package / "__init__.py").touch()
    (home / "gateways" / "files").symlink_to(source / "gateways" / "files")
    monkeypatch.setattr(child, "HOME", str(tmp_path))

    def plant(name: str) -> str:
        body = textwrap.dedent(f"def run(payload, arguments):\n    {JOBS[name]}\n")
        (home / "gateways" / "essai" / "jobs" / f"{name}.py").write_text(body)
        return f"essai.jobs.{name}"

    return plant


def small(**more: int) -> child.Bounds:
    return child.Bounds(**{"memory": 400 << 20, "cpu": 1, "wall": 30, "output": 20 << 20, "open_files": 32} | more)


def test_bytes_go_in_and_come_out(job: Callable[[str], str]):
    answer = child.run(job("echo"), b"abc" * 1000, {"page": 2})
    assert answer == child.Answer({"taille": 3000, "page": 2}, (b"abc" * 1000)[::-1])


def test_the_child_knows_nothing_of_us(job: Callable[[str], str], monkeypatch: pytest.MonkeyPatch):
    monkeypatch.setenv("PALIER_SECRET_KEY", "un-secret")
    head = child.run(job("env"), b"", {}).head
    assert set(head["env"]) <= {"LC_CTYPE"}
    assert head["cwd"] == "/"
    assert head["fds"] == 3  # the lowest free one: nothing but its input, its output and its silence is open


@pytest.mark.parametrize(
    ("name", "error"),
    [
        ("die", child.ChildCrashed),
        ("raise_it", child.ChildCrashed),
        ("lie", child.ChildCrashed),
        ("hang", child.ChildTooSlow),
        ("burn", child.ChildTooSlow),
        ("swell", child.ChildTooBig),
        ("flood", child.ChildTooBig),
    ],
)
def test_a_job_that_fails_is_a_sentence(
    job: Callable[[str], str], name: str, error: type[child.ChildFailed], caplog: pytest.LogCaptureFixture
):
    with caplog.at_level(logging.WARNING), pytest.raises(error) as refused:
        child.run(job(name), b"x", {}, bounds=small(wall=1) if name == "hang" else small())
    assert refused.value.status == 422
    assert refused.value.detail.endswith(".")
    assert refused.value.mend


def test_a_reason_comes_back_with_its_numbers(job: Callable[[str], str]):
    with pytest.raises(child.Unfit) as why:
        child.run(job("unfit"), b"", {})
    assert (why.value.code, why.value.facts) == ("trop_de_pages", {"pages": 61})


def test_grandchildren_do_not_outlive_the_job(job: Callable[[str], str]):
    group = child.run(job("fork"), b"", {}, bounds=small()).head["groupe"]
    for _ in range(100):  # the kernel needs a moment between the signal and the end
        alive = [pid for pid in os.listdir("/proc") if pid.isdecimal() and _group_and_state(pid) == (group, True)]
        if not alive:
            return
        time.sleep(0.02)
    pytest.fail(f"still running: {alive}")


def _group_and_state(pid: str) -> tuple[int, bool]:
    """The group of a process, and whether it still runs (a zombie does not)."""
    try:
        fields = Path(f"/proc/{pid}/stat").read_text().rpartition(")")[2].split()
    except OSError:
        return 0, False
    return int(fields[2]), fields[0] != "Z"


def test_no_other_module_can_be_named():
    for task in ("os.path", "files.jobs.", "files.jobs.remake; import os", "../jobs.x", "files.child"):
        with pytest.raises(ValueError, match="not a job"):
            child.run(task, b"", {})


def _has_landlock() -> bool:
    return ctypes.CDLL(None).syscall(444, None, ctypes.c_size_t(0), 1) >= 1


@pytest.mark.skipif(not _has_landlock(), reason="this kernel has no Landlock")
def test_no_file_of_ours_is_read_or_written(job: Callable[[str], str], tmp_path_factory: pytest.TempPathFactory):
    elsewhere = tmp_path_factory.mktemp("ailleurs") / "kek"
    elsewhere.write_bytes(b"la clef")
    for name in ("read", "write"):
        with pytest.raises(child.ChildCrashed):
            child.run(job(name), b"", {"path": str(elsewhere)}, bounds=small())
    assert elsewhere.read_bytes() == b"la clef"
    with pytest.raises(child.ChildCrashed):
        child.run(job("read"), b"", {"path": f"/proc/{os.getpid()}/environ"}, bounds=small())
    assert child.run(job("read"), b"", {"path": os.__file__}, bounds=small()).body


def test_the_network_is_cut_where_the_kernel_can(job: Callable[[str], str]):
    """Judged on a listening port of ours; a kernel that refuses the wall is said, not passed over."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        arguments: dict[str, Any] = {"port": server.getsockname()[1]}
        try:
            child.run(job("net"), b"", arguments, bounds=small())
        except child.ChildCrashed:
            return
    pytest.skip("this kernel has neither Landlock nor user namespaces for an ordinary user")
