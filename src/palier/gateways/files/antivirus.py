"""A built-in rule, always, and the antivirus of the installation when there is one (promises.md FI-4)."""

from __future__ import annotations

import logging
import re
import socket

from django.conf import settings

from palier.gateways import outage
from palier.gateways.files.jobs.signature import EICAR
from palier.gateways.files.refusals import BadFile
from palier.gateways.outage import GatewayDown

SERVICE, LABEL = "antivirus", "L'antivirus"
MEND = "Votre fichier n'a pas été gardé. Réessayez dans quelques minutes."
CHUNK, MOST_ANSWER = 65_536, 4_096
log = logging.getLogger(__name__)


def search(raw: bytes, name: str) -> None:
    """BadFile when something dangerous is found. GatewayDown when the antivirus is required and does not answer."""
    if EICAR in raw:
        raise BadFile("virus", name)
    address = outage.option("PALIER_CLAMD")
    required = bool(settings.PALIER_ANTIVIRUS_EXIGE)
    if not address and not required:
        return
    try:
        answer = _asked(address, raw)
    except OSError as error:
        if required:
            raise GatewayDown(SERVICE, f"{LABEL} ne répond pas en ce moment.", mend=MEND) from error
        log.warning("the antivirus does not answer; the built-in rule alone was applied")
        return
    if answer.endswith("FOUND"):
        raise BadFile("virus", name)


def _connected(address: str) -> socket.socket:
    """A connection to `host:port`, or to the socket of that path. OSError when nobody answers."""
    if not address:
        raise ConnectionError("no antivirus is configured")
    if found := re.fullmatch(r"\[?([^/\[\]]+)\]?:(\d{1,5})", address):
        return socket.create_connection((found[1], int(found[2])), outage.TIMEOUT_SECONDS)
    link = socket.socket(socket.AF_UNIX)
    link.settimeout(outage.TIMEOUT_SECONDS)
    try:
        link.connect(address)
    except OSError:
        link.close()
        raise
    return link


def _asked(address: str, raw: bytes) -> str:
    """What clamd says of these bytes (its INSTREAM command). OSError unless it is `OK` or `… FOUND`."""
    with _connected(address) as link:
        link.sendall(b"zINSTREAM\0")
        for start in range(0, len(raw), CHUNK):
            chunk = raw[start : start + CHUNK]
            link.sendall(len(chunk).to_bytes(4, "big") + chunk)
        link.sendall(bytes(4))
        answer = b""
        while not answer.endswith(b"\0") and len(answer) < MOST_ANSWER and (more := link.recv(MOST_ANSWER)):
            answer += more
    said = answer.rstrip(b"\0").decode(errors="replace").strip()
    if said.endswith((": OK", " FOUND")):
        return said
    raise ConnectionError("the antivirus answered neither OK nor FOUND")
