"""Outgoing SMS: an HTTP service when PALIER_SMS_URL is set; else one file a message, shown at /demo/courrier."""

import re
from dataclasses import asdict, dataclass
from datetime import datetime
from pathlib import Path
from typing import Any, Protocol

import httpx
from django.conf import settings

from palier.base import clock
from palier.base.faults import fault
from palier.gateways import memory, outage

SERVICE, LABEL = "sms", "Le service de SMS"
MAX_CHARACTERS = 459
_PHONE = re.compile(r"\+\d{8,15}")


class BadSms(ValueError):
    """A message that must not leave; the text says why."""


@dataclass(frozen=True, slots=True)
class Sms:
    """One text of at most 459 characters (three parts) to one number in international form (`+33612345678`)."""

    to: str
    text: str

    def __post_init__(self) -> None:
        if not _PHONE.fullmatch(self.to):
            raise BadSms("not an international phone number")
        if not 1 <= len(self.text) <= MAX_CHARACTERS:
            raise BadSms(f"a text has 1 to {MAX_CHARACTERS} characters")


@dataclass(frozen=True, slots=True)
class Delivered:
    """A text that the double delivered, and when (clock of the platform)."""

    message_id: str
    to: str
    text: str
    at: datetime


class Sender(Protocol):
    """Whoever can deliver a text. GatewayDown when it cannot now."""

    def send(self, message: Sms, *, message_id: str) -> None: ...


class Http:
    """The real client: POST of `{"to", "text", "reference"}`, bearer token, the message id as Idempotency-Key."""

    def __init__(self, url: str, token: str = "", transport: httpx.BaseTransport | None = None) -> None:
        self.url = url
        self.headers = {"Authorization": f"Bearer {token}"} if token else {}
        self.transport = transport

    def send(self, message: Sms, *, message_id: str) -> None:
        body = asdict(message) | {"reference": memory.checked_name(message_id)}
        headers = self.headers | {"Idempotency-Key": message_id}
        try:
            with httpx.Client(timeout=outage.TIMEOUT_SECONDS, transport=self.transport) as client:
                client.post(self.url, json=body, headers=headers).raise_for_status()
        except httpx.HTTPError as error:
            raise outage.GatewayDown(SERVICE, f"{LABEL} ne répond pas en ce moment.") from error


class Folder:
    """The double: a JSON file a message, named by its id, so that sending again overwrites."""

    def send(self, message: Sms, *, message_id: str) -> None:
        outage.check(SERVICE, LABEL)
        content = asdict(message) | {"message_id": message_id, "at": clock.now().isoformat()}
        memory.write_json(folder(), message_id, content)


def folder() -> Path:
    """The folder of the delivered texts, inside that of the mail."""
    return Path(settings.PALIER_COURRIER) / "sms"


def sender() -> Sender:
    """The sender of this installation. GatewayDown in production without PALIER_SMS_URL."""
    if url := outage.option("PALIER_SMS_URL"):
        return Http(url, outage.option("PALIER_SMS_JETON"))
    if outage.may_double(outage.FILE_MODES):
        return Folder()
    raise outage.not_configured(SERVICE, LABEL)


def send(message: Sms, *, message_id: str) -> None:
    """Deliver a text now (called by a task, never by a view). GatewayDown when it must be tried again."""
    fault("before_sms")
    sender().send(message, message_id=str(message_id))


def list_delivered() -> list[Delivered]:
    """What the double delivered, the latest first."""
    found = [_delivered(content) for content in memory.read_all(folder())]
    return sorted(found, key=lambda text: (text.at, text.message_id), reverse=True)


def _delivered(content: dict[str, Any]) -> Delivered:
    return Delivered(**{**content, "at": datetime.fromisoformat(content["at"])})
