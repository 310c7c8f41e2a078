"""The test virus is refused with and without an antivirus; required and down, nothing is taken (FI-4)."""

import os
import shutil
import socket
import subprocess
import threading
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from palier.gateways.files.jobs.signature import EICAR
from palier.gateways.files.receive import Part, receive
from palier.gateways.files.refusals import BadFile
from palier.gateways.outage import GatewayDown
from tests import hostile

PHOTO = Part("a.jpg", hostile.jpeg(), "image/jpeg")
HIDDEN = b"une signature que seul le vrai antivirus connait"
CONFIG = """
LocalSocket {folder}/clamd.sock
DatabaseDirectory {folder}/base
Foreground yes
StreamMaxLength 12M
"""


class FakeClamd:
    """A server that speaks INSTREAM and gives the same answer to all; it keeps what it was sent."""

    def __init__(self, folder: Path, answer: bytes) -> None:
        self.address = str(folder / "faux.sock")
        self.answer, self.sent = answer, b""
        self.server = socket.socket(socket.AF_UNIX)
        self.server.bind(self.address)
        self.server.listen()
        self.thread = threading.Thread(target=self._serve, daemon=True)
        self.thread.start()

    def _serve(self) -> None:
        link, _ = self.server.accept()
        with link, link.makefile("rb") as come:
            self.sent = come.read(len(b"zINSTREAM\0"))
            while size := int.from_bytes(come.read(4), "big"):
                self.sent += come.read(size)
            link.sendall(self.answer)
        self.server.close()


@pytest.fixture(scope="session")
def clamd(tmp_path_factory: pytest.TempPathFactory) -> Iterator[str]:
    """The real antivirus, with two signatures of ours. Missing, it skips with its reason, and fails when CI is set."""
    program = shutil.which("clamd") or shutil.which("clamd", path="/usr/sbin:/usr/local/sbin")
    if program is None:
        reason = "no clamd on this machine: install clamav-daemon"
        if os.environ.get("CI"):
            pytest.fail(reason)
        pytest.skip(reason)
    folder = tmp_path_factory.mktemp("clamd")
    (folder / "base").mkdir()
    names = {"Palier.Eicar": EICAR, "Palier.Essai": HIDDEN}
    signatures = "".join(f"{name}:0:*:{text.hex()}\n" for name, text in names.items())
    (folder / "base" / "palier.ndb").write_text(signatures)
    (folder / "clamd.conf").write_text(CONFIG.format(folder=folder))
    server = subprocess.Popen(
        [program, "-c", str(folder / "clamd.conf")], stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        for _ in range(300):
            if (folder / "clamd.sock").exists():
                break
            time.sleep(0.1)
        yield str(folder / "clamd.sock")
    finally:
        server.kill()
        server.wait()


@pytest.fixture(autouse=True)
def _none(settings: Any) -> None:
    """Without an antivirus unless a test sets one."""
    settings.PALIER_CLAMD, settings.PALIER_ANTIVIRUS_EXIGE = "", False


def outcome(part: Part) -> str:
    try:
        receive([part])
    except BadFile as refused:
        return refused.code
    return "taken"


def viruses_taken() -> list[str]:
    """The hidden test viruses that were not refused as such."""
    hidden = list(hostile.eicars())[1:]
    return [label for label, name, content in hidden if outcome(Part(name, content)) != "fichier_virus"]


def test_the_built_in_rule_needs_no_antivirus():
    assert viruses_taken() == []


def test_a_virus_in_the_second_file_names_it():
    with pytest.raises(BadFile, match="verso"):
        receive([PHOTO, Part("verso.jpg", hostile.jpeg() + EICAR, "image/jpeg")])


def test_the_real_antivirus_finds_it_too(clamd: str, settings: Any):
    settings.PALIER_CLAMD, settings.PALIER_ANTIVIRUS_EXIGE = clamd, True
    assert viruses_taken() == []
    assert receive([PHOTO]).pages == 1
    for content in (hostile.jpeg() + HIDDEN, hostile.jpeg(comment=HIDDEN)):
        with pytest.raises(BadFile, match="antivirus"):
            receive([Part("a.jpg", content)])
    with pytest.raises(BadFile, match="antivirus"):
        receive([Part("a.pdf", hostile.written(hostile.pages(1, b"% " + HIDDEN)))])


def test_it_is_sent_every_byte_and_believed(tmp_path: Path, settings: Any):
    fake = FakeClamd(tmp_path, b"stream: Truc FOUND\0")
    settings.PALIER_CLAMD = fake.address
    large = hostile.jpeg() + bytes(200_000)
    with pytest.raises(BadFile, match="antivirus"):
        receive([Part("a.jpg", large)])
    assert fake.sent == b"zINSTREAM\0" + large


@pytest.mark.parametrize("answer", [b"", b"INSTREAM size limit exceeded. ERROR\0", b"stream: OK?\0", b"\xff" * 9000])
def test_an_answer_that_is_not_one_is_an_outage(tmp_path: Path, settings: Any, answer: bytes):
    settings.PALIER_CLAMD, settings.PALIER_ANTIVIRUS_EXIGE = FakeClamd(tmp_path, answer).address, True
    with pytest.raises(GatewayDown, match="Réessayez"):
        receive([PHOTO])


@pytest.mark.parametrize("address", ["", "/nulle/part/clamd.sock", "127.0.0.1:9", "pas-un-hote.invalid:3310"])
def test_required_and_down_nothing_is_taken(settings: Any, address: str):
    settings.PALIER_CLAMD, settings.PALIER_ANTIVIRUS_EXIGE = address, True
    with pytest.raises(GatewayDown, match="Réessayez") as down:
        receive([PHOTO])
    assert down.value.status == 503
    assert down.value.service == "antivirus"


def test_wanted_and_down_the_built_in_rule_goes_on(settings: Any, caplog: pytest.LogCaptureFixture):
    settings.PALIER_CLAMD = "/nulle/part/clamd.sock"
    assert receive([PHOTO]).pages == 1
    assert "does not answer" in caplog.text
    assert viruses_taken() == []
