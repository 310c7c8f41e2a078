"""Outgoing e-mail: SMTP when PALIER_SMTP_URL is set; else one file a message, shown at /demo/courrier.

The caller gives the id of the message (that of its job): sent again with the same id, it is delivered once.
"""

import re
import smtplib
from dataclasses import asdict, dataclass
from datetime import datetime
from email.utils import parseaddr
from pathlib import Path
from typing import Any, Protocol

from django.conf import settings
from django.core.mail import EmailMultiAlternatives

from palier.base import clock
from palier.base.faults import fault
from palier.gateways import memory, outage

SERVICE, LABEL = "mail", "Le service de courrier électronique"
MAX_BYTES = 25_000
MAX_SUBJECT = 120
_PERSONAL = re.compile(r"\d{13,}|@")


class BadMail(ValueError):
    """A message that must not leave; the text says why (for the developer, never for the person)."""


@dataclass(frozen=True, slots=True)
class Mail:
    """One message to one address. Text and HTML together hold at most 25 000 bytes; the subject no personal fact."""

    to: str
    subject: str
    text: str
    html: str = ""

    def __post_init__(self) -> None:
        if len(self.text.encode()) + len(self.html.encode()) > MAX_BYTES:
            raise BadMail(f"text and HTML hold more than {MAX_BYTES} bytes")
        if not self.subject.strip() or len(self.subject) > MAX_SUBJECT or not self.subject.isprintable():
            raise BadMail(f"a subject is one line of 1 to {MAX_SUBJECT} characters")
        if _PERSONAL.search(re.sub(r"\s", "", self.subject)):
            raise BadMail("the subject holds an address or a long number: personal facts stay out of it")
        if self.to.count("@") != 1 or not self.to.isprintable() or " " in self.to:
            raise BadMail("not one e-mail address")


@dataclass(frozen=True, slots=True)
class Delivered:
    """A message that the double delivered, and when (clock of the platform)."""

    message_id: str
    to: str
    subject: str
    text: str
    html: str
    at: datetime


class Mailer(Protocol):
    """Whoever can deliver a message. GatewayDown when it cannot now."""

    def send(self, message: Mail, *, message_id: str) -> None: ...


class Smtp:
    """The real client: Django's SMTP backend, with its time-out (EMAIL_TIMEOUT)."""

    def send(self, message: Mail, *, message_id: str) -> None:
        domain = parseaddr(settings.DEFAULT_FROM_EMAIL)[1].rpartition("@")[2]
        header = {"Message-ID": f"<{memory.checked_name(message_id)}@{domain}>", "Auto-Submitted": "auto-generated"}
        mail = EmailMultiAlternatives(message.subject, message.text, to=[message.to], headers=header)
        if message.html:
            mail.attach_alternative(message.html, "text/html")
        try:
            mail.send()
        except (smtplib.SMTPException, OSError) as error:
            raise outage.GatewayDown(SERVICE, f"{LABEL} ne répond pas en ce moment.") from error


class Folder:
    """The double: a JSON file a message, named by its id, so that sending again overwrites."""

    def send(self, message: Mail, *, message_id: str) -> None:
        outage.check(SERVICE, LABEL)
        content = asdict(message) | {"message_id": message_id, "at": clock.now().isoformat()}
        memory.write_json(folder(), message_id, content)


def folder() -> Path:
    """The folder of the delivered messages."""
    return Path(settings.PALIER_COURRIER)


def mailer() -> Mailer:
    """The mailer of this installation. GatewayDown in production without PALIER_SMTP_URL."""
    if outage.option("PALIER_SMTP_URL"):
        return Smtp()
    if outage.may_double(outage.FILE_MODES):
        return Folder()
    raise outage.not_configured(SERVICE, LABEL)


def send(message: Mail, *, message_id: str) -> None:
    """Deliver a message now (called by a task, never by a view). GatewayDown when it must be tried again."""
    fault("before_mail")
    mailer().send(message, message_id=str(message_id))
    fault("after_mail")


def list_delivered(to: str = "") -> list[Delivered]:
    """What the double delivered, the latest first; only to one address when given."""
    found = [_delivered(content) for content in memory.read_all(folder())]
    kept = [mail for mail in found if not to or mail.to.lower() == to.lower()]
    return sorted(kept, key=lambda mail: (mail.at, mail.message_id), reverse=True)


def find_delivered(message_id: str) -> Delivered | None:
    """One message that the double delivered, None when there is none of this id."""
    content = memory.read_json(folder(), message_id)
    return _delivered(content) if content else None


def _delivered(content: dict[str, Any]) -> Delivered:
    return Delivered(**{**content, "at": datetime.fromisoformat(content["at"])})
